/** `pnpm bench [fold|import|live|live-kafka] [--runs N] [--days N]`: prints figures; takes nothing for granted, fails nothing. */
import { parseArgs } from "node:util";
import { startKafka } from "../servers/kafka.ts";
import { startMongo } from "../servers/mongodb.ts";
import { benchFold } from "./fold.ts";
import { benchImport } from "./import.ts";
import { benchLive } from "./live.ts";
import { machineLine } from "./report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "3" }, days: { type: "string", default: "2190" } },
});
const runs = Number(values.runs);
const parts = positionals.length > 0 ? positionals : ["fold", "import", "live", "live-kafka"];

console.log(machineLine());
for (const part of parts) {
  console.log("");
  switch (part) {
    case "fold":
      await benchFold(runs, Number(values.days));
      break;
    case "import":
      await benchImport(runs);
      break;
    case "live":
      await benchLive(runs, "embedded on SQLite", {});
      break;
    case "live-kafka":
      await onKafka();
      break;
    default:
      console.error(`no benchmark ${part}: fold, import, live, live-kafka`);
      process.exitCode = 2;
  }
}

async function onKafka(): Promise<void> {
  const kafka = await startKafka();
  const mongo = await startMongo();
  try {
    console.log(`${kafka.describe}; ${mongo.describe}`);
    await benchLive(runs, "Kafka and a MongoDB-wire server, one process", {
      SANFEN_LOG: `kafka://${kafka.brokers.join(",")}`,
      SANFEN_STORE: `${mongo.url.replace(/\/?$/, "/")}bench`,
    });
  } finally {
    await mongo.stop();
    await kafka.stop();
  }
}
