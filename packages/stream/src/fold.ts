/**
 * The first verb of the stream: records of one key → the state of that key, emitting an output when what it says
 * changes; and, where rows are counted, stage one of a rollup. Pure memory of one partition.
 */
import type { Control, EventName, EventTypes, Fact } from "@sanfen/events";
import type { Day } from "@sanfen/model";
import { partitionOf } from "@sanfen/model";
import type { Collection, Row } from "@sanfen/store";
import { KeptControl, documentRows } from "./documents.ts";
import { InForce } from "./in-force.ts";
import type {
  DeadRecord,
  Held,
  Layout,
  Machine,
  MachineKind,
  MachineModule,
  Refusal,
  Stamped,
  Writes,
} from "./machine.ts";
import { Outbox, type Output } from "./outbox.ts";
import { Places } from "./places.ts";
import { Sums, type Contribution } from "./sums.ts";
import { COMMANDS, TALLIES } from "./topics.ts";

/** Events that carry the version at which they were computed. */
export type Versioned = { [N in EventName]: EventTypes[N] extends { version: unknown } ? N : never }[EventName];

/** What a state says, before it has a version. */
export type Unversioned<N extends Versioned> = Omit<EventTypes[N], "version">;

export interface Said<N extends Versioned> {
  readonly output: Unversioned<N>;
  /** First day on which it may say something else by itself; null when no day brings that about. */
  readonly dueOn: Day | null;
}

export interface Step<S> {
  readonly state: S;
  /** False when the record is known already, or has no effect. */
  readonly changed: boolean;
  /** Causes that a rule found, and facts put aside. */
  readonly commands?: readonly EventTypes["Command"][];
  readonly refused?: { readonly reason: Refusal; readonly detail: string };
}

/** A document of a state, kept apart from the head: written when it changed. */
export interface Document<D> {
  readonly id: string;
  readonly at: number;
  readonly doc: D;
}

/** A fold, as pure functions. `S` is the state of a key, `N` the event it emits, `D` its documents. */
export interface FoldKind<S, N extends Versioned, D> {
  readonly name: string;
  readonly topic: string;
  readonly output: { readonly topic: string; readonly name: N; readonly collection: Collection<EventTypes[N]> };
  readonly documents: Collection<D>;
  /** Whether days and documents reach this fold with its records. */
  readonly timed: boolean;
  /** Key of the state that a stored document belongs to. */
  keyOf(documentId: string): string;
  /** Whether a record's key is this fold's. */
  concerns(key: string): boolean;
  open(key: string, documents: readonly Document<D>[]): S;
  step(state: S, record: Stamped, inForce: InForce | null): Step<S>;
  /** Null: nothing to say (yet). */
  say(key: string, state: S, inForce: InForce | null): Said<N> | null;
  /** Whether two outputs say the same. */
  same(a: Unversioned<N>, b: Unversioned<N>): boolean;
  /** What an output adds to groups; absent where nothing is counted. */
  contributions?(output: Unversioned<N>): readonly Contribution[];
  /** Documents that changed since they were last taken. */
  takeDocuments(state: S): readonly Document<D>[];
}

/** Work between two yields while many keys are said again. */
const KEYS_PER_YIELD = 64;

/** `module`: where the result is exported, if it may work in a thread of its own. */
export function foldMachine<S, N extends Versioned, D>(kind: FoldKind<S, N, D>, module?: MachineModule): MachineKind {
  const documents = documentRows(kind.name);
  return {
    name: kind.name,
    topic: kind.topic,
    ...(module && { module }),
    collections: [documents, kind.documents, kind.output.collection],
    open: (held, layout) => new FoldMachine(kind, documents, held, layout),
  };
}

class FoldMachine<S, N extends Versioned, D> implements Machine {
  readonly outbox: Outbox = new Outbox();
  readonly silentUpTo: number;
  readonly #kind: FoldKind<S, N, D>;
  readonly #held: Held;
  readonly #layout: Layout;
  readonly #control: KeptControl;
  readonly #sums = new Sums();
  readonly #states = new Map<string, S>();
  /** Stored documents of keys not touched yet: opened when a record or a day calls for them. */
  readonly #closed = new Map<string, Document<D>[]>();
  readonly #heads = new Map<string, EventTypes[N]>();
  /** What each head adds to groups, where rows are counted. */
  readonly #counted = new Map<string, readonly Contribution[]>();
  readonly #due = new Map<Day, Set<string>>();
  readonly #dueOf = new Map<string, Day>();
  #earliestDue: Day = Infinity;
  readonly #dirtyHeads = new Set<string>();
  readonly #dirtyStates = new Set<string>();
  readonly #places: Places;
  #inForce: InForce | null = null;
  #dead: DeadRecord[] = [];

