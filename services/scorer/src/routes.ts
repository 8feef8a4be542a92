import { decode, factToJson } from "@sanfen/events";
import { regionRange } from "@sanfen/model";
import {
  AFTER,
  listAnswer,
  listQuery,
  parseAfter,
  problem,
  sendProblem,
  waitUntilFolded,
  type App,
  type Platform,
  type ProblemDocument,
} from "@sanfen/service";
import { ControlReader, FACTS, GRADE_ROWS } from "@sanfen/stream";
import { Type } from "typebox";
import { ENTERPRISE, enterpriseJson } from "./enterprise.ts";
import { FACT_ROWS } from "./facts-of-year.ts";
import { Profile } from "./profile.ts";

const READ = { access: "read" } as const;
const ID = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200, description: "Enterprise" }) });
const FACT = Type.Object(
  {
    standing: Type.Boolean({ description: "False: a later revision or a correction has taken its place" }),
    position: Type.Integer({ description: "Position in its partition of sanfen.facts" }),
  },
  { additionalProperties: true, description: "A fact in the form of POST /v1/facts" },
);

export function routes(app: App, platform: Platform): void {
  const { store, log } = platform;
  const control = new ControlReader(log);

  app.get(
    "/v1/enterprises",
    {
      config: READ,
      schema: {
        summary: "Enterprises with their grades",
        querystring: listQuery({
          region: Type.Optional(Type.String({ description: "In this region or within it" })),
          grade: Type.Optional(Type.String({ description: "Grade under the rulebook that its own region shows" })),
          after: Type.Optional(AFTER),
        }),
        response: { 200: listAnswer(ENTERPRISE) },
      },
    },
    async (request, reply) => {
      const { region, grade, limit, cursor, after } = request.query;
      const refusal = await awaitFold(after);
      if (refusal) return sendProblem(reply, refusal);
      const { inForce, day } = await control.refresh();
      const page = await store.query(GRADE_ROWS, {
        equal: { gone: 0, ...(grade !== undefined && { grade }) },
        ...(region !== undefined && { range: { column: "region", ...regionRange(region) } }),
        limit: limit ?? 100,
        ...(cursor !== undefined && { cursor }),
      });
      return {
        items: page.rows.map(({ doc }) => enterpriseJson(doc, inForce.rulebooks, day)),
        ...(page.next !== undefined && { next: page.next }),
      };
    },
  );

  app.get(
    "/v1/enterprises/:id",
    {
      config: READ,
      schema: {
        summary: "One enterprise: its grade and why",
        params: ID,
        querystring: Type.Object({ after: Type.Optional(AFTER) }, { additionalProperties: false }),
        response: { 200: ENTERPRISE },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const refusal = await awaitFold(request.query.after);
      if (refusal) return sendProblem(reply, refusal);
      const { inForce, day } = await control.refresh();
      const row = (await store.get(GRADE_ROWS, [id])).get(id);
      return row ? enterpriseJson(row.doc, inForce.rulebooks, day) : sendProblem(reply, unknownEnterprise(id));
    },
  );

  app.get(
    "/v1/enterprises/:id/timeline",
    {
      config: READ,
      schema: {
        summary: "The facts of an enterprise, newest first, every revision",
        params: ID,
        querystring: listQuery({ after: Type.Optional(AFTER) }),
        response: { 200: listAnswer(FACT) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { limit = 100, cursor = "0", after } = request.query;
      const refusal = await awaitFold(after);
      if (refusal) return sendProblem(reply, refusal);
      const from = Number(cursor);
      if (!Number.isSafeInteger(from) || from < 0) {
        return sendProblem(reply, problem(400, "bad-cursor", "Unknown cursor", "use `next` of the page before"));
      }
      const facts = await timelineOf(id);
      if (facts.length === 0) return sendProblem(reply, unknownEnterprise(id));
      const until = from + limit;
      return { items: facts.slice(from, until), ...(until < facts.length && { next: String(until) }) };
    },
  );

  app.get(
    "/v1/rulebooks",
    {
      config: READ,
      schema: {
        summary: "The rulebooks in force and those that wait for midnight, whole",
        response: { 200: Type.Object({ items: Type.Array(Type.Object({}, { additionalProperties: true })) }) },
      },
    },
    async () => {
      await control.refresh();
      return {
        items: control.latest.rulebooks.map((rulebook) => ({ ...rulebook })),
      };
    },
  );

  async function awaitFold(after: string | undefined): Promise<ProblemDocument | undefined> {
    if (after === undefined) return undefined;
    const parsed = parseAfter(after);
    if ("problem" in parsed)
      return problem(400, "bad-after", "Unknown position", parsed.problem.detail, [parsed.problem]);
    return waitUntilFolded(platform, "scorer", FACTS, parsed.positions);
  }

  async function timelineOf(subject: string): Promise<{ standing: boolean; position: number }[]> {
    const documents = [];
    let cursor: string | undefined;
    do {
      const page = await store.query(FACT_ROWS, {
        equal: { subject },
        limit: 100,
        ...(cursor !== undefined && { cursor }),
      });
      documents.push(...page.rows.map(({ doc }) => doc));
      cursor = page.next;
    } while (cursor !== undefined);
    const standing = new Set(new Profile(subject, documents).standing.map(({ stored }) => stored.at));
    return documents
      .flatMap(({ facts }) => facts)
      .flatMap(({ at, bytes }) => {
        const event = decode(bytes);
        return event.name === "Fact" ? [{ at, fact: event.value }] : [];
      })
      .sort((a, b) => b.fact.occurredOn - a.fact.occurredOn || b.at - a.at)
      .map(({ at, fact }) => ({
        ...factToJson(fact).json,
        recordedAt: new Date(fact.recordedAt).toISOString(),
        standing: standing.has(at),
        position: at,
      }));
  }
}

function unknownEnterprise(id: string): ProblemDocument {
  return problem(404, "unknown-enterprise", "Unknown enterprise", `no fact about ${id} has come in`);
}
