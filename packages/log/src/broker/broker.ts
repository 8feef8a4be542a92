import { BrokerClient } from "./client.ts";
import { Consumption } from "./consumption.ts";
import { LogError, type Entry, type Log, type Subscriber, type TopicSpec } from "../log.ts";
import { Group } from "./membership.ts";
import { defaultRestart, type RestartPolicy } from "../restart.ts";
import type { Committed, Storage } from "./storage.ts";
import { systemTiming, Turns, type Timing } from "../timing.ts";

export interface BrokerOptions {
  readonly timing?: Timing;
  readonly restart?: RestartPolicy;
  /** How often (ms) to drop what is past its retention. Never by itself unless given: `purge` does it. */
  readonly purgeEveryMs?: number;
}

/** A log within one process: one storage, and the clients and groups that share it. */
export class Broker {
  readonly timing: Timing;
  readonly turns: Turns;
  readonly storage: Storage;
  readonly #restart: RestartPolicy;
  readonly #clients = new Set<BrokerClient>();
  readonly #groups = new Map<string, Group>();
  readonly #consumptions = new Map<string, Set<Consumption>>();
  readonly #reports = new Map<string, number>();
  #closing: Promise<void> | undefined;
  #cancelPurge: () => void = () => {};
  /** Why the last purge failed; null when it did not. */
  #purgeFailure: Error | null = null;

  /** `open` makes the storage, which calls back after each commit. */
  constructor(open: (committed: Committed) => Storage, options: BrokerOptions = {}) {
    this.timing = options.timing ?? systemTiming;
    this.turns = new Turns(this.timing);
    this.#restart = options.restart ?? defaultRestart;
    this.storage = open((topic, partition) => {
      for (const consumption of this.#consumptions.get(topic) ?? []) consumption.wake(partition);
    });
    if (options.purgeEveryMs !== undefined) this.#purgeAfter(options.purgeEveryMs);
  }

  /** A further client. `closed` runs once it has closed. */
  connect(closed?: () => Promise<void>): Log {
    if (this.#closing !== undefined) throw new LogError("closed", "the log is closed");
    const client = new BrokerClient(this, async () => {
      this.#clients.delete(client);
      await closed?.();
    });
    this.#clients.add(client);
    return client;
  }

  /** Drops a client as a kill would. */
  crash(log: Log): void {
    for (const client of this.#clients) {
      if (client !== log) continue;
      this.#clients.delete(client);
      client.crash();
    }
  }

  /** The offset a group last reported for a partition; kept in memory, since nobody starts from it. */
  reported(group: string, topic: string, partition: number): number | undefined {
    return this.#reports.get(JSON.stringify([group, topic, partition]));
  }

  /** Drops what is past its retention, a slice a turn. */
  purge(): Promise<void> {
    return new Promise((resolve, reject) => {
      const slice = (): void => {
        try {
          if (this.#closing !== undefined || this.storage.purge(this.timing.now())) resolve();
          else this.turns.take(slice);
        } catch (error) {
          reject(error);
        }
      };
      this.turns.take(slice);
    });
  }

  #purgeAfter(ms: number): void {
    this.#cancelPurge = this.timing.after(ms, () => void this.#purgeByItself(ms));
  }

  async #purgeByItself(ms: number): Promise<void> {
    try {
      await this.purge();
      this.#purgeFailure = null;
    } catch (error) {
      this.#purgeFailure = error instanceof Error ? error : new Error(String(error));
    }
    if (this.#closing === undefined) this.#purgeAfter(ms);
  }

  /** Rejects with LogError when records cannot be written, or old ones not be dropped. */
  async check(): Promise<void> {
    await this.storage.check();
    if (this.#purgeFailure !== null) throw this.#purgeFailure;
  }

  /** Closes every client, then the storage. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#cancelPurge();
      await Promise.all([...this.#clients].map((client) => client.stop()));
      await this.storage.close();
    })();
    return this.#closing;
  }

  /** @throws LogError `unknown-topic` */
  partitionsOf(topic: string): number {
    const partitions = this.storage.partitions(topic);
    if (partitions === undefined) throw new LogError("unknown-topic", `there is no topic ${topic}`);
    return partitions;
  }

  /** @throws LogError `unknown-topic` */
  refuseUnknown(topic: string, partition: number): void {
    const partitions = this.partitionsOf(topic);
    if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return;
    throw new LogError("unknown-topic", `topic ${topic} has ${partitions} partitions, none of number ${partition}`);
  }

  ensure(topics: readonly TopicSpec[]): void {
    for (const { topic, partitions } of topics) {
      const before = this.storage.partitions(topic);
      if (before === undefined || before === partitions) continue;
      throw new LogError("partitions-changed", `topic ${topic} has ${before} partitions, not ${partitions}`);
    }
    for (const spec of topics) this.storage.put(spec);
  }

  append(topic: string, partition: number, entries: readonly Entry[]): Promise<readonly number[]> {
    this.refuseUnknown(topic, partition);
    return entries.length === 0 ? Promise.resolve([]) : this.storage.append(topic, partition, entries);
  }

  drop(topic: string): void {
    if (this.storage.partitions(topic) === undefined) return;
    this.storage.drop(topic);
    for (const consumption of this.#consumptions.get(topic) ?? []) consumption.dropped();
  }

  /** Starts a subscription; `ended` runs when it has left its group, for whatever reason. */
  subscribe(subscriber: Subscriber, ended: (consumption: Consumption) => void): Consumption {
    const { topic } = subscriber;
    const partitions = this.partitionsOf(topic);
    const key = JSON.stringify([subscriber.group, topic]);
    const group = (subscriber.group === null ? undefined : this.#groups.get(key)) ?? new Group(partitions);
    if (subscriber.group !== null) this.#groups.set(key, group);
    const all = this.#consumptions.get(topic) ?? new Set();
    this.#consumptions.set(topic, all);
    const consumption = new Consumption(subscriber, partitions, {
      storage: this.storage,
      timing: this.timing,
      turns: this.turns,
      restart: this.#restart,
      leave: (member) => {
        group.leave(member);
        // It may leave twice (stopping, then dropped), and by then others may have formed the group anew.
        if (group.empty && this.#groups.get(key) === group) this.#groups.delete(key);
        all.delete(consumption);
        ended(consumption);
      },
      reported: (name, assignment, offset) => {
        this.#reports.set(JSON.stringify([name, assignment.topic, assignment.partition]), offset);
      },
    });
    all.add(consumption);
    group.join(consumption);
    return consumption;
  }
}
