/** Every option, declared once: what reads it, and what the README says of it. */
import type { Text } from "@sanfen/model";
import type { LogAddress, LogLevel, StoreAddress } from "./config.ts";
import {
  address,
  baseUrl,
  integer,
  logAddress,
  originList,
  plainText,
  storeAddress,
  word,
  type Parser,
} from "./option-parsers.ts";

export interface Option<T> {
  /** Name of the variable. */
  readonly name: string;
  /** Unit or form of the value. */
  readonly unit: Text;
  /** As one would write it; undefined: not set. */
  readonly default?: string;
  /** What holds when it is not set and there is no one default. */
  readonly otherwise?: Text;
  readonly help: Text;
  readonly parse: Parser<T>;
}

/** What the options read to, before they are looked at together. */
export interface OptionValues {
  readonly listen: { readonly host: string; readonly port: number };
  readonly open: "yes" | "no";
  readonly dataDir: string;
  readonly log: LogAddress;
  readonly store: StoreAddress;
  readonly site: string;
  readonly demo: "simulated" | "off";
  readonly partitions: number | undefined;
  readonly flushMs: number;
  readonly batchRecords: number;
  readonly threads: number | undefined;
  readonly tickMinutes: number;
  readonly logLevel: LogLevel;
  readonly maxBodyBytes: number;
  readonly shutdownMs: number;
  readonly ingest: string | undefined;
  readonly scorer: string | undefined;
  readonly regionAggregator: string | undefined;
  readonly taskDispatcher: string | undefined;
  readonly alertPublisher: string | undefined;
  readonly origins: readonly string[] | undefined;
}

const MS: Text = { zh: "毫秒", en: "ms" };
const URL_FORM: Text = { zh: "地址", en: "URL" };
const NONE: Text = { zh: "无", en: "none" };

function peer(name: string, service: string): Option<string | undefined> {
  return {
    name,
    unit: URL_FORM,
    otherwise: NONE,
    help: {
      zh: `各服务分开运行时，gateway 到 ${service} 的地址`,
      en: `Where the gateway finds ${service} when services run apart`,
    },
    parse: baseUrl,
  };
}

