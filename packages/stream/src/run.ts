import type { Assignment, Subscription } from "@sanfen/log";
import type { MachineKind } from "./machine.ts";
import { Member, type Surroundings } from "./member.ts";
import { POSITIONS } from "./positions.ts";

export interface RunOptions {
  /** At most so many records a batch. */
  readonly maxRecords: number;
  /** At most so many partitions are folded in threads of their own, where the kind allows it. Default 0. */
  readonly threads?: number;
}

/** A machine kind at work over all partitions that this process is given. */
export interface Run {
  /** What keeps it from being ready; empty when it is. */
  readiness(): readonly string[];
  /** Finishes what is in hand, stores it, gives the partitions up. */
  stop(): Promise<void>;
}

/** Work counts as caught up, for readiness, below so many records behind. */
const READY_LAG_RECORDS = 1_000;

/** Starts folding. Resolves once the subscription stands; partitions are loaded as they are given. */
export async function run(kind: MachineKind, around: Surroundings, options: RunOptions): Promise<Run> {
  const { log, store, observer } = around;
  await store.ensure([POSITIONS, ...kind.collections, ...(kind.written ?? [])]);
  const members = new Map<Assignment, Member>();
  const loading = new Set<Assignment>();
  const threaded = new Set<Assignment>();
  let failure: string | null = null;
  let stopping = false;
  const subscription: Subscription = await log.subscribe({
    group: kind.name,
    topic: kind.topic,
    maxRecords: options.maxRecords,
    assigned: async (assignment) => {
      loading.add(assignment);
      const { module } = threaded.size < (options.threads ?? 0) ? kind : {};
      if (module) threaded.add(assignment);
      try {
        const member = await Member.takeOver(assignment, kind, around, module);
        members.set(assignment, member);
        return member.next;
      } finally {
        loading.delete(assignment);
      }
    },
    batch: async (assignment, batch) => {
      if (stopping) return;
      const member = members.get(assignment);
      if (!member)
        throw new Error(`${kind.name}: a batch of partition ${assignment.partition} came before it was loaded`);
      await member.batch(batch);
      failure = null;
      subscription.report(assignment, member.next);
    },
    revoked: (assignment) => {
      members.get(assignment)?.drop();
      members.delete(assignment);
      threaded.delete(assignment);
    },
    failed: (error, gaveUp) => {
      failure = `${gaveUp ? "gave up: " : ""}${error.message}`;
      observer.failed(kind.name, error, gaveUp);
    },
  });
  return {
    readiness: () => {
      const reasons = [...members.values()].flatMap((member) => {
        const where = `${kind.name} ${kind.topic}/${member.assignment.partition}`;
        if (member.stuck !== null) return [`${where}: ${member.stuck}`];
        return member.lagRecords > READY_LAG_RECORDS ? [`${where}: ${member.lagRecords} records behind`] : [];
      });
      for (const { partition } of loading) reasons.push(`${kind.name} ${kind.topic}/${partition}: loading`);
      if (failure !== null) reasons.push(`${kind.name}: ${failure}`);
      return reasons;
    },
    stop: async () => {
      stopping = true;
      // What cannot be stored now is redone from the stored position by whoever takes over.
      await Promise.allSettled([...members.values()].map((member) => member.flush()));
      await subscription.stop();
    },
  };
}
