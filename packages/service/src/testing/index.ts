export * from "./platform.ts";
export * from "./promtool.ts";
export * from "./services.ts";
