import { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from "kafkajs";
import { describe, expect, it } from "vitest";
import { LogError } from "../log.ts";
import { asLogError, protocolType } from "./errors.ts";

const protocol = (type: string, retriable: boolean): Error =>
  Object.assign(new KafkaJSProtocolError(new Error(type)), { type, retriable });
const afterRetries = (cause: Error): Error =>
  new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 3, retryTime: 100 });

describe("an error of the client", () => {
  it.each<[string, Error, string]>([
    ["a topic that is not there", afterRetries(protocol("UNKNOWN_TOPIC_OR_PARTITION", true)), "unknown-topic"],
    ["a full disk", protocol("KAFKA_STORAGE_ERROR", true), "full"],
    ["an offset that is gone", protocol("OFFSET_OUT_OF_RANGE", true), "out-of-range"],
    ["too few replicas", protocol("NOT_ENOUGH_REPLICAS", true), "unavailable"],
    ["a refused connection", afterRetries(new KafkaJSConnectionError("refused")), "unavailable"],
    ["whatever trips kafkajs itself", new TypeError("cannot read properties of null"), "unavailable"],
  ])("that means %s has a code", (_, error, code) => {
    const named = asLogError(error, "append to t/0");
    expect(named).toMatchObject({ name: "LogError", code, cause: error });
    expect(named.message).toMatch(/^append to t\/0: /);
  });

  it("stays what it is when the port has named it, or when no retry can mend it", () => {
    const named = new LogError("incomplete", "half");
    expect(asLogError(named, "append")).toBe(named);
    const tooLarge = protocol("MESSAGE_TOO_LARGE", false);
    expect(asLogError(tooLarge, "append")).toBe(tooLarge);
  });

  it("has the protocol's name wherever it lies among the causes", () => {
    expect(protocolType(afterRetries(protocol("NOT_CONTROLLER", true)))).toBe("NOT_CONTROLLER");
    expect(protocolType(new Error("plain"))).toBeUndefined();
    expect(protocolType(undefined)).toBeUndefined();
  });
});
