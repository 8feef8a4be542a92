/** `sanfen verify`: recomputes from the log what the store holds, and says where they differ. */
import type { Log } from "@sanfen/log";
import type { Text } from "@sanfen/model";
import type { Store } from "@sanfen/store";
import { EXIT, type ExitCode } from "../exit.ts";
import { compare, type Comparison, type Difference } from "./compare.ts";
import { readKept } from "./kept.ts";
import { recompute } from "./walk.ts";

export interface VerifyOptions {
  readonly log: Pick<Log, "read" | "range">;
  readonly store: Pick<Store, "get" | "scan" | "ensure">;
  /** Of the facts. */
  readonly partitions: number;
  /** Told of records read, of all. */
  readonly progress?: (done: number, total: number) => void;
  /** Grade every enterprise anew on every day, instead of when something about it may have changed. Slow. */
  readonly thorough?: boolean;
  /** How long (ms) running services may take to come to rest over what they have begun. Default 0: nothing runs. */
  readonly waitMs?: number;
}

export interface Report extends Comparison {
  /** Records of the log that were read again. */
  readonly facts: number;
  readonly controls: number;
  /** Why tallies, closings and colours could not be compared; empty when they were. */
  readonly behind: readonly string[];
}

const SHOWN_DIFFERENCES = 20;

/** Compares grades, tallies, closings and colours. Rejects with LogError or StoreError. */
export async function verify(options: VerifyOptions): Promise<Report> {
  const { log, store, partitions, waitMs = 0, thorough = false, progress = () => {} } = options;
  const kept = await readKept({ log, store, partitions, waitMs });
  const bounds = kept.folded.map(({ offset }) => offset);
  const recomputed = await recompute({ log, bounds, thorough, progress });
  const comparison = compare(recomputed, kept);
  const copies = recomputed.badCopies.map((text): Difference => ({ what: "control", key: text, parts: {} }));
  const { facts, controls } = recomputed;
  const { compared, moved } = comparison;
  return { compared, moved, facts, controls, behind: kept.behind, differences: [...copies, ...comparison.differences] };
}

/** `EXIT.differences` also where services have not taken in what the log holds: then nothing is proved. */
export function verifyExitCode({ differences, behind }: Report): ExitCode {
  return differences.length > 0 || behind.length > 0 ? EXIT.differences : EXIT.ok;
}

/** A report in lines, for people. */
export function describeReport({ compared, facts, controls, moved, behind, differences }: Report): readonly Text[] {
  const { grade, tally, closing, colour } = compared;
  const more = differences.length - SHOWN_DIFFERENCES;
  return [
    {
      zh: `由 ${facts} 条事实、${controls} 条控制记录重新计算`,
      en: `recomputed from ${facts} facts and ${controls} control records`,
    },
    {
      zh: `比对了 ${grade} 个企业等级、${tally} 项计数、${closing} 次结算、${colour} 个区域颜色`,
      en: `compared ${grade} grades, ${tally} tallies, ${closing} closings, ${colour} colours`,
    },
    ...(moved > 0
      ? [
          {
            zh: `${moved} 行在读取时又有更新，未比对`,
            en: `${moved} rows changed while they were read, and were left out`,
          },
        ]
      : []),
    ...behind.map((text) => ({
      zh: `${text}：计数、结算和颜色未比对；请启动服务，待其就绪后再核对`,
      en: `${text}: tallies, closings and colours were not compared; start the services and verify once they are ready`,
    })),
    differences.length === 0
      ? { zh: "没有差异", en: "no difference" }
      : { zh: `${differences.length} 处差异`, en: `${differences.length} differences` },
    ...differences.slice(0, SHOWN_DIFFERENCES).map(describe),
    ...(more > 0 ? [{ zh: `另有 ${more} 处`, en: `and ${more} more` }] : []),
  ];
}

const WHAT: Readonly<Record<Difference["what"], Text>> = {
  grade: { zh: "等级", en: "grade" },
  tally: { zh: "计数", en: "tally" },
  closing: { zh: "结算", en: "closing" },
  colour: { zh: "颜色", en: "colour" },
  control: { zh: "控制记录", en: "control record" },
};

function describe({ what, key, parts }: Difference): Text {
  const say = (language: "zh" | "en", expected: string, found: string): string => {
    const texts = Object.entries(parts).map(([name, values]) => {
      const of = name === "" ? "" : `${name} `;
      return `${of}${expected} ${JSON.stringify(values.expected)}, ${found} ${JSON.stringify(values.found)}`;
    });
    return [`${WHAT[what][language]} ${key}`, ...texts].join("; ");
  };
  return { zh: say("zh", "应为", "实为"), en: say("en", "expected", "found") };
}
