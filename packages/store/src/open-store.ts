/** Which adapter a store's URL names. */
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { openMemoryStore } from "./memory.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

/**
 * `sqlite:<file>` (relative to `dataDir`, whose folders are created), `memory:`, `mongodb://…` or `mongodb+srv://…`.
 * A database server need not be up: see `check`. Throws RangeError for another URL.
 */
export async function openStore(url: string, dataDir: string): Promise<Store> {
  if (url === "memory:") return openMemoryStore();
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    // Loaded only where it is used: an embedded installation, and each of its threads, starts without the driver.
    const { openMongoStore } = await import("./mongodb.ts");
    return openMongoStore(url);
  }
  const file = /^sqlite:(?<path>.+)$/.exec(url)?.groups?.["path"];
  // The URL itself may carry a password: only its scheme is shown.
  if (file === undefined) throw new RangeError(`no store for ${schemeOf(url)}: sqlite:<file>, memory: or mongodb://…`);
  const path = resolve(dataDir, file);
  await mkdir(dirname(path), { recursive: true });
  return openSqliteStore(path);
}

function schemeOf(url: string): string {
  return JSON.stringify(/^[a-z+]*:/i.exec(url)?.[0] ?? "a URL without scheme");
}
