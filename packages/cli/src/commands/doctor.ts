/** `sanfen doctor`: what may keep an installation from working, one line each, with what to do about it. */
import type { Text } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import type { Config } from "@sanfen/service";
import { ControlReader, missingDocuments, NO_DOCUMENTS } from "@sanfen/stream";
import { access, constants, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, resolve } from "node:path";
import { Client } from "../client.ts";
import { CliError, EXIT, type ExitCode } from "../exit.ts";
import { configOf, installationOf, openPorts, placesOf, type Installation } from "../installation.ts";
import type { Terminal } from "../terminal.ts";

export interface Finding {
  /** A word, for machines. */
  readonly name: string;
  readonly ok: boolean;
  readonly text: Text;
  /** What to do; absent where it is well. */
  readonly wayOut?: Text;
}

const NODE_MAJOR = 24;
const LEAST_FREE_BYTES = 1024 ** 3;
/** No clock that is right is earlier. */
const EARLIEST = Date.UTC(2024, 0, 1);

export async function doctor(terminal: Terminal): Promise<ExitCode> {
  const findings: Finding[] = [nodeFinding(process.versions.node), clockFinding(Date.now(), null)];
  const installation = await tried("configuration", findings, () => installationOf(terminal));
  const config = installation?.config ?? (await tried("configuration", [], async () => configOf(terminal)));
  if (installation) findings.push(siteFinding(installation));
  if (config) {
    findings.push(...(await directoryFindings(config)));
    const server = await serverFinding(terminal, config);
    findings.push(server.finding);
    if (installation && !server.isOurs) findings.push(...(await portsFindings(installation)));
  }
  for (const { ok, text, wayOut } of findings) {
    terminal.line(
      `${ok ? "  ok  " : "  !!  "}${terminal.words(text)}${wayOut ? `\n      → ${terminal.words(wayOut)}` : ""}`,
    );
  }
  terminal.result({ findings });
  return findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.differences;
}

async function tried<T>(name: string, findings: Finding[], action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    findings.push(failure(name, error));
    return undefined;
  }
}

function failure(name: string, error: unknown): Finding {
  if (!(error instanceof CliError)) throw error;
  return { name, ok: false, text: error.text, ...(error.wayOut && { wayOut: error.wayOut }) };
}

export function nodeFinding(version: string): Finding {
  const ok = Number.parseInt(version, 10) >= NODE_MAJOR;
  const text = { zh: `Node ${version}`, en: `Node ${version}` };
  if (ok) return { name: "node", ok, text };
  const wayOut = {
    zh: `需要 Node ${NODE_MAJOR} 或更新：用 pnpm sanfen 运行，它自带`,
    en: `Node ${NODE_MAJOR} or later is needed: run it as pnpm sanfen, which brings it along`,
  };
  return { name: "node", ok, text, wayOut };
}

/** `lastTick`: the newest instant in the log, which no right clock is behind. Instants in ms. */
export function clockFinding(now: number, lastTick: number | null): Finding {
  const ok = now >= EARLIEST && (lastTick === null || now >= lastTick);
  const at = new Date(now).toISOString();
  if (ok) return { name: "clock", ok, text: { zh: `时钟 ${at}`, en: `Clock: ${at}` } };
  const than = new Date(Math.max(EARLIEST, lastTick ?? 0)).toISOString();
  return {
    name: "clock",
    ok,
    text: { zh: `时钟 ${at} 早于 ${than}`, en: `Clock: ${at} is before ${than}` },
    wayOut: { zh: "校准系统时钟（NTP）", en: "set the system's clock right (NTP)" },
  };
}

function siteFinding({ site }: Installation): Finding {
  const name = "site";
  try {
    missingDocuments(site, RULEBOOKS, NO_DOCUMENTS, "doctor");
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const wayOut = { zh: "改正站点的 bindings", en: "correct the site's bindings" };
    return { name, ok: false, text: { zh: said, en: said }, wayOut };
  }
  const rulebooks = [...new Set(site.bindings.map(({ rulebook, version }) => `${rulebook}@${version}`))].join(", ");
  return {
    name,
    ok: true,
    text: { zh: `站点 ${site.name}，规则 ${rulebooks}`, en: `Site ${site.name}, rulebooks ${rulebooks}` },
  };
}

