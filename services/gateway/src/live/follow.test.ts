/** A source that fails: what the gateway says meanwhile, and that it comes back by itself. */
import { LogError } from "@sanfen/log";
import { StoreError } from "@sanfen/store";
import { afterEach, expect, test, vi } from "vitest";
import { startGateway, type TestGateway, type TestGatewayParts } from "../testing/gateway-harness.ts";
import { TestClient } from "../testing/live-client.ts";
import { colour } from "../testing/samples.ts";

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.stop();
});

async function started(parts: TestGatewayParts): Promise<TestGateway> {
  gateway = await startGateway(parts);
  return gateway;
}

test("a store that cannot be read at first is read again", async () => {
  let failures = 3;
  const { readiness, url } = await started({
    isReady: false,
    rows: { Colour: [colour("33", 1)] },
    around: {
      store: (store) => ({
        ...store,
        scan: (collection, partition) => {
          failures -= 1;
          if (failures > 0) throw new StoreError("unavailable", "secret.example.org does not answer");
          return store.scan(collection, partition);
        },
      }),
    },
  });
  await vi.waitUntil(async () => (await readiness()).reasons.some((reason) => reason.includes("unavailable")), {
    interval: 1,
  });
  expect((await readiness()).reasons.join()).not.toContain("secret");
  await vi.waitUntil(async () => (await readiness()).ready);
  const client = await TestClient.open(url);
  client.subscribe("colours:");
  expect((await client.nth("snapshot"))["items"]).toHaveLength(1);
  client.socket.terminate();
});

test("a log that gives a topic up, or refuses it, is asked again", async () => {
  let refusals = 2;
  const { readiness } = await started({
    isReady: false,
    options: { resubscribeMs: 5 },
    around: {
      log: (log) =>
        new Proxy(log, {
          get(target, name) {
            if (name === "subscribe" && refusals > 0) {
              return async (subscriber: Parameters<typeof log.subscribe>[0]) => {
                refusals -= 1;
                if (refusals === 0) throw new LogError("unavailable", "no broker");
                const subscription = await log.subscribe(subscriber);
                subscriber.failed(new LogError("out-of-range", "gone"), true);
                return subscription;
              };
            }
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === "function" ? value.bind(target) : value;
          },
        }),
    },
  });
  await vi.waitUntil(async () => (await readiness()).ready, { interval: 2 });
  expect(refusals).toBe(0);
});

test("of a batch the newest of each key goes out, also where an older one comes last", async () => {
  const { url, platform, caughtUp } = await started({ env: { SANFEN_PARTITIONS: "1" } });
  const client = await TestClient.open(url);
  client.subscribe("colours:33");
  await client.nth("snapshot");
  const { encode } = await import("@sanfen/events");
  const entries = [5, 7, 6].map((at) => ({ key: "3304", value: encode("Colour", colour("3304", at)) }));
  await platform.log.append("sanfen.colours", 0, entries);
  await caughtUp();
  expect(await client.nth("event")).toMatchObject({ record: { version: { epoch: 1, at: 7 } } });
  expect(client.of("event")).toHaveLength(1);
  const { values } = await platform.metrics.records.get();
  expect(values.map(({ labels, value }) => [labels.outcome, value])).toEqual([
    ["folded", 1],
    ["known", 2],
  ]);
  client.socket.terminate();
});
