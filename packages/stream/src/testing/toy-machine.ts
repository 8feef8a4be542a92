/** The toy fold in a module of its own, as a thread imports it; and one whose thread fails in ways a fold may. */
import { foldMachine } from "../fold.ts";
import type { MachineKind } from "../machine.ts";
import { toyFold } from "./toy.ts";

const url = import.meta.url;

export const toyMachine: MachineKind = foldMachine(toyFold, { url, export: "toyMachine" });

/** Throws at a fact of the subject `throws`; ends its thread at one of the subject `exits`. */
export const failingMachine: MachineKind = foldMachine(
  {
    ...toyFold,
    step: (state, record, inForce) => {
      if (record.key === "throws") throw new Error("the fold threw");
      if (record.key === "exits") process.exit(3);
      return toyFold.step(state, record, inForce);
    },
  },
  { url, export: "failingMachine" },
);
