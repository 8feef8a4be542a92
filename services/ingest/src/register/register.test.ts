import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import type { Fact } from "@sanfen/events";
import { encodeBody } from "@sanfen/events";
import type { Stamped } from "@sanfen/stream";
import { Register } from "./register.ts";
import { knownAs, reduceRegister, type RegisterRow } from "./register-rows.ts";

describe("Register", () => {
  const register = new Register([
    { subject: "1", name: "嘉兴示例电缆有限公司", address: null },
    { subject: "2", name: "嘉兴示例电线有限公司", address: null },
    ...Array.from({ length: 100 }, (_, i) => ({
      subject: `x${i}`,
      name: `某${String.fromCodePoint(0x4e00 + i)}有限公司`,
      address: null,
    })),
  ]);

  it("finds nobody by a name that is empty, or nobody's", () => {
    expect(register.find("", "")).toBeUndefined();
    expect(register.find("有限公司", "")).toBeUndefined();
  });

  it("offers the likest names first, and none that share only what all share", () => {
    const candidates = register.candidates("嘉兴示例电缆公司");
    expect(candidates.map(({ subject }) => subject).slice(0, 2)).toEqual(["1", "2"]);
    expect(candidates.every(({ subject }) => !subject.startsWith("x"))).toBe(true);
  });
});

function stamped(fact: Partial<Fact>): Stamped {
  const value = {
    revision: 1,
    retracted: false,
    kind: "registration",
    occurredOn: 1,
    subject: "s",
    subjectType: "enterprise",
    ...fact,
  } as Fact;
  return { at: 0, key: "s", appendedAt: 0, bytes: new Uint8Array(), event: { name: "Fact", value } };
}
const named = (name: string): Uint8Array =>
  encodeBody("registration", { name, address: null, roles: [], licence: null, compulsoryCertificate: null });

describe("reduceRegister", () => {
  const records = [
    stamped({ id: "a", occurredOn: 1, body: named("old") }),
    stamped({ id: "b", occurredOn: 3, body: named("wrong") }),
    stamped({ id: "b", occurredOn: 3, revision: 2, retracted: true, body: new Uint8Array() }),
    stamped({ id: "c", occurredOn: 2, body: named("new") }),
    stamped({ id: "c", occurredOn: 2, body: named("also new") }),
  ];

  it("comes to the same row in any order, with repetitions", () => {
    const shuffled = fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 });
    fc.assert(
      fc.property(shuffled, (order) => {
        let row: RegisterRow | undefined;
        for (const record of order) {
          const reduced = reduceRegister(row, record);
          if ("row" in reduced) row = reduced.row;
        }
        expect(knownAs(row!)).toEqual({ name: "new", address: null });
        expect(row!.entries.map(({ id }) => id)).toEqual(["a", "b", "c"]);
      }),
    );
  });

  it("knows nobody who is gone", () => {
    const reduced = reduceRegister(
      { entries: [] },
      stamped({ id: "d", kind: "deregistration", occurredOn: 9, body: new Uint8Array() }),
    );
    expect("row" in reduced && knownAs(reduced.row)).toBeUndefined();
  });
});
