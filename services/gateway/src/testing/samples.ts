/** Events of the output topics for tests. All figures are invented. */
import type { Colour, Grade, Task, Version, Warning } from "@sanfen/events";

export function version(at: number, epoch = 1): Version {
  return { epoch, at };
}

export function colour(code: string, at: number, more: Partial<Colour> = {}): Colour {
  return {
    code,
    name: `region ${code}`,
    level: "county",
    colour: "green",
    previousColour: "green",
    provisional: true,
    share: 0.01,
    counts: { risk: 1, "non-risk": 99 },
    enterprises: 100,
    passRate: 0.9,
    coverage: 0.5,
    index: 88,
    rulebook: "jiaxing-2021@1",
    asOf: 20_000,
    simulated: false,
    cause: "",
    version: version(at),
    ...more,
  };
}

export function grade(subject: string, region: string | null, at: number, more: Partial<Grade> = {}): Grade {
  return {
    subject,
    name: `enterprise ${subject}`,
    region,
    roles: ["maker"],
    products: ["1201"],
    gone: false,
    asOf: 20_000,
    nextReviewOn: 20_100,
    inspections: 1,
    failures: 0,
    simulated: false,
    verdicts: [
      {
        rulebook: "jiaxing-2021",
        rulebookVersion: 1,
        grade: "non-risk",
        score: 0,
        healthCode: "green",
        tier: "high",
        reasons: [{ clause: "a", points: 0, facts: ["f"] }],
      },
    ],
    version: version(at),
    ...more,
  };
}

export function warning(id: string, region: string, at: number, more: Partial<Warning> = {}): Warning {
  return {
    id,
    kind: "region_worst",
    region,
    subject: null,
    name: `region ${region}`,
    rule: "region-worst-colour",
    cause: `${region}@20000`,
    severity: "red",
    state: "raised",
    raisedOn: 20_000,
    lastCommand: null,
    steps: [{ command: "c", kind: "cause", actor: "rule", instant: 0, note: "" }],
    simulated: false,
    version: version(at),
    ...more,
  };
}

export function task(id: string, region: string | null, at: number, more: Partial<Task> = {}): Task {
  return {
    id,
    kind: "recheck",
    subject: "91330402MA28A0002D",
    name: "enterprise",
    region,
    product: null,
    rule: "failed-sample",
    cause: "f",
    state: "open",
    createdOn: 20_000,
    dueOn: null,
    assignee: null,
    lastCommand: null,
    steps: [],
    simulated: false,
    version: version(at),
    ...more,
  };
}
