export { logContract } from "./contract.ts";
export type { Harness } from "./harness.ts";
