/** What an import finds that is no fact goes into the log as commands, each to an object of its own. */
import { encode, headersFor, type Command } from "@sanfen/events";
import type { Entry, Log } from "@sanfen/log";
import { partitionOf, type Day } from "@sanfen/model";
import { COMMANDS } from "@sanfen/stream";

export interface Cause {
  /** Id of the command: one that is known already opens nothing again. */
  readonly id: string;
  readonly object: string;
  readonly document: object;
}

/** Appends causes, one ordered list per partition. Durable when it resolves; rejects with LogError. */
export async function appendCauses(
  log: Pick<Log, "append">,
  causes: readonly Cause[],
  at: { readonly instant: number; readonly day: Day; readonly partitions: number },
): Promise<void> {
  const lists = new Map<number, Entry[]>();
  for (const { id, object, document } of causes) {
    const command: Command = {
      id,
      revision: 1,
      object,
      kind: "cause",
      actor: "import",
      expected: null,
      instant: at.instant,
      day: at.day,
      document: JSON.stringify(document),
    };
    const partition = partitionOf(object, at.partitions);
    const entry = {
      key: object,
      value: encode("Command", command),
      headers: headersFor("Command", { id, source: "import" }),
    };
    const list = lists.get(partition);
    if (list) list.push(entry);
    else lists.set(partition, [entry]);
  }
  await Promise.all([...lists].map(([partition, entries]) => log.append(COMMANDS, partition, entries)));
}
