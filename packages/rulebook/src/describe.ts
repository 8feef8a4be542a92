import type { Text } from "@sanfen/model";
import type { Rulebook } from "./rulebook.ts";
import type { Reason, Verdict } from "./verdict.ts";

/** A reason with the clause's text, and whether its numbers are ours rather than the regime's. */
export interface DescribedReason extends Reason {
  readonly text: Text;
  readonly illustrative: boolean;
}

/** The verdict's reasons in the rulebook's words. Throws RangeError for a verdict of another rulebook or version. */
export function describeReasons(rulebook: Rulebook, verdict: Verdict): DescribedReason[] {
  if (verdict.rulebook !== rulebook.id || verdict.rulebookVersion !== rulebook.version) {
    throw new RangeError(
      `a verdict of ${verdict.rulebook}@${verdict.rulebookVersion} is not ${rulebook.id}@${rulebook.version}'s`,
    );
  }
  const clauses = new Map(rulebook.clauses.map((clause) => [clause.id, clause]));
  return verdict.reasons.map(({ clause: id, points, facts }) => {
    const clause = clauses.get(id);
    if (!clause) throw new RangeError(`${rulebook.id}@${rulebook.version} has no clause ${id}`);
    return { clause: id, text: clause.text, points, facts, illustrative: clause.illustrative !== undefined };
  });
}
