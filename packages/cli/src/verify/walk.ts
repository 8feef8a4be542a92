/** Brings what the log holds before the oracle, up to a bound in each partition. */
import { decode, type Control } from "@sanfen/events";
import type { Log, LogRecord } from "@sanfen/log";
import { CONTROL, FACTS } from "@sanfen/stream";
import { Closings, Shard } from "./oracle.ts";
import { readTimeline } from "./timeline.ts";

export interface Recomputed {
  /** By partition of the facts. */
  readonly shards: readonly Shard[];
  readonly closings: Closings;
  readonly facts: number;
  readonly controls: number;
  /** Copies of control records that are not what `sanfen.control` holds, or are missing. */
  readonly badCopies: readonly string[];
}

export interface WalkOptions {
  readonly log: Pick<Log, "read" | "range">;
  /** Offset before which each partition of the facts is read. */
  readonly bounds: readonly number[];
  readonly thorough: boolean;
  /** Told of records read, of all. */
  readonly progress: (done: number, total: number) => void;
}

/** Recomputes everything that follows from the facts before the bounds. */
export async function recompute({ log, bounds, thorough, progress }: WalkOptions): Promise<Recomputed> {
  const controls = await readControls(log);
  const ticks = new Map(readTimeline(controls).map((tick) => [tick.number, tick]));
  const total = bounds.reduce((sum, bound) => sum + bound, 0);
  const walks = bounds.map((bound, partition) => new Walk(log, partition, bound, thorough));
  const closings = new Closings(walks.map(({ shard }) => shard));
  const tell = (): void =>
    progress(
      walks.reduce((sum, { read }) => sum + read, 0),
      total,
    );
  let together = true;
  for (const control of controls) {
    const reached: Walk[] = [];
    for (const walk of walks) if (await walk.to(control)) reached.push(walk);
    // The rest of the control records is not in the facts yet.
    if (reached.length === 0) break;
    together &&= reached.length === walks.length;
    const tick = ticks.get(control.number);
    if (!tick) continue;
    if (together) closings.close(tick);
    for (const walk of reached) walk.shard.begin(tick);
    tell();
  }
  for (const walk of walks) await walk.toEnd();
  tell();
  return {
    shards: walks.map(({ shard }) => shard),
    closings,
    facts: walks.reduce((sum, { facts }) => sum + facts, 0),
    controls: controls.length,
    badCopies: walks.flatMap(({ badCopies }) => badCopies),
  };
}

/** The control records as every fold is to see them: numbered by their position, dated by the log. */
async function readControls(log: Pick<Log, "read">): Promise<readonly Control[]> {
  const controls: Control[] = [];
  for await (const records of log.read(CONTROL, 0, 0)) {
    for (const { offset, appendedAt, value } of records) {
      const event = decode(value);
      if (event.name === "Control") controls.push({ ...event.value, number: offset, recordedAt: appendedAt });
    }
  }
  return controls;
}

/** One partition of the facts on its way through the control records. */
class Walk {
  readonly shard: Shard;
  readonly badCopies: string[] = [];
  facts = 0;
  read = 0;
  readonly #partition: number;
  readonly #chunks: AsyncIterator<readonly LogRecord[]>;
  #chunk: readonly LogRecord[] = [];
  #at = 0;
  /** The newest copy met. */
  #copy: Control | undefined;

  constructor(log: Pick<Log, "read">, partition: number, bound: number, thorough: boolean) {
    this.shard = new Shard(thorough);
    this.#partition = partition;
    this.#chunks = log.read(FACTS, partition, 0, bound)[Symbol.asyncIterator]();
  }

  /** Takes the facts before a control record's copy in; answers whether the partition has come to it. */
  async to(control: Control): Promise<boolean> {
    const { number } = control;
    while ((this.#copy?.number ?? -1) < number) {
      const copy = await this.#nextCopy();
      if (!copy) return false;
      // Copies made twice come again later: a number that is not newer says nothing.
      if (copy.number > (this.#copy?.number ?? -1)) this.#copy = copy;
    }
    const where = `facts/${this.#partition}: copy of control record ${number}`;
    if (this.#copy!.number > number) this.badCopies.push(`${where} is missing`);
    else if (!isCopy(this.#copy!, control)) this.badCopies.push(`${where} is not what the record says`);
    return true;
  }

  async toEnd(): Promise<void> {
    for (let copy = await this.#nextCopy(); copy; copy = await this.#nextCopy()) {
      if (copy.number > (this.#copy?.number ?? -1))
        this.badCopies.push(`facts/${this.#partition}: copy ${copy.number} of no control record`);
    }
  }

  /** Takes facts in up to the next copy of a control record; undefined at the bound. */
  async #nextCopy(): Promise<Control | undefined> {
    for (;;) {
      for (; this.#at < this.#chunk.length;) {
        const event = decode(this.#chunk[this.#at]!.value);
        this.#at += 1;
        this.read += 1;
        if (event.name === "Control") return event.value;
        if (event.name !== "Fact") continue;
        this.facts += 1;
        this.shard.take(event.value);
      }
      const next = await this.#chunks.next();
      if (next.done) return undefined;
      this.#chunk = next.value;
      this.#at = 0;
    }
  }
}

function isCopy(copy: Control, control: Control): boolean {
  return (Object.keys(control) as (keyof Control)[]).every((field) => copy[field] === control[field]);
}
