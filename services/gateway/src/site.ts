/** `GET /v1/site`: whose platform this is, and what a page needs to draw it. */
import type { Region, Site, Text } from "@sanfen/model";
import { RULEBOOKS, type Rulebook } from "@sanfen/rulebook";
import type { App, Platform } from "@sanfen/service";
import { ControlReader, type ControlState, type SiteDocument } from "@sanfen/stream";
import { Type, type TUnsafe } from "typebox";

interface SiteJson extends Pick<SiteDocument, "name" | "title" | "root" | "levels" | "clock" | "zone"> {
  readonly regions: readonly Region[];
  readonly rulebooks: readonly RulebookJson[];
  /** Something that is shown was made by the simulator. */
  readonly simulated: boolean;
}

interface RulebookJson {
  /** id@version. */
  readonly key: string;
  readonly title: Text;
  /** Best first. */
  readonly grades: readonly { readonly id: string; readonly title: Text }[];
  /** Some of its numbers are ours, not the regime's. */
  readonly illustrative: boolean;
}

const TEXT = Type.Object({ zh: Type.String(), en: Type.String() });
const NAMED = Type.Object({ id: Type.String(), title: TEXT });

const SITE: TUnsafe<SiteJson> = Type.Unsafe<SiteJson>(
  Type.Object({
    name: Type.String(),
    title: TEXT,
    root: Type.String({ description: "The widest region" }),
    levels: Type.Array(NAMED, { description: "Of regions, widest first" }),
    regions: Type.Array(
      Type.Object({
        code: Type.String(),
        name: TEXT,
        level: Type.String(),
        tile: Type.Optional(
          Type.Object({ x: Type.Integer(), y: Type.Integer() }, { description: "Place in the tile map of its parent" }),
        ),
      }),
    ),
    simulated: Type.Boolean({ description: "Something that is shown was made by the simulator" }),
    clock: Type.String({ description: "calendar; or records: days come from the imported dates" }),
    zone: Type.String({ description: "IANA zone in which days begin" }),
    rulebooks: Type.Array(
      Type.Object({
        key: Type.String({ description: "id@version" }),
        title: TEXT,
        grades: Type.Array(NAMED, { description: "Best first" }),
        illustrative: Type.Boolean({ description: "Some of its numbers are ours, not the regime's" }),
      }),
    ),
  }),
);

export function addSite(app: App, { log, site }: Platform, isSimulated: () => boolean): void {
  const control = new ControlReader(log);
  app.get(
    "/v1/site",
    {
      config: { access: "read" },
      schema: { summary: "Whose platform this is: regions, levels, rulebooks", response: { 200: SITE } },
    },
    async () => siteJson(await control.refresh(), site, isSimulated()),
  );
}

/**
 * From the documents in force; before the first day has begun, from those that wait for it; before there are any, from
 * the site that the process was started with. Pure.
 */
function siteJson({ inForce, pending }: ControlState, site: Site, simulated: boolean): SiteJson {
  const documents = inForce.site ? inForce : (pending ?? inForce);
  const { name, title, root, levels, clock, zone } = documents.site ?? site;
  const bindings = documents.site ? documents.bindings : site.bindings;
  const rulebooks = documents.site ? documents.rulebooks : RULEBOOKS;
  const bound = new Set(bindings.map(({ rulebook, version }) => `${rulebook}@${version}`));
  return {
    name,
    title,
    root,
    levels,
    regions: documents.site ? documents.scheme : site.regions,
    simulated,
    clock,
    zone,
    rulebooks: rulebooks.filter(({ id, version }) => bound.has(`${id}@${version}`)).map(rulebookJson),
  };
}

function rulebookJson({ id, version, title, ...parts }: Rulebook): RulebookJson {
  const { tiers, clauses, grades, healthCode, regions, supervision, index } = parts;
  const standings = [tiers, ...clauses, grades, healthCode, regions, supervision, index];
  return {
    key: `${id}@${version}`,
    title,
    grades: grades.list.map((grade) => ({ id: grade.id, title: grade.title })),
    illustrative: standings.some((part) => part?.illustrative !== undefined),
  };
}
