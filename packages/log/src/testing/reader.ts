import type { Assignment, Batch, Subscriber } from "../log.ts";

/** What a reader saw of one assignment. */
export interface Hold {
  readonly assignment: Assignment;
  /** The offset that `assigned` answered; null until it has. */
  from: number | null;
  readonly batches: Batch[];
  revoked: boolean;
  /** Batches in hand at the moment: never more than one. */
  inHand: number;
}

export interface Failure {
  readonly error: Error;
  readonly gaveUp: boolean;
}

export interface ReaderOptions {
  readonly topic: string;
  readonly group: string | null;
  readonly maxRecords?: number;
  /** Next offset by partition, as a store would keep it; shared by the members of a group. */
  readonly positions?: Map<number, number>;
  /** Where to begin; by default at the stored position, else at 0. */
  readonly begin?: (assignment: Assignment) => number | Promise<number>;
  /** Handles a batch before its position is stored. */
  readonly handle?: (hold: Hold, batch: Batch) => void | Promise<void>;
}

/**
 * A subscriber that stores its positions as a service does (only while it is current) and notes whatever the log did
 * against the contract in `violations`.
 */
export interface Reader {
  readonly subscriber: Subscriber;
  /** One for each call of `assigned`, in order. */
  readonly holds: readonly Hold[];
  readonly failures: readonly Failure[];
  readonly positions: Map<number, number>;
  readonly violations: readonly string[];
}

export function reader(options: ReaderOptions): Reader {
  const holds: Hold[] = [];
  const failures: Failure[] = [];
  const violations: string[] = [];
  const positions = options.positions ?? new Map<number, number>();
  const subscriber: Subscriber = {
    group: options.group,
    topic: options.topic,
    ...(options.maxRecords === undefined ? {} : { maxRecords: options.maxRecords }),
    async assigned(assignment) {
      if (holds.some((hold) => hold.assignment === assignment)) violations.push("an assignment was given twice");
      if (!assignment.current || assignment.signal.aborted) violations.push("assigned when no longer current");
      for (const { assignment: earlier } of holds) {
        const ended = !earlier.current && earlier.signal.aborted;
        if (earlier.partition === assignment.partition && !ended) violations.push("held twice by one member");
      }
      const hold: Hold = { assignment, from: null, batches: [], revoked: false, inHand: 0 };
      holds.push(hold);
      const begin = options.begin ?? (() => positions.get(assignment.partition) ?? 0);
      const from = await begin(assignment);
      hold.from = from;
      return from;
    },
    async batch(assignment, batch) {
      const hold = holds.find((one) => one.assignment === assignment);
      if (hold === undefined) {
        violations.push("a batch of an assignment never given");
        return;
      }
      violations.push(...faultsOf(hold, batch, options.maxRecords ?? 1_000));
      hold.batches.push(batch);
      hold.inHand += 1;
      try {
        await options.handle?.(hold, batch);
        if (assignment.current) positions.set(assignment.partition, batch.records.at(-1)!.offset + 1);
      } finally {
        hold.inHand -= 1;
      }
    },
    revoked(assignment) {
      if (assignment.current || !assignment.signal.aborted) violations.push("revoked while still current");
      const hold = holds.find((one) => one.assignment === assignment);
      if (hold === undefined) violations.push("revoked what was never assigned");
      if (hold?.revoked === true) violations.push("revoked twice");
      if (hold !== undefined) hold.revoked = true;
    },
    failed(error, gaveUp) {
      failures.push({ error, gaveUp });
    },
  };
  return { subscriber, holds, failures, positions, violations };
}

/** The holds that are current at the moment. */
export function currentHolds(...readers: readonly Reader[]): Hold[] {
  return readers.flatMap((one) => one.holds.filter((hold) => hold.assignment.current));
}

/** Offsets handled by a hold, in the order of delivery. */
export function offsetsOf(hold: Hold): number[] {
  return hold.batches.flatMap((batch) => batch.records.map((record) => record.offset));
}

function faultsOf(hold: Hold, batch: Batch, maxRecords: number): string[] {
  const faults: string[] = [];
  const { assignment } = hold;
  if (!assignment.current) faults.push("a batch was handed to an assignment that is no longer current");
  if (hold.inHand > 0) faults.push("two batches of one assignment at once");
  if (batch.records.length === 0) faults.push("an empty batch");
  if (batch.records.length > maxRecords) faults.push(`a batch of ${batch.records.length}, asked for ${maxRecords}`);
  if (hold.from === null) faults.push("a batch before `assigned` had answered");
  let next = offsetsOf(hold).at(-1) ?? (hold.from ?? 0) - 1;
  for (const record of batch.records) {
    next += 1;
    if (record.offset !== next) faults.push(`offset ${record.offset} where ${next} follows`);
  }
  if (batch.end <= (batch.records.at(-1)?.offset ?? 0)) faults.push(`end ${batch.end} is not beyond the batch`);
  return faults;
}
