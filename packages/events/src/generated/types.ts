// Written from schemas/*.avsc by `pnpm schemas`. Do not edit.

/** award, risk_warning: a distinction or a warning by a scheme or source. */
export interface Award {
  readonly scheme: string;
  readonly level: string | null;
}

/** A certificate held. */
export interface Certificate {
  /** Quality system, third party. */
  readonly scheme: string;
  /** In days since 1970-01-01. */
  readonly until: number | null;
}

export const SEVERITIES = [
  "none",
  "minor",
  "serious",
  "critical",
] as const;
/** How bad. Symbols a reader does not know read as `none`. */
export type Severity = (typeof SEVERITIES)[number];

/** A consumer's complaint or report. */
export interface Complaint {
  readonly severity: Severity;
  readonly topic: string | null;
}

export const CREDIT_CHANGES = [
  "unknown",
  "listed",
  "removed",
  "repaired",
] as const;
/** Entered on, taken off, or repaired. Symbols a reader does not know read as `unknown`. */
export type CreditChange = (typeof CREDIT_CHANGES)[number];

/** A change in a credit scheme. */
export interface Credit {
  readonly scheme: string;
  readonly change: CreditChange;
}

/** The enterprise has left the register. */
export interface Deregistration {
  readonly reason: string | null;
}

export const RESULTS = [
  "unknown",
  "pass",
  "fail",
  "not_found",
  "refused",
] as const;
/** What came out; not_found: nobody there or nothing to check; refused: access or the sample was refused. Symbols a reader does not know read as `unknown`. */
export type Result = (typeof RESULTS)[number];

/** Number of findings of one severity. */
export interface Findings {
  readonly severity: Severity;
  readonly count: number;
}

/** inspection, label_check, quick_test, comparison_test, reinspection. */
export interface Inspection {
  readonly result: Result;
  readonly severity: Severity;
  /** Items that failed. */
  readonly items: readonly string[];
  /** Batch or GTIN. */
  readonly batch: string | null;
  /** Id of the fact that was re-inspected or rechecked. */
  readonly of: string | null;
  /** Counted by severity where the source counts them. */
  readonly findings: readonly Findings[];
  /** Inspecting body. */
  readonly workplace: string | null;
}

export const MATTER_STATES = [
  "unknown",
  "opened",
  "accepted",
  "refused",
  "done",
  "failed",
  "overdue",
] as const;
/** Where the matter stands. Symbols a reader does not know read as `unknown`. */
export type MatterState = (typeof MATTER_STATES)[number];

/** objection, rectification: a step in a matter that hangs on an earlier fact. */
export interface Matter {
  /** Id of that fact. */
  readonly of: string;
  readonly state: MatterState;
}

/** Public opinion: an article, a post, a broadcast. */
export interface Opinion {
  readonly severity: Severity;
  readonly topic: string | null;
  /** People reached, as the source estimates. */
  readonly reach: number;
}

export const OFFENCES = [
  "other",
  "substandard",
  "unlicensed",
  "counterfeit",
  "infringement",
  "obstruction",
  "mislabelled",
] as const;
/** What for. Symbols a reader does not know read as `other`. */
export type Offence = (typeof OFFENCES)[number];

/** An administrative penalty. */
export interface Penalty {
  readonly offence: Offence;
  /** Kind of penalty. */
  readonly penalty: string | null;
  /** Fine and confiscation, in fen. */
  readonly amountFen: number;
  /** Last day of publicity. In days since 1970-01-01. */
  readonly publishedUntil: number | null;
}

/** The enterprise makes or sells the fact's product. */
export interface ProductListed {
  /** In days since 1970-01-01. */
  readonly since: number | null;
  /** In days since 1970-01-01. */
  readonly until: number | null;
}

export const RECALL_LEVELS = [
  "unknown",
  "one",
  "two",
  "three",
] as const;
/** One is the gravest. Symbols a reader does not know read as `unknown`. */
export type RecallLevel = (typeof RECALL_LEVELS)[number];

/** Defective products are called back. */
export interface Recall {
  readonly level: RecallLevel;
  readonly scope: string | null;
  /** Ordered by the authority; else voluntary. */
  readonly ordered: boolean;
}

/** registration, change: what the register says of an enterprise. */
export interface Registration {
  readonly name: string | null;
  readonly address: string | null;
  /** maker, seller. */
  readonly roles: readonly string[];
  /** Status of the production licence: valid, expired, revoked. */
  readonly licence: string | null;
  /** Status of the CCC certificate: valid, suspended, revoked. */
  readonly compulsoryCertificate: string | null;
}

