/**
 * Run as a process of its own: puts row after row into the store of the URL given, and writes the number of each to
 * stdout once it is acknowledged, until somebody kills it.
 */
import { openStore } from "../open-store.ts";
import { sampleRow, writtenUntilKilled } from "./sample.ts";

const [url, folder] = process.argv.slice(2);
if (url === undefined || folder === undefined) throw new Error("usage: write-until-killed.ts URL FOLDER");
const store = await openStore(url, folder);
await store.ensure([writtenUntilKilled]);
for (let n = 0; ; n++) {
  const rows = Array.from({ length: 20 }, (_, i) => sampleRow(`${n}-${i}`, { score: n }, { epoch: 1, at: n }));
  await store.put(writtenUntilKilled, rows);
  process.stdout.write(`${n}\n`);
}
