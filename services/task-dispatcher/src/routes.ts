import type { Task } from "@sanfen/events";
import { dayInZone, formatDay, parseDay } from "@sanfen/model";
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
  type Outcome,
  type Platform,
  type ProblemDocument,
  type Sight,
} from "@sanfen/service";
import { TASK_ROWS } from "@sanfen/stream";
import { Type } from "typebox";
import { namingCause } from "./cause.ts";
import { TASK_STATE_ROWS } from "./fold.ts";
import { listTasks } from "./list.ts";
import { RESULT, SEVERITY, type ReportDocument } from "./report.ts";
import { lastCommandOf, verdictOf, type TaskHistory } from "./task.ts";
import { STATE, TASK, taskJson, type TaskJson } from "./task-json.ts";
import { REFUSALS, type Verb } from "./transitions.ts";

const READ = { access: "read" } as const;
const WRITE = { access: "write" } as const;
const ID = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: "Task" }) });
const ANSWERS = { 200: TASK, 202: PENDING };
/** Nothing that is supervised is older. */
const EARLIEST = "1949-01-01";

const STEP = Type.Object(COMMAND_FIELDS, { additionalProperties: false });
const REPORT = Type.Object(
  {
    ...COMMAND_FIELDS,
    result: RESULT,
    severity: Type.Optional(SEVERITY),
    items: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 100, description: "Items that failed" }),
    ),
    occurredOn: Type.String({ description: "Day of the visit, YYYY-MM-DD" }),
  },
  { additionalProperties: false },
);

const PLAIN_VERBS = { accept: "Take a task on", rectify: "Order rectification", close: "Close a task" } as const;
const REPORT_VERBS = {
  feedback: "Report on a task; the result becomes a fact",
  recheck: "Report on a further visit; the result becomes a fact",
} as const;

interface Seen {
  readonly task: Task;
  readonly history: TaskHistory;
}

export function routes(app: App, platform: Platform): void {
  const { store, clock, site } = platform;
  const door = new CommandDoor(platform);

  app.get(
    "/v1/tasks",
    {
      config: READ,
      schema: {
        summary: "Tasks, newest first",
        querystring: listQuery({
          state: Type.Optional(STATE),
          region: Type.Optional(Type.String({ description: "In this region or within it" })),
          assignee: Type.Optional(Type.String({ description: "Accepted by" })),
        }),
        response: { 200: listAnswer(TASK) },
      },
    },
    async (request) => {
      const { state, region, assignee, limit = 100, cursor } = request.query;
      const filter = {
        ...(state !== undefined && { state }),
        ...(region !== undefined && { region }),
        ...(assignee !== undefined && { assignee }),
      };
      const { tasks, next } = await listTasks(store, filter, limit, cursor);
      return { items: tasks.map(taskJson), ...(next !== undefined && { next }) };
    },
  );

  app.get(
    "/v1/tasks/:id",
    { config: READ, schema: { summary: "One task", params: ID, response: { 200: TASK } } },
    async (request, reply) => {
      const { id } = request.params;
      const row = (await store.get(TASK_ROWS, [id])).get(id);
      return row
        ? taskJson(row.doc)
        : sendProblem(reply, problem(404, "unknown-task", "Unknown task", "there is no such task"));
    },
  );

  for (const verb of ["accept", "rectify", "close"] as const) {
    app.post(
      `/v1/tasks/:id/${verb}`,
      {
        config: WRITE,
        schema: { summary: PLAIN_VERBS[verb], params: ID, body: STEP, response: ANSWERS },
      },
      async (request, reply) => {
        const { params, body, traceparent } = request;
        const outcome = await give(params.id, verb, body, traceparent, () => ({}));
        return answerOutcome(reply, outcome, "task", REFUSALS);
      },
    );
  }

  for (const verb of ["feedback", "recheck"] as const) {
    app.post(
      `/v1/tasks/:id/${verb}`,
      {
        config: WRITE,
        schema: { summary: REPORT_VERBS[verb], params: ID, body: REPORT, response: ANSWERS },
      },
      async (request, reply) => {
        const { params, body, traceparent } = request;
        const { result, severity = "none", items = [], occurredOn } = body;
        const refusal = dateProblem(occurredOn);
        if (refusal) return sendProblem(reply, refusal);
        const outcome = await give(params.id, verb, body, traceparent, ({ task, history }): ReportDocument => {
          const role = namingCause(history.causes)?.told.role ?? "none";
          return { result, severity, items, occurredOn, product: task.product, role, simulated: task.simulated };
        });
        return answerOutcome(reply, outcome, "task", REFUSALS);
      },
    );
  }

  async function give(
    object: string,
    kind: Verb,
    body: { actor: string; expected: string | null; id?: string; note?: string },
    traceparent: string,
    details: (seen: Seen) => object,
  ): Promise<Outcome<TaskJson>> {
    const { actor, expected, id, note } = body;
    const outcome = await door.give<Seen>({
      object,
      kind,
      actor,
      expected,
      id,
      traceparent,
      document: (seen) => ({ ...details(seen), ...(note !== undefined && { note }) }),
      look: (command) => look(object, command),
    });
    return outcome.outcome === "accepted" ? { ...outcome, object: taskJson(outcome.object.task) } : outcome;
  }

  async function look(id: string, command: string): Promise<Sight<Seen> | undefined> {
    const history = (await store.get(TASK_STATE_ROWS, [id])).get(id)?.doc;
    const task = (await store.get(TASK_ROWS, [id])).get(id)?.doc;
    if (!history || !task) return undefined;
    const verdict = verdictOf(history, command);
    // Histories are stored before tasks: the step is not told of before both have it.
    const shown = verdict?.refused !== null || task.steps.some((step) => step.command === command);
    return { object: { task, history }, lastCommand: lastCommandOf(history), verdict: shown ? verdict : undefined };
  }

  function dateProblem(text: string): ProblemDocument | undefined {
    const day = parseDay(text);
    const today = dayInZone(clock(), site.zone);
    if (day !== undefined && day <= today && day >= parseDay(EARLIEST)!) return undefined;
    const detail =
      day === undefined ? "is no date YYYY-MM-DD" : `is not between ${EARLIEST} and today, ${formatDay(today)}`;
    return problem(422, "invalid-body", "The body does not fit", "see errors for each place", [
      { pointer: "/occurredOn", code: "date", detail },
    ]);
  }
}