/** A step of a product's way. */
export interface Trace {
  readonly step: string;
  /** Batch or GTIN. */
  readonly batch: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** Assessed ability to trace products. */
export interface Traceability {
  /** 0 to 100 as the assessor gives it. */
  readonly level: number;
}

/** How outputs and rows are ordered: the greater wins. */
export interface Version {
  /** Instant at which the partition's rebuild began. In ms since 1970-01-01T00:00Z. */
  readonly epoch: number;
  /** Position of the record, in the folded partition, at which the content was computed. */
  readonly at: number;
}

/** A region as it is coloured. */
export interface Colour {
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly colour: string;
  /** That of the day before. */
  readonly previousColour: string;
  readonly provisional: boolean;
  /** Share of the grades that the bands count, 0 to 1. */
  readonly share: number | null;
  /** Enterprises by grade. */
  readonly counts: Readonly<Record<string, number>>;
  readonly enterprises: number;
  readonly passRate: number | null;
  /** Share of the enterprises inspected in the last twelve months. */
  readonly coverage: number | null;
  /** 0 to 100. */
  readonly index: number | null;
  /** id@version, empty where none is bound. */
  readonly rulebook: string;
  /** In days since 1970-01-01. */
  readonly asOf: number;
  readonly simulated: boolean;
  /** Subject whose grade moved the colour; empty where a closing or several did. */
  readonly cause: string;
  readonly version: Version;
}

export const COMMAND_KINDS = [
  "unknown",
  "cause",
  "accept",
  "feedback",
  "rectify",
  "recheck",
  "close",
  "acknowledge",
  "resolve",
  "match",
  "done",
] as const;
/** What it does. Symbols a reader does not know read as `unknown`. */
export type CommandKind = (typeof COMMAND_KINDS)[number];

/** What people did to an object, a cause that a rule found, or an effect that was done. */
export interface Command {
  readonly id: string;
  readonly revision: number;
  /** The task, warning or other object. */
  readonly object: string;
  readonly kind: CommandKind;
  /** Person, or rule. */
  readonly actor: string;
  /** Id of the last accepted command the sender saw. */
  readonly expected: string | null;
  /** In ms since 1970-01-01T00:00Z. */
  readonly instant: number;
  /** Day in force where it was made. In days since 1970-01-01. */
  readonly day: number;
  /** Details as JSON. */
  readonly document: string;
}

export const CONTROL_KINDS = [
  "unknown",
  "tick",
  "site",
  "rulebook",
  "binding",
  "tiers",
  "catalogue",
  "calendar",
  "scheme",
] as const;
/** What the record brings. Symbols a reader does not know read as `unknown`. */
export type ControlKind = (typeof CONTROL_KINDS)[number];

/** Time and documents on their way through the log. Appended to sanfen.control, copied to every partition of the facts. */
export interface Control {
  readonly kind: ControlKind;
  /** Position in sanfen.control; -1 in that topic itself. */
  readonly number: number;
  /** Instant at which it was appended. In ms since 1970-01-01T00:00Z. */
  readonly recordedAt: number;
  /** Who appended it. */
  readonly actor: string;
  /** Tick: the instant it stands for. In ms since 1970-01-01T00:00Z. */
  readonly instant: number;
  /** Tick: the day that holds from this instant on, in the site's zone. In days since 1970-01-01. */
  readonly day: number;
  /** The document as JSON, for kinds other than tick. */
  readonly document: string | null;
}

/** A record that could not be folded. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly consumer: string;
  /** Closed set, a metric label too. */
  readonly reason: string;
  readonly detail: string;
  /** In ms since 1970-01-01T00:00Z. */
  readonly instant: number;
}

export const SUBJECT_TYPES = [
  "enterprise",
  "product",
  "region",
] as const;
/** What a fact is about. Symbols a reader does not know read as `enterprise`. */
export type SubjectType = (typeof SUBJECT_TYPES)[number];

export const ROLES = [
  "none",
  "maker",
  "seller",
] as const;
/** The part the enterprise plays in the sample. Symbols a reader does not know read as `none`. */
export type Role = (typeof ROLES)[number];

export const FACT_KINDS = [
  "unknown",
  "registration",
  "change",
  "deregistration",
  "product_listed",
  "inspection",
  "label_check",
  "quick_test",
  "comparison_test",
  "reinspection",
  "objection",
  "rectification",
  "recall",
  "complaint",
  "opinion",
  "penalty",
  "credit",
  "certificate",
  "traceability",
  "trace",
  "award",
  "risk_warning",
] as const;
/** What was observed. A reader that does not know a kind reads unknown and puts the record aside. Symbols a reader does not know read as `unknown`. */
export type FactKind = (typeof FACT_KINDS)[number];

/** One recorded observation about an enterprise, a product or a region. Known by subject, id and revision. */
export interface Fact {
  /** Given by the source; belongs to one subject. */
  readonly id: string;
  /** The highest wins. */
  readonly revision: number;
  /** The source takes the fact back; a retraction is a revision. */
  readonly retracted: boolean;
  /** Enterprise, product or region code. */
  readonly subject: string;
  readonly subjectType: SubjectType;
  readonly role: Role;
  readonly kind: FactKind;
  /** Day on which it took place. In days since 1970-01-01. */
  readonly occurredOn: number;
  /** Instant at which the platform first took it; no part of the content. In ms since 1970-01-01T00:00Z. */
  readonly recordedAt: number;
  /** Region of the subject as of this fact. */
  readonly region: string | null;
  /** Code in the catalogue. */
  readonly product: string | null;
  /** Links the facts of one sample. */
  readonly sample: string | null;
  /** System or person it came from. */
  readonly source: string;
  /** Made by the simulator. */
  readonly simulated: boolean;
  /** The body of the kind, in single-object encoding with its own fingerprint; empty for a retraction. */
  readonly body: Uint8Array;
}

