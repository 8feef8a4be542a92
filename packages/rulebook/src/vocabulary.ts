/**
 * The words of facts that rules may use: kinds, the fields of their bodies, the values of those fields. The schemas of
 * the events own them (a test compares); they are repeated here so that this package stays free of files.
 */
export type FieldWords =
  /** One of these values. */
  | readonly string[]
  /** Any text, a whole number, true or false, a date. */
  | "text"
  | "number"
  | "boolean"
  | "date"
  /** Numbers of findings by severity. */
  | "findings"
  /** Lists that no rule looks into. */
  | "list";

type BodyWords = Readonly<Record<string, FieldWords>>;

export const ROLES: readonly string[] = ["none", "maker", "seller"];
export const SEVERITIES: readonly string[] = ["none", "minor", "serious", "critical"];

const INSPECTION: BodyWords = {
  result: ["unknown", "pass", "fail", "not_found", "refused"],
  severity: SEVERITIES,
  items: "list",
  batch: "text",
  of: "text",
  findings: "findings",
  workplace: "text",
};

const REGISTRATION: BodyWords = {
  name: "text",
  address: "text",
  roles: "list",
  licence: "text",
  compulsoryCertificate: "text",
};

const MATTER: BodyWords = {
  of: "text",
  state: ["unknown", "opened", "accepted", "refused", "done", "failed", "overdue"],
};

const DISTINCTION: BodyWords = { scheme: "text", level: "text" };

export const FACT_WORDS: ReadonlyMap<string, BodyWords> = new Map(
  Object.entries<BodyWords>({
    registration: REGISTRATION,
    change: REGISTRATION,
    deregistration: { reason: "text" },
    product_listed: { since: "date", until: "date" },
    inspection: INSPECTION,
    label_check: INSPECTION,
    quick_test: INSPECTION,
    comparison_test: INSPECTION,
    reinspection: INSPECTION,
    objection: MATTER,
    rectification: MATTER,
    recall: { level: ["unknown", "one", "two", "three"], scope: "text", ordered: "boolean" },
    complaint: { severity: SEVERITIES, topic: "text" },
    opinion: { severity: SEVERITIES, topic: "text", reach: "number" },
    penalty: {
      offence: ["other", "substandard", "unlicensed", "counterfeit", "infringement", "obstruction", "mislabelled"],
      penalty: "text",
      amountFen: "number",
      publishedUntil: "date",
    },
    credit: { scheme: "text", change: ["unknown", "listed", "removed", "repaired"] },
    certificate: { scheme: "text", until: "date" },
    traceability: { level: "number" },
    trace: { step: "text", batch: "text", from: "text", to: "text" },
    award: DISTINCTION,
    risk_warning: DISTINCTION,
  }),
);
