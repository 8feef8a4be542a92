/** A task as clients see it. */
import { TASK_STATES, type Step, type Task, type TaskState } from "@sanfen/events";
import { formatDay } from "@sanfen/model";
import { Type, type TNull, type TSchema, type TUnion, type TUnsafe } from "typebox";

const orNull = <T extends TSchema>(type: T): TUnion<[T, TNull]> => Type.Union([type, Type.Null()]);

export interface TaskJson extends Omit<Task, "createdOn" | "dueOn" | "steps"> {
  /** YYYY-MM-DD. */
  readonly createdOn: string;
  /** YYYY-MM-DD; null while there is no limit. */
  readonly dueOn: string | null;
  readonly steps: readonly (Omit<Step, "instant"> & { readonly instant: string })[];
}

export const STATE: TUnsafe<TaskState> = Type.Unsafe<TaskState>(
  Type.Union(TASK_STATES.map((state) => Type.Literal(state))),
);

export const TASK: TUnsafe<TaskJson> = Type.Unsafe<TaskJson>(
  Type.Object({
    id: Type.String(),
    kind: Type.String({ description: "recheck" }),
    subject: Type.String({ description: "Enterprise" }),
    name: Type.String({ description: "Its name" }),
    region: orNull(Type.String()),
    product: orNull(Type.String({ description: "Code in the catalogue" })),
    rule: Type.String({ description: "Rule that found the cause" }),
    cause: Type.String({ description: "Id of the fact behind it" }),
    state: STATE,
    createdOn: Type.String({ format: "date" }),
    dueOn: orNull(Type.String({ format: "date" })),
    assignee: orNull(Type.String({ description: "Who accepted it" })),
    lastCommand: orNull(Type.String({ description: "What the next command names as `expected`" })),
    steps: Type.Array(
      Type.Object({
        command: Type.String(),
        kind: Type.String({ description: "What was done; `withdrawn`: a cause is gone" }),
        actor: Type.String(),
        instant: Type.String({ format: "date-time" }),
        note: Type.String(),
      }),
    ),
    simulated: Type.Boolean(),
    version: Type.Object({ epoch: Type.Integer(), at: Type.Integer() }),
  }),
);

export function taskJson({ createdOn, dueOn, steps, ...rest }: Task): TaskJson {
  return {
    ...rest,
    createdOn: formatDay(createdOn),
    dueOn: dueOn === null ? null : formatDay(dueOn),
    steps: steps.map((step) => ({ ...step, instant: new Date(step.instant).toISOString() })),
  };
}
