/** What the tour reads of the services' answers. */
import type { Text } from "@sanfen/model";

export interface RegionAnswer {
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly colour: string;
  readonly provisional: boolean;
  readonly share: number | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly enterprises: number;
  readonly rulebook: string;
  readonly asOf: string;
}

export interface EnterpriseAnswer {
  readonly id: string;
  readonly name: string;
  readonly region: string | null;
  readonly grade: string | null;
  readonly score: number | null;
  readonly products: readonly string[];
  readonly reasons: readonly {
    readonly clause: string;
    readonly text: Text;
    readonly points: number;
    readonly facts: readonly string[];
  }[];
}

export interface FactAnswer {
  readonly id: string;
  readonly kind: string;
  readonly occurredOn: string;
  readonly source: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface TaskAnswer {
  readonly id: string;
  readonly state: string;
  readonly cause: string;
  readonly name: string;
  readonly createdOn: string;
}

export interface WarningAnswer {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly severity: string;
  readonly state: string;
  readonly raisedOn: string;
  readonly lastCommand: string | null;
}

export interface List<T> {
  readonly items: readonly T[];
}

const COLOURS: Readonly<Record<string, Text>> = {
  red: { zh: "红", en: "red" },
  orange: { zh: "橙", en: "orange" },
  yellow: { zh: "黄", en: "yellow" },
  blue: { zh: "蓝", en: "blue" },
  green: { zh: "绿", en: "green" },
  none: { zh: "无", en: "none" },
};

export function colourText(colour: string): Text {
  return COLOURS[colour] ?? { zh: colour, en: colour };
}

/** A region in a line: colour, name, share and counts. */
export function regionLine({ name, code, colour, share, counts, enterprises }: RegionAnswer): Text {
  const percent = share === null ? "–" : `${(100 * share).toFixed(1)} %`;
  const grades = Object.entries(counts)
    .map(([grade, count]) => `${grade} ${count}`)
    .join(", ");
  const { zh, en } = colourText(colour);
  return {
    zh: `  ${zh}  ${name}（${code}）${percent}，${enterprises} 家：${grades}`,
    en: `  ${en.padEnd(6)}  ${name} (${code}) ${percent} of ${enterprises}: ${grades}`,
  };
}
