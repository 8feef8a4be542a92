/** Who may import whom, and what a pure file may import. */
import { posix } from "node:path";

const PURE = ["model", "rulebook", "detection", "events"];
const BASE = ["log", "store", "stream", "service"];

/** Imports go one way: services → stream, service → log, store → events → model. Everything may be tested with all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "packages/model": [],
  "packages/rulebook": ["model"],
  "packages/detection": ["model"],
  "packages/events": ["model"],
  "packages/log": ["events", "model"],
  "packages/store": ["events", "model"],
  "packages/stream": [...PURE, "log", "store"],
  "packages/service": [...PURE, "log", "store", "stream"],
  "packages/display": ["model"],
  "packages/cli": [
    ...PURE,
    ...BASE,
    "ingest",
    "scorer",
    "region-aggregator",
    "task-dispatcher",
    "alert-publisher",
    "gateway",
  ],
  "services/ingest": [...PURE, ...BASE],
  "services/scorer": [...PURE, ...BASE],
  "services/region-aggregator": [...PURE, ...BASE],
  "services/task-dispatcher": [...PURE, ...BASE],
  "services/alert-publisher": [...PURE, ...BASE],
  "services/gateway": [...PURE, ...BASE, "display"],
};

/** Modules of Node that only compute. */
const COMPUTING = new Set(["node:assert", "node:assert/strict", "node:buffer", "node:crypto", "node:util"]);

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?<type>type\s)?[^;"']*?from\s+["'](?<from>[^"']+)["']/g;
const OTHER_IMPORT = /(?:^|[^\w.])import\s*\(?\s*["'](?<from>[^"']+)["']/g;

interface Import {
  readonly from: string;
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

function importsOf(text: string): Import[] {
  const named = [...text.matchAll(IMPORT)].map(({ groups }) => ({
    from: groups!["from"]!,
    typeOnly: groups!["type"] !== undefined,
  }));
  const others = [...text.matchAll(OTHER_IMPORT)].map(({ groups }) => ({ from: groups!["from"]!, typeOnly: false }));
  return [...named, ...others];
}

/** Imports of a package's or service's file that go the wrong way, or reach into another package past its exports. */
export function wrongWay(path: string, text: string): string[] {
  const home = /^(?:packages|services)\/[^/]+/.exec(path)?.[0];
  if (home === undefined || !path.endsWith(".ts")) return [];
  const allowed = ALLOWED[home];
  if (allowed === undefined) return [`${path}: ${home} has no row in the table of imports`];
  return importsOf(text).flatMap(({ from }) => {
    const target = /^@sanfen\/([^/]+)/.exec(from)?.[1];
    if (target !== undefined) return allowed.includes(target) ? [] : [`${path}: ${from} is not its to import`];
    if (!from.startsWith(".")) return [];
    const file = posix.join(posix.dirname(path), from);
    const inside = file.startsWith(`${home}/`) || (isTest(path) && file.startsWith("test/"));
    return inside ? [] : [`${path}: ${from} leaves ${home}`];
  });
}

/** Whether a file serves tests or tools, not the product. */
function isTest(path: string): boolean {
  return /\.test\.ts$|\/testing(?:\/|\.ts$)/.test(path);
}

/** Whether a file is where the pure part begins: all of the pure packages but their tools, and each fold and rollup. */
export function isPureRoot(path: string): boolean {
  if (!path.endsWith(".ts") || isTest(path)) return false;
  if (/^packages\/events\/src\/(?:generate|golden)\//.test(path)) return false;
  return PURE.some((name) => path.startsWith(`packages/${name}/`)) || /\/src\/(?:fold|rollup)\.ts$/.test(path);
}

/** The files of the same package that a pure one is made of, itself included: what they do, it does. */
export function madeOf(path: string, texts: ReadonlyMap<string, string>): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    const text = texts.get(file);
    if (text === undefined || seen.has(file)) return;
    seen.add(file);
    for (const { from, typeOnly } of importsOf(text)) {
      if (from.startsWith(".") && !typeOnly) visit(posix.join(posix.dirname(file), from));
    }
  };
  visit(path);
  return seen;
}

/** What makes a file impure: I/O, a clock, chance. */
export function impurities(path: string, text: string): string[] {
  const io = importsOf(text).filter(
    ({ from, typeOnly }) => !typeOnly && from.startsWith("node:") && !COMPUTING.has(from),
  );
  const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
  const clocks = code.match(
    /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.now\b|\brandom(?:UUID|Bytes)\b|\bset(?:Timeout|Interval|Immediate)\b|\bprocess\.(?:env|hrtime)\b|\bfetch\(/g,
  );
  return [...io.map(({ from }) => `${path}: imports ${from}`), ...(clocks ?? []).map((found) => `${path}: ${found}`)];
}
