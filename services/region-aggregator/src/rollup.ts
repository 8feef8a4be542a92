/** The region aggregator's rollup: tallies of a region under the rulebook it shows → its colour, live and closed. Pure. */
import { hash } from "node:crypto";
import type { Command } from "@sanfen/events";
import { COLOURS, type Colour as ColourName } from "@sanfen/model";
import type { CompiledRulebook } from "@sanfen/rulebook";
import {
  COLOUR_ROWS,
  COLOURS as COLOURS_TOPIC,
  TALLIES,
  type Closing,
  type Counts,
  type InForce,
  type RollupKind,
  type Unversioned,
} from "@sanfen/stream";
import { Closings, OPEN_MONTH_ROWS, PAST_MONTH_ROWS, type ClosingsOfMonth } from "./closings.ts";

export const regionRollup: RollupKind<Closings, "Colour", ClosingsOfMonth, ClosingsOfMonth> = {
  name: "region-aggregator",
  topic: TALLIES,
  output: { topic: COLOURS_TOPIC, name: "Colour", collection: COLOUR_ROWS },
  documents: OPEN_MONTH_ROWS,
  archive: PAST_MONTH_ROWS,
  keyOf: (code) => code,
  keys: (inForce) => inForce.documents.scheme.map(({ code }) => code),
  open: (code, [open]) => new Closings(code, open),
  rulebookOf: (code, inForce) => inForce.shownBy(code)?.key,
  say,
  same,
  recorded: ({ last }, { number }) => {
    if (last === undefined || last.number < number) return undefined;
    return last.number === number ? last.colour : "later";
  },
  close: (code, closings, colour, closing, at, inForce) => {
    const commands = closing.endsDay ? worstColourCause(code, colour, closing, inForce) : [];
    closings.enter(closing, colour, at);
    return commands;
  },
  takeDocuments: (closings) => closings.takeOpen(),
  takeArchive: (closings) => closings.takePast(),
};

function say(
  code: string,
  closings: Closings,
  counts: Counts,
  inForce: InForce,
  closing: Closing | null,
  cause: string,
): Unversioned<"Colour"> | undefined {
  const region = inForce.regions.get(code);
  if (!region) return undefined;
  const { level, name } = region;
  const rulebook = inForce.shownBy(code);
  const grades = gradesOf(counts);
  const { colour, share } = rulebook?.colour(level, grades) ?? { colour: "none" as const, share: null };
  const { enterprises = 0, inspected = 0, inspections = 0, failures = 0, simulated = 0 } = counts;
  const passRate = inspections === 0 ? null : (inspections - failures) / inspections;
  const coverage = enterprises === 0 ? null : inspected / enterprises;
  return {
    code,
    name: name.zh,
    level,
    colour,
    previousColour: closings.colourBefore(inForce.day),
    provisional: closing === null,
    share,
    counts: grades,
    enterprises,
    passRate,
    coverage,
    index: rulebook?.index({ share, passRate, coverage }) ?? null,
    rulebook: rulebook?.key ?? "",
    asOf: inForce.day,
    simulated: simulated > 0,
    cause,
  };
}

/** Counts named `grade:<id>`, by id, in the order of the ids. */
function gradesOf(counts: Counts): Record<string, number> {
  const grades = Object.keys(counts).filter((name) => name.startsWith("grade:"));
  return Object.fromEntries(grades.sort().map((name) => [name.slice("grade:".length), counts[name]!]));
}

function same(a: Unversioned<"Colour">, b: Unversioned<"Colour">): boolean {
  return (
    a.colour === b.colour &&
    a.previousColour === b.previousColour &&
    a.provisional === b.provisional &&
    a.asOf === b.asOf &&
    a.enterprises === b.enterprises &&
    a.passRate === b.passRate &&
    a.coverage === b.coverage &&
    a.index === b.index &&
    a.rulebook === b.rulebook &&
    a.simulated === b.simulated &&
    a.name === b.name &&
    sameCounts(a.counts, b.counts)
  );
}

function sameCounts(a: Counts, b: Counts): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** A region that ends a day at the worst colour of its scale, and did not end the day before so, is a cause to warn. */
function worstColourCause(
  code: string,
  colour: Unversioned<"Colour">,
  { day }: Closing,
  inForce: InForce,
): readonly Command[] {
  if (colour.colour !== worstColour(inForce.shownBy(code), colour.level) || colour.previousColour === colour.colour)
    return [];
  const rule = "region-worst-colour";
  const id = hash("sha256", JSON.stringify([rule, code, day]), "hex").slice(0, 24);
  const document = {
    rule,
    cause: `${code}@${day}`,
    withdrawn: false,
    subject: null,
    name: colour.name,
    region: code,
    product: null,
    severity: colour.colour,
    simulated: colour.simulated,
  };
  return [
    {
      id,
      revision: 1,
      object: `warning:${id}`,
      kind: "cause",
      actor: `rule:${rule}`,
      expected: null,
      instant: (day + 1) * 86_400_000,
      day,
      document: JSON.stringify(document),
    },
  ];
}

/** The worst colour a rulebook can give at a level; undefined where it gives none. */
function worstColour(rulebook: CompiledRulebook | undefined, level: string): ColourName | undefined {
  const scale = rulebook?.rulebook.regions.scales.find(({ levels }) => levels.includes(level));
  const given = new Set(scale?.bands.map((band) => band.colour));
  return COLOURS.find((colour) => given.has(colour));
}
