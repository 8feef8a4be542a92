/** `/v1/unmatched`: facts whose enterprise a person has to name. */
import { enterpriseIdProblem } from "@sanfen/model";
import {
  answerOutcome,
  COMMAND_FIELDS,
  CommandDoor,
  listAnswer,
  listQuery,
  PENDING,
  problem,
  ProblemError,
  sendProblem,
  type App,
  type Platform,
  type Sight,
} from "@sanfen/service";
import type { Row } from "@sanfen/store";
import { Type, type Static } from "typebox";
import { UNMATCHED_PREFIX, UNMATCHED_ROWS, UNMATCHED_STATES, type Unmatched } from "./unmatched.ts";

const STATE = Type.Enum([...UNMATCHED_STATES]);
const ITEM = Type.Object({
  id: Type.String(),
  import: Type.String(),
  row: Type.Integer(),
  role: Type.String(),
  name: Type.String(),
  address: Type.String(),
  candidates: Type.Array(
    Type.Object({
      subject: Type.String(),
      name: Type.String(),
      address: Type.Unsafe<string | null>({ type: ["string", "null"] }),
      similarity: Type.Number({ description: "Likeness of the names, 0 to 1" }),
    }),
  ),
  fact: Type.Unsafe<object>({
    type: "object",
    additionalProperties: true,
    description: "The fact, but for its subject",
  }),
  state: STATE,
  subject: Type.Unsafe<string | null>({ type: ["string", "null"] }),
  lastCommand: Type.Unsafe<string | null>({ type: ["string", "null"] }),
  placed: Type.Boolean({ description: "Whether the fact is in the log" }),
});
type Item = Static<typeof ITEM>;

const DECISION = Type.Object(
  {
    ...COMMAND_FIELDS,
    subject: Type.Unsafe<string | null>({
      type: ["string", "null"],
      description: "The enterprise it is; null: none that is supervised here",
    }),
  },
  { additionalProperties: false },
);
const BY_ID = Type.Object({ id: Type.String() });

const REFUSALS = {
  decided: "it has been decided already",
  "changed-meanwhile": "somebody else has acted on it since it was read",
};

export function unmatchedRoutes(app: App, platform: Platform): void {
  const { store, site } = platform;
  const door = new CommandDoor(platform);

  app.get(
    "/v1/unmatched",
    {
      config: { access: "read" },
      schema: {
        summary: "Facts whose enterprise was not found by name, oldest first",
        querystring: listQuery({ state: Type.Optional(STATE) }),
        response: { 200: listAnswer(ITEM) },
      },
    },
    async (request) => {
      const { state, limit = 100, cursor } = request.query;
      const { rows, next } = await store.query(UNMATCHED_ROWS, {
        ...(state !== undefined && { equal: { state } }),
        sort: { column: "openedAt" },
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      return { items: rows.map(itemOf), ...(next !== undefined && { next }) };
    },
  );

  app.get(
    "/v1/unmatched/:id",
    { config: { access: "read" }, schema: { summary: "One of them", params: BY_ID, response: { 200: ITEM } } },
    async (request) => {
      const row = await rowOf(UNMATCHED_PREFIX + request.params.id);
      if (!row)
        throw new ProblemError(problem(404, "unknown-unmatched", "Unknown", "there is no unmatched fact of that id"));
      return itemOf(row);
    },
  );

  app.post(
    "/v1/unmatched/:id/resolve",
    {
      config: { access: "write" },
      schema: {
        summary: "Say which enterprise it is, or that it is none; its fact then goes in",
        params: BY_ID,
        body: DECISION,
        response: { 200: ITEM, 202: PENDING },
      },
    },
    async (request, reply) => {
      const { actor, expected, id, note, subject } = request.body;
      const why = subject === null ? undefined : enterpriseIdProblem(site.enterpriseIds, subject);
      if (why !== undefined) {
        const errors = [{ pointer: "/subject", code: "enterprise-id", detail: why }];
        return sendProblem(
          reply,
          problem(422, "invalid-body", "The body does not fit", "see errors for each place", errors),
        );
      }
      const object = UNMATCHED_PREFIX + request.params.id;
      const outcome = await door.give<Row<Unmatched>>({
        object,
        kind: "match",
        actor,
        expected,
        id,
        traceparent: request.traceparent,
        document: () => ({ subject, ...(note !== undefined && { note }) }),
        look: (command) => look(object, command),
      });
      const shown = outcome.outcome === "accepted" ? { ...outcome, object: itemOf(outcome.object) } : outcome;
      return answerOutcome(reply, shown, "unmatched", REFUSALS);
    },
  );

  async function rowOf(object: string): Promise<Row<Unmatched> | undefined> {
    return (await store.get(UNMATCHED_ROWS, [object])).get(object);
  }

  async function look(object: string, command: string): Promise<Sight<Row<Unmatched>> | undefined> {
    const row = await rowOf(object);
    if (!row) return undefined;
    const verdict = row.doc.verdicts.find((each) => each.command === command);
    return {
      object: row,
      lastCommand: row.doc.lastCommand,
      verdict: verdict && { kind: "match", refused: verdict.refused },
    };
  }
}

function itemOf({ id, doc }: Row<Unmatched>): Item {
  const { import: from, row, name, address, candidates, fact, state, subject, lastCommand, placed } = doc;
  return {
    id: id.slice(UNMATCHED_PREFIX.length),
    import: from,
    row,
    role: typeof fact["role"] === "string" ? fact["role"] : "none",
    name,
    address,
    candidates: [...candidates],
    fact,
    state,
    subject,
    lastCommand,
    placed,
  };
}
