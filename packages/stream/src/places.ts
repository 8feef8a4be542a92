import { partitionOf } from "@sanfen/model";
import type { Layout } from "./machine.ts";

/** Partition of a key, by topic, remembered: hashing a key each time it says something shows in a replay. */
export class Places {
  readonly #layout: Layout;
  readonly #known = new Map<string, Map<string, number>>();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  of(topic: string, key: string): number {
    let known = this.#known.get(topic);
    if (!known) {
      known = new Map();
      this.#known.set(topic, known);
    }
    let place = known.get(key);
    if (place === undefined) {
      place = partitionOf(key, this.#layout.partitionsOf(topic));
      known.set(key, place);
    }
    return place;
  }
}
