/** What a thread bench and its thread say to each other. The thread answers all but `load`, in order. */
import type { Day } from "@sanfen/model";
import type { Beginning, Folded } from "./bench.ts";
import type { MachineModule } from "./machine.ts";
import type { PackedRecords, PackedRows, PackedSending } from "./packed.ts";

/** What the thread is started with. */
export interface ThreadData {
  readonly module: MachineModule;
  /** Partitions by topic. */
  readonly partitions: Readonly<Record<string, number>>;
  readonly beginning: Beginning;
}

export type Ask =
  /** Stored rows of the partition; after the last, `open` makes the machine. */
  | { readonly ask: "load"; readonly rows: PackedRows }
  | { readonly ask: "open" }
  | { readonly ask: "fold"; readonly records: PackedRecords }
  | { readonly ask: "take" }
  /** The next rows of what was taken. */
  | { readonly ask: "rows" };

export type Answer =
  | { readonly answer: "opened" }
  | ({ readonly answer: "folded"; readonly sendings: readonly PackedSending[] } & Omit<Folded, "sendings">)
  | { readonly answer: "taken"; readonly checkpoint: unknown; readonly day: Day | null }
  /** Null: there are no more. */
  | { readonly answer: "rows"; readonly rows: PackedRows | null };
