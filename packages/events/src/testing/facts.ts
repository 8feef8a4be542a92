import { encodeBody } from "../body.ts";
import type { Fact } from "../generated/types.ts";

/** A fact like those of a sampling system, with what a test is about put in its place. */
export function factLike(given: Partial<Fact> = {}): Fact {
  return {
    id: "zj-sampling:2026-000117/maker",
    revision: 1,
    retracted: false,
    subject: "91330402MA28A0002D",
    subjectType: "enterprise",
    role: "maker",
    kind: "inspection",
    occurredOn: 20_777,
    recordedAt: 1_795_132_800_000,
    region: null,
    product: "1201",
    sample: "2026-000117",
    source: "zj-sampling",
    simulated: false,
    body: encodeBody("inspection", {
      result: "fail",
      severity: "serious",
      items: ["tensile strength"],
      batch: null,
      of: null,
      findings: [],
      workplace: null,
    }),
    ...given,
  };
}