export const OPTIONS: { readonly [K in keyof OptionValues]: Option<OptionValues[K]> } = {
  listen: {
    name: "SANFEN_LISTEN",
    unit: { zh: "主机:端口", en: "host:port" },
    default: "127.0.0.1:8080",
    help: {
      zh: "监听的地址；端口 0 表示任一空闲端口；非本机地址须设 `SANFEN_OPEN=yes`",
      en: "Address to listen on; port 0 takes any that is free; one that others can reach needs `SANFEN_OPEN=yes`",
    },
    parse: address,
  },
  open: {
    name: "SANFEN_OPEN",
    unit: { zh: "`yes`、`no`", en: "`yes`, `no`" },
    default: "no",
    help: {
      zh: "同意在没有访问控制的情况下向他人开放",
      en: "Agree to be reached by others although there is no access control yet",
    },
    parse: word(["yes", "no"]),
  },
  dataDir: {
    name: "SANFEN_DATA",
    unit: { zh: "目录", en: "directory" },
    default: "data",
    help: { zh: "存放文件的目录", en: "Directory for files" },
    parse: plainText,
  },
  log: {
    name: "SANFEN_LOG",
    unit: URL_FORM,
    default: "sqlite:log.db",
    help: {
      zh: "日志：`sqlite:文件` 或 `kafka://主机:端口,…`",
      en: "The log: `sqlite:FILE` or `kafka://host:port,…`",
    },
    parse: logAddress,
  },
  store: {
    name: "SANFEN_STORE",
    unit: URL_FORM,
    default: "sqlite:state.db",
    help: { zh: "状态库：`sqlite:文件` 或 `mongodb://…`", en: "The store: `sqlite:FILE` or `mongodb://…`" },
    parse: storeAddress,
  },
  site: {
    name: "SANFEN_SITE",
    unit: { zh: "名称或文件", en: "name or file" },
    default: "jiaxing",
    help: {
      zh: "平台所属站点：内置站点的名称，或站点文件的路径",
      en: "Whose platform this is: the name of a site that ships, or the path of a site file",
    },
    parse: plainText,
  },
  demo: {
    name: "SANFEN_DEMO",
    unit: { zh: "`simulated`、`off`", en: "`simulated`, `off`" },
    default: "simulated",
    help: {
      zh: "空的单机安装是否以模拟数据开始（此后拒收真实数据）",
      en: "Whether an empty embedded installation starts with simulated facts (and then refuses real ones)",
    },
    parse: word(["simulated", "off"]),
  },
  partitions: {
    name: "SANFEN_PARTITIONS",
    unit: { zh: "个", en: "number" },
    otherwise: { zh: "SQLite 为 2，Kafka 为 12", en: "2 on SQLite, 12 on Kafka" },
    help: {
      zh: "事实主题的分区数；建立之后不能更改",
      en: "Partitions of the facts; cannot be changed once they exist",
    },
    parse: integer(1, 1_024),
  },
  flushMs: {
    name: "SANFEN_FLUSH_MS",
    unit: MS,
    default: "400",
    help: { zh: "状态写入状态库的间隔", en: "Time between two writes of state to the store" },
    parse: integer(1, 60_000),
  },
  batchRecords: {
    name: "SANFEN_BATCH_RECORDS",
    unit: { zh: "条", en: "records" },
    default: "1000",
    help: { zh: "一次最多读取的记录数", en: "Records read from the log at a time, at most" },
    parse: integer(1, 100_000),
  },
  threads: {
    name: "SANFEN_THREADS",
    unit: { zh: "个", en: "number" },
    otherwise: { zh: "SQLite 为 2，Kafka 为 0", en: "2 on SQLite, 0 on Kafka" },
    help: {
      zh: "评分时最多为多少个分区各用一个线程，使主线程随时可以应答；0 表示不用线程",
      en: "Partitions that are graded in threads of their own, at most, so that the main one stays free to answer; 0: none",
    },
    parse: integer(0, 256),
  },
  tickMinutes: {
    name: "SANFEN_TICK_MINUTES",
    unit: { zh: "分钟", en: "minutes" },
    default: "15",
    help: { zh: "两次结算之间的时间（零点总要结算）", en: "Time between closings (midnight always is one)" },
    parse: integer(1, 1_440),
  },
  logLevel: {
    name: "SANFEN_LOG_LEVEL",
    unit: { zh: "级别", en: "level" },
    default: "info",
    help: {
      zh: "输出哪些运行日志：`trace`、`debug`、`info`、`warn`、`error`、`fatal`、`silent`",
      en: "What to write about the run: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`",
    },
    parse: word(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
  },
  maxBodyBytes: {
    name: "SANFEN_MAX_BODY_BYTES",
    unit: { zh: "字节", en: "bytes" },
    default: "8388608",
    help: {
      zh: "一次读入内存的请求正文的上限（流式上传不受此限）",
      en: "Largest request body that is read into memory (streamed uploads have limits of their own)",
    },
    parse: integer(1_024, 1_073_741_824),
  },
  shutdownMs: {
    name: "SANFEN_SHUTDOWN_MS",
    unit: MS,
    default: "10000",
    help: {
      zh: "停止时等待未完成的请求和批次的最长时间",
      en: "How long a stop waits for requests and batches in hand, at most",
    },
    parse: integer(0, 600_000),
  },
  ingest: peer("SANFEN_INGEST_URL", "ingest"),
  scorer: peer("SANFEN_SCORER_URL", "scorer"),
  regionAggregator: peer("SANFEN_REGION_AGGREGATOR_URL", "region-aggregator"),
  taskDispatcher: peer("SANFEN_TASK_DISPATCHER_URL", "task-dispatcher"),
  alertPublisher: peer("SANFEN_ALERT_PUBLISHER_URL", "alert-publisher"),
  origins: {
    name: "SANFEN_ORIGINS",
    unit: { zh: "来源，以逗号分隔", en: "origins, comma-separated" },
    otherwise: NONE,
    help: {
      zh: "除本站外，还允许哪些来源的网页建立 WebSocket 连接或提交命令",
      en: "Origins, besides its own, whose pages may open WebSockets and send commands",
    },
    parse: originList,
  },
};
