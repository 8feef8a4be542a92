/**
 * The second verb of the stream, stage two: absolute tallies of the source partitions, added up per group, live
 * between ticks and frozen at them. Pure memory of one partition of the tallies.
 *
 * A mark brings a closing and, where newer tallies wait behind it, the live state after it: two contents at one
 * record. So positions of stage two are doubled: 2 × offset for the record, one more for what follows a closing.
 */
import type { Control, EventTypes, Mark, Tally } from "@sanfen/events";
import { partitionOf, type Day } from "@sanfen/model";
import { jsonCodec, type Collection, type Row } from "@sanfen/store";
import { Group, type Counts, type GroupTallies } from "./aligned.ts";
import { documentRows, KeptControl } from "./documents.ts";
import type { Document, Unversioned, Versioned } from "./fold.ts";
import { InForce } from "./in-force.ts";
import type { DeadRecord, Held, Layout, LiveCause, Machine, MachineKind, Stamped, Writes } from "./machine.ts";
import { Outbox } from "./outbox.ts";
import { Places } from "./places.ts";
import { COMMANDS, FACTS } from "./topics.ts";

/** A period that a tick has closed. */
export interface Closing {
  /** Number of the tick. */
  readonly number: number;
  /** Day that the period belongs to. */
  readonly day: Day;
  /** Whether the tick begins another day: then this closing is the day's record. */
  readonly endsDay: boolean;
}

/** Stage two of a rollup, as pure functions. `S` remembers the closings of a key, `N` is what it emits. */
export interface RollupKind<S, N extends Versioned, D, A> {
  readonly name: string;
  readonly topic: string;
  readonly output: { readonly topic: string; readonly name: N; readonly collection: Collection<EventTypes[N]> };
  /** What a key remembers of its closings: loaded at take-over. */
  readonly documents: Collection<D>;
  /** Closings of the past, for readers: written once, never loaded by the fold. */
  readonly archive: Collection<A>;
  keyOf(documentId: string): string;
  /** Keys that every closing records. */
  keys(inForce: InForce): readonly string[];
  open(key: string, documents: readonly Document<D>[]): S;
  /** `closing` null: live. Undefined where the key has no place in the documents in force. */
  say(
    key: string,
    state: S,
    counts: Counts,
    inForce: InForce,
    closing: Closing | null,
    cause: string,
  ): Unversioned<N> | undefined;
  /** Rulebook (id@version) whose counts a key shows. */
  rulebookOf(key: string, inForce: InForce): string | undefined;
  same(a: Unversioned<N>, b: Unversioned<N>): boolean;
  /** What the state holds of a closing: the output, `later` when a later one stands, undefined when it is new. */
  recorded(state: S, closing: Closing): Unversioned<N> | "later" | undefined;
  /** Remembers a closing; answers the causes a rule finds in it. */
  close(
    key: string,
    state: S,
    output: Unversioned<N>,
    closing: Closing,
    at: number,
    inForce: InForce,
  ): readonly EventTypes["Command"][];
  takeDocuments(state: S): readonly Document<D>[];
  takeArchive(state: S): readonly Document<A>[];
}

interface Checkpoint {
  readonly marks: readonly number[];
  /** Control records that some sources have marked and others not yet. */
  readonly waiting: readonly Control[];
  readonly clock: unknown;
}

const KEYS_PER_YIELD = 128;

export function tallyRows(service: string): Collection<GroupTallies> {
  return {
    name: `${service}_tallies`.replaceAll("-", "_"),
    ...jsonCodec<GroupTallies>(),
    columns: {},
    columnsOf: () => ({}),
    indexes: [],
  };
}

export function rollupMachine<S, N extends Versioned, D, A>(kind: RollupKind<S, N, D, A>): MachineKind {
  const documents = documentRows(kind.name);
  const tallies = tallyRows(kind.name);
  return {
    name: kind.name,
    topic: kind.topic,
    collections: [documents, kind.documents, tallies, kind.output.collection],
    written: [kind.archive],
    open: (held, layout) => new RollupMachine(kind, documents, tallies, held, layout),
  };
}

