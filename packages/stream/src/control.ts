/**
 * Time and documents as a fold sees them: the control records of its partition, in the order of their numbers.
 * Pure. A document takes effect at the next midnight: it waits in `pending` until a tick begins a new day.
 */
import type { Binding, Day, Product, Region, Site } from "@sanfen/model";
import type { Control } from "@sanfen/events";
import { hasForm, type DocumentKind } from "./document-form.ts";
import { checkRulebook, type Rulebook } from "@sanfen/rulebook";

/** What a site says besides its regions, products, rulebooks and bindings, which are documents of their own. */
export type SiteDocument = Pick<Site, "name" | "title" | "zone" | "clock" | "enterpriseIds" | "root" | "levels">;

/** The documents known, newest of each. Plain JSON. */
export interface Documents {
  readonly site: SiteDocument | null;
  readonly scheme: readonly Region[];
  readonly catalogue: readonly Product[];
  readonly rulebooks: readonly Rulebook[];
  /** In the order of their numbers: of two for one jurisdiction and day, the later stands. */
  readonly bindings: readonly Binding[];
}

export interface ControlState {
  /** Number of the last record applied; -1 before the first. */
  readonly number: number;
  readonly instant: number;
  /** Day in force; null before the first tick. */
  readonly day: Day | null;
  readonly inForce: Documents;
  /** Documents that wait for the next midnight; null when none does. */
  readonly pending: Documents | null;
}

export const NO_DOCUMENTS: Documents = { site: null, scheme: [], catalogue: [], rulebooks: [], bindings: [] };

export const NO_CONTROL: ControlState = { number: -1, instant: 0, day: null, inForce: NO_DOCUMENTS, pending: null };

/** Why a control record has no effect. `known` is the normal fate of a copy made twice. */
export type ControlRefusal =
  | "known"
  | "tick-not-newer"
  | "tick-ahead-of-its-time"
  | "tick-skips-a-day"
  | "unknown-control"
  | "bad-document";

export type ControlStep =
  | { readonly state: ControlState; readonly newDay: boolean }
  | { readonly refused: ControlRefusal; readonly detail: string };

/**
 * The state after a control record. A tick is refused unless its instant had come when it was appended, is newer than
 * the last, and its day is that of the last or the next one: whoever appends ticks appends one for every day, so that
 * each day's outputs have a version of their own.
 */
export function applyControl(state: ControlState, control: Control): ControlStep {
  if (control.number <= state.number) return { refused: "known", detail: `number ${control.number}` };
  const numbered = { ...state, number: control.number };
  if (control.kind === "tick") {
    if (control.instant > control.recordedAt) {
      return { refused: "tick-ahead-of-its-time", detail: `${control.instant} appended at ${control.recordedAt}` };
    }
    if (state.day === null) {
      return { state: begin(numbered, control), newDay: true };
    }
    if (control.instant <= state.instant || control.day < state.day) {
      return { refused: "tick-not-newer", detail: `${control.instant} after ${state.instant}` };
    }
    if (control.day > state.day + 1) {
      return { refused: "tick-skips-a-day", detail: `day ${control.day} after ${state.day}` };
    }
    if (control.day === state.day) return { state: { ...numbered, instant: control.instant }, newDay: false };
    return { state: begin(numbered, control), newDay: true };
  }
  const documents = withDocument(state.pending ?? state.inForce, control);
  if ("refused" in documents) return documents;
  return { state: { ...numbered, pending: documents }, newDay: false };
}

function begin(state: ControlState, tick: Control): ControlState {
  return { ...state, instant: tick.instant, day: tick.day, inForce: state.pending ?? state.inForce, pending: null };
}

function withDocument(documents: Documents, control: Control): Documents | { refused: ControlRefusal; detail: string } {
  let body: unknown;
  try {
    body = JSON.parse(control.document ?? "");
  } catch (error) {
    return { refused: "bad-document", detail: `${control.kind}: ${String(error)}` };
  }
  if (isFormed(control.kind) && !hasForm(control.kind, body)) {
    return { refused: "bad-document", detail: `${control.kind}: not of the form of one` };
  }
  switch (control.kind) {
    case "site":
      return { ...documents, site: body as SiteDocument };
    case "scheme":
      return { ...documents, scheme: body as readonly Region[] };
    case "catalogue":
      return { ...documents, catalogue: body as readonly Product[] };
    case "binding":
      return { ...documents, bindings: [...documents.bindings, body as Binding] };
    case "rulebook": {
      const checked = checkRulebook(body);
      if ("problems" in checked) {
        return { refused: "bad-document", detail: checked.problems.map((p) => `${p.pointer} ${p.detail}`).join("; ") };
      }
      const { id, version } = checked.rulebook;
      if (documents.rulebooks.some((known) => known.id === id && known.version === version)) {
        return { refused: "bad-document", detail: `${id}@${version} is known: a changed rulebook takes a new version` };
      }
      return { ...documents, rulebooks: [...documents.rulebooks, checked.rulebook] };
    }
    case "tiers":
    case "calendar":
    case "tick":
    case "unknown":
      return { refused: "unknown-control", detail: control.kind };
  }
}

function isFormed(kind: Control["kind"]): kind is DocumentKind {
  return kind === "site" || kind === "scheme" || kind === "catalogue" || kind === "binding";
}
