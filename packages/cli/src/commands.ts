/** Every command with its help, in the order in which a newcomer meets them. */
import { DEFAULT_SERVER } from "./client.ts";
import { doctor } from "./commands/doctor.ts";
import { importCommand } from "./commands/import.ts";
import { replay } from "./commands/replay.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { start } from "./commands/start.ts";
import { tour } from "./commands/tour.ts";
import { verifyCommand } from "./commands/verify.ts";
import type { Language } from "./language.ts";
import { numberBetween, type CommandSpec, type OptionSpec } from "./program.ts";
import { FULL_SIZE } from "./simulate/plan.ts";

export function commandSpecs(language: Language): readonly CommandSpec[] {
  return [START, TOUR, IMPORT, simulateSpec(language), DOCTOR, VERIFY, REPLAY];
}

const TO: OptionSpec = {
  flags: "--to <url>",
  help: { zh: "服务的地址", en: "address of the server" },
  default: DEFAULT_SERVER,
};

const START: CommandSpec = {
  name: "start",
  summary: { zh: "启动：默认在一个进程中运行全部服务", en: "start: all services in one process, by default" },
  options: [
    {
      flags: "--service <name...>",
      help: { zh: "只启动这些服务（可多次给出）", en: "start only these services (may be given several times)" },
    },
    {
      flags: "--fresh",
      help: {
        zh: "移开现有数据（改名保留），以空的安装开始，不建演示",
        en: "move the data aside (renamed, not deleted) and begin empty, without the demo",
      },
    },
  ],
  examples: [
    ["sanfen start", { zh: "首次启动会创建模拟演示", en: "the first start creates the simulated demo" }],
    ["sanfen start --fresh", { zh: "改用自己的数据", en: "begin with your own data" }],
    [
      "SANFEN_LOG=kafka://b1:9092 SANFEN_STORE=mongodb://m1 sanfen start --service scorer",
      { zh: "分布运行：每个进程一个服务", en: "distributed: a process per service" },
    ],
  ],
  more: {
    zh: "配置只来自环境变量（SANFEN_…），见 README 的选项表。\nSIGINT 或 SIGTERM 有序停止，再次发送则立即退出。",
    en: "Configured by the environment alone (SANFEN_…): see the table in the README.\nSIGINT or SIGTERM stops it in order, a second one at once.",
  },
  action: (terminal, _, options) =>
    start(terminal, { service: (options["service"] as readonly string[]) ?? [], fresh: options["fresh"] === true }),
};

const TOUR: CommandSpec = {
  name: "tour",
  summary: { zh: "带新用户走一遍演示", en: "walk through the demo" },
  options: [
    { flags: "--yes", help: { zh: "不等待按键", en: "do not wait for a key" } },
    { flags: "--to <url>", help: { zh: "已在运行的服务的地址", en: "address of a server that runs already" } },
  ],
  examples: [["sanfen tour", { zh: "没有服务在运行时自行启动演示", en: "starts the demo where none runs" }]],
  action: (terminal, _, options) =>
    tour(terminal, { yes: options["yes"] === true, to: options["to"] as string | undefined }),
};

const IMPORT: CommandSpec = {
  name: "import",
  summary: {
    zh: "把文件（CSV、gz、xlsx）导入正在运行的服务",
    en: "import a file (CSV, gz, xlsx) into a running server",
  },
  arguments: [{ name: "<file>", help: { zh: "文件", en: "the file" } }],
  options: [
    {
      flags: "--mapping <name|file>",
      help: {
        zh: "列如何变成事实：内置映射的名称，或映射文件",
        en: "how columns become facts: a mapping's name, or its file",
      },
      required: true,
    },
    TO,
    {
      flags: "--encoding <name>",
      help: { zh: "CSV 的编码（默认 utf-8）", en: "of a CSV (default: utf-8)" },
      choices: ["utf-8", "gb18030"],
    },
    { flags: "--sheet <name>", help: { zh: "xlsx 的工作表（默认第一张）", en: "of an xlsx (default: the first)" } },
    { flags: "--dry-run", help: { zh: "只检查，不写入", en: "look through it, write nothing" } },
    { flags: "--rejects <file>", help: { zh: "把被拒的行存到此文件", en: "save the rejected rows to this file" } },
  ],
  examples: [
    [
      "sanfen import inspections.csv --mapping chicago-inspections",
      { zh: "用名为 chicago-inspections 的映射", en: "by the mapping of that name" },
    ],
    [
      "sanfen import 抽检.csv --mapping my.mapping.json --encoding gb18030 --dry-run",
      { zh: "先检查一个 GB 18030 文件", en: "look through a GB 18030 file first" },
    ],
  ],
  more: { zh: "有行被拒时退出码为 3。", en: "The exit code is 3 when rows were rejected." },
  action: (terminal, [file], options) =>
    importCommand(terminal, {
      file: file!,
      mapping: options["mapping"] as string,
      to: options["to"] as string,
      encoding: options["encoding"] as string | undefined,
      sheet: options["sheet"] as string | undefined,
      dryRun: options["dryRun"] === true,
      rejects: options["rejects"] as string | undefined,
    }),
};

