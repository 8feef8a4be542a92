import type { Warning } from "@sanfen/events";
import {
  answerOutcome,
  COMMAND_FIELDS,
  CommandDoor,
  listAnswer,
  listQuery,
  PENDING,
  problem,
  sendProblem,
  type App,
  type Platform,
  type Sight,
} from "@sanfen/service";
import { WARNING_ROWS } from "@sanfen/stream";
import { Type } from "typebox";
import { WARNING_STATE_ROWS } from "./fold.ts";
import { listWarnings } from "./list.ts";
import { REFUSALS } from "./transitions.ts";
import { lastCommandOf, verdictOf } from "./warning.ts";
import { STATE, WARNING, warningJson } from "./warning-json.ts";

const READ = { access: "read" } as const;
const WRITE = { access: "write" } as const;
const ID = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: "Warning" }) });
const STEP = Type.Object(COMMAND_FIELDS, { additionalProperties: false });
const VERBS = { acknowledge: "Say that a warning was seen", resolve: "Say that a warning was dealt with" } as const;

export function routes(app: App, platform: Platform): void {
  const { store } = platform;
  const door = new CommandDoor(platform);

  app.get(
    "/v1/warnings",
    {
      config: READ,
      schema: {
        summary: "Warnings, newest first",
        querystring: listQuery({
          state: Type.Optional(STATE),
          region: Type.Optional(Type.String({ description: "In this region or within it" })),
          kind: Type.Optional(Type.String({ description: "region_worst, recall" })),
        }),
        response: { 200: listAnswer(WARNING) },
      },
    },
    async (request) => {
      const { state, region, kind, limit = 100, cursor } = request.query;
      const filter = {
        ...(state !== undefined && { state }),
        ...(region !== undefined && { region }),
        ...(kind !== undefined && { kind }),
      };
      const { warnings, next } = await listWarnings(store, filter, limit, cursor);
      return { items: warnings.map(warningJson), ...(next !== undefined && { next }) };
    },
  );

  app.get(
    "/v1/warnings/:id",
    { config: READ, schema: { summary: "One warning", params: ID, response: { 200: WARNING } } },
    async (request, reply) => {
      const { id } = request.params;
      const row = (await store.get(WARNING_ROWS, [id])).get(id);
      return row
        ? warningJson(row.doc)
        : sendProblem(reply, problem(404, "unknown-warning", "Unknown warning", "there is no such warning"));
    },
  );

  for (const verb of ["acknowledge", "resolve"] as const) {
    app.post(
      `/v1/warnings/:id/${verb}`,
      {
        config: WRITE,
        schema: { summary: VERBS[verb], params: ID, body: STEP, response: { 200: WARNING, 202: PENDING } },
      },
      async (request, reply) => {
        const object = request.params.id;
        const { actor, expected, id, note } = request.body;
        const outcome = await door.give({
          object,
          kind: verb,
          actor,
          expected,
          id,
          traceparent: request.traceparent,
          document: () => (note === undefined ? {} : { note }),
          look: (command) => look(object, command),
        });
        const answer = outcome.outcome === "accepted" ? { ...outcome, object: warningJson(outcome.object) } : outcome;
        return answerOutcome(reply, answer, "warning", REFUSALS);
      },
    );
  }

  async function look(id: string, command: string): Promise<Sight<Warning> | undefined> {
    const history = (await store.get(WARNING_STATE_ROWS, [id])).get(id)?.doc;
    const warning = (await store.get(WARNING_ROWS, [id])).get(id)?.doc;
    if (!history || !warning) return undefined;
    const verdict = verdictOf(history, command);
    // Histories are stored before warnings: the step is not told of before both have it.
    const shown = verdict?.refused !== null || warning.steps.some((step) => step.command === command);
    return { object: warning, lastCommand: lastCommandOf(history), verdict: shown ? verdict : undefined };
  }
}
