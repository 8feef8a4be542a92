import { encode, encodeBody, type Control, type Fact } from "@sanfen/events";
import { memoryBroker } from "@sanfen/log";
import { makeUscc, midnight, partitionOf, type Binding } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import { openMemoryStore } from "@sanfen/store";
import { documentControl, FACTS, GRADE_ROWS, tick } from "@sanfen/stream";
import { describe, expect, it } from "vitest";
import { verify, type Report } from "../../packages/cli/src/verify/command.ts";
import { beginning, FIRST_DAY } from "./history.ts";
import { appendAndRelay, appendFacts, ensureTopics, settled, startProcess } from "./installation.ts";

const PARTITIONS = 2;
const SUBJECT = makeUscc("9", "1", "330402", 1);
const OTHER = makeUscc("9", "1", "330402", 2);
const NEXT_TICK = tick(midnight(FIRST_DAY + 1, "Asia/Shanghai"), FIRST_DAY + 1, "test");
const THIRD_TICK = tick(midnight(FIRST_DAY + 2, "Asia/Shanghai"), FIRST_DAY + 2, "test");

type Step =
  | { readonly facts: readonly Fact[] }
  | { readonly controls: readonly Control[] }
  /** A record as it may lie in the log though no door let it in. */
  | { readonly record: Uint8Array; readonly key: string };

/** Lets the steps happen one after the other; answers what the oracle found, and who has a grade. */
async function outcomeOf(
  steps: readonly Step[],
): Promise<{ report: Report; graded: string[]; failures: readonly string[] }> {
  const broker = memoryBroker();
  const log = broker.connect();
  const store = openMemoryStore();
  await ensureTopics(log, PARTITIONS);
  const process = await startProcess(log, store, PARTITIONS, { flushMs: 2, maxRecords: 100 });
  try {
    for (const step of steps) {
      if ("controls" in step) await appendAndRelay(log, store, step.controls);
      else if ("facts" in step) await appendFacts(log, PARTITIONS, step.facts);
      else await log.append(FACTS, partitionOf(step.key, PARTITIONS), [{ key: step.key, value: step.record }]);
    }
    await settled(log, store, PARTITIONS, 4_000).catch((error: unknown) => {
      throw new Error(`${String(error)}; ${process.failures[0] ?? "no failure"}`);
    });
    const report = await verify({ log, store, partitions: PARTITIONS });
    const graded: string[] = [];
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      for await (const rows of store.scan(GRADE_ROWS, partition)) graded.push(...rows.map(({ id }) => id));
    }
    return { report, graded, failures: process.failures };
  } finally {
    await process.stop();
    await broker.close();
  }
}

function registration(subject: string, parts: Partial<Fact> = {}): Fact {
  return {
    id: `${subject}-r`,
    revision: 1,
    retracted: false,
    subject,
    subjectType: "enterprise",
    role: "maker",
    kind: "registration",
    occurredOn: FIRST_DAY - 10,
    recordedAt: 0,
    region: "330402001",
    product: null,
    sample: null,
    source: "test",
    simulated: false,
    body: encodeBody("registration", {
      name: "厂",
      address: null,
      roles: [],
      licence: null,
      compulsoryCertificate: null,
    }),
    ...parts,
  };
}

function inspectionBody(result: "pass" | "fail" | "not_found"): Uint8Array {
  const severity = result === "fail" ? "critical" : "none";
  return encodeBody("inspection", {
    result,
    severity,
    items: [],
    batch: null,
    of: null,
    findings: [],
    workplace: null,
  });
}

function bound(...bindings: readonly (readonly [string, string])[]): Control[] {
  const binding = ([code, rulebook]: readonly [string, string]): Binding => ({
    jurisdiction: [code],
    rulebook,
    version: 1,
    from: "2020-01-01",
  });
  const [first, ...rest] = beginning();
  const others = rest.filter(({ kind }) => kind !== "binding" && kind !== "tick");
  const ticks = rest.filter(({ kind }) => kind === "tick");
  return [first!, ...others, ...bindings.map((each) => documentControl("binding", binding(each), "test")), ...ticks];
}

describe("a region shows the rulebook bound to itself", () => {
  it("also where the same one is bound to a wider region, and another between", async () => {
    const controls = bound(["33", "jiaxing-2021"], ["3304", "chicago-2014"], ["330402", "jiaxing-2021"]);
    const { report } = await outcomeOf([{ controls }, { facts: [registration(SUBJECT)] }, { controls: [NEXT_TICK] }]);
    expect(report.differences).toEqual([]);
  });
});

