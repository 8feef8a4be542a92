/**
 * Marks and frozen tallies: how stage two knows that every source partition has said all it had to say before a
 * control record, and what each had said by then. Pure.
 */
import { compareVersions, type Version } from "@sanfen/model";

export type Counts = Readonly<Record<string, number>>;

/** A source partition's counts of a group, as they stood from some mark on. */
export interface Layer {
  /** Number of the source's last mark when this tally came; -1 before its first. */
  readonly after: number;
  readonly version: Version;
  readonly counts: Counts;
}

/** The tallies of one group, as they are stored: layers by source partition, oldest first. */
export interface GroupTallies {
  readonly region: string;
  readonly rulebook: string;
  readonly sources: Record<number, Layer[]>;
}

/** The tallies of one group at work. Older layers wait for the closings that need them. */
export class Group {
  readonly tallies: GroupTallies;
  #live: Counts | undefined;

  constructor(tallies: GroupTallies) {
    this.tallies = tallies;
  }

  /** Takes a tally in if it is newer than what the source said before; answers whether it was. */
  take(source: number, layer: Layer): boolean {
    const layers = (this.tallies.sources[source] ??= []);
    const last = layers.at(-1);
    if (last && compareVersions(layer.version, last.version) <= 0) return false;
    if (last?.after === layer.after) layers[layers.length - 1] = layer;
    else layers.push(layer);
    this.#live = undefined;
    return true;
  }

  /** Sum over the sources as of now. */
  get live(): Counts {
    this.#live ??= this.#sum(Infinity);
    return this.#live;
  }

  /** Sum over the sources as they stood at a mark. */
  frozenAt(mark: number): Counts {
    return this.saidAfter(mark) ? this.#sum(mark) : this.live;
  }

  /** Lets go of layers that only closings up to `mark` needed; answers whether any went. */
  forgetBefore(mark: number): boolean {
    let forgotten = false;
    for (const source in this.tallies.sources) {
      const layers = this.tallies.sources[source]!;
      let needed = layers.length - 1;
      while (needed > 0 && layers[needed]!.after > mark) needed -= 1;
      if (needed > 0) {
        layers.splice(0, needed);
        forgotten = true;
      }
    }
    return forgotten;
  }

  /** Whether a source said something after a mark: then the live sum is not that of the mark's closing. */
  saidAfter(mark: number): boolean {
    for (const source in this.tallies.sources) {
      const layers = this.tallies.sources[source]!;
      if (layers[layers.length - 1]!.after >= mark) return true;
    }
    return false;
  }

  #sum(mark: number): Counts {
    const sum: Record<string, number> = {};
    for (const source in this.tallies.sources) {
      const layers = this.tallies.sources[source]!;
      let at = layers.length - 1;
      while (at >= 0 && layers[at]!.after >= mark) at -= 1;
      const counts = layers[at]?.counts;
      for (const name in counts) sum[name] = (sum[name] ?? 0) + counts[name]!;
    }
    return sum;
  }
}