  constructor(kind: FoldKind<S, N, D>, documents: Collection<Control>, held: Held, layout: Layout) {
    this.#kind = kind;
    this.#held = held;
    this.#layout = layout;
    this.#places = new Places(layout);
    this.#control = new KeptControl(documents, held, held.checkpoint);
    this.#inForce = inForceOf(this.#control);
    let newest = -1;
    for (const row of held.rows(documents)) newest = Math.max(newest, row.version.at);
    for (const row of held.rows(kind.documents)) {
      newest = Math.max(newest, row.version.at);
      const key = kind.keyOf(row.id);
      const list = this.#closed.get(key);
      const document = { id: row.id, at: row.version.at, doc: row.doc };
      if (list) list.push(document);
      else this.#closed.set(key, [document]);
    }
    for (const row of held.rows(kind.output.collection)) {
      newest = Math.max(newest, row.version.at);
      this.#heads.set(row.id, row.doc);
      if (kind.contributions) {
        const counted = kind.contributions(row.doc);
        this.#counted.set(row.id, counted);
        this.#sums.load(counted);
      }
      this.#schedule(row.id, dueOf(row.doc));
    }
    this.silentUpTo = newest;
  }

  get day(): number | null {
    return this.#control.state.day;
  }

  get dirty(): number {
    return this.#dirtyHeads.size + this.#dirtyStates.size + this.#control.dirty;
  }

