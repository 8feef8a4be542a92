import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { Bench } from "./bench.ts";
import { appendingContract } from "./contract-append.ts";
import { groupContract } from "./contract-group.ts";
import { retentionContract } from "./contract-retention.ts";
import { subscriptionContract } from "./contract-subscribe.ts";
import type { Harness } from "./harness.ts";

/**
 * The suite every adapter of the log port passes. `open` starts a log of its own for the suite; it is disposed of at
 * the end. Each test uses topics of its own, so that one log serves all.
 */
export function logContract(name: string, open: () => Promise<Harness>): void {
  describe(name, () => {
    const bench = new Bench();
    beforeAll(async () => bench.start(await open()));
    afterEach(() => bench.clear());
    afterAll(() => bench.end());
    appendingContract(bench);
    retentionContract(bench);
    subscriptionContract(bench);
    groupContract(bench);
  });
}
