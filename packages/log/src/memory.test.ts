import { memoryBroker } from "./memory.ts";
import { logContract } from "./testing/index.ts";
import { brokerHarness } from "./testing/broker-harness.ts";

logContract("log in memory", () => brokerHarness((options) => memoryBroker(options)));
