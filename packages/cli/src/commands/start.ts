/** `sanfen start`: the services of this process, from an empty directory to a clean stop. */
import { createLogger, createMetrics, createServer, type Config, type Platform, type Service } from "@sanfen/service";
import { OtherSite } from "@sanfen/stream";
import { once } from "node:events";
import { demoSize, prepareDemo, type Demo } from "../demo/demo.ts";
import { wantsDemo } from "../demo/state.ts";
import { CliError, EXIT, type ExitCode } from "../exit.ts";
import { installationOf, openPorts, placesOf, type Installation, type Ports } from "../installation.ts";
import { setDataAside } from "../set-aside.ts";
import type { Terminal } from "../terminal.ts";

export interface StartOptions {
  /** Names of services; none means all. */
  readonly service: readonly string[];
  readonly fresh: boolean;
}

const DEMO_TICK_MINUTES = 1;

/** Runs until the terminal's signal is aborted. `ready` is told the address once all runs and the demo, if any, is whole. */
export async function start(
  terminal: Terminal,
  options: StartOptions,
  ready: (address: string) => void = () => {},
): Promise<ExitCode> {
  const services = await servicesNamed(options.service);
  const given = await installationOf(terminal);
  if (options.fresh) await setDataAside(terminal, given.config);
  const ports = await openPorts(given);
  try {
    return await serve(terminal, services, { ...withDemoDecided(given, services, options), ports }, ready);
  } finally {
    await ports.close();
  }
}

async function serve(
  terminal: Terminal,
  services: Services,
  { config, site, ports }: Installation & { readonly ports: Ports },
  ready: (address: string) => void,
): Promise<ExitCode> {
  const given: Platform = {
    config,
    site,
    log: ports.log,
    store: ports.store,
    metrics: createMetrics(),
    // Standard output is for what a person, or a script, waits for. Where one watches, routine stays out of the way.
    logger: createLogger(quietLevel(terminal, config), terminal.stderr),
    clock: Date.now,
  };
  const demo = await prepareDemo(given, demoSize(terminal.env));
  const platform = demo ? withDemoTicks(given, terminal) : given;
  const server = await createServer({ platform, services: services.list, serviceName: services.name });
  try {
    const started = server.start();
    const address = await Promise.race([started, aborted(terminal.signal)]);
    if (address !== undefined) {
      announce(terminal, platform, { services, address, demo });
      await demo?.run(server, terminal, () => ready(address));
      if (!demo) ready(address);
      await aborted(terminal.signal);
    }
    started.catch(() => undefined);
  } catch (error) {
    await server.stop().catch(() => undefined);
    throw startFault(error, config);
  }
  await server.stop();
  return EXIT.ok;
}

async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, "abort");
}

interface Services {
  readonly list: readonly Service[];
  readonly isAll: boolean;
  readonly name: string;
}

/** Loaded here, not at the top: commands that need no services begin without them. */
async function servicesNamed(names: readonly string[]): Promise<Services> {
  const { SERVICES } = await import("../services.ts");
  if (names.length === 0) return { list: SERVICES, isAll: true, name: "sanfen" };
  const unknown = names.filter((name) => !SERVICES.some((service) => service.name === name));
  if (unknown.length > 0) {
    const known = SERVICES.map(({ name }) => name).join(", ");
    throw new CliError(
      EXIT.usage,
      { zh: `没有服务 ${unknown.join(", ")}`, en: `there is no service ${unknown.join(", ")}` },
      { zh: `有：${known}`, en: `there are: ${known}` },
    );
  }
  const list = SERVICES.filter(({ name }) => names.includes(name));
  return { list, isAll: list.length === SERVICES.length, name: names.join("+") };
}

/**
 * A demo is written by a process that runs everything, or not at all: the services of any other are not to wait for
 * one. On brokers the word stands as it is, for simulated facts from outside.
 */
