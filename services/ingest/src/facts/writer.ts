/** Facts on their way into the log: encoded once, placed by their subject. */
import { encode, headersFor, type Fact } from "@sanfen/events";
import type { Entry, Log } from "@sanfen/log";
import { partitionOf } from "@sanfen/model";
import { FACTS } from "@sanfen/stream";

/** A fact as the log takes it. Its headers are made when it is appended: many may wait. */
export interface PlacedFact {
  readonly partition: number;
  readonly subject: string;
  readonly kind: Fact["kind"];
  /** `<fact id>@<revision>`: unique within the source, as CloudEvents asks of an event's id. */
  readonly eventId: string;
  readonly source: string;
  readonly bytes: Uint8Array;
}

/** Offset of the last fact appended, by partition. */
export type LastOffsets = ReadonlyMap<number, number>;

export function placeFact(fact: Fact, partitions: number): PlacedFact {
  return {
    partition: partitionOf(fact.subject, partitions),
    subject: fact.subject,
    kind: fact.kind,
    eventId: `${fact.id}@${fact.revision}`,
    source: fact.source,
    bytes: encode("Fact", fact),
  };
}

/**
 * Appends facts, one ordered list per partition. Durable when it resolves; when it rejects (LogError), any of them may
 * be in the log: sending all of them again is safe, as facts are known by their ids.
 */
export async function appendFacts(
  log: Pick<Log, "append">,
  facts: readonly PlacedFact[],
  traceparent?: string,
): Promise<LastOffsets> {
  const lists = new Map<number, Entry[]>();
  for (const fact of facts) {
    const entry = entryOf(fact, traceparent);
    const list = lists.get(fact.partition);
    if (list) list.push(entry);
    else lists.set(fact.partition, [entry]);
  }
  const last = await Promise.all(
    [...lists].map(async ([partition, entries]): Promise<[number, number]> => {
      const offsets = await log.append(FACTS, partition, entries);
      return [partition, offsets.at(-1)!];
    }),
  );
  return new Map(last);
}

function entryOf(fact: PlacedFact, traceparent: string | undefined): Entry {
  return {
    key: fact.subject,
    value: fact.bytes,
    headers: headersFor("Fact", {
      id: fact.eventId,
      // CloudEvents wants a URI reference; a source may hold any character.
      source: encodeURIComponent(fact.source),
      ...(traceparent !== undefined && { traceparent }),
    }),
  };
}

/** The greater offset of each partition. */
export function laterOf(a: LastOffsets, b: LastOffsets): LastOffsets {
  const later = new Map(a);
  for (const [partition, offset] of b) later.set(partition, Math.max(offset, later.get(partition) ?? 0));
  return later;
}