/** A clause that applied. */
export interface Reason {
  readonly clause: string;
  readonly points: number;
  /** Ids of the facts behind it. */
  readonly facts: readonly string[];
}

/** What one rulebook says. */
export interface Verdict {
  readonly rulebook: string;
  readonly rulebookVersion: number;
  readonly grade: string;
  readonly score: number;
  readonly healthCode: string;
  /** The gravest tier of its products. */
  readonly tier: string;
  readonly reasons: readonly Reason[];
}

/** An enterprise as graded under every rulebook that binds it. */
export interface Grade {
  readonly subject: string;
  readonly name: string;
  readonly region: string | null;
  readonly roles: readonly string[];
  readonly products: readonly string[];
  /** Deregistered, or not registered yet: graded nowhere. */
  readonly gone: boolean;
  /** In days since 1970-01-01. */
  readonly asOf: number;
  /** First day on which the verdict may change by itself. In days since 1970-01-01. */
  readonly nextReviewOn: number | null;
  /** Inspections with a result in the last twelve months. */
  readonly inspections: number;
  /** Those that failed. */
  readonly failures: number;
  readonly simulated: boolean;
  readonly verdicts: readonly Verdict[];
  readonly version: Version;
}

/** A source partition has emitted all it computed before this control record. */
export interface Mark {
  readonly source: number;
  readonly control: Control;
  readonly version: Version;
}

/** One step in an object's life. */
export interface Step {
  readonly command: string;
  readonly kind: string;
  readonly actor: string;
  /** In ms since 1970-01-01T00:00Z. */
  readonly instant: number;
  readonly note: string;
}

/** One source partition's absolute counts of a group. */
export interface Tally {
  readonly region: string;
  /** id@version. */
  readonly rulebook: string;
  /** Source partition. */
  readonly source: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Subject whose change moved the counts last; empty where a document did. */
  readonly cause: string;
  /** Instant at which the log took the record behind the last change; measures the way from fact to colour. In ms since 1970-01-01T00:00Z. */
  readonly recordedAt: number;
  readonly version: Version;
}

export const TASK_STATES = [
  "open",
  "accepted",
  "reported",
  "rectifying",
  "closed",
  "cancelled",
] as const;
/** Where it stands. Symbols a reader does not know read as `open`. */
export type TaskState = (typeof TASK_STATES)[number];

/** An inspection task after a step. */
export interface Task {
  readonly id: string;
  /** recheck. */
  readonly kind: string;
  readonly subject: string;
  readonly name: string;
  readonly region: string | null;
  readonly product: string | null;
  readonly rule: string;
  /** Id of the fact or closing behind it. */
  readonly cause: string;
  readonly state: TaskState;
  /** In days since 1970-01-01. */
  readonly createdOn: number;
  /** In days since 1970-01-01. */
  readonly dueOn: number | null;
  readonly assignee: string | null;
  /** Last accepted command; the next one names it. */
  readonly lastCommand: string | null;
  readonly steps: readonly Step[];
  readonly simulated: boolean;
  readonly version: Version;
}

export const WARNING_STATES = [
  "raised",
  "acknowledged",
  "resolved",
  "withdrawn",
] as const;
/** Where it stands. Symbols a reader does not know read as `raised`. */
export type WarningState = (typeof WARNING_STATES)[number];

/** An early warning after a step. */
export interface Warning {
  readonly id: string;
  /** region_worst, recall. */
  readonly kind: string;
  readonly region: string;
  readonly subject: string | null;
  readonly name: string;
  readonly rule: string;
  readonly cause: string;
  readonly severity: string;
  readonly state: WarningState;
  /** In days since 1970-01-01. */
  readonly raisedOn: number;
  readonly lastCommand: string | null;
  readonly steps: readonly Step[];
  readonly simulated: boolean;
  readonly version: Version;
}

/** The records that have a schema file of their own, by name. */
export interface RecordTypes {
  readonly Award: Award;
  readonly Certificate: Certificate;
  readonly Complaint: Complaint;
  readonly Credit: Credit;
  readonly Deregistration: Deregistration;
  readonly Inspection: Inspection;
  readonly Matter: Matter;
  readonly Opinion: Opinion;
  readonly Penalty: Penalty;
  readonly ProductListed: ProductListed;
  readonly Recall: Recall;
  readonly Registration: Registration;
  readonly Trace: Trace;
  readonly Traceability: Traceability;
  readonly Colour: Colour;
  readonly Command: Command;
  readonly Control: Control;
  readonly DeadLetter: DeadLetter;
  readonly Fact: Fact;
  readonly Grade: Grade;
  readonly Mark: Mark;
  readonly Step: Step;
  readonly Tally: Tally;
  readonly Task: Task;
  readonly Version: Version;
  readonly Warning: Warning;
}
