/** The scorer's machine, in a module of its own: threads import it, and need no routes. */
import { foldMachine } from "@sanfen/stream";
import { scorerFold } from "./fold.ts";

export const scorerMachine: ReturnType<typeof foldMachine> = foldMachine(scorerFold, {
  url: import.meta.url,
  export: "scorerMachine",
});