function withDemoDecided({ config, site }: Installation, { isAll }: Services, { fresh }: StartOptions): Installation {
  const possible = config.log.kind === "kafka" || (isAll && wantsDemo(config, site));
  return { site, config: { ...config, demo: possible && !fresh ? config.demo : "off" } };
}

/** A demo's display lives: it closes every minute, unless the configuration says otherwise. */
function withDemoTicks(platform: Platform, { env }: Terminal): Platform {
  if (env["SANFEN_TICK_MINUTES"]) return platform;
  return { ...platform, config: { ...platform.config, tickMinutes: DEMO_TICK_MINUTES } };
}

function quietLevel({ env, stderr }: Terminal, { logLevel }: Config): Config["logLevel"] {
  return stderr.isTTY && !env["SANFEN_LOG_LEVEL"] ? "warn" : logLevel;
}

function announce(
  terminal: Terminal,
  { config, site }: Platform,
  { services, address, demo }: { services: Services; address: string; demo: Demo | undefined },
): void {
  const { log, store } = placesOf(config);
  const names = services.list.map(({ name }) => name);
  terminal.result({
    address,
    services: names,
    site: site.name,
    log,
    store,
    data: config.dataDir,
    demo: demo !== undefined,
  });
  const has = names.includes("gateway");
  terminal.line(
    has
      ? { zh: `大屏：${address}/`, en: `Display: ${address}/` }
      : { zh: `服务 ${names.join(", ")}：${address}`, en: `Service ${names.join(", ")}: ${address}` },
  );
  terminal.line({
    zh: `站点 ${site.title.zh}（${site.name}）；日志 ${log}；状态库 ${store}`,
    en: `Site ${site.title.en} (${site.name}); log ${log}; store ${store}`,
  });
  if (demo) {
    terminal.line({
      zh: "数据为模拟。接入自己的数据：sanfen start --fresh，然后 sanfen import",
      en: "All data is simulated. For your own: sanfen start --fresh, then sanfen import",
    });
  }
  terminal.line({ zh: "按 Ctrl+C 停止", en: "Ctrl+C stops it" });
}

function startFault(error: unknown, { listen }: Config): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const { host, port } = listen;
  if (code === "EADDRINUSE") {
    return new CliError(
      EXIT.busy,
      { zh: `${host}:${port} 已被占用`, en: `${host}:${port} is in use` },
      {
        zh: `停止占用它的进程，或换一个端口：SANFEN_LISTEN=${host}:${port + 1}`,
        en: `stop what uses it, or take another port: SANFEN_LISTEN=${host}:${port + 1}`,
      },
      { cause: error },
    );
  }
  if (error instanceof OtherSite) {
    return new CliError(
      EXIT.usage,
      { zh: `此安装属于站点 ${error.held}，而 SANFEN_SITE 为 ${error.configured}`, en: error.message },
      {
        zh: `设 SANFEN_SITE=${error.held}；或另用一个 SANFEN_DATA，或 sanfen start --fresh`,
        en: `set SANFEN_SITE=${error.held}; or use another SANFEN_DATA, or sanfen start --fresh`,
      },
      { cause: error },
    );
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL") {
    return new CliError(
      EXIT.usage,
      { zh: `不能监听 ${host}:${port}（${code}）`, en: `cannot listen on ${host}:${port} (${code})` },
      { zh: "用 SANFEN_LISTEN 换一个地址或端口", en: "choose another address or port with SANFEN_LISTEN" },
      { cause: error },
    );
  }
  if (code === "partitions-changed" && error instanceof Error) {
    return new CliError(
      EXIT.usage,
      { zh: error.message, en: error.message },
      {
        zh: "把 SANFEN_PARTITIONS 改回原值；改变分区数须复制后重放",
        en: "set SANFEN_PARTITIONS back; changing it takes a copy and a replay",
      },
      { cause: error },
    );
  }
  return error;
}
