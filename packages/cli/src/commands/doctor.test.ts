import { describe, expect, it } from "vitest";
import { EXIT } from "../exit.ts";
import { temporaryDirectory } from "../testing/process.ts";
import { runHere } from "../testing/run-here.ts";
import { clockFinding, nodeFinding } from "./doctor.ts";

const NOW = Date.UTC(2026, 10, 22);

describe("nodeFinding", () => {
  it.each([
    ["24.0.0", true],
    ["25.1.2", true],
    ["22.19.0", false],
    ["9.0.0", false],
  ])("Node %s: %s", (version, ok) => {
    expect(nodeFinding(version).ok).toBe(ok);
    expect(nodeFinding(version).wayOut === undefined).toBe(ok);
  });
});

describe("clockFinding", () => {
  it.each([
    [NOW, null, true],
    [NOW, NOW, true],
    [0, null, false],
    [NOW, NOW + 1, false],
  ])("at %i with the last tick at %s: %s", (now, lastTick, ok) => {
    expect(clockFinding(now, lastTick).ok).toBe(ok);
  });
});

describe("sanfen doctor", () => {
  it("finds nothing wrong where nothing is there yet, and leaves nothing behind", async () => {
    await using directory = await temporaryDirectory();
    const { code, out } = await runHere(["doctor"], {
      SANFEN_DATA: `${directory.path}/data`,
      SANFEN_LISTEN: "127.0.0.1:0",
    });
    expect(out).not.toContain("!!");
    expect(out).toContain("No data yet");
    expect(code).toBe(EXIT.ok);
    const again = await runHere(["doctor"], { SANFEN_DATA: `${directory.path}/data`, SANFEN_LISTEN: "127.0.0.1:0" });
    expect(again.out).toContain("No data yet");
  });

  it("goes on looking after the first thing that is wrong, and says what to do about each", async () => {
    const { code, out } = await runHere(["doctor", "--json"], {
      SANFEN_SITE: "atlantis",
      SANFEN_LISTEN: "127.0.0.1:0",
    });
    expect(code).toBe(EXIT.differences);
    const { findings } = JSON.parse(out) as { findings: { name: string; ok: boolean; wayOut?: unknown }[] };
    expect(findings.find(({ name }) => name === "configuration")).toMatchObject({
      ok: false,
      wayOut: expect.anything() as unknown,
    });
    expect(findings.map(({ name }) => name)).toEqual(expect.arrayContaining(["node", "data", "space", "port"]));
  });
});
