/** The machine in a thread of its own: this thread only carries bytes to and fro. */
import { Worker } from "node:worker_threads";
import type { Assignment, LogRecord } from "@sanfen/log";
import type { Store } from "@sanfen/store";
import type { Beginning, Bench, Folded, Taken } from "./bench.ts";
import { ofEpoch } from "./local-bench.ts";
import type { Layout, MachineKind, MachineModule, Writes } from "./machine.ts";
import { memoryOf, packRecords, packRows, rawRows, unpackRows, unpackSending } from "./packed.ts";
import type { Answer, Ask, ThreadData } from "./thread-messages.ts";
import { topicSpecs } from "./topics.ts";

/** Loads what the store holds of the partition. The thread ends with the assignment. */
export async function openThreadBench(
  assignment: Assignment,
  kind: MachineKind,
  module: MachineModule,
  beginning: Beginning,
  store: Store,
  layout: Layout,
): Promise<Bench> {
  const partitions = Object.fromEntries(topicSpecs(1).map(({ topic }) => [topic, layout.partitionsOf(topic)]));
  const bench = new ThreadBench(kind, { module, partitions, beginning });
  if (!assignment.current) bench.close();
  assignment.signal.addEventListener("abort", () => bench.close(), { once: true });
  try {
    for (const collection of kind.collections) {
      const raw = rawRows(collection);
      for await (const chunk of store.scan(raw, beginning.partition)) {
        if (!assignment.current) return bench;
        // Columns follow from the documents: a machine does not need them.
        bench.load(packRows({ ...raw, columns: {} }, beginning.partition, beginning.epoch, ofEpoch(chunk, beginning)));
      }
    }
    await bench.open();
    return bench;
  } catch (error) {
    bench.close();
    throw error;
  }
}

interface Waiting {
  readonly answered: (answer: Answer | undefined) => void;
  readonly failed: (error: Error) => void;
}

class ThreadBench implements Bench {
  readonly #worker: Worker;
  /** The collections whose rows come back. */
  readonly #raw: ReadonlyMap<string, ReturnType<typeof rawRows>>;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #closed = false;

  constructor(kind: MachineKind, data: ThreadData) {
    this.#raw = new Map(
      [...kind.collections, ...(kind.written ?? [])].map((collection) => [collection.name, rawRows(collection)]),
    );
    this.#worker = new Worker(new URL("./thread-worker.ts", import.meta.url), { workerData: data });
    this.#worker.on("message", (answer: Answer) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.answered(answer);
    });
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => this.#fail(new Error(`the thread of ${kind.name} ended`)));
  }

  load(rows: ReturnType<typeof packRows>): void {
    this.#tell({ ask: "load", rows }, memoryOf([rows.bodies]));
  }

  async open(): Promise<void> {
    await this.#ask({ ask: "open" }, []);
  }

  async fold(records: readonly LogRecord[]): Promise<Folded | undefined> {
    const packed = packRecords(records);
    const answer = await this.#ask({ ask: "fold", records: packed }, memoryOf([packed.values]));
    if (answer?.answer !== "folded") return undefined;
    const { sendings, dead, live, dirty } = answer;
    return { sendings: sendings.map(unpackSending), dead, live, dirty };
  }

  async take(): Promise<Taken | undefined> {
    const answer = await this.#ask({ ask: "take" }, []);
    if (answer?.answer !== "taken") return undefined;
    return { writes: this.#writes(), checkpoint: answer.checkpoint, day: answer.day };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting?.answered(undefined);
    this.#waiting = undefined;
    void this.#worker.terminate();
  }

  async *#writes(): AsyncGenerator<Writes, void, void> {
    for (;;) {
      const answer = await this.#ask({ ask: "rows" }, []);
      // A flush that stops here would store a position without its rows.
      if (answer?.answer !== "rows") throw new Error("closed before all rows were taken");
      if (!answer.rows) return;
      yield { collection: this.#raw.get(answer.rows.collection)!, rows: unpackRows(answer.rows) };
    }
  }

  /** Undefined when the bench is closed before the answer comes. */
  async #ask(message: Ask, memory: ArrayBuffer[]): Promise<Answer | undefined> {
    if (this.#failure) throw this.#failure;
    if (this.#closed) return undefined;
    return new Promise((answered, failed) => {
      this.#waiting = { answered, failed };
      this.#tell(message, memory);
    });
  }

  #tell(message: Ask, memory: ArrayBuffer[]): void {
    this.#worker.postMessage(message, memory);
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.#failure ??= error;
    this.#waiting?.failed(this.#failure);
    this.#waiting = undefined;
  }
}
