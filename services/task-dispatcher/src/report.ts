/** What an inspector reports, and the fact it becomes. Pure. */
import {
  encodeBody,
  RESULTS,
  ROLES,
  SEVERITIES,
  type Command,
  type Fact,
  type Result,
  type Role,
  type Severity,
} from "@sanfen/events";
import { parseDay } from "@sanfen/model";
import { Type, type TLiteral, type TUnion } from "typebox";
import { oneOf, readDocument } from "./document.ts";

type Outcome = Exclude<Result, "unknown">;

export const RESULT: TUnion<TLiteral<Outcome>[]> = oneOf(RESULTS.filter((result) => result !== "unknown"));
export const SEVERITY: TUnion<TLiteral<Severity>[]> = oneOf(SEVERITIES);

/**
 * The document of `feedback` and `recheck`. What the task said of the sample when it was reported on travels with it,
 * so that the fact is the same whoever makes it and when, whatever becomes of the cause.
 */
export interface ReportDocument {
  readonly result: Outcome;
  readonly severity: Severity;
  /** Items that failed. */
  readonly items: readonly string[];
  /** YYYY-MM-DD. */
  readonly occurredOn: string;
  readonly product: string | null;
  readonly role: Role;
  readonly simulated: boolean;
}

const REPORT = Type.Object({
  result: RESULT,
  severity: SEVERITY,
  items: Type.Array(Type.String()),
  occurredOn: Type.String(),
  product: Type.Union([Type.String(), Type.Null()]),
  role: oneOf(ROLES),
  simulated: Type.Boolean(),
});

/** An accepted report: a fact that is to be. */
export interface Report extends ReportDocument {
  /** Id of the command, which the fact bears too. */
  readonly command: string;
  /** Of the command, in ms. */
  readonly instant: number;
}

/** The report in a command, or why it cannot be read. */
export function readReport(command: Command): Report | string {
  const document = readDocument(REPORT, command.document);
  if (typeof document === "string") return document;
  const { result, severity, items, occurredOn, product, role, simulated } = document;
  if (parseDay(occurredOn) === undefined) return `${occurredOn} is no date`;
  const { id, instant } = command;
  return { command: id, instant, result, severity, items, occurredOn, product, role, simulated };
}

/**
 * The re-inspection that a report states of `subject`, after the fact `of`. It names no region: who visits a firm says
 * nothing of where it is registered, and a fact that did would move one that has moved since back again.
 */
export function reinspection(report: Report, subject: string, of: string): Fact {
  const { command, instant, result, severity, items, occurredOn, product, role, simulated } = report;
  return {
    id: command,
    revision: 1,
    retracted: false,
    subject,
    subjectType: "enterprise",
    role,
    kind: "reinspection",
    occurredOn: parseDay(occurredOn)!,
    recordedAt: instant,
    region: null,
    product,
    sample: null,
    source: "tasks",
    simulated,
    body: encodeBody("reinspection", { result, severity, items, batch: null, of, findings: [], workplace: null }),
  };
}
