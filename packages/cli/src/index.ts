/** What other packages use of the command: the simulation, and the exit codes. */
export { EXIT, type ExitCode } from "./exit.ts";
export { simulate, type SimulatedDay } from "./simulate/history.ts";
export { FULL_SIZE, planFrom, planUntil, type Plan, type Size } from "./simulate/plan.ts";
export { SERVICES } from "./services.ts";
