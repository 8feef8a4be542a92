import { expect, test } from "vitest";
import { scorerMachine } from "./machine.ts";

test("a thread finds the machine where it says it is", async () => {
  const { url, export: name } = scorerMachine.module!;
  const found = (await import(url)) as Readonly<Record<string, unknown>>;
  expect(found[name]).toBe(scorerMachine);
});