describe("a record that is put aside", () => {
  it("makes no enterprise: a body that cannot be read", async () => {
    const bad = registration(OTHER, { body: new Uint8Array([1, 2, 3]) });
    const { report, graded } = await outcomeOf([
      { controls: beginning() },
      { facts: [registration(SUBJECT), bad] },
      { controls: [NEXT_TICK] },
    ]);
    expect(graded).toEqual([SUBJECT]);
    expect(report.differences).toEqual([]);
  });

  it("makes no enterprise: an event that is no fact", async () => {
    const record = encode("Command", {
      id: "c",
      revision: 1,
      object: "task:1",
      kind: "cause",
      actor: "",
      expected: null,
      instant: 0,
      day: 0,
      document: "{}",
    });
    const { graded } = await outcomeOf([
      { controls: beginning() },
      { record, key: "task:1" },
      { controls: [NEXT_TICK] },
    ]);
    expect(graded).toEqual([]);
  });

  it("stops nothing: a control document of another shape", async () => {
    const controls = [documentControl("scheme", 5, "test"), documentControl("binding", {}, "test")];
    const { report, failures } = await outcomeOf([
      { controls: beginning() },
      { controls },
      { facts: [registration(SUBJECT)] },
      { controls: [NEXT_TICK] },
    ]);
    expect(failures).toEqual([]);
    expect(report.behind).toEqual([]);
  });
});

describe("facts of a product or region that has the code of an enterprise", () => {
  const product = registration(SUBJECT, {
    id: "p",
    subjectType: "product",
    kind: "inspection",
    region: null,
    body: inspectionBody("fail"),
  });
  it("are none of the enterprise's, whichever came first", async () => {
    for (const facts of [
      [registration(SUBJECT), product],
      [product, registration(SUBJECT)],
    ]) {
      const { report, graded } = await outcomeOf([{ controls: beginning() }, { facts }, { controls: [NEXT_TICK] }]);
      expect(graded).toEqual([SUBJECT]);
      expect(report.differences).toEqual([]);
    }
  });
});

describe("a day that brings no record of an enterprise", () => {
  it("ends the listing of a product, and its tier with it", async () => {
    const listed = registration(SUBJECT, {
      id: "p",
      kind: "product_listed",
      product: "1",
      body: encodeBody("product_listed", { since: null, until: FIRST_DAY }),
    });
    const { report } = await outcomeOf([
      { controls: beginning() },
      { facts: [registration(SUBJECT), listed] },
      { controls: [NEXT_TICK] },
    ]);
    expect(report.differences).toEqual([]);
  });

  it.each(["pass", "not_found"] as const)(
    "brings in a check (%s) that waited for it, and is planned for",
    async (result) => {
      const complaint = registration(SUBJECT, {
        id: "c",
        kind: "complaint",
        product: "1",
        body: encodeBody("complaint", { severity: "minor", topic: null }),
      });
      // It says nothing new of who the enterprise is.
      const checked = registration(SUBJECT, {
        id: "p",
        kind: "label_check",
        occurredOn: FIRST_DAY + 1,
        product: "1",
        region: null,
        body: inspectionBody(result),
      });
      const known = [{ controls: beginning() }, { facts: [registration(SUBJECT), complaint] }, { facts: [checked] }];
      for (const controls of [[], [NEXT_TICK], [NEXT_TICK, THIRD_TICK]]) {
        const { report } = await outcomeOf([...known, { controls }]);
        expect(report.differences).toEqual([]);
      }
    },
  );

  it("moves it to a region with other rulebooks, if a fact says so that waited for the day", async () => {
    const moved = registration(SUBJECT, { id: "m", kind: "change", occurredOn: FIRST_DAY + 1, region: "330411" });
    const controls = bound(["330402", "jiaxing-2021"], ["330411", "chicago-2014"]);
    const { report } = await outcomeOf([
      { controls },
      { facts: [registration(SUBJECT), moved] },
      { controls: [NEXT_TICK] },
    ]);
    expect(report.differences).toEqual([]);
  });
});

describe("a tick", () => {
  it("that skips a day, or is of the future, closes nothing", async () => {
    const ahead = tick(Date.now() + 86_400_000, FIRST_DAY + 1, "test");
    const { report } = await outcomeOf([
      { controls: beginning() },
      { facts: [registration(SUBJECT)] },
      { controls: [THIRD_TICK, ahead, NEXT_TICK, NEXT_TICK, THIRD_TICK] },
    ]);
    expect(report.differences).toEqual([]);
    // Six regions on the two days that have ended.
    expect(report.compared.closing).toBe(12);
  });
});

describe("a document", () => {
  it("holds from the midnight after it, a rulebook in a new version beside the old", async () => {
    const jiaxing = RULEBOOKS.find(({ id }) => id === "jiaxing-2021")!;
    const stricter = {
      ...jiaxing,
      version: 2,
      clauses: jiaxing.clauses.map((each) => ({ ...each, within: { days: 3 } })),
    };
    const binding: Binding = { jurisdiction: ["3304"], rulebook: "jiaxing-2021", version: 2, from: "2020-01-01" };
    const { report } = await outcomeOf([
      { controls: beginning() },
      { facts: [registration(SUBJECT), registration(OTHER, { region: "330411" })] },
      { controls: [documentControl("rulebook", stricter, "test"), documentControl("binding", binding, "test")] },
      { facts: [registration(OTHER, { revision: 2, region: "330402" })] },
      { controls: [NEXT_TICK, THIRD_TICK] },
    ]);
    expect(report.differences).toEqual([]);
    expect(report.compared.closing).toBe(12);
  });
});
