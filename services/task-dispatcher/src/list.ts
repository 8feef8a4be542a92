/** Tasks by what a client asks for, newest first. */
import type { Task, TaskState } from "@sanfen/events";
import { isWithin } from "@sanfen/model";
import type { Store } from "@sanfen/store";
import { TASK_ROWS } from "@sanfen/stream";

export interface TaskFilter {
  readonly state?: TaskState;
  /** In this region or within it. */
  readonly region?: string;
  readonly assignee?: string;
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  readonly next?: string;
}

/** Reads of the store for one page: where matches are rare, a page ends short and the next one goes on. */
const MOST_READS = 40;

/**
 * A page of at most `limit` tasks. One index gives the order and narrows by assignee or else by state; the rest is
 * sifted here. Rejects with StoreError `bad-cursor`.
 */
export async function listTasks(
  store: Pick<Store, "query">,
  filter: TaskFilter,
  limit: number,
  from: string | undefined,
): Promise<TaskPage> {
  const { state, region, assignee } = filter;
  const equal = assignee !== undefined ? { assignee } : state !== undefined ? { state } : {};
  const tasks: Task[] = [];
  let cursor = from;
  for (let reads = 0; reads < MOST_READS; reads++) {
    const page = await store.query(TASK_ROWS, {
      equal,
      sort: { column: "createdOn", descending: true },
      limit: limit - tasks.length,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { doc } of page.rows) {
      if (state !== undefined && doc.state !== state) continue;
      if (region !== undefined && (doc.region === null || !isWithin(doc.region, region))) continue;
      tasks.push(doc);
    }
    cursor = page.next;
    if (cursor === undefined) return { tasks };
    if (tasks.length === limit) break;
  }
  return { tasks, ...(cursor !== undefined && { next: cursor }) };
}
