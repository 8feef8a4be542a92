import { createConnection, type Socket } from "node:net";
import { randomUUID } from "node:crypto";
import { Kafka, type ISocketFactory, logLevel } from "kafkajs";
import { type Kafka as KafkaServers, startKafka } from "../../../../test/servers/kafka.ts";
import { openKafkaLog } from "../kafka.ts";
import type { KafkaOptions } from "../kafka/options.ts";
import type { Log } from "../log.ts";
import { defaultRestart } from "../restart.ts";
import type { Harness } from "./harness.ts";

/** Sessions short enough for a test to see one end; the broker takes them (see `group.min.session.timeout.ms`). */
export const quickSessions: KafkaOptions = {
  sessionTimeoutMs: 6_000,
  requestTimeoutMs: 10_000,
  restart: { ...defaultRestart, firstPauseMs: 5, maxPauseMs: 20 },
};

/** Sockets that can be cut all at once, as when the process that holds them is killed. */
interface Cuttable {
  readonly socketFactory: ISocketFactory;
  cut(): void;
}

function cuttableSockets(): Cuttable {
  const open = new Set<Socket>();
  let severed = false;
  return {
    socketFactory: ({ host, port, onConnect }) => {
      const socket = createConnection({ host, port, noDelay: true, keepAlive: true }, onConnect);
      open.add(socket);
      socket.once("close", () => open.delete(socket));
      if (severed) socket.destroy(new Error("cut"));
      return socket;
    },
    cut: () => {
      severed = true;
      for (const socket of open) socket.destroy(new Error("cut"));
    },
  };
}

/** The contract's harness over a real broker. */
export async function kafkaHarness(): Promise<Harness> {
  const servers = await startKafka();
  return harnessOver(servers);
}

async function harnessOver(servers: KafkaServers): Promise<Harness> {
  const kafka = new Kafka({ clientId: "outside", brokers: [...servers.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const clients = new Map<Log, Cuttable>();
  return {
    patienceMs: 15_000,
    async connect() {
      const sockets = cuttableSockets();
      const log = await openKafkaLog(servers.brokers, { ...quickSessions, socketFactory: sockets.socketFactory });
      clients.set(log, sockets);
      return log;
    },
    topic: (spec) => ({ topic: `contract.${randomUUID()}`, partitions: 1, ...spec }),
    async crash(log) {
      clients.get(log)?.cut();
      clients.delete(log);
      // It holds no connection any more and can hand nothing over; closing it only ends its attempts to come back.
      void log.close();
      return Promise.resolve();
    },
    async expire({ topic }) {
      const deadline = performance.now() + 20_000;
      for (;;) {
        const offsets = await admin.fetchTopicOffsets(topic);
        if (offsets.every(({ low, high }) => low === high)) return;
        if (performance.now() > deadline) throw new Error(`${topic}: the broker has dropped nothing`);
        await new Promise((waited) => setTimeout(waited, 100));
      }
    },
    async reported(group, topic, partition) {
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const offset = Number(offsets?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
      return offset < 0 ? undefined : offset;
    },
    async dispose() {
      await Promise.all([...clients.keys()].map((log) => log.close()));
      await admin.disconnect();
      await servers.stop();
    },
  };
}