async function directoryFindings({ dataDir }: Config): Promise<Finding[]> {
  const directory = await nearestExisting(resolve(dataDir));
  const writable = await access(directory, constants.W_OK).then(
    () => true,
    () => false,
  );
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const gigabytes = (free / 1024 ** 3).toFixed(1);
  return [
    {
      name: "data",
      ok: writable,
      text: { zh: `数据目录 ${resolve(dataDir)}`, en: `Data directory ${resolve(dataDir)}` },
      ...(!writable && {
        wayOut: {
          zh: `不能写入 ${directory}：改权限，或用 SANFEN_DATA 另指目录`,
          en: `${directory} cannot be written to: change its permissions, or choose another with SANFEN_DATA`,
        },
      }),
    },
    {
      name: "space",
      ok: free >= LEAST_FREE_BYTES,
      text: { zh: `可用空间 ${gigabytes} GB`, en: `Free space ${gigabytes} GB` },
      ...(free < LEAST_FREE_BYTES && { wayOut: { zh: "清出至少 1 GB", en: "make room: 1 GB at least" } }),
    },
  ];
}

/** The data directory is created at the first start: until then it is its parent that counts. */
async function nearestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** Whether the port is free, or a sanfen has it. */
async function serverFinding(terminal: Terminal, { listen }: Config): Promise<{ finding: Finding; isOurs: boolean }> {
  const name = "port";
  const { host, port } = listen;
  const at = `${host}:${port}`;
  if (await isFree(host, port)) {
    return { finding: { name, ok: true, text: { zh: `端口 ${at} 空闲`, en: `Port ${at} is free` } }, isOurs: false };
  }
  const client = new Client(`http://${host.includes(":") ? `[${host}]` : host}:${port}`, terminal.signal);
  if (!(await client.isThere())) {
    const wayOut = {
      zh: "换一个端口：SANFEN_LISTEN=127.0.0.1:8081",
      en: "take another port: SANFEN_LISTEN=127.0.0.1:8081",
    };
    const text = { zh: `端口 ${at} 被其他程序占用`, en: `Port ${at} is used by another program` };
    return { finding: { name, ok: false, text, wayOut }, isOurs: false };
  }
  return { finding: await readyFinding(client, at), isOurs: true };
}

async function readyFinding(client: Client, at: string): Promise<Finding> {
  const name = "server";
  const answer = await fetch(`${client.base}/readyz`);
  const { reasons = [] } = (await answer.json()) as { readonly reasons?: readonly string[] };
  if (answer.ok) {
    return {
      name,
      ok: true,
      text: { zh: `${at} 上有 sanfen 在运行，已就绪`, en: `A sanfen runs at ${at}, and is ready` },
    };
  }
  const said = reasons.join("; ");
  return {
    name,
    ok: false,
    text: { zh: `${at} 上的 sanfen 未就绪：${said}`, en: `The sanfen at ${at} is not ready: ${said}` },
    wayOut: { zh: "正在赶上进度时稍候；否则看它的运行日志", en: "wait while it catches up; else see what it logs" },
  };
}

async function isFree(host: string, port: number): Promise<boolean> {
  const { promise, resolve: answer } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => answer(false));
  server.listen({ host, port }, () => server.close(() => answer(true)));
  return promise;
}

async function portsFindings(installation: Installation): Promise<Finding[]> {
  const { config } = installation;
  const places = placesOf(config);
  const exists = await stat(resolve(config.dataDir)).then(
    () => true,
    () => false,
  );
  if (!exists && config.log.kind === "sqlite" && config.store.kind === "sqlite") {
    const text = { zh: "还没有数据：首次 sanfen start 时创建", en: "No data yet: the first sanfen start creates it" };
    return [{ name: "log", ok: true, text }];
  }
  const findings: Finding[] = [];
  const ports = await tried("log", findings, () => openPorts(installation));
  if (!ports) return findings;
  try {
    findings.push(await portFinding("log", places.log, () => ports.log.check()));
    findings.push(await portFinding("store", places.store, () => ports.store.check()));
    if (config.log.kind === "sqlite" && findings.every(({ ok }) => ok)) {
      await ports.log.ensure([]);
      const control = new ControlReader(ports.log);
      const tick = await control.refresh().then(
        ({ instant }) => instant,
        () => null,
      );
      const clock = clockFinding(Date.now(), tick);
      if (!clock.ok) findings.push(clock);
    }
    return findings;
  } finally {
    await ports.close();
  }
}

async function portFinding(name: "log" | "store", place: string, check: () => Promise<void>): Promise<Finding> {
  const what = name === "log" ? { zh: "日志", en: "Log" } : { zh: "状态库", en: "Store" };
  const text = { zh: `${what.zh} ${place}`, en: `${what.en}: ${place}` };
  return check().then(
    () => ({ name, ok: true, text }),
    (error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      return {
        name,
        ok: false,
        text: { zh: `${text.zh}：${said}`, en: `${text.en}: ${said}` },
        wayOut: { zh: "检查地址、网络和对方是否在运行", en: "look at the address, the network, and whether it runs" },
      };
    },
  );
}
