/** `/v1/officers`: the roster. */
import { listAnswer, listQuery, type App, type Platform } from "@sanfen/service";
import { Type } from "typebox";
import { OFFICER_ROWS } from "./officers.ts";

const orNull = Type.Unsafe<string | null>({ type: ["string", "null"] });
const OFFICER = Type.Object({
  id: Type.String(),
  region: orNull,
  workplace: orNull,
  post: orNull,
  active: Type.Boolean(),
});

export function officerRoutes(app: App, { store }: Platform): void {
  app.get(
    "/v1/officers",
    {
      config: { access: "read" },
      schema: {
        summary: "Officers at work, by number",
        querystring: listQuery({ region: Type.Optional(Type.String({ description: "Responsible for this region" })) }),
        response: { 200: listAnswer(OFFICER) },
      },
    },
    async (request) => {
      const { region, limit = 100, cursor } = request.query;
      const { rows, next } = await store.query(OFFICER_ROWS, {
        equal: { ...(region !== undefined && { region }), active: 1 },
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      return {
        items: rows.map(({ doc: { at: _, ...officer } }) => officer),
        ...(next !== undefined && { next }),
      };
    },
  );
}
