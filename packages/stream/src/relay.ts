import { decode, encode } from "@sanfen/events";
import type { Assignment, Entry, LogRecord } from "@sanfen/log";
import type { Row } from "@sanfen/store";
import type { Surroundings } from "./member.ts";
import { positionId, RELAY_POSITIONS, storePosition, takePosition, type Position } from "./positions.ts";
import type { Run } from "./run.ts";
import { CONTROL, FACTS } from "./topics.ts";

const NAME = "relay";

/**
 * Copies every control record to every partition of the facts, numbered by its position in `sanfen.control`, with the
 * instant at which that log took it. A relay that dies between two partitions begins again at its stored position:
 * folds ignore numbers they have seen, so one order holds in all partitions whatever relays do.
 */
export async function runRelay(around: Surroundings): Promise<Run> {
  const { log, store, layout, clock, observer } = around;
  await store.ensure([RELAY_POSITIONS]);
  const positions = new Map<Assignment, Row<Position>>();
  let failure: string | null = null;
  const subscription = await log.subscribe({
    group: NAME,
    topic: CONTROL,
    assigned: async (assignment) => {
      const range = await log.range(CONTROL, 0);
      const position = await takePosition(store, positionId(NAME, CONTROL, 0), 0, range, clock(), RELAY_POSITIONS);
      positions.set(assignment, position);
      return position.doc.offset;
    },
    batch: async (assignment, batch) => {
      const before = positions.get(assignment);
      if (!before) throw new Error("a batch came before its assignment");
      const copies = batch.records.flatMap(copyOf);
      if (copies.length > 0) {
        const partitions = Array.from({ length: layout.partitionsOf(FACTS) }, (_, partition) => partition);
        await Promise.all(partitions.map((partition) => log.append(FACTS, partition, copies)));
      }
      if (!assignment.current) return;
      const offset = batch.records.at(-1)!.offset + 1;
      positions.set(
        assignment,
        await storePosition(store, before, { offset, checkpoint: null, day: null }, RELAY_POSITIONS),
      );
      subscription.report(assignment, offset);
      observer.folded(NAME, batch.records.length);
      observer.lag(NAME, CONTROL, 0, Math.max(0, batch.end - offset), 0);
      failure = null;
    },
    revoked: (assignment) => {
      positions.delete(assignment);
    },
    failed: (error, gaveUp) => {
      failure = error.message;
      observer.failed(NAME, error, gaveUp);
    },
  });
  return {
    readiness: () => (failure === null ? [] : [`${NAME}: ${failure}`]),
    stop: () => subscription.stop(),
  };
}

/** A record that is no control record is passed over: nothing but control records is ever copied. */
function copyOf(record: LogRecord): Entry[] {
  const event = decode(record.value);
  if (event.name !== "Control") return [];
  const copy = { ...event.value, number: record.offset, recordedAt: record.appendedAt };
  return [{ key: "control", value: encode("Control", copy), headers: { "sanfen-type": "Control" } }];
}
