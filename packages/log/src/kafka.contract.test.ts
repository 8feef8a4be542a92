import { logContract } from "./testing/contract.ts";
import { kafkaHarness } from "./testing/kafka-harness.ts";

logContract("the log on Kafka", kafkaHarness);
