export * from "./check.ts";
export { compileRulebook, type CompiledRulebook } from "./compile.ts";
export * from "./describe.ts";
export * from "./published.ts";
export type * from "./rulebook.ts";
export type * from "./verdict.ts";
