import { parseDay, type Day } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import { InForce, NO_DOCUMENTS, type Closing, type Counts } from "@sanfen/stream";
import { describe, expect, it } from "vitest";
import { Closings, OPEN_MONTH_ROWS, PAST_MONTH_ROWS } from "./closings.ts";
import { regionRollup } from "./rollup.ts";

const TODAY = parseDay("2026-11-20")!;
const CODE = "3304";

const inForce = (day: Day): InForce =>
  InForce.on(
    day,
    {
      ...NO_DOCUMENTS,
      rulebooks: RULEBOOKS,
      bindings: [{ jurisdiction: [CODE], rulebook: "jiaxing-2021", version: 1, from: "2019-01-01" }],
      scheme: [
        { code: "33", name: { zh: "浙江省", en: "Zhejiang" }, level: "province" },
        { code: CODE, name: { zh: "嘉兴市", en: "Jiaxing" }, level: "city" },
      ],
    },
    null,
  );

const closing = (number: number, day: Day, endsDay = true): Closing => ({ number, day, endsDay });
const all = (risk: number, normal: number): Counts => ({
  "grade:risk": risk,
  "grade:normal": normal,
  enterprises: risk + normal,
});
const RED = all(900, 100);
const GREEN = all(0, 1_000);

function say(
  closings: Closings,
  counts: Counts,
  day: Day,
  tick: Closing | null = null,
): NonNullable<ReturnType<typeof regionRollup.say>> {
  return regionRollup.say(CODE, closings, counts, inForce(day), tick, "")!;
}

function close(closings: Closings, counts: Counts, tick: Closing): readonly object[] {
  return regionRollup.close(
    CODE,
    closings,
    say(closings, counts, tick.day, tick),
    tick,
    tick.number,
    inForce(tick.day),
  );
}

describe("a colour", () => {
  it("is that of the rulebook the region shows, over the share it names", () => {
    const colour = say(
      new Closings(CODE, undefined),
      { ...RED, inspected: 500, inspections: 800, failures: 80 },
      TODAY,
    );
    expect(colour).toMatchObject({
      colour: "red",
      share: 0.9,
      counts: { normal: 100, risk: 900 },
      enterprises: 1_000,
      passRate: 0.9,
      coverage: 0.5,
      rulebook: "jiaxing-2021@1",
      provisional: true,
      asOf: TODAY,
    });
  });

  it("is none where no rulebook is bound, and nothing where the scheme has no such region", () => {
    const closings = new Closings("33", undefined);
    expect(regionRollup.say("33", closings, {}, inForce(TODAY), null, "")).toMatchObject({
      colour: "none",
      rulebook: "",
    });
    expect(regionRollup.say("34", closings, {}, inForce(TODAY), null, "")).toBeUndefined();
  });

  it("says with which colour the day before ended, before and after its own closings", () => {
    const closings = new Closings(CODE, undefined);
    close(closings, RED, closing(1, TODAY - 1));
    expect(say(closings, GREEN, TODAY).previousColour).toBe("red");
    close(closings, GREEN, closing(2, TODAY, false));
    expect(say(closings, GREEN, TODAY).previousColour).toBe("red");
    expect(say(closings, GREEN, TODAY + 2).previousColour).toBe("none");
  });
});

describe("the record", () => {
  it("is a day's last closing", () => {
    const closings = new Closings(CODE, undefined);
    close(closings, RED, closing(1, TODAY, false));
    close(closings, GREEN, closing(2, TODAY));
    expect(closings.takeOpen()[0]?.doc.days.map(({ number, colour }) => [number, colour.colour])).toEqual([
      [2, "green"],
    ]);
  });

  it("turns to a new document with the month, and comes back from the store as it was", () => {
    const closings = new Closings(CODE, undefined);
    const last = parseDay("2026-11-30")!;
    close(closings, RED, closing(1, last));
    close(closings, GREEN, closing(2, last + 1));
    const [past] = closings.takePast();
    const [open] = closings.takeOpen();
    expect(PAST_MONTH_ROWS.decode(PAST_MONTH_ROWS.encode(past!.doc))).toEqual(past!.doc);
    const stored = OPEN_MONTH_ROWS.decode(OPEN_MONTH_ROWS.encode(open!.doc));
    expect(stored).toEqual(open!.doc);
    const again = new Closings(CODE, { ...open!, doc: stored });
    expect(say(again, GREEN, last + 2).previousColour).toBe("green");
  });

  it("stands: a closing that is recorded is not computed again", () => {
    const closings = new Closings(CODE, undefined);
    close(closings, RED, closing(5, TODAY));
    expect(regionRollup.recorded(closings, closing(4, TODAY))).toBe("later");
    expect(regionRollup.recorded(closings, closing(5, TODAY))).toMatchObject({ colour: "red" });
    expect(regionRollup.recorded(closings, closing(6, TODAY + 1))).toBeUndefined();
  });
});

describe("a warning's cause", () => {
  it("is a day ended at the worst colour, once, not every day it lasts", () => {
    const closings = new Closings(CODE, undefined);
    expect(close(closings, GREEN, closing(1, TODAY))).toHaveLength(0);
    const [command] = close(closings, RED, closing(2, TODAY + 1));
    expect(command).toMatchObject({ kind: "cause", actor: "rule:region-worst-colour", day: TODAY + 1 });
    expect(close(closings, RED, closing(3, TODAY + 2))).toHaveLength(0);
    expect(close(closings, GREEN, closing(4, TODAY + 3))).toHaveLength(0);
    expect(close(closings, RED, closing(5, TODAY + 4))).toHaveLength(1);
  });

  it("is no red that did not last the day", () => {
    expect(close(new Closings(CODE, undefined), RED, closing(1, TODAY, false))).toHaveLength(0);
  });
});
