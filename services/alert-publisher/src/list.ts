/** Warnings by what a client asks for, newest first. */
import type { Warning, WarningState } from "@sanfen/events";
import { isWithin } from "@sanfen/model";
import type { Store } from "@sanfen/store";
import { WARNING_ROWS } from "@sanfen/stream";

export interface WarningFilter {
  readonly state?: WarningState;
  /** In this region or within it. */
  readonly region?: string;
  readonly kind?: string;
}

export interface WarningPage {
  readonly warnings: readonly Warning[];
  readonly next?: string;
}

/** Reads of the store for one page: where matches are rare, a page ends short and the next one goes on. */
const MOST_READS = 40;

/**
 * A page of at most `limit` warnings. One index gives the order and narrows by state or else by kind; the rest is
 * sifted here. Rejects with StoreError `bad-cursor`.
 */
export async function listWarnings(
  store: Pick<Store, "query">,
  filter: WarningFilter,
  limit: number,
  from: string | undefined,
): Promise<WarningPage> {
  const { state, region, kind } = filter;
  const equal = state !== undefined ? { state } : kind !== undefined ? { kind } : {};
  const warnings: Warning[] = [];
  let cursor = from;
  for (let reads = 0; reads < MOST_READS; reads++) {
    const page = await store.query(WARNING_ROWS, {
      equal,
      sort: { column: "raisedOn", descending: true },
      limit: limit - warnings.length,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { doc } of page.rows) {
      if (kind !== undefined && doc.kind !== kind) continue;
      if (region !== undefined && !isWithin(doc.region, region)) continue;
      warnings.push(doc);
    }
    cursor = page.next;
    if (cursor === undefined) return { warnings };
    if (warnings.length === limit) break;
  }
  return { warnings, ...(cursor !== undefined && { next: cursor }) };
}
