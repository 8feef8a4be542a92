export { decodeFrames, encodeFrames, type Frame } from "./frames.ts";
export * from "./memory.ts";
export * from "./open-store.ts";
export { openSqliteStore } from "./sqlite.ts";
export type { SqliteOptions } from "./sqlite-file.ts";
export * from "./store.ts";
