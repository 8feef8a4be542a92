/** The collection that the contract is tested with. Its documents carry bytes that are no valid text in any encoding. */
import type { Version } from "@sanfen/model";
import type { Collection, Row } from "../store.ts";

export interface Sample {
  readonly region: string | null;
  readonly score: number | null;
  readonly note: string | null;
  readonly bytes: Uint8Array;
}

let made = 0;

/** A name of its own each time, so that tests share a server and nothing else. */
export function newSampleCollection(): Collection<Sample> {
  return sampleCollection(`sample_p${process.pid}_n${++made}`);
}

/** What `write-until-killed.ts` fills. */
export const writtenUntilKilled: Collection<Sample> = sampleCollection("written_until_killed");

function sampleCollection(name: string): Collection<Sample> {
  return {
    name,
    encode: ({ bytes, ...rest }) => Buffer.concat([Buffer.from(`${JSON.stringify(rest)}\n`), bytes]),
    decode: (stored) => {
      const buffer = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
      const end = buffer.indexOf("\n");
      const rest = JSON.parse(buffer.toString("utf8", 0, end)) as Omit<Sample, "bytes">;
      return { ...rest, bytes: Uint8Array.from(buffer.subarray(end + 1)) };
    },
    columns: { region: "text", score: "number", note: "text" },
    columnsOf: (_id, { region, score, note }) => ({ region, score, note }),
    indexes: [["region", "score"]],
  };
}

export function sampleRow(
  id: string,
  doc: Partial<Sample> = {},
  version: Version = { epoch: 1, at: 1 },
  partition: number = 0,
): Row<Sample> {
  const full = { region: "3304", score: 0, note: "", bytes: Uint8Array.of(0, 255), ...doc };
  return { id, partition, version, doc: full };
}
