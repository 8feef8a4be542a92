export { admitFact, type Admission, type Door } from "./admit/admit.ts";
export { factToJson, type FactJson } from "./admit/fact-json.ts";
export type { AdmitCode } from "./admit/problems.ts";
export * from "./body.ts";
export type { DecodeReason, Undecoded } from "./codec.ts";
export * from "./content.ts";
export * from "./events.ts";
export * from "./generated/types.ts";
export * from "./headers.ts";
