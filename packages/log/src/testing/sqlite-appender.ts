import { writeSync } from "node:fs";
import { openSqliteLog } from "../sqlite.ts";

/**
 * A process to be killed: appends lists to the topic `t` of the file named as its argument, from four appenders at
 * once, and prints `partition offset text` of each record once it is acknowledged.
 */
const partitions = 3;
const [, , path, run] = process.argv;
const log = openSqliteLog(path!);
await log.ensure([{ topic: "t", partitions }]);

async function appendForEver(appender: number): Promise<never> {
  for (let round = 0; ; round += 1) {
    const partition = (appender + round) % partitions;
    const texts = Array.from({ length: 1 + ((round * 7) % 40) }, (_, i) => `${run}/${appender}/${round}/${i}`);
    const list = texts.map((text) => ({ key: text, value: new TextEncoder().encode(text) }));
    const offsets = await log.append("t", partition, list);
    writeSync(1, texts.map((text, i) => `${partition} ${offsets[i]} ${text}\n`).join(""));
  }
}

await Promise.all([0, 1, 2, 3].map(appendForEver));
