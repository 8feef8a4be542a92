/** `sanfen simulate`: a history to a file or a server, or facts of today without end. */
import { factToJson, type Fact } from "@sanfen/events";
import { dayInZone, type Day, type Site } from "@sanfen/model";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "../client.ts";
import { CliError, EXIT, type ExitCode } from "../exit.ts";
import { installationOf } from "../installation.ts";
import { showProgress } from "../progress.ts";
import { simulate } from "../simulate/history.ts";
import { LiveFacts } from "../simulate/live.ts";
import { planUntil, whyNotSimulated, type Plan, type Size } from "../simulate/plan.ts";
import type { Terminal } from "../terminal.ts";

export interface SimulateOptions extends Size {
  readonly live: boolean;
  /** Facts a second, for `live`. */
  readonly rate: number;
  readonly to: string | undefined;
  readonly out: string | undefined;
}

interface Answer {
  readonly accepted: number;
  readonly rejected: readonly { readonly errors: readonly { readonly pointer: string; readonly detail: string }[] }[];
  readonly rejectedMore?: number;
}

/** Where lines of facts go; answers how many were refused. */
interface Sink {
  take(lines: string, facts: number): Promise<void>;
  end(): Promise<void>;
  accepted: number;
  rejected: number;
}

const CHUNK_FACTS = 2_000;
const NDJSON = "application/x-ndjson";
/** Sending more often than this gains nothing: several facts go together instead. */
const LEAST_PAUSE_MS = 50;

export async function simulateCommand(terminal: Terminal, options: SimulateOptions): Promise<ExitCode> {
  const { site } = await installationOf(terminal);
  const why = whyNotSimulated(site);
  if (why !== undefined) {
    throw new CliError(
      EXIT.usage,
      { zh: `站点 ${site.name} 不能模拟：${why}`, en: `the site ${site.name} cannot be simulated: ${why}` },
      { zh: "例如 SANFEN_SITE=jiaxing", en: "SANFEN_SITE=jiaxing can" },
    );
  }
  const plan = planUntil(dayInZone(Date.now(), site.zone), options);
  const sink = openSink(terminal, options);
  if (options.live) await sendLive(terminal, site, plan, sink, options.rate);
  else await sendHistory(terminal, site, plan, sink);
  await sink.end();
  const { accepted, rejected } = sink;
  terminal.result({ facts: accepted, rejected });
  terminal.line({
    zh: `${accepted} 条模拟事实，${rejected} 条被拒`,
    en: `${accepted} simulated facts, ${rejected} refused`,
  });
  if (terminal.signal.aborted && !options.live) return EXIT.interrupted;
  return rejected > 0 ? EXIT.differences : EXIT.ok;
}

function openSink(terminal: Terminal, { to, out }: SimulateOptions): Sink {
  if ((to === undefined) === (out === undefined)) {
    throw new CliError(
      EXIT.usage,
      { zh: "须给出 --to 或 --out 之一", en: "either --to or --out is wanted" },
      { zh: "sanfen simulate --out facts.ndjson", en: "sanfen simulate --out facts.ndjson" },
    );
  }
  return to === undefined ? fileSink(out!) : serverSink(new Client(to, terminal.signal), terminal);
}

function fileSink(path: string): Sink {
  const file = createWriteStream(path);
  // Met by whoever writes next, or at the end; alone it would end the process.
  const failed = new Promise<never>((_, reject) => file.once("error", reject));
  failed.catch(() => undefined);
  const sink: Sink = {
    accepted: 0,
    rejected: 0,
    take: async (lines, facts) => {
      if (!file.write(lines)) await Promise.race([once(file, "drain"), failed]);
      sink.accepted += facts;
    },
    end: async () => {
      file.end();
      await finished(file);
    },
  };
  return sink;
}

function serverSink(client: Client, terminal: Terminal): Sink {
  const sink: Sink = {
    accepted: 0,
    rejected: 0,
    take: async (lines) => {
      const answer = await client.post<Answer>("/v1/facts", lines, NDJSON);
      sink.accepted += answer.accepted;
      const first = answer.rejected[0]?.errors[0];
      if (first && sink.rejected === 0) terminal.note(`${first.pointer}: ${first.detail}`);
      sink.rejected += answer.rejected.length + (answer.rejectedMore ?? 0);
    },
    end: async () => {},
  };
  return sink;
}

async function sendHistory(terminal: Terminal, site: Site, plan: Plan, sink: Sink): Promise<void> {
  const days = plan.present - plan.from;
  const progress = showProgress(terminal, { zh: "模拟", en: "Simulating" }, days);
  let facts: Fact[] = [];
  try {
    for (const { day, facts: arrived } of simulate(site, plan)) {
      if (day >= plan.present || terminal.signal.aborted) break;
      facts.push(...arrived);
      if (facts.length < CHUNK_FACTS) continue;
      await sink.take(linesOf(facts), facts.length);
      facts = [];
      progress.update(day - plan.from + 1, days);
    }
    if (facts.length > 0 && !terminal.signal.aborted) await sink.take(linesOf(facts), facts.length);
    progress.update(days, days);
  } finally {
    progress.stop();
  }
}

/** Until interrupted. What a slow server does not keep up with is not made up for. */
async function sendLive(terminal: Terminal, site: Site, plan: Plan, sink: Sink, rate: number): Promise<void> {
  const { signal } = terminal;
  const begun = Date.now();
  const live = new LiveFacts(site, plan, `live${begun.toString(36)}:`, begun % 0x7fffffff);
  const today = (): Day => dayInZone(Date.now(), site.zone);
  const pauseMs = Math.max(LEAST_PAUSE_MS, 1_000 / rate);
  terminal.note({ zh: `每秒 ${rate} 条，按 Ctrl+C 停止`, en: `${rate} a second; Ctrl+C stops it` });
  for (let owed = 0; !signal.aborted;) {
    owed = Math.min(owed + (rate * pauseMs) / 1_000, rate);
    const facts = Array.from({ length: Math.max(1, Math.floor(owed)) }, () => live.next(today()));
    owed = Math.max(0, owed - facts.length);
    try {
      await sink.take(linesOf(facts), facts.length);
      await pause(pauseMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function linesOf(facts: readonly Fact[]): string {
  return facts.map((fact) => `${JSON.stringify(factToJson(fact).json)}\n`).join("");
}
