/** `pnpm bench import`: a CSV file through `POST /v1/imports` until all its facts are durable. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { setTimeout as pause } from "node:timers/promises";
import { figureLine, median, ratioLine } from "./report.ts";
import { serve } from "./served.ts";

interface ImportState {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly accepted: number;
}

export async function benchImport(runs: number): Promise<void> {
  const file = process.env["CHICAGO_FILE"];
  if (file === undefined) {
    console.log("import: set CHICAGO_FILE to the City of Chicago's food inspections (csv.gz) to measure it");
    return;
  }
  const rates: number[] = [];
  const plain: number[] = [];
  let rows = 0;
  for (let run = 0; run < runs; run += 1) {
    const plainStarted = performance.now();
    const lines = gunzipSync(await readFile(file))
      .toString("utf8")
      .split("\n").length;
    plain.push(lines / ((performance.now() - plainStarted) / 1_000));
    const server = await serve({ SANFEN_SITE: "chicago" });
    try {
      const started = performance.now();
      const done = await importFile(server.address, file);
      rows = done.rows;
      if (done.accepted !== done.rows) throw new Error(`${done.rows - done.accepted} rows were rejected`);
      rates.push(rows / ((performance.now() - started) / 1_000));
    } finally {
      await server.stop();
    }
  }
  console.log(`import: ${rows.toLocaleString("en")} rows of the Chicago records, SQLite, over HTTP`);
  console.log(figureLine({ name: "from the first byte to all facts durable", unit: "rows/s", values: rates }));
  console.log(figureLine({ name: "inflating and splitting the file, beside it", unit: "lines/s", values: plain }));
  console.log(ratioLine("ratio: time importing / time reading", median(plain) / median(rates)));
}

async function importFile(address: string, file: string): Promise<ImportState> {
  const answer = await fetch(`${address}/v1/imports?mapping=chicago-inspections`, {
    method: "POST",
    headers: { "content-type": "application/gzip" },
    body: createReadStream(file) as unknown as BodyInit,
    duplex: "half",
  } as RequestInit);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  let state = (await answer.json()) as ImportState;
  while (state.state !== "done") {
    if (state.state === "failed") throw new Error(JSON.stringify(state));
    await pause(5);
    state = (await (await fetch(`${address}/v1/imports/${state.id}`)).json()) as ImportState;
  }
  return state;
}
