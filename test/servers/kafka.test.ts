import { afterEach, describe, expect, it, vi } from "vitest";
import { startKafka } from "./kafka.ts";

describe("the Kafka of the tests", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("is the one that the environment names, which no test may stop", async () => {
    vi.stubEnv("KAFKA_BROKERS", "b1:9092, b2:9092");
    const kafka = await startKafka();
    expect(kafka.brokers).toEqual(["b1:9092", "b2:9092"]);
    expect(kafka.describe).toContain("KAFKA_BROKERS");
    await expect(kafka.kill(0)).rejects.toThrow("own: true");
    await kafka.stop();
  });
});
