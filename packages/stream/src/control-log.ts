/** Writing and reading `sanfen.control`: what an installation's time and documents are made of. */
import { decode, encode, type Control } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import { dayInZone, midnight, type Day, type Site } from "@sanfen/model";
import type { Rulebook } from "@sanfen/rulebook";
import { applyControl, NO_CONTROL, type ControlState, type Documents } from "./control.ts";
import { CONTROL } from "./topics.ts";

const BLANK = { number: -1, recordedAt: 0, actor: "", instant: 0, day: 0, document: null } as const;

/** Follows `sanfen.control` from its beginning; `refresh` reads what has come since. */
export class ControlReader {
  readonly #log: Log;
  #offset = 0;
  state: ControlState = NO_CONTROL;

  constructor(log: Log) {
    this.#log = log;
  }

  async refresh(): Promise<ControlState> {
    for await (const records of this.#log.read(CONTROL, 0, this.#offset)) {
      for (const record of records) {
        this.#offset = record.offset + 1;
        const event = decode(record.value);
        if (event.name !== "Control") continue;
        const step = applyControl(this.state, { ...event.value, number: record.offset, recordedAt: record.appendedAt });
        if ("state" in step) this.state = step.state;
      }
    }
    return this.state;
  }

  /** The documents as they will be from the next midnight on. */
  get latest(): Documents {
    return this.state.pending ?? this.state.inForce;
  }
}

/** A tick: from `instant` on, `day` holds. */
export function tick(instant: number, day: Day, actor: string): Control {
  return { ...BLANK, kind: "tick", instant, day, actor };
}

/** A document, as JSON. */
export function documentControl(
  kind: Exclude<Control["kind"], "tick" | "unknown">,
  document: unknown,
  actor: string,
): Control {
  return { ...BLANK, kind, document: JSON.stringify(document), actor };
}

/** Appends control records; answers the offset after them. */
export async function appendControl(log: Log, controls: readonly Control[]): Promise<void> {
  if (controls.length === 0) return;
  const entries = controls.map((control) => ({
    key: "control",
    value: encode("Control", control),
    headers: { "sanfen-type": "Control" },
  }));
  await log.append(CONTROL, 0, entries);
}

/** Ticks at the midnights after `state` up to `to`, one for each day: a tick that skipped one would be refused. */
export function midnightTicks(state: ControlState, to: Day, zone: string, actor: string): readonly Control[] {
  const first = state.day === null ? to : state.day + 1;
  const days = Array.from({ length: Math.max(0, to - first + 1) }, (_, i) => first + i);
  return days.map((day) => tick(midnight(day, zone), day, actor));
}

/** The ticks due at an instant: the midnights passed by, then the newest whole period of `minutes` since midnight. */
export function dueTicks(
  state: ControlState,
  now: number,
  zone: string,
  minutes: number,
  actor: string,
): readonly Control[] {
  const today = dayInZone(now, zone);
  const ticks = [...midnightTicks(state, today, zone, actor)];
  const start = midnight(today, zone);
  const period = minutes * 60_000;
  const newest = start + Math.floor((now - start) / period) * period;
  const last = Math.max(state.instant, ticks.at(-1)?.instant ?? 0);
  if (newest > last) ticks.push(tick(newest, today, actor));
  return ticks;
}

/** The log is that of another site: to go on would mix the two. Nothing that is tried again changes it. */
export class OtherSite extends Error {
  readonly code = "other-site";
  readonly held: string;
  readonly configured: string;
  constructor(held: string, configured: string) {
    super(
      `this installation is site ${held}; SANFEN_SITE says ${configured}: set SANFEN_SITE=${held}, ` +
        "or begin another installation, in a SANFEN_DATA of its own or with `sanfen start --fresh`",
    );
    this.name = "OtherSite";
    this.held = held;
    this.configured = configured;
  }
}

/**
 * The documents of a site that the log does not hold yet, in the order in which they are to be appended. Throws OtherSite
 * where the log holds another site's.
 */
export function missingDocuments(
  site: Site,
  rulebooks: readonly Rulebook[],
  known: Documents,
  actor: string,
): readonly Control[] {
  const { name, title, zone, clock, enterpriseIds, root, levels } = site;
  if (known.site && known.site.name !== name) throw new OtherSite(known.site.name, name);
  const missing: Control[] = [];
  const own = { name, title, zone, clock, enterpriseIds, root, levels };
  if (!sameJson(known.site, own)) missing.push(documentControl("site", own, actor));
  if (!sameJson(known.scheme, site.regions)) missing.push(documentControl("scheme", site.regions, actor));
  if (!sameJson(known.catalogue, site.products)) missing.push(documentControl("catalogue", site.products, actor));
  for (const binding of site.bindings) {
    const held = known.rulebooks.some((book) => book.id === binding.rulebook && book.version === binding.version);
    const book = rulebooks.find(({ id, version }) => id === binding.rulebook && version === binding.version);
    if (!held && !book)
      throw new Error(`rulebook ${binding.rulebook}@${binding.version}, bound by site ${name}, is not there`);
    if (!held && book) missing.push(documentControl("rulebook", book, actor));
    if (!known.bindings.some((other) => sameJson(other, binding)))
      missing.push(documentControl("binding", binding, actor));
  }
  return missing;
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
