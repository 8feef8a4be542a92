/**
 * The days of an installation and what holds on each, read from the control records alone. A second reading of the
 * design's rules on time, written apart from the one that the services use. Pure.
 */
import type { Control } from "@sanfen/events";
import { addMonths, parseDay, regionPath, type Binding, type Day, type Product, type Region } from "@sanfen/model";
import { checkRulebook, compileRulebook, type CompiledRulebook, type RuleFact } from "@sanfen/rulebook";

/** A tick that stands. The first of a history closes nothing. */
export interface Tick {
  /** Its position in `sanfen.control`. */
  readonly number: number;
  /** The day that holds from here on. */
  readonly day: Day;
  readonly newDay: boolean;
  /** What holds from here on; the same object for as long as nothing but the day changes. */
  readonly rules: RuleSet;
}

/** Everything that rules may ask of documents. */
export interface RuleSet {
  readonly regions: readonly Region[];
  readonly tierOf: (product: string) => string | undefined;
  /** Every rulebook bound along the path of a region, each once, where it is bound nearest: the region's own comes last. */
  along(region: string): readonly CompiledRulebook[];
  /** The rulebook bound to a region itself, or to the nearest wider one. */
  shownBy(region: string): CompiledRulebook | undefined;
  /** Days on which a fact may begin or cease to count under any rulebook. A superset: not every one changes something. */
  turnsOf(fact: RuleFact): readonly Day[];
}

interface Documents {
  regions: readonly Region[];
  products: ReadonlyMap<string, Product>;
  rulebooks: ReadonlyMap<string, CompiledRulebook>;
  bindings: readonly Binding[];
}

/** The ticks that stand, in the order of their numbers; `controls` as `sanfen.control` holds them, in its order. */
export function readTimeline(controls: readonly Control[]): readonly Tick[] {
  const ticks: Tick[] = [];
  let documents: Documents = { regions: [], products: new Map(), rulebooks: new Map(), bindings: [] };
  let waiting: Control[] = [];
  let instant = 0;
  let rules: RuleSet | undefined;
  let rulesFor = "";
  for (const control of controls) {
    if (control.kind !== "tick") {
      waiting.push(control);
      continue;
    }
    const last = ticks.at(-1);
    if (!stands(control, last, instant)) continue;
    ({ instant } = control);
    const { number, day } = control;
    const newDay = last?.day !== day;
    if (newDay) {
      const changed = waiting.length > 0;
      // A document takes effect at the midnight after it.
      if (changed) documents = waiting.reduce(withDocument, documents);
      waiting = [];
      const bound = boundOn(documents.bindings, day);
      const named = JSON.stringify([...bound]);
      if (!rules || changed || named !== rulesFor) rules = ruleSet(documents, bound);
      rulesFor = named;
    }
    ticks.push({ number, day, newDay, rules: rules! });
  }
  return ticks;
}

/** A tick whose instant had come when it was appended, newer than the last, of the same day or the next. */
function stands(tick: Control, last: Tick | undefined, lastInstant: number): boolean {
  if (tick.instant > tick.recordedAt) return false;
  return !last || (tick.instant > lastInstant && (tick.day === last.day || tick.day === last.day + 1));
}

function withDocument(documents: Documents, { kind, document }: Control): Documents {
  const body = jsonOf(document);
  if (body === undefined || !isWellFormed(kind, body)) return documents;
  if (kind === "scheme") return { ...documents, regions: body as Region[] };
  if (kind === "binding") return { ...documents, bindings: [...documents.bindings, body as Binding] };
  if (kind === "catalogue") {
    return { ...documents, products: new Map((body as Product[]).map((product) => [product.code, product])) };
  }
  if (kind !== "rulebook") return documents;
  const checked = checkRulebook(body);
  if ("problems" in checked) return documents;
  const compiled = compileRulebook(checked.rulebook);
  // A changed rulebook takes a new version: what is known by a key stays what it was.
  if (documents.rulebooks.has(compiled.key)) return documents;
  return { ...documents, rulebooks: new Map([...documents.rulebooks, [compiled.key, compiled]]) };
}

/** A document of another shape than its kind's has no effect. */
function isWellFormed(kind: Control["kind"], body: unknown): boolean {
  const texts = (item: unknown, ...names: string[]): boolean =>
    typeof item === "object" &&
    item !== null &&
    names.every((name) => typeof (item as Record<string, unknown>)[name] === "string");
  if (kind === "scheme") return Array.isArray(body) && body.every((region) => texts(region, "code", "level"));
  if (kind === "catalogue") return Array.isArray(body) && body.every((product) => texts(product, "code", "tier"));
  if (kind === "binding") return texts(body, "rulebook", "from") && Array.isArray((body as Binding).jurisdiction);
  return true;
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    // A document that is none has no effect; that it is reported is the services' affair.
    return undefined;
  }
}

/** Region code → key of the rulebook bound to it: the newest that has begun, of those that began together the later record. */
function boundOn(bindings: readonly Binding[], day: Day): ReadonlyMap<string, string> {
  const bound = new Map<string, { from: Day; key: string }>();
  for (const { jurisdiction, rulebook, version, from } of bindings) {
    const begins = parseDay(from);
    if (begins === undefined || begins > day) continue;
    for (const code of jurisdiction) {
      const held = bound.get(code);
      if (!held || held.from <= begins) bound.set(code, { from: begins, key: `${rulebook}@${version}` });
    }
  }
  return new Map([...bound].map(([code, { key }]) => [code, key]));
}

function ruleSet({ regions, products, rulebooks }: Documents, bound: ReadonlyMap<string, string>): RuleSet {
  const paths = new Map<string, readonly CompiledRulebook[]>();
  /** Bound along the path, one for each step that has one, repetitions included. */
  function steps(region: string): readonly CompiledRulebook[] {
    let found = paths.get(region);
    if (!found) {
      found = regionPath(region).flatMap((code) => rulebooks.get(bound.get(code) ?? "") ?? []);
      paths.set(region, found);
    }
    return found;
  }
  const clauses = [...rulebooks.values()].flatMap(({ rulebook }) => rulebook.clauses);
  return {
    regions,
    tierOf: (product) => products.get(product)?.tier,
    along: (region) => [...new Set(steps(region).toReversed())].toReversed(),
    shownBy: (region) => steps(region).at(-1),
    turnsOf: (fact) => {
      const days = new Set([fact.occurredOn]);
      for (const { when, within, until } of clauses) {
        if (!when.kinds.includes(fact.kind)) continue;
        if (within) {
          days.add("days" in within ? fact.occurredOn + within.days : addMonths(fact.occurredOn, within.months));
        }
        const last = until === undefined ? undefined : fact.body[until];
        if (typeof last === "number") days.add(last + 1);
      }
      return [...days];
    },
  };
}
