import type { Text } from "@sanfen/model";

export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export function isLanguage(text: string): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** The language of a browser whose preferences are `tags` (BCP 47, best first): the first of ours among them. */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const primary = tag.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(primary)) return primary;
  }
  return "en";
}

/** Every text of the display. `{name}` is replaced by what `say` is given under that name. */
const WORDS = {
  product: { zh: "产品质量安全分色图", en: "Product quality by region" },
  loading: { zh: "正在载入…", en: "Loading…" },
  siteUnavailable: { zh: "暂时无法取得辖区信息，正在重试", en: "The regions cannot be had right now; trying again" },
  connecting: { zh: "正在连接", en: "Connecting" },
  live: { zh: "实时", en: "Live" },
  lost: { zh: "连接中断", en: "Connection lost" },
  lostBanner: {
    zh: "连接已中断：以下是 {time} 时的状态。",
    en: "Connection lost: this is how things stood at {time}.",
  },
  retryIn: { zh: "{seconds} 秒后重新连接", en: "Reconnecting in {seconds} s" },
  retrying: { zh: "正在重新连接…", en: "Reconnecting…" },
  refused: { zh: "服务器拒绝订阅：{text}", en: "The server refused the subscription: {text}" },
  unread: { zh: "{count} 条记录无法识别", en: "{count} records could not be read" },
  simulated: {
    zh: "模拟数据：企业、检查和预警均为虚构",
    en: "Simulated data: enterprises, inspections and warnings are invented",
  },
  simulatedShort: { zh: "模拟", en: "Simulated" },
  dataOf: { zh: "数据日期 {day}", en: "Data of {day}" },
  historical: { zh: "历史数据", en: "historical records" },
  daysBehind: { zh: "滞后 {days} 天", en: "{days} d behind" },
  receivedNow: { zh: "刚刚更新", en: "heard just now" },
  receivedSeconds: { zh: "{count} 秒前更新", en: "heard {count} s ago" },
  receivedMinutes: { zh: "{count} 分钟前更新", en: "heard {count} min ago" },
  noData: { zh: "暂无数据", en: "No data yet" },
  language: { zh: "语言", en: "Language" },
  palette: { zh: "配色", en: "Colours" },
  paletteStandard: { zh: "标准", en: "Standard" },
  paletteSafe: { zh: "色觉友好", en: "Colour-blind safe" },
  paletteViridis: { zh: "明暗渐变", en: "Light to dark" },
  whereAmI: { zh: "所在辖区", en: "Where you are" },
  up: { zh: "返回上级", en: "Up" },
  map: { zh: "{name} 分色图", en: "Colours of {name}" },
  mapHint: { zh: "方向键移动，回车进入，Esc 返回", en: "Arrow keys move, Enter opens, Escape goes up" },
  open: { zh: "打开 {name}", en: "Open {name}" },
  provisional: { zh: "暂定", en: "Provisional" },
  closed: { zh: "已结算", en: "Closed" },
  provisionalLong: { zh: "暂定，待结算", en: "Provisional until the next closing" },
  closedLong: { zh: "已结算", en: "As of the last closing" },
  share: { zh: "风险占比", en: "Risk share" },
  enterprises: { zh: "企业数", en: "Enterprises" },
  passRate: { zh: "合格率", en: "Pass rate" },
  coverage: { zh: "检查覆盖率", en: "Coverage" },
  index: { zh: "质量安全指数", en: "Quality index" },
  grades: { zh: "企业分类", en: "Grades" },
  previously: { zh: "前一日", en: "Day before" },
  rulebook: { zh: "规则", en: "Rules" },
  illustrative: { zh: "含示意参数", en: "illustrative values" },
  changes: { zh: "最新变色", en: "Latest changes" },
  noChanges: { zh: "自前一日以来没有变色", en: "No region has changed colour since the day before" },
  changed: { zh: "{name}：由{from}变为{to}", en: "{name}: {from} to {to}" },
  becauseOf: { zh: "起因：{name}", en: "Cause: {name}" },
  byClosing: { zh: "起因：多家企业或结算", en: "Cause: several firms, or a closing" },
  warnings: { zh: "预警", en: "Warnings" },
  noWarnings: { zh: "暂无预警", en: "No warnings" },
  moreWarnings: { zh: "另有 {count} 条", en: "{count} more" },
  region_worst: { zh: "区域达到最差颜色", en: "Region at its worst colour" },
  recall: { zh: "缺陷产品召回", en: "Product recall" },
  "region-worst-colour": { zh: "区域日终为最差颜色", en: "Region ended the day at its worst colour" },
  "recheck-after-failure": { zh: "不合格后复查", en: "Recheck after a failure" },
  raised: { zh: "待确认", en: "Raised" },
  acknowledged: { zh: "已确认", en: "Acknowledged" },
  resolved: { zh: "已解除", en: "Resolved" },
  withdrawn: { zh: "已撤回", en: "Withdrawn" },
  raisedOn: { zh: "发出日期", en: "Raised on" },
  rule: { zh: "规则", en: "Rule" },
  cause: { zh: "起因", en: "Cause" },
  closingOf: { zh: "{day} 日终结算", en: "closing of {day}" },
  severity: { zh: "级别", en: "Severity" },
  minor: { zh: "轻微", en: "minor" },
  serious: { zh: "严重", en: "serious" },
  critical: { zh: "重大", en: "critical" },
  one: { zh: "一级", en: "level one" },
  two: { zh: "二级", en: "level two" },
  three: { zh: "三级", en: "level three" },
  acknowledge: { zh: "确认", en: "Acknowledge" },
  officerNumber: { zh: "您的工号", en: "Your officer number" },
  officerNumberHint: {
    zh: "填工号，不填姓名：1 至 64 位字母、数字或 . _ -",
    en: "The number, not your name: 1 to 64 letters, digits or . _ -",
  },
  acknowledging: { zh: "正在提交…", en: "Sending…" },
  acknowledgePending: { zh: "已受理，等待结果", en: "Accepted; the verdict follows" },
  acknowledgeConflict: { zh: "他人已先行处理", en: "Somebody was faster" },
  serverSays: { zh: "{text}（服务器：{reason}）", en: "{text} (server: {reason})" },
  acknowledgeFailed: { zh: "未能提交：{detail}", en: "Not sent: {detail}" },
  firms: { zh: "{name} 企业", en: "Enterprises of {name}" },
  noFirms: { zh: "该辖区暂无企业", en: "No enterprises here" },
  firstFirms: { zh: "仅显示前 {count} 家，最差类别在前", en: "The first {count} are shown, the worst grade first" },
  firmName: { zh: "企业", en: "Enterprise" },
  grade: { zh: "分类", en: "Grade" },
  score: { zh: "分值", en: "Score" },
  healthCode: { zh: "健康码", en: "Health code" },
  reasons: { zh: "分类依据", en: "Reasons for the grade" },
  noReasons: { zh: "没有适用的条款", en: "No clause applied" },
  clause: { zh: "条款", en: "Clause" },
  points: { zh: "分", en: "points" },
  facts: { zh: "依据事实", en: "Facts" },
  nextReview: { zh: "下次复核", en: "Next review" },
  products: { zh: "产品", en: "Products" },
  unavailable: { zh: "服务暂不可用", en: "the service is not available" },
  missing: { zh: "未找到", en: "not found" },
  conflict: { zh: "状态已变", en: "it has changed meanwhile" },
  unreadable: { zh: "回答无法识别", en: "the answer could not be read" },
  troubleRefused: { zh: "请求被拒绝", en: "refused" },
  legend: { zh: "图例", en: "Legend" },
  red: { zh: "红色", en: "red" },
  orange: { zh: "橙色", en: "orange" },
  yellow: { zh: "黄色", en: "yellow" },
  blue: { zh: "蓝色", en: "blue" },
  green: { zh: "绿色", en: "green" },
  none: { zh: "未着色", en: "no colour" },
} as const;

export type Word = keyof typeof WORDS;

/** All words, for the test that each says something in both languages. */
export const ALL_WORDS: Readonly<Record<Word, Text>> = WORDS;

/** A text in a language, with its `{names}` filled in; a name that is not given stays as it is. */
export function say(language: Language, word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return WORDS[word][language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The word of that name, if it is one: for kinds and states that servers add. */
export function wordOf(name: string): Word | undefined {
  return Object.hasOwn(WORDS, name) ? (name as Word) : undefined;
}

/** 0.1234 → `12.3%`; a dash for what is not known. */
export function percent(share: number | null): string {
  return share === null ? "—" : `${(share * 100).toFixed(1)}%`;
}

export function whole(language: Language, count: number): string {
  return count.toLocaleString(language === "zh" ? "zh-CN" : "en-GB");
}
