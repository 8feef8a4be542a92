/** The real file: what the City of Chicago published, through the real log. */
import { formatDay } from "@sanfen/model";
import { createReadStream } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finishedImport, startInstallation, upload, type Installation } from "../testing/installation.ts";
import type { ImportRecord } from "./import.ts";

const FILE = process.env["CHICAGO_FILE"];
const HOW =
  "set CHICAGO_FILE to chicago-food-inspections.csv.gz, made from the records that the City of Chicago publishes with its food inspection model";

describe.skipIf(FILE === undefined)(`the Chicago file (${HOW})`, () => {
  let installation: Installation;
  let done: ImportRecord;

  beforeAll(async () => {
    installation = await startInstallation({ site: "chicago" });
    const { body } = await upload(installation, createReadStream(FILE!), { mapping: "chicago-inspections" });
    done = await finishedImport(installation, body.id);
  });
  afterAll(() => installation.stop());

  it("takes every row", () => {
    expect(done).toMatchObject({
      state: "done",
      rows: 24_518,
      accepted: 24_518,
      rejected: 0,
      skipped: 0,
      problems: [],
    });
  });

  it("gives an inspection a row, of 11,822 enterprises, each registered", async () => {
    const facts = await installation.facts();
    expect(facts).toHaveLength(done.appended);
    expect(facts.filter(({ kind }) => kind === "inspection")).toHaveLength(24_518);
    expect(new Set(facts.map(({ subject }) => subject)).size).toBe(11_822);
    expect(new Set(facts.filter(({ kind }) => kind === "registration").map(({ subject }) => subject)).size).toBe(
      11_822,
    );
    expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
  });

  it("places an enterprise in the ward that any of its rows names, and else in the city", async () => {
    const places = new Map<string, { day: number; id: string; region: string }>();
    for (const { subject, region, occurredOn: day, id } of await installation.facts()) {
      const held = places.get(subject);
      if (region !== null && (!held || day > held.day || (day === held.day && id > held.id)))
        places.set(subject, { day, id, region });
    }
    expect(places.size).toBe(11_822);
    expect([...places.values()].filter(({ region }) => region === "chicago")).toHaveLength(964);
  });

  it("begins every day of the records, and leaves the last one open", async () => {
    const ticks = (await installation.controls()).filter(({ kind }) => kind === "tick");
    const days = ticks.map(({ day }) => day);
    expect(formatDay(days[0]!)).toBe("2011-09-02");
    expect(formatDay(days.at(-1)!)).toBe("2014-08-29");
    expect(days).toEqual(days.map((_, i) => days[0]! + i));
  });

  it("does not write the midnights again when the file comes again", async () => {
    const before = await installation.controls();
    const { body } = await upload(installation, createReadStream(FILE!), { mapping: "chicago-inspections" });
    expect(await finishedImport(installation, body.id)).toMatchObject({ state: "done", appended: done.appended });
    expect(await installation.controls()).toEqual(before);
  });
});
