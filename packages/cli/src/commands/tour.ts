/** `sanfen tour`: a walk through the demo, by questions that anyone may ask the server. */
import type { Text } from "@sanfen/model";
import { createInterface } from "node:readline/promises";
import { Client } from "../client.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { installationOf } from "../installation.ts";
import { acknowledge, seeEnterprise, seeRegion, seeTask, sendFailure } from "../tour/stops.ts";
import { Terminal } from "../terminal.ts";
import { start } from "./start.ts";

export interface TourOptions {
  /** Goes on without waiting for a key. */
  readonly yes: boolean;
  /** A server that runs already; undefined: the one of this configuration, started where it does not run. */
  readonly to: string | undefined;
}

export async function tour(terminal: Terminal, { yes, to }: TourOptions): Promise<ExitCode> {
  const { site, config } = await installationOf(terminal);
  const { host, port } = config.listen;
  const there = new Client(to ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`, terminal.signal);
  const walk = (client: Client): Promise<ExitCode> =>
    visit(client, terminal, { root: site.root, waits: !yes && process.stdin.isTTY });
  if (to !== undefined || (port !== 0 && (await there.isThere()))) return walk(there);
  return withDemo(terminal, walk);
}

/** Runs the demo in this process for as long as the walk takes. */
async function withDemo(terminal: Terminal, walk: (client: Client) => Promise<ExitCode>): Promise<ExitCode> {
  terminal.note({ zh: "没有正在运行的服务：启动演示", en: "No server runs: starting the demo" });
  const over = new AbortController();
  const inner = new Terminal({
    language: terminal.language,
    json: false,
    stderr: terminal.stderr,
    env: { ...terminal.env, SANFEN_LOG_LEVEL: terminal.env["SANFEN_LOG_LEVEL"] ?? "warn" },
    // What the server announces is beside the tour's own story.
    stdout: terminal.stderr,
    signal: AbortSignal.any([terminal.signal, over.signal]),
  });
  const { promise: ready, resolve } = Promise.withResolvers<string>();
  const served = start(inner, { service: [], fresh: false }, resolve);
  try {
    // A start that fails rejects; one that is interrupted resolves with its code.
    const address = await Promise.race([ready, served]);
    if (typeof address !== "string") return address;
    return await walk(new Client(address, terminal.signal));
  } finally {
    over.abort();
    await served.catch(() => undefined);
  }
}

async function visit(
  client: Client,
  terminal: Terminal,
  { root, waits }: { readonly root: string; readonly waits: boolean },
): Promise<ExitCode> {
  const stop = async (title: Text, number: number): Promise<void> => {
    terminal.line(`\n${number}. ${terminal.words(title)}`);
    if (waits) await enter(terminal);
  };
  await stop({ zh: "区域的颜色", en: "The colours of regions" }, 1);
  const region = await seeRegion(client, terminal, root);
  await stop({ zh: "一家风险企业，以及为什么", en: "An enterprise at risk, and why" }, 2);
  const enterprise = await seeEnterprise(client, terminal, region);
  await stop({ zh: "送入一次不合格", en: "A failed inspection comes in" }, 3);
  const sent = await sendFailure(client, terminal, region);
  await stop({ zh: "由它而来的任务", en: "The task that comes of it" }, 4);
  const task = await seeTask(client, terminal, sent);
  await stop({ zh: "确认一条预警", en: "Acknowledging a warning" }, 5);
  const warning = await acknowledge(client, terminal);
  terminal.line({
    zh: `\n大屏：${client.base}/   接口：${client.base}/openapi.json\n接下来：sanfen start，打开大屏；sanfen start --fresh 后 sanfen import 导入自己的数据`,
    en: `\nDisplay: ${client.base}/   Interfaces: ${client.base}/openapi.json\nNext: sanfen start and open the display; sanfen start --fresh, then sanfen import for your own data`,
  });
  terminal.result({ region, enterprise, sent, task, warning });
  return EXIT.ok;
}

async function enter(terminal: Terminal): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: terminal.stderr });
  try {
    await lines.question(terminal.words({ zh: "（回车继续）", en: "(Enter goes on) " }), { signal: terminal.signal });
  } finally {
    lines.close();
  }
}
