import { formatDay, regionPath, type Day, type Product, type Region } from "@sanfen/model";
import { compileRulebook, type CompiledRulebook } from "@sanfen/rulebook";
import type { Documents } from "./control.ts";

/** What documents come to, whatever the day. */
interface Prepared {
  readonly documents: Documents;
  readonly regions: ReadonlyMap<string, Region>;
  readonly products: ReadonlyMap<string, Product>;
  readonly rulebooks: ReadonlyMap<string, CompiledRulebook>;
}

/** Rulebooks by region, as bound on a day; the same object on every day that binds the same. */
interface Bound {
  readonly keyOf: ReadonlyMap<string, string>;
  readonly along: Map<string, readonly CompiledRulebook[]>;
}

/** The documents of one day, made ready for the rules. */
export class InForce {
  readonly day: Day;
  readonly #prepared: Prepared;
  readonly #bound: Bound;

  private constructor(prepared: Prepared, bound: Bound, day: Day) {
    this.day = day;
    this.#prepared = prepared;
    this.#bound = bound;
  }

  /** `before`: what was in force the day before, of which all that still holds is kept. */
  static on(day: Day, documents: Documents, before: InForce | null): InForce {
    const same = before?.documents === documents;
    const prepared = same
      ? before.#prepared
      : prepare(documents, before === null ? undefined : before.#prepared.rulebooks);
    const keyOf = boundOn(documents, day);
    const bound = same && sameEntries(keyOf, before.#bound.keyOf) ? before.#bound : { keyOf, along: new Map() };
    return new InForce(prepared, bound, day);
  }

  get documents(): Documents {
    return this.#prepared.documents;
  }

  get regions(): ReadonlyMap<string, Region> {
    return this.#prepared.regions;
  }

  /** Stands for the documents and what they bind: the same object on every day on which both are the same. */
  get rules(): object {
    return this.#bound;
  }

  readonly tierOf = (product: string): string | undefined => this.#prepared.products.get(product)?.tier;

  /**
   * Every rulebook bound along the path of a region, widest region's first; one that is bound more than once stands
   * where it is bound most narrowly, so that the last is the region's own.
   */
  rulebooksAlong(code: string): readonly CompiledRulebook[] {
    const { along, keyOf } = this.#bound;
    let found = along.get(code);
    if (!found) {
      const keys = new Set(
        regionPath(code)
          .toReversed()
          .flatMap((step) => keyOf.get(step) ?? []),
      );
      found = [...keys].toReversed().flatMap((key) => this.#prepared.rulebooks.get(key) ?? []);
      along.set(code, found);
    }
    return found;
  }

  /** The rulebook a region shows: that bound to it, or to the nearest wider region. */
  shownBy(code: string): CompiledRulebook | undefined {
    return this.rulebooksAlong(code).at(-1);
  }
}

function prepare(documents: Documents, compiled: ReadonlyMap<string, CompiledRulebook> = new Map()): Prepared {
  return {
    documents,
    regions: new Map(documents.scheme.map((region) => [region.code, region])),
    products: new Map(documents.catalogue.map((product) => [product.code, product])),
    rulebooks: new Map(
      documents.rulebooks.map((rulebook) => {
        const key = `${rulebook.id}@${rulebook.version}`;
        return [key, compiled.get(key) ?? compileRulebook(rulebook)];
      }),
    ),
  };
}

/** Region code → key of the rulebook bound to it on a day: the newest `from` that has come, of equal ones the later. */
function boundOn(documents: Documents, day: Day): ReadonlyMap<string, string> {
  const newest = new Map<string, { from: string; key: string }>();
  const today = formatDay(day);
  for (const binding of documents.bindings) {
    if (binding.from > today) continue;
    for (const code of binding.jurisdiction) {
      const held = newest.get(code);
      if (!held || binding.from >= held.from) {
        newest.set(code, { from: binding.from, key: `${binding.rulebook}@${binding.version}` });
      }
    }
  }
  return new Map([...newest].map(([code, { key }]) => [code, key]));
}

function sameEntries(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
