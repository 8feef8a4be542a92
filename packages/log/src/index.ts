export * from "./log.ts";
export { memoryBroker } from "./memory.ts";
export { openLog } from "./open-log.ts";
export { openSqliteBroker, openSqliteLog } from "./sqlite.ts";
export { Broker, type BrokerOptions } from "./broker/broker.ts";
export { defaultRestart, pauseAfter, type RestartPolicy } from "./restart.ts";
export { systemTiming, type Timing } from "./timing.ts";
