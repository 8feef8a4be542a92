import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SuiteRequest } from "./suite.ts";
import type { Tally } from "./tally.ts";

const good = `test("good", () => {})`;

/** The tally of a folder with these test files; undefined if vitest did not live to tell. */
async function tallyOf(
  files: Record<string, string>,
  options: SuiteRequest["options"] = {},
): Promise<Tally | undefined> {
  const root = await mkdtemp(join(tmpdir(), "sanfen-suite-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writeFile(join(root, "vitest.config.js"), "export default { test: { globals: true } }");
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  const request: SuiteRequest = { files: [], options: { root, config: join(root, "vitest.config.js"), ...options } };
  const child = fork(join(import.meta.dirname, "suite.ts"), [JSON.stringify(request)], { stdio: "ignore" });
  let tally: Tally | undefined;
  child.once("message", (counted) => {
    tally = counted as Tally;
  });
  await once(child, "close");
  return tally;
}

test("what fails outside of a test counts, and so does a test that never began", async () => {
  const tally = await tallyOf({
    "hook.test.js": `beforeAll(() => { throw new Error("no server") }); ${good}`,
    "load.test.js": `throw new Error("does not load")`,
    "late.test.js": `test("late", () => { setTimeout(() => { throw new Error("nobody waits") }) }); test("wait", () => new Promise((r) => setTimeout(r, 50)))`,
    "wrong.test.js": `test("wrong", () => { expect(1).toBe(2) }); ${good}`,
  });
  // The hook and its test, the file, the error that nobody caught, the wrong one; passed: late, wait, good.
  expect(tally).toEqual({ passed: 3, failed: 5, skipped: [] });
});

test("skips are named, however they came about", async () => {
  const tally = await tallyOf({
    "skip.test.js": `describe("off", { skip: true }, () => { ${good} }); test("no", (t) => t.skip("no browser")); test("later", { todo: true }); ${good}`,
  });
  expect(tally).toEqual({
    passed: 1,
    failed: 0,
    skipped: [
      { what: "skip.test.js > off > good", why: "skipped by its file" },
      { what: "skip.test.js > no", why: "no browser" },
      { what: "skip.test.js > later", why: "skipped by its file" },
    ],
  });
});

test("a test that a name pattern leaves out is no skip", async () => {
  const tally = await tallyOf(
    { "two.test.js": `${good}; test("bad", () => { throw 1 })` },
    { testNamePattern: "good" },
  );
  expect(tally).toEqual({ passed: 1, failed: 0, skipped: [] });
});

test("a worker that dies is a failure", async () => {
  const tally = await tallyOf({
    "crash.test.js": `test("crash", () => process.kill(process.pid, "SIGKILL"))`,
    "b.test.js": good,
  });
  expect(tally).toMatchObject({ passed: 1 });
  expect(tally?.failed).toBeGreaterThan(0);
});
