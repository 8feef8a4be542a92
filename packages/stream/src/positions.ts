/**
 * How far a machine has come in a partition: stored with its checkpoint in one row, after everything the position
 * stands for. The row's epoch is the instant at which the rebuild began; of two that begin at once, the greater wins.
 */
import type { Range } from "@sanfen/log";
import { jsonCodec, type Collection, type Row, type Store } from "@sanfen/store";

export interface Position {
  /** Offset of the next record to fold. */
  readonly offset: number;
  readonly checkpoint: unknown;
  readonly day: number | null;
}

export const POSITIONS: Collection<Position> = {
  name: "positions",
  ...jsonCodec<Position>(),
  columns: {},
  columnsOf: () => ({}),
  indexes: [],
};

/** The relay's own: a replay keeps it, since what was copied to the facts stays there. */
export const RELAY_POSITIONS: Collection<Position> = { ...POSITIONS, name: "relay_positions" };

export function positionId(name: string, topic: string, partition: number): string {
  return `${name}/${topic}/${partition}`;
}

/** The derived topic no longer holds what the stored state lacks: only `sanfen replay` mends that. */
export class BehindRetention extends Error {
  constructor(id: string, offset: number, start: number) {
    super(`${id}: the next record is ${offset}, but the oldest kept is ${start}; run "sanfen replay"`);
    this.name = "BehindRetention";
  }
}

/**
 * The position to start from. Without one, or with one beyond the log's end (the log is younger than the store), a
 * rebuild begins: a new epoch at offset 0.
 */
export async function takePosition(
  store: Store,
  id: string,
  partition: number,
  range: Range,
  now: number,
  positions: Collection<Position> = POSITIONS,
): Promise<Row<Position>> {
  let row = (await store.get(positions, [id])).get(id);
  if (!row || row.doc.offset > range.end) {
    const epoch = Math.max(now, (row?.version.epoch ?? 0) + 1);
    const fresh = { id, partition, version: { epoch, at: 0 }, doc: { offset: 0, checkpoint: null, day: null } };
    await store.put(positions, [fresh]);
    row = (await store.get(positions, [id])).get(id) ?? fresh;
  }
  if (row.doc.offset < range.start) throw new BehindRetention(id, row.doc.offset, range.start);
  return row;
}

export async function storePosition(
  store: Store,
  before: Row<Position>,
  position: Position,
  positions: Collection<Position> = POSITIONS,
): Promise<Row<Position>> {
  const row = { ...before, version: { epoch: before.version.epoch, at: position.offset }, doc: position };
  await store.put(positions, [row]);
  return row;
}
