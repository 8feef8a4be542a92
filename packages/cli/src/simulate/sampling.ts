/** Samples, checks, and what follows when one fails: rectification, recheck, objection, penalty. Pure. */
import type { Inspection, Severity } from "@sanfen/events";
import type { Day } from "@sanfen/model";
import type { Enterprise } from "./population.ts";
import type { Random } from "./random.ts";
import type { Scribe } from "./scribe.ts";

export type CheckKind = "inspection" | "label_check" | "quick_test" | "comparison_test";

export interface Check {
  readonly kind: CheckKind;
  readonly enterprise: Enterprise;
  readonly role: "maker" | "seller";
  readonly product: string;
  readonly on: Day;
  /** Chance of failing, from 0 to 1. */
  readonly failing: number;
  /** Chances of the severities of a failure. */
  readonly severities?: readonly (readonly [Severity, number])[];
  /** Where the sample concerns a second enterprise: the maker of what was taken in a shop. */
  readonly maker?: Enterprise;
}

const SEVERITIES: readonly (readonly [Severity, number])[] = [
  ["minor", 0.62],
  ["serious", 0.3],
  ["critical", 0.08],
];
const ITEMS = [
  "拉伸强度",
  "甲醛含量",
  "pH 值",
  "色牢度",
  "阻燃性能",
  "电气强度",
  "接地电阻",
  "纤维含量",
  "标签标识",
  "结构",
];
const LABORATORIES = 12;
const NOT_FOUND = 0.02;
const REFUSED = 0.003;
/** Failures that are objected to, and objections that are right. */
const OBJECTED = 0.06;
const UPHELD = 0.3;
const RECTIFIED_IN_TIME = 0.93;
const RECHECK_PASSES = 0.9;
const FINED = 0.35;
const PUBLIC_DAYS = 3 * 365;

/** Takes a sample; answers whether it failed. */
export function check(scribe: Scribe, what: Check): boolean {
  const { random } = scribe;
  const { kind, enterprise, role, product, on, maker } = what;
  const chance = random.unit();
  const result: Inspection["result"] =
    chance < NOT_FOUND
      ? "not_found"
      : chance < NOT_FOUND + REFUSED
        ? "refused"
        : random.chance(what.failing)
          ? "fail"
          : "pass";
  const failed = result === "fail";
  const severity = failed ? random.weighted(what.severities ?? SEVERITIES) : "none";
  const number = scribe.number();
  const body = {
    ...noInspection(random),
    result,
    severity,
    items: failed ? [random.pick(ITEMS)] : [],
    batch: `B${random.int(10_000, 99_999)}`,
  };
  const source = kind === "inspection" ? "sim-sampling" : "sim-bureau";
  // A failure is told at once: what follows up on it must not come before it.
  const common = { product, sample: number, source, ...(failed && { arrivesOn: on }) };
  const id = scribe.write(kind, enterprise, on, body, { ...common, id: `${number}/${role}`, role });
  if (failed) followUp(scribe, what, id, body);
  if (maker && (result === "pass" || result === "fail")) {
    const other = scribe.write(kind, maker, on, body, { ...common, id: `${number}/maker`, role: "maker" });
    if (failed) followUp(scribe, { ...what, enterprise: maker, role: "maker" }, other, body);
  }
  return failed;
}

function noInspection(random: Random): Omit<Inspection, "result"> {
  const workplace = `检测机构 ${String(random.int(1, LABORATORIES)).padStart(2, "0")} (simulated)`;
  return { severity: "none", items: [], batch: null, of: null, findings: [], workplace };
}

/** Only what is found at a maker's or a seller's own door is fined and objected to; a quick check is just repeated. */
function followUp(scribe: Scribe, what: Check, of: string, body: Inspection): void {
  const { random } = scribe;
  const { kind, enterprise, role, product, on } = what;
  const formal = kind === "inspection" || kind === "comparison_test";
  const here = { role, product };
  const told = on + random.int(3, 10);
  if (formal && random.chance(OBJECTED)) {
    scribe.write("objection", enterprise, told, { of, state: "opened" }, here);
    if (random.chance(UPHELD)) {
      // The second analysis finds nothing: the source corrects the result, whatever else it corrected before.
      scribe.write("objection", enterprise, told + 12, { of, state: "accepted" }, here);
      const corrected = { ...body, result: "pass", severity: "none", items: [] } as const;
      const arrivesOn = told + 14;
      scribe.write(kind, enterprise, on, corrected, {
        ...here,
        id: of,
        revision: 3,
        arrivesOn,
        source: "sim-sampling",
      });
      return;
    }
    scribe.write("objection", enterprise, told + 12, { of, state: "refused" }, here);
  }
  if (formal) scribe.write("rectification", enterprise, told, { of, state: "opened" }, here);
  const rechecked = on + random.int(20, 60);
  const passes = random.chance(RECHECK_PASSES);
  scribe.write(
    "reinspection",
    enterprise,
    rechecked,
    { ...noInspection(random), result: passes ? "pass" : "fail", severity: passes ? "none" : body.severity, of },
    { ...here, source: "sim-sampling" },
  );
  if (!passes) secondRecheck(scribe, what, of, rechecked);
  if (formal) settle(scribe, enterprise, of, { passes, rechecked, here });
  const fined = FINED * (body.severity === "minor" ? 0.4 : 1.6);
  if (formal && random.chance(fined)) fine(scribe, enterprise, on + random.int(30, 90), here);
}

/** Within 75 days of the order a recheck has to pass: the second one mostly does. */
function secondRecheck(scribe: Scribe, { enterprise, role, product }: Check, of: string, first: Day): void {
  const { random } = scribe;
  const on = first + random.int(20, 40);
  const body = { ...noInspection(random), result: "pass" as const, of };
  scribe.write("reinspection", enterprise, on, body, { role, product, source: "sim-sampling" });
}

function settle(
  scribe: Scribe,
  enterprise: Enterprise,
  of: string,
  { passes, rechecked, here }: { passes: boolean; rechecked: Day; here: { role: "maker" | "seller"; product: string } },
): void {
  const { random } = scribe;
  if (!passes) scribe.write("rectification", enterprise, rechecked, { of, state: "failed" }, here);
  else if (!random.chance(RECTIFIED_IN_TIME))
    scribe.write("rectification", enterprise, rechecked, { of, state: "overdue" }, here);
  const later = passes ? 0 : random.int(20, 45);
  scribe.write("rectification", enterprise, rechecked + later + 1, { of, state: "done" }, here);
}

function fine(
  scribe: Scribe,
  enterprise: Enterprise,
  on: Day,
  here: { role: "maker" | "seller"; product: string },
): void {
  const { random } = scribe;
  const amountFen = 100 * 1_000 * random.int(1, 50);
  scribe.write(
    "penalty",
    enterprise,
    on,
    { offence: "substandard", penalty: "fine", amountFen, publishedUntil: on + PUBLIC_DAYS },
    { ...here, source: "sim-enforcement" },
  );
}
