/**
 * The thread of a thread bench: holds the machine of one assignment; decodes, folds and encodes. What is thrown here
 * ends the thread, and with it the assignment.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Row } from "@sanfen/store";
import type { Taken } from "./bench.ts";
import { LocalBench } from "./local-bench.ts";
import type { MachineKind, Writes } from "./machine.ts";
import { memoryOf, packRows, packSending, unpackRecords, unpackRows } from "./packed.ts";
import type { Answer, Ask, ThreadData } from "./thread-messages.ts";

/** Rows of one answer: so many are soon read, and the store waits for the disk once for all of them. */
const ROWS_PER_ANSWER = 4_000;

const { module, partitions, beginning } = workerData as ThreadData;
const { partition, epoch } = beginning;
const kind = await importKind();
const loaded = new Map<string, Row<unknown>[]>();
let bench: LocalBench | undefined;
let taken: AsyncIterator<Writes> | undefined;
/** What of the last write was not answered yet. */
let rest: Writes | undefined;

const port = parentPort;
if (!port) throw new Error("this module runs in a thread");
// One after the other, as they come: an answer is awaited before the next question anyway.
let queue: Promise<void> = Promise.resolve();
port.on("message", (message: Ask) => {
  queue = queue.then(() => take(message));
});

async function take(message: Ask): Promise<void> {
  switch (message.ask) {
    case "load": {
      const collection = kind.collections.find(({ name }) => name === message.rows.collection)!;
      const rows = loaded.get(collection.name) ?? [];
      loaded.set(collection.name, rows);
      for (const row of unpackRows(message.rows)) rows.push({ ...row, doc: collection.decode(row.doc.bytes) });
      return;
    }
    case "open": {
      const machine = kind.open(
        { ...beginning, rows: ({ name }) => (loaded.get(name) ?? []) as never },
        { partitionsOf },
      );
      loaded.clear();
      bench = new LocalBench(machine, { sliceMs: Infinity, wanted: () => true });
      answer({ answer: "opened" }, []);
      return;
    }
    case "fold": {
      const { sendings, ...folded } = (await bench!.fold(unpackRecords(message.records)))!;
      const packed = sendings.map(packSending);
      const blocks = packed.map(({ values }) => values);
      answer({ answer: "folded", sendings: packed, ...folded }, memoryOf(blocks));
      return;
    }
    case "take": {
      const { writes, checkpoint, day }: Taken = await bench!.take();
      taken = writes[Symbol.asyncIterator]();
      answer({ answer: "taken", checkpoint, day }, []);
      return;
    }
    case "rows": {
      const write = await nextWrite();
      const rows = write && packRows(write.collection, partition, epoch, write.rows);
      answer({ answer: "rows", rows: rows ?? null }, rows ? memoryOf([rows.bodies]) : []);
      return;
    }
  }
}

async function nextWrite(): Promise<Writes | undefined> {
  while (!rest || rest.rows.length === 0) {
    const next = await taken!.next();
    if (next.done) return undefined;
    rest = next.value;
  }
  const { collection, rows } = rest;
  rest = { collection, rows: rows.slice(ROWS_PER_ANSWER) };
  return { collection, rows: rows.slice(0, ROWS_PER_ANSWER) };
}

function answer(message: Answer, memory: ArrayBuffer[]): void {
  port!.postMessage(message, memory);
}

function partitionsOf(topic: string): number {
  const count = partitions[topic];
  if (count === undefined) throw new RangeError(`nobody said how many partitions ${topic} has`);
  return count;
}

async function importKind(): Promise<MachineKind> {
  const exported = (await import(module.url)) as Readonly<Record<string, MachineKind | undefined>>;
  const found = exported[module.export];
  if (!found) throw new Error(`${module.url} exports no ${module.export}`);
  return found;
}