  *fold(records: readonly Stamped[]): Generator<void, void, void> {
    for (const record of records) {
      if (record.event.name === "Control" && this.#kind.timed) yield* this.#applyControl(record.event.value, record);
      else if (this.#kind.concerns(record.key)) this.#applyRecord(record);
      yield;
    }
    this.#emitTallies();
  }

  checkpoint(): unknown {
    return this.#control.checkpoint();
  }

  takeDead(): readonly DeadRecord[] {
    const dead = this.#dead;
    this.#dead = [];
    return dead;
  }

  takeWrites(): readonly Writes[] {
    const { documents, output } = this.#kind;
    const documentWrites: Row<D>[] = [];
    for (const key of this.#dirtyStates) {
      for (const { id, at, doc } of this.#kind.takeDocuments(this.#states.get(key)!))
        documentWrites.push(this.#row(id, at, doc));
    }
    const heads = [...this.#dirtyHeads].map((key) => {
      const head = this.#heads.get(key)!;
      return this.#row(key, head.version.at, head);
    });
    this.#dirtyStates.clear();
    this.#dirtyHeads.clear();
    return [
      { collection: this.#control.collection, rows: this.#control.takeRows() },
      { collection: documents, rows: documentWrites },
      { collection: output.collection, rows: heads },
    ];
  }

  #row<T>(id: string, at: number, doc: T): Row<T> {
    return { id, partition: this.#held.partition, version: { epoch: this.#held.epoch, at }, doc };
  }

  #applyRecord(record: Stamped): void {
    const { key, at } = record;
    const step = this.#kind.step(this.#stateOf(key), record, this.#inForce);
    if (step.refused) this.#dead.push({ at, ...step.refused });
    for (const command of step.commands ?? []) this.#sendCommand(command, at);
    if (step.changed) {
      this.#states.set(key, step.state);
      this.#dirtyStates.add(key);
    } else if ((this.#heads.get(key)?.version.at ?? -1) >= at) {
      // Redone after a take-over, and what it says is stored: nothing follows from it twice.
      return;
    }
    this.#say(key, { at, subject: key, recordedAt: record.appendedAt });
  }

  *#applyControl(control: Control, record: Stamped): Generator<void, void, void> {
    const step = this.#control.apply(control, record.at);
    if ("refused" in step) {
      if (step.refused !== "known")
        this.#dead.push({ at: record.at, reason: "bad-control", detail: `${step.refused}: ${step.detail}` });
      return;
    }
    this.#emitTallies();
    if (this.#kind.contributions) this.#emitMarks(control, record.at);
    if (step.newDay) yield* this.#beginDay(record);
  }

  *#beginDay(record: Stamped): Generator<void, void, void> {
    const { inForce, day } = this.#control.state;
    const before = this.#inForce;
    const now = InForce.on(day!, inForce, before);
    this.#inForce = now;
    const cause = { at: record.at, subject: "", recordedAt: record.appendedAt };
    const keys = before?.rules === now.rules ? this.#takeDue(day!) : this.#allKeys();
    let said = 0;
    for (const key of keys) {
      this.#say(key, cause);
      said += 1;
      if (said % KEYS_PER_YIELD === 0) yield;
    }
  }

  #say(key: string, cause: { at: number; subject: string; recordedAt: number }): void {
    const before = this.#heads.get(key);
    // A redo that has not come to the stored head yet has nothing to say about it.
    if (before && before.version.at > cause.at) return;
    const said = this.#kind.say(key, this.#stateOf(key), this.#inForce);
    if (!said) return;
    this.#schedule(key, said.dueOn);
    if (before && this.#kind.same(before, said.output)) return;
    const version = { epoch: this.#held.epoch, at: cause.at };
    const head = { ...said.output, version } as EventTypes[N];
    this.#heads.set(key, head);
    this.#dirtyHeads.add(key);
    const { topic, name } = this.#kind.output;
    this.#push({ topic, partition: this.#places.of(topic, key), key, name, value: head, at: cause.at });
    if (!this.#kind.contributions) return;
    const counted = this.#kind.contributions(head);
    this.#sums.move(this.#counted.get(key) ?? [], counted, cause);
    this.#counted.set(key, counted);
  }

  #emitTallies(): void {
    if (!this.#kind.contributions) return;
    for (const [group, cause] of this.#sums.takeChanged()) {
      const value: EventTypes["Tally"] = {
        region: group.region,
        rulebook: group.rulebook,
        source: this.#held.partition,
        counts: { ...group.counts },
        cause: cause.subject,
        recordedAt: cause.recordedAt,
        version: { epoch: this.#held.epoch, at: cause.at },
      };
      const partition = this.#places.of(TALLIES, group.region);
      const key = `${group.region}|${group.rulebook}|${this.#held.partition}`;
      this.#push({ topic: TALLIES, partition, key, name: "Tally", value, at: cause.at });
    }
  }

  #emitMarks(control: Control, at: number): void {
    if (at <= this.silentUpTo) return;
    const value = { source: this.#held.partition, control, version: { epoch: this.#held.epoch, at } };
    const key = `mark/${this.#held.partition}`;
    for (let partition = 0; partition < this.#layout.partitionsOf(TALLIES); partition += 1) {
      this.outbox.mark({ topic: TALLIES, partition, key, name: "Mark", value, at });
    }
  }

  #sendCommand(command: EventTypes["Command"], at: number): void {
    if (at <= this.silentUpTo) return;
    const partition = partitionOf(command.object, this.#layout.partitionsOf(COMMANDS));
    this.outbox.append({ topic: COMMANDS, partition, key: command.object, name: "Command", value: command, at });
  }

  /** What a redo would repeat is out already: outputs precede state, and the state that was loaded is newer. */
  #push(output: Output): void {
    if (output.at > this.silentUpTo) this.outbox.push(output);
  }

  #stateOf(key: string): S {
    let state = this.#states.get(key);
    if (state === undefined) {
      state = this.#kind.open(key, this.#closed.get(key) ?? []);
      this.#closed.delete(key);
      this.#states.set(key, state);
    }
    return state;
  }

  #allKeys(): readonly string[] {
    this.#due.clear();
    this.#dueOf.clear();
    this.#earliestDue = Infinity;
    return [...new Set([...this.#states.keys(), ...this.#closed.keys(), ...this.#heads.keys()])].sort();
  }

  #schedule(key: string, dueOn: Day | null): void {
    const before = this.#dueOf.get(key);
    if (before === dueOn) return;
    if (before !== undefined) {
      this.#due.get(before)?.delete(key);
      this.#dueOf.delete(key);
    }
    if (dueOn === null) return;
    this.#dueOf.set(key, dueOn);
    this.#earliestDue = Math.min(this.#earliestDue, dueOn);
    const keys = this.#due.get(dueOn);
    if (keys) keys.add(key);
    else this.#due.set(dueOn, new Set([key]));
  }

  #takeDue(day: Day): readonly string[] {
    const keys: string[] = [];
    for (; this.#earliestDue <= day; this.#earliestDue += 1) {
      for (const key of this.#due.get(this.#earliestDue) ?? []) keys.push(key);
      this.#due.delete(this.#earliestDue);
      if (this.#due.size === 0) this.#earliestDue = Infinity;
    }
    for (const key of keys) this.#dueOf.delete(key);
    return keys.sort();
  }
}

function inForceOf(control: KeptControl): InForce | null {
  const { inForce, day } = control.state;
  return day === null ? null : InForce.on(day, inForce, null);
}

/** Day on which a stored head is due, for the events that say so. */
function dueOf(head: object): Day | null {
  return "nextReviewOn" in head ? (head.nextReviewOn as Day | null) : null;
}

/** Facts and copies of control records share a topic: the fact of a record, if it is one. */
export function factOf(record: Stamped): Fact | undefined {
  return record.event.name === "Fact" ? record.event.value : undefined;
}
