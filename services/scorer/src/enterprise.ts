import type { Grade, Version } from "@sanfen/events";
import { formatDay, type Day, type Text } from "@sanfen/model";
import { describeReasons, type DescribedReason, type Rulebook } from "@sanfen/rulebook";
import { Type, type TSchema, type TUnion, type TNull, type TUnsafe } from "typebox";

const TEXT = Type.Object({ zh: Type.String(), en: Type.String() });
const orNull = <T extends TSchema>(type: T): TUnion<[T, TNull]> => Type.Union([type, Type.Null()]);
const DATE = Type.String({ description: "YYYY-MM-DD" });

const VERDICT = Type.Object({
  rulebook: Type.String({ description: "id@version" }),
  grade: Type.String(),
  score: Type.Integer(),
  healthCode: Type.String(),
  tier: Type.String({ description: "Gravest tier of its products" }),
  reasons: Type.Array(
    Type.Object({
      clause: Type.String(),
      text: TEXT,
      points: Type.Integer(),
      facts: Type.Array(Type.String({ description: "Id of a fact behind it" })),
      illustrative: Type.Boolean({ description: "The clause's numbers are ours, not the regime's" }),
    }),
  ),
});

export interface VerdictJson {
  /** id@version. */
  readonly rulebook: string;
  readonly grade: string;
  readonly score: number;
  readonly healthCode: string;
  readonly tier: string;
  readonly reasons: readonly DescribedReason[];
}

/** An enterprise as clients see it: the verdict of the most specific rulebook on top, all of them in `verdicts`. */
export interface EnterpriseJson {
  readonly id: string;
  readonly name: string;
  readonly region: string | null;
  readonly registered: boolean;
  readonly grade: string | null;
  readonly score: number | null;
  readonly healthCode: string | null;
  readonly roles: readonly string[];
  readonly products: readonly string[];
  readonly inspections: number;
  readonly failures: number;
  readonly rulebook: string | null;
  readonly asOf: string;
  readonly reasons: readonly DescribedReason[];
  readonly verdicts: readonly VerdictJson[];
  readonly nextReviewOn: string | null;
  readonly simulated: boolean;
  readonly version: Version;
}

export const ENTERPRISE: TUnsafe<EnterpriseJson> = Type.Unsafe<EnterpriseJson>(
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    region: orNull(Type.String()),
    registered: Type.Boolean(),
    grade: orNull(Type.String()),
    score: orNull(Type.Integer()),
    healthCode: orNull(Type.String()),
    roles: Type.Array(Type.String()),
    products: Type.Array(Type.String()),
    inspections: Type.Integer({ description: "With a result, in the last twelve months" }),
    failures: Type.Integer(),
    rulebook: orNull(Type.String({ description: "id@version" })),
    asOf: DATE,
    reasons: VERDICT.properties.reasons,
    verdicts: Type.Array(VERDICT),
    nextReviewOn: orNull(Type.String({ description: "First day on which the verdict may change by itself" })),
    simulated: Type.Boolean(),
    version: Type.Object({ epoch: Type.Integer(), at: Type.Integer() }),
  }),
);

/** `day`: day in force; a verdict stands until its next review, so it holds for that day too. */
export function enterpriseJson(grade: Grade, rulebooks: readonly Rulebook[], day: Day | null): EnterpriseJson {
  const verdicts = grade.verdicts.map((verdict) => {
    const { rulebook: id, rulebookVersion, healthCode, tier, score } = verdict;
    const rulebook = rulebooks.find((each) => each.id === id && each.version === rulebookVersion);
    const reasons = rulebook
      ? describeReasons(rulebook, { ...verdict, nextReviewOn: grade.nextReviewOn })
      : verdict.reasons.map((reason) => ({ ...reason, text: untold(reason.clause), illustrative: false }));
    return {
      rulebook: `${id}@${rulebookVersion}`,
      grade: verdict.grade,
      score,
      healthCode,
      tier,
      reasons,
    };
  });
  const own = verdicts.at(-1);
  return {
    id: grade.subject,
    name: grade.name,
    region: grade.region,
    registered: !grade.gone,
    grade: own?.grade ?? null,
    score: own?.score ?? null,
    healthCode: own?.healthCode ?? null,
    roles: grade.roles,
    products: grade.products,
    inspections: grade.inspections,
    failures: grade.failures,
    rulebook: own?.rulebook ?? null,
    asOf: formatDay(Math.max(day ?? grade.asOf, grade.asOf)),
    reasons: own?.reasons ?? [],
    verdicts,
    nextReviewOn: grade.nextReviewOn === null ? null : formatDay(grade.nextReviewOn),
    simulated: grade.simulated,
    version: grade.version,
  };
}

/** A clause of a rulebook that is in force no more and that the reader has not got. */
function untold(clause: string): Text {
  return { zh: clause, en: clause };
}
