/** What every store does, whatever it is made of. Each adapter's test runs it on a store of its own. */
import { describe } from "vitest";
import { collections } from "./contract-collections.ts";
import { guardedWrites } from "./contract-guarded-writes.ts";
import { queries } from "./contract-queries.ts";
import { refusals } from "./contract-refusals.ts";
import { rowsComeBack } from "./contract-rows.ts";
import { UnderTest, type StoreFixture } from "./under-test.ts";

/** Declares the tests. `start` gives a fresh, empty store; it is called more than once. */
export function storeContract(name: string, start: () => Promise<StoreFixture>): void {
  describe(`store contract: ${name}`, () => {
    const under = new UnderTest(start);
    refusals(under);
    guardedWrites(under);
    rowsComeBack(under);
    queries(under);
    collections(under);
  });
}