class RollupMachine<S, N extends Versioned, D, A> implements Machine {
  readonly outbox: Outbox = new Outbox();
  readonly silentUpTo: number;
  readonly #kind: RollupKind<S, N, D, A>;
  readonly #tallies: Collection<GroupTallies>;
  readonly #held: Held;
  readonly #layout: Layout;
  readonly #control: KeptControl;
  readonly #places: Places;
  readonly #marks: number[];
  readonly #waiting = new Map<number, Control>();
  readonly #groups = new Map<string, { group: Group; at: number }>();
  readonly #states = new Map<string, S>();
  readonly #heads = new Map<string, EventTypes[N]>();
  readonly #dirtyGroups = new Set<string>();
  readonly #dirtyStates = new Set<string>();
  readonly #dirtyHeads = new Set<string>();
  /** Groups of which a source said something behind a mark that not all sources have come to. */
  readonly #ahead = new Set<string>();
  #inForce: InForce | null = null;
  #dead: DeadRecord[] = [];
  /** Live outputs since the last call, for the measure of the way from fact to colour. */
  #live: LiveCause[] = [];

  constructor(
    kind: RollupKind<S, N, D, A>,
    documents: Collection<Control>,
    tallies: Collection<GroupTallies>,
    held: Held,
    layout: Layout,
  ) {
    this.#kind = kind;
    this.#tallies = tallies;
    this.#held = held;
    this.#layout = layout;
    this.#places = new Places(layout);
    const checkpoint = held.checkpoint as Checkpoint | null;
    this.#control = new KeptControl(documents, held, checkpoint?.clock);
    const sources = layout.partitionsOf(FACTS);
    this.#marks = checkpoint ? [...checkpoint.marks] : Array.from<number>({ length: sources }).fill(-1);
    for (const control of checkpoint?.waiting ?? []) this.#waiting.set(control.number, control);
    const { inForce, day } = this.#control.state;
    if (day !== null) this.#inForce = InForce.on(day, inForce, null);
    let newest = -1;
    for (const row of held.rows(documents)) newest = Math.max(newest, row.version.at);
    for (const row of held.rows(tallies)) {
      newest = Math.max(newest, row.version.at);
      const group = new Group(row.doc);
      this.#groups.set(row.id, { group, at: row.version.at });
      if (group.saidAfter(this.#control.state.number + 1)) this.#ahead.add(row.id);
    }
    const histories = new Map<string, Document<D>[]>();
    for (const row of held.rows(kind.documents)) {
      newest = Math.max(newest, row.version.at);
      const key = kind.keyOf(row.id);
      histories.set(key, [...(histories.get(key) ?? []), { id: row.id, at: row.version.at, doc: row.doc }]);
    }
    for (const [key, list] of histories) this.#states.set(key, kind.open(key, list));
    for (const row of held.rows(kind.output.collection)) {
      newest = Math.max(newest, row.version.at);
      this.#heads.set(row.id, row.doc);
    }
    this.silentUpTo = newest;
  }

  get day(): number | null {
    return this.#control.state.day;
  }

  get dirty(): number {
    return this.#dirtyGroups.size + this.#dirtyStates.size + this.#dirtyHeads.size + this.#control.dirty;
  }

  *fold(records: readonly Stamped[]): Generator<void, void, void> {
    for (const record of records) {
      if (record.event.name === "Tally") this.#applyTally(record.event.value, record.at * 2);
      else if (record.event.name === "Mark") yield* this.#applyMark(record.event.value, record.at * 2);
      else this.#dead.push({ at: record.at, reason: "unexpected-event", detail: record.event.name });
      yield;
    }
  }

  checkpoint(): unknown {
    const checkpoint: Checkpoint = {
      marks: this.#marks,
      waiting: [...this.#waiting.values()],
      clock: this.#control.checkpoint(),
    };
    return checkpoint;
  }

  takeDead(): readonly DeadRecord[] {
    const dead = this.#dead;
    this.#dead = [];
    return dead;
  }

  takeLive(): readonly LiveCause[] {
    const live = this.#live;
    this.#live = [];
    return live;
  }

  takeWrites(): readonly Writes[] {
    const documents: Row<D>[] = [];
    const archive: Row<A>[] = [];
    for (const key of this.#dirtyStates) {
      const state = this.#states.get(key)!;
      for (const { id, at, doc } of this.#kind.takeArchive(state)) archive.push(this.#row(id, at, doc));
      for (const { id, at, doc } of this.#kind.takeDocuments(state)) documents.push(this.#row(id, at, doc));
    }
    const groups = [...this.#dirtyGroups].map((id) => {
      const { group, at } = this.#groups.get(id)!;
      return this.#row(id, at, group.tallies);
    });
    const heads = [...this.#dirtyHeads].map((key) => {
      const head = this.#heads.get(key)!;
      return this.#row(key, head.version.at, head);
    });
    this.#dirtyStates.clear();
    this.#dirtyGroups.clear();
    this.#dirtyHeads.clear();
    // The archive before what remembers how far it goes; closings before tallies: a tally row forgets the layers of closings, which must stand in the store by then.
    return [
      { collection: this.#control.collection, rows: this.#control.takeRows() },
      { collection: this.#kind.archive, rows: archive },
      { collection: this.#kind.documents, rows: documents },
      { collection: this.#tallies, rows: groups },
      { collection: this.#kind.output.collection, rows: heads },
    ];
  }

  #row<T>(id: string, at: number, doc: T): Row<T> {
    return { id, partition: this.#held.partition, version: { epoch: this.#held.epoch, at }, doc };
  }

  #applyTally(tally: Tally, at: number): void {
    const id = `${tally.region}|${tally.rulebook}`;
    let kept = this.#groups.get(id);
    if (!kept) {
      kept = { group: new Group({ region: tally.region, rulebook: tally.rulebook, sources: {} }), at };
      this.#groups.set(id, kept);
    }
    const after = this.#marks[tally.source] ?? -1;
    if (kept.group.take(tally.source, { after, version: tally.version, counts: tally.counts })) {
      kept.at = Math.max(kept.at, at);
      this.#dirtyGroups.add(id);
      if (after > this.#control.state.number) this.#ahead.add(id);
    } else if ((this.#heads.get(tally.region)?.version.at ?? -1) >= at) {
      // Redone after a take-over, and what follows from it is stored.
      return;
    }
    if (this.#inForce && tally.rulebook === this.#kind.rulebookOf(tally.region, this.#inForce)) {
      this.#sayLive(tally.region, at, { subject: tally.cause, recordedAt: tally.recordedAt });
    }
  }

  *#applyMark(mark: Mark, at: number): Generator<void, void, void> {
    const { source, control } = mark;
    if (control.number <= (this.#marks[source] ?? -1)) return;
    this.#marks[source] = control.number;
    if (control.number > this.#control.state.number) this.#waiting.set(control.number, control);
    // A source marks every number, one at a time: so one mark brings at most one number into line.
    const next = this.#waiting.get(Math.min(...this.#waiting.keys()));
    if (next && this.#marks.every((number) => number >= next.number)) {
      this.#waiting.delete(next.number);
      yield* this.#align(next, at);
    }
  }

  *#align(control: Control, at: number): Generator<void, void, void> {
    const before = this.#inForce;
    const step = this.#control.apply(control, at);
    if ("refused" in step) return;
    if (control.kind === "tick" && before) {
      const closing = { number: control.number, day: before.day, endsDay: step.newDay };
      let closed = 0;
      for (const key of this.#kind.keys(before)) {
        if (!this.#owns(key)) continue;
        this.#close(key, closing, before, at);
        closed += 1;
        if (closed % KEYS_PER_YIELD === 0) yield;
      }
    }
    if (step.newDay) {
      const { inForce, day } = this.#control.state;
      const now = InForce.on(day!, inForce, before);
      this.#inForce = now;
      if (before && before.rules !== now.rules) yield* this.#switchRules(now, at);
    }
    this.#releaseAhead(control.number, at);
  }

  /** Other rules from this day on: every key shows what they make of it, whether or not a tally comes. */
  *#switchRules(inForce: InForce, at: number): Generator<void, void, void> {
    let said = 0;
    for (const key of this.#kind.keys(inForce)) {
      if (!this.#owns(key)) continue;
      this.#sayLive(key, at + 1, { subject: "", recordedAt: 0 });
      said += 1;
      if (said % KEYS_PER_YIELD === 0) yield;
    }
  }

  /** Lets go of what the closing needed; groups that were told more since go on live. */
  #releaseAhead(number: number, at: number): void {
    for (const id of this.#ahead) {
      const kept = this.#groups.get(id)!;
      const { group } = kept;
      const { region, rulebook } = group.tallies;
      const more = group.saidAfter(number);
      if (group.forgetBefore(number)) {
        kept.at = Math.max(kept.at, at);
        this.#dirtyGroups.add(id);
      }
      if (!group.saidAfter(number + 1)) this.#ahead.delete(id);
      if (more && this.#inForce && rulebook === this.#kind.rulebookOf(region, this.#inForce)) {
        this.#sayLive(region, at + 1, { subject: "", recordedAt: 0 });
      }
    }
  }

  #close(key: string, closing: Closing, inForce: InForce, at: number): void {
    const state = this.#stateOf(key);
    const recorded = this.#kind.recorded(state, closing);
    if (recorded === "later") return;
    const output =
      recorded ?? this.#kind.say(key, state, this.#counts(key, inForce, closing.number), inForce, closing, "");
    if (!output) return;
    if (!recorded) {
      const commands = this.#kind.close(key, state, output, closing, at, inForce);
      this.#dirtyStates.add(key);
      for (const command of commands) this.#sendCommand(command, at);
    }
    this.#emit(key, output, at);
  }

  #sayLive(key: string, at: number, cause: LiveCause): void {
    const inForce = this.#inForce;
    if (!inForce) return;
    const output = this.#kind.say(key, this.#stateOf(key), this.#counts(key, inForce), inForce, null, cause.subject);
    if (output && this.#emit(key, output, at)) this.#live.push(cause);
  }

  #counts(key: string, inForce: InForce, mark?: number): Counts {
    const rulebook = this.#kind.rulebookOf(key, inForce);
    const group = this.#groups.get(`${key}|${rulebook ?? ""}`)?.group;
    if (!group) return {};
    return mark === undefined ? group.live : group.frozenAt(mark);
  }

  /** Keeps and sends what a key says, if it differs from what it said; answers whether it was sent. */
  #emit(key: string, output: Unversioned<N>, at: number): boolean {
    const before = this.#heads.get(key);
    // A redo that has not come to the stored head yet has nothing to say about it.
    if (before && (before.version.at > at || this.#kind.same(before, output))) return false;
    const version = { epoch: this.#held.epoch, at };
    const head = { ...output, version } as EventTypes[N];
    this.#heads.set(key, head);
    this.#dirtyHeads.add(key);
    if (at <= this.silentUpTo) return false;
    const { topic, name } = this.#kind.output;
    this.outbox.push({ topic, partition: this.#places.of(topic, key), key, name, value: head, at });
    return true;
  }

  #sendCommand(command: EventTypes["Command"], at: number): void {
    if (at <= this.silentUpTo) return;
    const partition = partitionOf(command.object, this.#layout.partitionsOf(COMMANDS));
    this.outbox.append({ topic: COMMANDS, partition, key: command.object, name: "Command", value: command, at });
  }

  #owns(key: string): boolean {
    return this.#places.of(this.#kind.topic, key) === this.#held.partition;
  }

  #stateOf(key: string): S {
    let state = this.#states.get(key);
    if (state === undefined) {
      state = this.#kind.open(key, []);
      this.#states.set(key, state);
    }
    return state;
  }
}
