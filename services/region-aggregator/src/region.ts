import type { Colour, Version } from "@sanfen/events";
import { formatDay, type Day, type Region } from "@sanfen/model";
import { Type, type TNull, type TSchema, type TUnion, type TUnsafe } from "typebox";
import type { ClosedDay } from "./closings.ts";

const orNull = <T extends TSchema>(type: T): TUnion<[T, TNull]> => Type.Union([type, Type.Null()]);
const SHARE = { minimum: 0, maximum: 1 };

/** A region as clients see it. */
export interface RegionJson extends Omit<Colour, "asOf" | "rulebook" | "cause"> {
  /** id@version; null where none is bound. */
  readonly rulebook: string | null;
  /** YYYY-MM-DD. */
  readonly asOf: string;
}

export const REGION: TUnsafe<RegionJson> = Type.Unsafe<RegionJson>(
  Type.Object({
    code: Type.String(),
    name: Type.String(),
    level: Type.String(),
    colour: Type.String({ description: "red, orange, yellow, blue, green, or none" }),
    previousColour: Type.String({ description: "That of the day before" }),
    provisional: Type.Boolean({ description: "False: as the last tick closed it" }),
    share: orNull(
      Type.Number({ ...SHARE, description: "Share of the enterprises in the grades that the colour counts" }),
    ),
    counts: Type.Record(Type.String(), Type.Integer(), { description: "Enterprises by grade" }),
    enterprises: Type.Integer(),
    passRate: orNull(Type.Number({ ...SHARE, description: "Of the inspections of the last twelve months" })),
    coverage: orNull(Type.Number({ ...SHARE, description: "Enterprises inspected in the last twelve months" })),
    index: orNull(Type.Number({ minimum: 0, maximum: 100 })),
    rulebook: orNull(Type.String({ description: "id@version" })),
    asOf: Type.String({ description: "YYYY-MM-DD" }),
    simulated: Type.Boolean(),
    version: Type.Object({ epoch: Type.Integer(), at: Type.Integer() }),
  }),
);

export function regionJson({ cause: _, rulebook, asOf, ...rest }: Colour): RegionJson {
  return {
    ...rest,
    rulebook: rulebook === "" ? null : rulebook,
    asOf: formatDay(asOf),
  };
}

/** A day's record; its version is that of the document that holds it. */
export function closingJson({ colour }: ClosedDay, version: Version): RegionJson {
  return regionJson({ ...colour, version });
}

/** A region that no enterprise and no closing has touched yet. */
export function uncolouredJson({ code, name, level }: Region, day: Day | null): RegionJson {
  return {
    code,
    name: name.zh,
    level,
    colour: "none",
    previousColour: "none",
    provisional: true,
    share: null,
    counts: {},
    enterprises: 0,
    passRate: null,
    coverage: null,
    index: null,
    rulebook: null,
    asOf: formatDay(day ?? 0),
    simulated: false,
    version: { epoch: 0, at: 0 },
  };
}
