/**
 * Runs vitest in a process of its own, so that a crash of it leaves the servers' keeper alive, and reports the tally to
 * the parent. Arguments: the JSON of a `SuiteRequest`.
 */
import {
  startVitest,
  type CliOptions,
  type Reporter,
  type TestCase,
  type TestModule,
  type TestSuite,
} from "vitest/node";
import type { Skip, Tally } from "./tally.ts";

export interface SuiteRequest {
  /** Paths of test files. */
  readonly files: readonly string[];
  /** vitest's own. */
  readonly options: CliOptions;
}

/** Counts what happened; what people read is written by vitest's own reporter. */
function counting(chosenByName: boolean, done: (tally: Tally) => void): Reporter {
  return {
    onTestRunEnd: (modules, unhandled) => {
      let [passed, failed] = [0, unhandled.length];
      const skipped: Skip[] = [];
      for (const module of modules) {
        failed += errorsAround(module);
        for (const test of module.children.allTests()) {
          const result = test.result();
          if (result.state === "passed") passed++;
          else if (result.state === "skipped" && !cutOff(test)) {
            // Tests that a name pattern leaves out are skipped too: nobody asked for those.
            const why = result.note ?? "skipped by its file";
            if (!chosenByName) skipped.push({ what: `${module.relativeModuleId} > ${test.fullName}`, why });
          }
          // Failed, cut short, or never begun because a hook failed.
          else failed++;
        }
      }
      done({ passed, failed, skipped });
    },
  };
}

/** Whether a test did not run because something around it failed: a hook. */
function cutOff(test: TestCase): boolean {
  let around: TestModule | TestSuite = test.parent;
  while (around.type === "suite" && around.errors().length === 0) around = around.parent;
  return around.errors().length > 0;
}

/** Errors of a file and its hooks, which belong to no test. */
function errorsAround(module: TestModule): number {
  const suites = [...module.children.allSuites()];
  return module.errors().length + suites.reduce((sum, suite) => sum + suite.errors().length, 0);
}

async function main(): Promise<void> {
  const { files, options } = JSON.parse(process.argv[2]!) as SuiteRequest;
  // Without its parent nobody waits for the answer.
  process.once("disconnect", () => process.exit(1));
  let tally: Tally | undefined;
  const counter = counting(options.testNamePattern !== undefined, (counted) => {
    tally = counted;
  });
  const readable = options.reporters ?? options.reporter ?? "default";
  const vitest = await startVitest([...files], {
    ...options,
    config: options.config ?? "test/vitest.config.ts",
    watch: false,
    reporters: [...(Array.isArray(readable) ? readable : [readable]), counter],
  });
  await vitest.close();
  if (tally !== undefined) process.send?.(tally);
  process.disconnect();
}

await main();
