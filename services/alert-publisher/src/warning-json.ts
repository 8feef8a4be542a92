/** A warning as clients see it. */
import { WARNING_STATES, type Step, type Warning, type WarningState } from "@sanfen/events";
import { formatDay } from "@sanfen/model";
import { Type, type TNull, type TSchema, type TUnion, type TUnsafe } from "typebox";

const orNull = <T extends TSchema>(type: T): TUnion<[T, TNull]> => Type.Union([type, Type.Null()]);

export interface WarningJson extends Omit<Warning, "raisedOn" | "steps"> {
  /** YYYY-MM-DD. */
  readonly raisedOn: string;
  readonly steps: readonly (Omit<Step, "instant"> & { readonly instant: string })[];
}

export const STATE: TUnsafe<WarningState> = Type.Unsafe<WarningState>(
  Type.Union(WARNING_STATES.map((state) => Type.Literal(state))),
);

export const WARNING: TUnsafe<WarningJson> = Type.Unsafe<WarningJson>(
  Type.Object({
    id: Type.String(),
    kind: Type.String({ description: "region_worst, recall" }),
    region: Type.String({ description: "Empty where none is known" }),
    subject: orNull(Type.String({ description: "Enterprise; null where a whole region is meant" })),
    name: Type.String({ description: "Of the enterprise or the region" }),
    rule: Type.String({ description: "Rule that found the cause" }),
    cause: Type.String({ description: "Id of the fact or closing behind it" }),
    severity: Type.String({ description: "Level of a recall, colour of a region" }),
    state: STATE,
    raisedOn: Type.String({ format: "date" }),
    lastCommand: orNull(Type.String({ description: "What the next command names as `expected`" })),
    steps: Type.Array(
      Type.Object({
        command: Type.String(),
        kind: Type.String({ description: "What was done; `withdrawn`: the cause is gone" }),
        actor: Type.String(),
        instant: Type.String({ format: "date-time" }),
        note: Type.String(),
      }),
    ),
    simulated: Type.Boolean(),
    version: Type.Object({ epoch: Type.Integer(), at: Type.Integer() }),
  }),
);

export function warningJson({ raisedOn, steps, ...rest }: Warning): WarningJson {
  return {
    ...rest,
    raisedOn: formatDay(raisedOn),
    steps: steps.map((step) => ({ ...step, instant: new Date(step.instant).toISOString() })),
  };
}
