/** `/v1/mappings`: by what files are read, and templates to fill in. */
import { problem, ProblemError, type App } from "@sanfen/service";
import { Type, type Static } from "typebox";
import { CSV_BOM, csvLine } from "../csv/write.ts";
import type { Desk } from "../desk.ts";
import type { Mapping } from "./compile.ts";
import type { MappingDocument } from "./mapping.ts";

const TEXT = Type.Object({ zh: Type.String(), en: Type.String() });
const MAPPING = Type.Object({
  name: Type.String(),
  title: TEXT,
  notes: Type.Optional(TEXT),
  columns: Type.Array(Type.Object({ name: Type.String(), optional: Type.Boolean() })),
  template: Type.String({ description: "Path of a file with the columns and an example row" }),
});
const BY_NAME = Type.Object({ name: Type.String() });

export function mappingRoutes(app: App, desk: Desk): void {
  app.get(
    "/v1/mappings",
    {
      config: { access: "read" },
      schema: {
        summary: "By what files can be imported here",
        response: { 200: Type.Object({ items: Type.Array(MAPPING) }) },
      },
    },
    () => ({ items: [...shelf().values()].map(({ document }) => describe(document)) }),
  );

  app.get(
    "/v1/mappings/:name",
    {
      config: { access: "read" },
      schema: { summary: "A mapping as it is written", params: BY_NAME },
    },
    (request) => found(request.params.name).document,
  );

  app.get(
    "/v1/mappings/:name/template.csv",
    {
      config: { access: "read" },
      schema: { summary: "A file to fill in: the columns, and an example row", params: BY_NAME },
    },
    (request, reply) => {
      const { document } = found(request.params.name);
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="${document.name}.csv"`)
        .send(templateOf(document));
    },
  );

  function shelf(): NonNullable<Desk["shelf"]> {
    if (desk.shelf) return desk.shelf;
    throw new ProblemError(
      problem(503, "starting", "Not available now", "the mappings have not been read yet; try again"),
    );
  }

  function found(name: string): Mapping {
    const mapping = shelf().get(name);
    if (!mapping) throw new ProblemError(problem(404, "not-found", "Not found", "there is no mapping of that name"));
    return mapping;
  }
}

function describe({ name, title, notes, columns }: MappingDocument): Static<typeof MAPPING> {
  return {
    name,
    title,
    ...(notes && { notes }),
    columns: Object.entries(columns).map(([name, { optional = false }]) => ({ name, optional })),
    template: `/v1/mappings/${name}/template.csv`,
  };
}

/** Header and example row of a mapping, as a CSV. */
function templateOf({ columns }: Pick<MappingDocument, "columns">): string {
  const examples = Object.values(columns).map(({ example = "" }) => example);
  return CSV_BOM + csvLine(Object.keys(columns)) + (examples.some((text) => text !== "") ? csvLine(examples) : "");
}
