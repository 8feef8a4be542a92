/** Finding an enterprise by name and address. Pure. */
import { addressKey, matchKey, similarity } from "@sanfen/model";

export interface Registered {
  readonly subject: string;
  readonly name: string;
  readonly address: string | null;
}

export interface Candidate extends Registered {
  /** Likeness of the names, 0 to 1. */
  readonly similarity: number;
}

interface Indexed extends Registered {
  readonly key: string;
}

const CANDIDATES = 5;
/** Enterprises that are compared letter by letter, of those that share rare pairs of letters. */
const COMPARED = 50;
/** A pair of letters that so many names have (有限, 公司) tells nothing. */
const COMMON_SHARE = 0.1;
const COMMON_LEAST = 50;

export class Register {
  readonly #byKey = new Map<string, Indexed[]>();
  readonly #byPair = new Map<string, Indexed[]>();
  readonly #common: number;

  constructor(enterprises: readonly Registered[]) {
    for (const enterprise of enterprises) {
      const entry = { ...enterprise, key: matchKey(enterprise.name) };
      if (entry.key === "") continue;
      addTo(this.#byKey, entry.key, entry);
      for (const pair of pairsOf(entry.key)) addTo(this.#byPair, pair, entry);
    }
    this.#common = Math.max(COMMON_LEAST, enterprises.length * COMMON_SHARE);
  }

  /** The one enterprise of that name; where several have it, the one of them at that address. */
  find(name: string, address: string): string | undefined {
    const key = matchKey(name);
    const named = key === "" ? [] : (this.#byKey.get(key) ?? []);
    if (named.length === 1) return named[0]!.subject;
    const place = addressKey(address);
    const there =
      place === "" ? [] : named.filter((entry) => entry.address !== null && addressKey(entry.address) === place);
    return there.length === 1 ? there[0]!.subject : undefined;
  }

  /** The enterprises whose names are most like it, the likest first. */
  candidates(name: string): readonly Candidate[] {
    const key = matchKey(name);
    const shared = new Map<Indexed, number>();
    for (const pair of pairsOf(key)) {
      const entries = this.#byPair.get(pair) ?? [];
      if (entries.length > this.#common) continue;
      for (const entry of entries) shared.set(entry, (shared.get(entry) ?? 0) + 1);
    }
    return [...shared]
      .sort(([a, m], [b, n]) => n - m || (a.subject < b.subject ? -1 : 1))
      .slice(0, COMPARED)
      .map(([{ key: other, ...entry }]) => ({
        ...entry,
        similarity: Math.round(similarity(key, other) * 1_000) / 1_000,
      }))
      .sort((a, b) => b.similarity - a.similarity || (a.subject < b.subject ? -1 : 1))
      .slice(0, CANDIDATES);
  }
}

function addTo(index: Map<string, Indexed[]>, key: string, entry: Indexed): void {
  const entries = index.get(key);
  if (entries) entries.push(entry);
  else index.set(key, [entry]);
}

function pairsOf(key: string): Set<string> {
  const letters = Array.from(key);
  return new Set(letters.map((letter, i) => letter + (letters[i + 1] ?? "")));
}