function simulateSpec(language: Language): CommandSpec {
  return {
    name: "simulate",
    summary: { zh: "模拟：按种子生成企业和事实", en: "simulate: enterprises and facts from a seed" },
    options: [
      {
        flags: "--seed <n>",
        help: { zh: "种子：同一种子生成同样的事实", en: "the same seed gives the same facts" },
        default: FULL_SIZE.seed,
        parse: numberBetween({ least: 0, most: 2 ** 31 - 1, whole: true, language }),
      },
      {
        flags: "--years <n>",
        help: { zh: "截至昨天的年数", en: "years, up to yesterday" },
        default: FULL_SIZE.years,
        parse: numberBetween({ least: 0.01, most: 20, language }),
      },
      {
        flags: "--enterprises <n>",
        help: { zh: "企业数", en: "number of enterprises" },
        default: FULL_SIZE.enterprises,
        parse: numberBetween({ least: 1, most: 1_000_000, whole: true, language }),
      },
      {
        flags: "--live",
        help: { zh: "不断送入当天的事实，直到中断", en: "keep sending facts of today, until interrupted" },
      },
      {
        flags: "--rate <n>",
        help: { zh: "--live 每秒的条数", en: "facts a second, with --live" },
        default: 1,
        parse: numberBetween({ least: 0.01, most: 10_000, language }),
      },
      { flags: "--to <url>", help: { zh: "送到此服务", en: "send them to this server" } },
      { flags: "--out <file>", help: { zh: "写入此 NDJSON 文件", en: "write them to this NDJSON file" } },
    ],
    examples: [
      ["sanfen simulate --out facts.ndjson", { zh: "六年、7000 家企业", en: "six years of 7,000 enterprises" }],
      [
        "sanfen simulate --live --rate 5",
        { zh: `每秒 5 条，送到 ${DEFAULT_SERVER}`, en: `five a second to ${DEFAULT_SERVER}` },
      ],
    ],
    action: (terminal, _, options) => {
      const live = options["live"] === true;
      const out = options["out"] as string | undefined;
      const to = options["to"] as string | undefined;
      return simulateCommand(terminal, {
        seed: options["seed"] as number,
        years: options["years"] as number,
        enterprises: options["enterprises"] as number,
        rate: options["rate"] as number,
        live,
        out,
        to: to ?? (live && out === undefined ? DEFAULT_SERVER : undefined),
      });
    },
  };
}

const DOCTOR: CommandSpec = {
  name: "doctor",
  summary: { zh: "检查环境，说明如何改正", en: "look for what is wrong, and say how to mend it" },
  examples: [["sanfen doctor", { zh: "逐项检查", en: "one line for each thing looked at" }]],
  action: (terminal) => doctor(terminal),
};

const VERIFY: CommandSpec = {
  name: "verify",
  summary: { zh: "由日志重新计算，与状态库比对", en: "recompute from the log and compare with the store" },
  options: [
    {
      flags: "--thorough",
      help: { zh: "每天重评每家企业（慢）", en: "grade every enterprise on every day (slow)" },
    },
  ],
  examples: [["sanfen verify", { zh: "有差异时退出码为 3", en: "the exit code is 3 where they differ" }]],
  more: { zh: "SQLite 上须先停止服务。", en: "On SQLite, stop the services first." },
  action: (terminal, _, options) => verifyCommand(terminal, { thorough: options["thorough"] === true }),
};

const REPLAY: CommandSpec = {
  name: "replay",
  summary: { zh: "清除由日志得出的一切，以便重建", en: "forget all that follows from the log, to work it out anew" },
  options: [
    { flags: "--yes", help: { zh: "Kafka 上：确认所有服务已停止", en: "on Kafka: all services are stopped, go on" } },
    { flags: "--wait", help: { zh: "在此进程中立即重建", en: "rebuild now, in this process" } },
  ],
  examples: [
    ["sanfen replay", { zh: "下次启动时重建", en: "the next start rebuilds" }],
    ["sanfen replay --wait && sanfen verify", { zh: "重建并核对", en: "rebuild, then verify" }],
  ],
  more: {
    zh: "须先停止服务。事实、命令和控制记录不受影响。",
    en: "Stop the services first. Facts, commands and control records are not touched.",
  },
  action: (terminal, _, options) => replay(terminal, { yes: options["yes"] === true, wait: options["wait"] === true }),
};
