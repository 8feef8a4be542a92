import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

test("passwords in the addresses that errors repeat are not written", () => {
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const error = new Error("cannot reach mongodb://user:hunter2@db1/x or https://h/?token=hunter2; ask ops@example.org");
  logger.error({ err: error }, "away");
  logger.debug({}, "not at this level");
  expect(lines).toHaveLength(1);
  const [line] = lines;
  expect(line).not.toContain("hunter2");
  expect(JSON.parse(line!)).toMatchObject({
    msg: "away",
    err: { type: "Error", message: "cannot reach mongodb://***@db1/x or https://h/?token=*** ask ops@example.org" },
  });
});
