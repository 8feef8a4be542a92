/** Writes a log of six simulated years, control copies in place as the relay puts them, and ends. Arguments: directory, partitions, days. */
import { encode, type Control } from "@sanfen/events";
import { openSqliteLog, type Entry } from "@sanfen/log";
import { midnight, parseDay, partitionOf } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import { loadSite } from "@sanfen/service";
import { FACTS, missingDocuments, NO_DOCUMENTS, tick, topicSpecs } from "@sanfen/stream";
import { join } from "node:path";
import { FULL_SIZE, planFrom, simulate } from "@sanfen/cli";

const [directory, partitionsText, daysText] = process.argv.slice(2);
const partitions = Number(partitionsText);
const { site } = await loadSite("jiaxing");
const log = openSqliteLog(join(directory!, "log.db"));
await log.ensure(topicSpecs(partitions));
const first = parseDay("2020-01-01")!;
const lists: Entry[][] = Array.from({ length: partitions }, () => []);
let number = 0;
let facts = 0;

function control(record: Control): void {
  const value = encode("Control", { ...record, number, recordedAt: record.instant });
  for (const list of lists) list.push({ key: "control", value });
  number += 1;
}

async function write(): Promise<void> {
  await Promise.all(lists.map((list, partition) => log.append(FACTS, partition, list.splice(0))));
}

for (const document of missingDocuments(site, RULEBOOKS, NO_DOCUMENTS, "bench")) control(document);
control(tick(midnight(first - 1, site.zone), first - 1, "bench"));
const days = simulate(site, planFrom(first, FULL_SIZE));
for (let day = first; day < first + Number(daysText); day += 1) {
  for (const fact of days.next().value.facts) {
    lists[partitionOf(fact.subject, partitions)]!.push({ key: fact.subject, value: encode("Fact", fact) });
    facts += 1;
  }
  control(tick(midnight(day + 1, site.zone), day + 1, "bench"));
  if (lists[0]!.length > 2_000) await write();
}
await write();
await log.close();
console.log(JSON.stringify({ facts }));
