import { formatDay, monthOf, parseDay } from "@sanfen/model";
import {
  AFTER,
  listAnswer,
  listQuery,
  parseAfter,
  problem,
  sendProblem,
  waitUntilCaughtUp,
  waitUntilFolded,
  type App,
  type Platform,
  type ProblemDocument,
} from "@sanfen/service";
import { COLOUR_ROWS, ControlReader, FACTS, TALLIES, type Documents } from "@sanfen/stream";
import { parentRegion, type Region } from "@sanfen/model";
import { Type } from "typebox";
import { OPEN_MONTH_ROWS, PAST_MONTH_ROWS } from "./closings.ts";
import { closingJson, REGION, regionJson, uncolouredJson } from "./region.ts";

const READ = { access: "read" } as const;
const AFTER_ONLY = Type.Object({ after: Type.Optional(AFTER) }, { additionalProperties: false });

/** Region codes may hold `/`, which a client writes as %2F. */
const CODE = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 100, description: "Region; / written as %2F" }),
});

export function routes(app: App, platform: Platform): void {
  const { store, log } = platform;
  const control = new ControlReader(log);

  app.get(
    "/v1/regions/:code",
    {
      config: READ,
      schema: {
        summary: "One region: its colour and what it is made of",
        params: CODE,
        querystring: AFTER_ONLY,
        response: { 200: REGION },
      },
    },
    async (request, reply) => {
      const refusal = await awaitColours(request.query.after);
      if (refusal) return sendProblem(reply, refusal);
      const documents = await latest();
      const region = documents.scheme.find(({ code }) => code === request.params.code);
      if (!region) return sendProblem(reply, unknownRegion(request.params.code));
      return (await coloured([region]))[0]!;
    },
  );

  app.get(
    "/v1/regions/:code/children",
    {
      config: READ,
      schema: {
        summary: "The regions one level below",
        params: CODE,
        querystring: AFTER_ONLY,
        response: { 200: listAnswer(REGION) },
      },
    },
    async (request, reply) => {
      const refusal = await awaitColours(request.query.after);
      if (refusal) return sendProblem(reply, refusal);
      const { scheme } = await latest();
      const { code } = request.params;
      if (!scheme.some((region) => region.code === code)) return sendProblem(reply, unknownRegion(code));
      return { items: await coloured(scheme.filter((region) => parentRegion(region.code) === code)) };
    },
  );

  app.get(
    "/v1/regions/:code/history",
    {
      config: READ,
      schema: {
        summary: "How the region closed, day by day, oldest first",
        params: CODE,
        querystring: listQuery({
          from: Type.Optional(Type.String({ format: "date", description: "First day, YYYY-MM-DD" })),
          to: Type.Optional(Type.String({ format: "date", description: "Last day, YYYY-MM-DD" })),
        }),
        response: { 200: listAnswer(REGION) },
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      const { from, to, limit = 100, cursor } = request.query;
      const first = parseDay(cursor ?? from ?? "1949-01-01");
      const last = parseDay(to ?? "9999-12-31");
      if (first === undefined || last === undefined) {
        return sendProblem(reply, problem(400, "bad-cursor", "Unknown cursor", "use `next` of the page before"));
      }
      const { scheme } = await latest();
      if (!scheme.some((region) => region.code === code)) return sendProblem(reply, unknownRegion(code));
      const past = await store.query(PAST_MONTH_ROWS, {
        equal: { code },
        range: { column: "month", gte: monthOf(first) },
        sort: { column: "month" },
        // The first and the last month may be cut by the days asked for.
        limit: 3 + Math.ceil(limit / 28),
      });
      const open = (await store.get(OPEN_MONTH_ROWS, [code])).get(code);
      const isPast = open && past.rows.some(({ doc }) => doc.month === open.doc.month);
      const rows = open && !isPast && !past.next ? [...past.rows, open] : past.rows;
      const days = rows
        .flatMap(({ doc, version }) => doc.days.map((day) => ({ ...day, version })))
        .filter(({ colour }) => colour.asOf >= first && colour.asOf <= last);
      const next = days[limit];
      return {
        items: days.slice(0, limit).map((day) => closingJson(day, day.version)),
        ...(next && { next: formatDay(next.colour.asOf) }),
      };
    },
  );

  async function latest(): Promise<Documents> {
    await control.refresh();
    return control.latest;
  }

  async function coloured(regions: readonly Region[]): Promise<ReturnType<typeof regionJson>[]> {
    const rows = await store.get(
      COLOUR_ROWS,
      regions.map(({ code }) => code),
    );
    return regions.map((region) => {
      const row = rows.get(region.code);
      return row ? regionJson(row.doc) : uncolouredJson(region, control.state.day);
    });
  }

  /** Facts reach colours by way of the tallies: first the scorer must have read them, then we its tallies. */
  async function awaitColours(after: string | undefined): Promise<ProblemDocument | undefined> {
    if (after === undefined) return undefined;
    const parsed = parseAfter(after);
    if ("problem" in parsed)
      return problem(400, "bad-after", "Unknown position", parsed.problem.detail, [parsed.problem]);
    return (
      (await waitUntilFolded(platform, "scorer", FACTS, parsed.positions)) ??
      (await waitUntilCaughtUp(platform, "region-aggregator", TALLIES))
    );
  }
}

function unknownRegion(code: string): ProblemDocument {
  return problem(404, "unknown-region", "Unknown region", `the site has no region ${code}`);
}
