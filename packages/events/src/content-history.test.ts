import { expect, test, vi } from "vitest";
import { encodeBody } from "./body.ts";
import { createCodec } from "./codec.ts";
import { compareContent } from "./content.ts";
import type * as Generated from "./generated/schemas.ts";
import { factLike } from "./testing/facts.ts";

// Award as it might have been before it had a level.
const { EARLIER } = vi.hoisted(() => ({
  EARLIER: { type: "record", name: "sanfen.Award", fields: [{ name: "scheme", type: "string" }] },
}));
vi.mock("./generated/schemas.ts", async (original) => ({
  ...(await original<typeof Generated>()),
  HISTORY: [EARLIER],
}));

test("the same fact with a body of an earlier version is the same content", () => {
  const earlier = createCodec<{ Award: { scheme: string } }>({ Award: EARLIER }, []);
  const before = factLike({ kind: "award", body: earlier.encode("Award", { scheme: "quality award" }) });
  const after = factLike({ kind: "award", body: encodeBody("award", { scheme: "quality award", level: null }) });
  const other = factLike({ kind: "award", body: encodeBody("award", { scheme: "quality award", level: "city" }) });
  expect(before.body).not.toEqual(after.body);
  expect(compareContent(before, after)).toBe(0);
  expect(compareContent(before, other)).not.toBe(0);
});
