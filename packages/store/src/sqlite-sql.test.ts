import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { planQuery } from "./plan.ts";
import * as sql from "./sqlite-sql.ts";
import type { Query } from "./store.ts";
import { newSampleCollection } from "./testing/sample.ts";

/** Where an index ends with the column sorted by, a query walks it from where its page begins: no sorting, no full scan. */
test.for<Omit<Query, "limit">>([
  {},
  { equal: { region: "33", score: 1 } },
  { equal: { region: null, score: null } },
  { equal: { region: "33" } },
  { equal: { region: "33" }, sort: { column: "score" } },
  { equal: { region: "33" }, sort: { column: "score", descending: true } },
  { equal: { region: "33" }, range: { column: "score", gte: 1, lt: 5 } },
  { range: { column: "region", gte: "33", lt: "34" } },
])("%j", (query) => {
  const collection = { ...newSampleCollection(), indexes: [["region", "score"], ["region"]] };
  const database = new DatabaseSync(":memory:");
  for (const statement of sql.createStatements(collection)) database.exec(statement);
  const first = planQuery(collection, { ...query, limit: 10 });
  const value = query.equal?.["score"] === undefined && first.sort === "score" ? 3 : first.sort ? "33" : null;
  const second = planQuery(collection, { ...query, limit: 10, cursor: first.cursorAfter("id", value) });
  for (const plan of [first, second]) {
    for (const stretch of plan.stretches) {
      const { sql: text, values } = sql.queryStatement(collection, plan, stretch, 11);
      const steps = database
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .all(...values)
        .map((step) => String(step["detail"]));
      expect(steps.length).toBe(1);
      const indexed = plan.index !== undefined || stretch.kind !== "ids" || stretch.after !== undefined;
      expect(steps[0]).toMatch(indexed ? /^SEARCH .* USING INDEX/ : /^SCAN .* USING INDEX/);
    }
  }
  database.close();
});
