/** Creates what services need in log and store, waiting for either where it cannot be reached yet. */
import { LogError, type TopicSpec } from "@sanfen/log";
import { StoreError } from "@sanfen/store";
import { setTimeout as wait } from "node:timers/promises";
import type { AnyCollection, Platform, Service } from "./service.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Creates topics and collections. A port that is unavailable or full is tried again, with growing pauses, until it
 * answers or `signal` is aborted; every other error is final (partitions that changed, say) and rejects.
 */
export async function createAll(platform: Platform, services: readonly Service[], signal: AbortSignal): Promise<void> {
  const topics = services.flatMap((service) => service.topics(platform.config.partitions));
  const collections = new Set(services.flatMap((service): readonly AnyCollection[] => service.collections));
  await untilItAnswers(() => platform.log.ensure(distinct(topics)), platform, signal);
  await untilItAnswers(() => platform.store.ensure([...collections]), platform, signal);
}

async function untilItAnswers(action: () => Promise<void>, platform: Platform, signal: AbortSignal): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      if (!mayPass(error)) throw error;
      platform.logger.warn({ err: error, pauseMs }, "not there yet; trying again");
    }
    // Jitter of a quarter, so that processes started together do not knock together.
    await wait(pauseMs * (0.75 + Math.random() * 0.5), undefined, { signal });
  }
}

function mayPass(error: unknown): boolean {
  return (error instanceof LogError || error instanceof StoreError) && ["unavailable", "full"].includes(error.code);
}

/** Each topic once. Throws where two services see one differently: a mistake of ours. */
function distinct(topics: readonly TopicSpec[]): TopicSpec[] {
  const byName = new Map<string, TopicSpec>();
  for (const spec of topics) {
    const known = byName.get(spec.topic);
    if (known && (known.partitions !== spec.partitions || known.retentionMs !== spec.retentionMs)) {
      throw new Error(`services differ on topic ${spec.topic}`);
    }
    byName.set(spec.topic, spec);
  }
  return [...byName.values()];
}
