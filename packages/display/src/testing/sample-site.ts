import type { Colour } from "@sanfen/model";
import type { RegionColour, Warning } from "../live/records.ts";
import type { RegionView, SiteView } from "../place/site.ts";

/** A city with counties, one of which has towns: enough of a site for the display's tests. All figures are invented. */
const COUNTIES: readonly [code: string, zh: string, en: string, x: number, y: number][] = [
  ["330483", "桐乡市", "Tongxiang", 0, 1],
  ["330411", "秀洲区", "Xiuzhou", 1, 0],
  ["330402", "南湖区", "Nanhu", 1, 1],
  ["330421", "嘉善县", "Jiashan", 2, 0],
  ["330482", "平湖市", "Pinghu", 2, 1],
  ["330481", "海宁市", "Haining", 0, 2],
  ["330424", "海盐县", "Haiyan", 1, 2],
];

const TOWNS = ["新嘉街道", "解放街道", "凤桥镇", "余新镇", "新丰镇", "大桥镇", "七星街道"];
const TOWNS_EN = ["Xinjia", "Jiefang", "Fengqiao", "Yuxin", "Xinfeng", "Daqiao", "Qixing"];

export const RULEBOOK = "jiaxing-2021@1";

export const sampleSite: SiteView = {
  name: "jiaxing",
  title: { zh: "嘉兴市", en: "Jiaxing" },
  root: "3304",
  levels: [
    { id: "city", title: { zh: "市", en: "City" } },
    { id: "county", title: { zh: "县（市、区）", en: "County" } },
    { id: "town", title: { zh: "镇（街道）", en: "Town" } },
  ],
  regions: [
    { code: "3304", name: { zh: "嘉兴市", en: "Jiaxing" }, level: "city", tile: null },
    ...COUNTIES.map(([code, zh, en, x, y]): RegionView => ({
      code,
      name: { zh, en },
      level: "county",
      tile: { x, y },
    })),
    ...TOWNS.map((zh, i): RegionView => ({
      code: `33040200${String(i + 1)}`,
      name: { zh, en: TOWNS_EN[i] ?? zh },
      level: "town",
      tile: { x: i % 3, y: Math.floor(i / 3) },
    })),
  ],
  simulated: true,
  clock: "calendar",
  zone: "Asia/Shanghai",
  rulebooks: [
    {
      key: RULEBOOK,
      title: { zh: "嘉兴 2021", en: "Jiaxing 2021" },
      grades: [
        { id: "non-risk", title: { zh: "非风险", en: "No risk" } },
        { id: "risk", title: { zh: "风险", en: "Risk" } },
      ],
      illustrative: true,
    },
  ],
};

/** A colour record of a region of the sample site, at position `at` of its partition. */
export function colourOf(code: string, colour: Colour, at: number, more: Partial<RegionColour> = {}): RegionColour {
  const region = sampleSite.regions.find((known) => known.code === code);
  const risky = { red: 61, orange: 32, yellow: 14, blue: 8, green: 3, none: 0 }[colour];
  return {
    code,
    name: region?.name.zh ?? code,
    level: region?.level ?? "",
    colour,
    previousColour: colour,
    provisional: false,
    share: risky / 320,
    counts: { risk: risky, "non-risk": 320 - risky },
    enterprises: 320,
    passRate: 0.942,
    coverage: 0.611,
    index: 87.4,
    rulebook: RULEBOOK,
    asOf: "2026-11-22",
    simulated: true,
    cause: "",
    version: { epoch: 1, at },
    ...more,
  };
}

export function warningOf(id: string, more: Partial<Warning> = {}): Warning {
  return {
    id,
    kind: "region_worst",
    region: "330424",
    subject: null,
    name: "海盐县",
    rule: "region-worst-colour",
    cause: "330424@20778",
    severity: "red",
    state: "raised",
    raisedOn: "2026-11-22",
    lastCommand: null,
    simulated: true,
    version: { epoch: 1, at: 1 },
    ...more,
  };
}
