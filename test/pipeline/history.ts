/** Small histories of a small county: facts of every sort that merging has to cope with, between ticks. */
import { encodeBodyOf, type Control, type Fact } from "@sanfen/events";
import { makeUscc, midnight, parseDay, type Binding, type Day, type Product, type Region } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import { documentControl, tick } from "@sanfen/stream";
import * as fc from "fast-check";

/** What comes in before one tick. */
export interface Period {
  readonly facts: readonly Fact[];
  /** Whether the tick after them begins another day. */
  readonly endsDay: boolean;
}

export const FIRST_DAY: Day = parseDay("2026-01-10")!;
const ZONE = "Asia/Shanghai";

const REGIONS: readonly Region[] = [
  ["33", "province"],
  ["3304", "city"],
  ["330402", "county"],
  ["330411", "county"],
  ["330402001", "town"],
  ["330411002", "town"],
].map(([code, level]) => ({ code: code!, name: { zh: `地${code}`, en: `Region ${code}` }, level: level! }));

const PRODUCTS: readonly Product[] = [
  { code: "1", name: { zh: "一", en: "One" }, tier: "high" },
  { code: "2", name: { zh: "二", en: "Two" }, tier: "low" },
];

/** Jiaxing's rulebook for the city; in one county Chicago's from the third day on, beside it. */
const BINDINGS: readonly Binding[] = [
  { jurisdiction: ["3304"], rulebook: "jiaxing-2021", version: 1, from: "2019-01-01" },
  { jurisdiction: ["330411"], rulebook: "chicago-2014", version: 1, from: "2026-01-12" },
];

/** The documents of the county, and the tick that begins its history. */
export function beginning(): Control[] {
  const documents = [
    documentControl("scheme", REGIONS, "test"),
    documentControl("catalogue", PRODUCTS, "test"),
    ...RULEBOOKS.map((rulebook) => documentControl("rulebook", rulebook, "test")),
    ...BINDINGS.map((binding) => documentControl("binding", binding, "test")),
  ];
  return [...documents, tick(midnight(FIRST_DAY, ZONE), FIRST_DAY, "test")];
}

/** The ticks that end each of the periods, in their order. */
export function ticksAfter(periods: readonly Pick<Period, "endsDay">[]): Control[] {
  let day = FIRST_DAY;
  let minutes = 0;
  return periods.map(({ endsDay }) => {
    day += endsDay ? 1 : 0;
    minutes = endsDay ? 0 : minutes + 15;
    return tick(midnight(day, ZONE) + minutes * 60_000, day, "test");
  });
}

const SUBJECTS = [1, 2, 3, 4, 5].map((serial) => makeUscc("9", "1", "330402", serial));

/** Ages in days at which clauses of the rulebooks end or are about to, and negative ones: facts that wait. */
const AGES = [0, 0, 1, 2, 362, 363, 364, 365, 366, 728, 729, 730, 731, 1_093, 1_094, 1_095, 1_096, -1, -2];

type Said = Pick<Fact, "kind"> & { readonly body: object };

const said: fc.Arbitrary<Said> = fc.oneof(
  fc
    .record({ name: fc.constantFrom("甲", "乙"), roles: fc.constantFrom<string[][]>([], ["maker"], ["seller"]) })
    .map(({ name, roles }) => ({
      kind: "registration" as const,
      body: { name, address: null, roles: [...roles].flat(), licence: null, compulsoryCertificate: null },
    })),
  fc.constant({ kind: "deregistration" as const, body: { reason: null } }),
  fc
    .record({
      kind: fc.constantFrom("inspection" as const, "quick_test" as const, "reinspection" as const),
      result: fc.constantFrom("pass", "fail", "fail", "refused", "not_found"),
      severity: fc.constantFrom("minor", "serious", "critical"),
    })
    .map(({ kind, result, severity }) => ({
      kind,
      body: {
        result,
        severity,
        items: [],
        batch: null,
        of: null,
        findings: [{ severity: "critical", count: 2 }],
        workplace: null,
      },
    })),
  fc.constant({ kind: "complaint" as const, body: { severity: "serious", topic: null } }),
  fc
    .constantFrom(-1, 0, 1, 3, null)
    .map((left) => ({ kind: "product_listed" as const, body: { since: null, until: left } })),
);

const factOn = (day: Day): fc.Arbitrary<Fact[]> =>
  fc
    .record({
      subject: fc.constantFrom(...SUBJECTS),
      id: fc.constantFrom("a", "b", "c", "d"),
      revision: fc.integer({ min: 1, max: 3 }),
      fate: fc.constantFrom("stands", "stands", "stands", "retracted", "moved"),
      age: fc.constantFrom(...AGES),
      region: fc.constantFrom("330402001", "330402", "330411002", "330411", null),
      product: fc.constantFrom("1", "2", null),
      role: fc.constantFrom("none" as const, "maker" as const),
      said,
    })
    .map(({ subject, id, revision, fate, age, region, product, role, said: { kind, body } }) => {
      const values = { ...body };
      if ("until" in values && typeof values.until === "number") values.until += day;
      const fact: Fact = {
        id: `${subject.slice(-2)}${id}`,
        revision,
        retracted: false,
        subject,
        subjectType: "enterprise",
        role,
        kind,
        occurredOn: day - age,
        recordedAt: midnight(day, ZONE),
        region: kind === "registration" ? (region ?? "330402") : region,
        product: kind === "product_listed" ? (product ?? "1") : product,
        sample: null,
        source: "test",
        simulated: true,
        body: encodeBodyOf(kind, values as never),
      };
      if (fate === "stands") return [fact];
      const gone = { ...fact, revision: revision + 1, retracted: true, body: new Uint8Array() };
      if (fate === "retracted") return [fact, gone];
      // Its subject was wrong: taken back there, and said of another, by the sender.
      const other = SUBJECTS[(SUBJECTS.indexOf(subject) + 1) % SUBJECTS.length]!;
      return [fact, gone, { ...fact, subject: other, id: `${fact.id}-moved` }];
    });

/** A registration each, so that most are graded. */
const registrations: Fact[] = SUBJECTS.map((subject, i) => ({
  id: `${subject.slice(-2)}r`,
  revision: 1,
  retracted: false,
  subject,
  subjectType: "enterprise",
  role: "maker",
  kind: "registration",
  occurredOn: FIRST_DAY - 2_000,
  recordedAt: midnight(FIRST_DAY, ZONE),
  region: ["330402001", "330402", "330411002", "330411"][i % 4]!,
  product: null,
  sample: null,
  source: "test",
  simulated: true,
  body: encodeBodyOf("registration", {
    name: "厂",
    address: null,
    roles: ["maker"],
    licence: null,
    compulsoryCertificate: null,
  }),
}));

/** Histories of a few days, from the first tick on. The last period's facts are followed by no tick. */
export const histories: fc.Arbitrary<readonly Period[]> = fc
  .array(fc.boolean(), { minLength: 2, maxLength: 7 })
  .chain((ends) => {
    let day = FIRST_DAY;
    const periods = ends.map((endsDay, i) => {
      const facts = fc.array(factOn(day), { maxLength: 6 }).map((lists) => lists.flat());
      day += endsDay ? 1 : 0;
      return facts.map((each): Period => ({ facts: i === 0 ? [...registrations, ...each] : each, endsDay }));
    });
    return fc.tuple(...periods);
  });
