/** What one row adds to a group: a region under a rulebook. Counts are integers. */
export interface Contribution {
  readonly region: string;
  /** id@version. */
  readonly rulebook: string;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Group {
  readonly region: string;
  readonly rulebook: string;
  readonly counts: Record<string, number>;
}

/** A record behind a change. */
export interface Cause {
  readonly at: number;
  readonly subject: string;
  readonly recordedAt: number;
}

/**
 * Stage one of a rollup: the absolute counts of this partition's groups, kept as a sum over its rows. A cache: built
 * from the stored rows at take-over, then moved by the difference between a row and its successor.
 */
export class Sums {
  readonly #groups = new Map<string, Group>();
  readonly #changed = new Map<string, Cause>();

  /** Counts a row in, without a change to report: take-over. */
  load(row: readonly Contribution[]): void {
    for (const contribution of row) this.#add(contribution, 1);
  }

  /** Replaces a row's contributions; groups whose counts differ are due, with this cause. */
  move(before: readonly Contribution[], after: readonly Contribution[], cause: Cause): void {
    const count = Math.max(before.length, after.length);
    for (let i = 0; i < count; i += 1) {
      const old = before[i];
      const now = after[i];
      if (old && now && sameContribution(old, now)) continue;
      if (old) this.#changed.set(this.#add(old, -1), cause);
      if (now) this.#changed.set(this.#add(now, 1), cause);
    }
  }

  /** Groups that changed since the last call, with the last cause of each. */
  takeChanged(): readonly (readonly [Group, Cause])[] {
    const changed = [...this.#changed].map(([key, cause]) => [this.#groups.get(key)!, cause] as const);
    this.#changed.clear();
    return changed;
  }

  #add({ region, rulebook, counts }: Contribution, sign: 1 | -1): string {
    const key = `${region}|${rulebook}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = { region, rulebook, counts: {} };
      this.#groups.set(key, group);
    }
    for (const name in counts) {
      const sum = (group.counts[name] ?? 0) + sign * counts[name]!;
      if (sum === 0) delete group.counts[name];
      else group.counts[name] = sum;
    }
    return key;
  }
}

function sameContribution(a: Contribution, b: Contribution): boolean {
  if (a.region !== b.region || a.rulebook !== b.rulebook) return false;
  const names = Object.keys(a.counts);
  return names.length === Object.keys(b.counts).length && names.every((name) => a.counts[name] === b.counts[name]);
}
