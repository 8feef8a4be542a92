/** Dates as tables write them. Pure. */
import { parseDay } from "@sanfen/model";

export const DEFAULT_FORMATS: readonly string[] = ["YYYY-MM-DD"];

const PART = /YYYY|MM|M|DD|D/g;
const DIGITS: Readonly<Record<string, string>> = {
  YYYY: String.raw`(?<Y>\d{4})`,
  MM: String.raw`(?<M>\d{2})`,
  M: String.raw`(?<M>\d{1,2})`,
  DD: String.raw`(?<D>\d{2})`,
  D: String.raw`(?<D>\d{1,2})`,
};

/**
 * Reads texts in any of the formats (`MM/DD/YYYY`, `YYYY年M月D日`) as `YYYY-MM-DD`; undefined for what is in none of
 * them, or no date. Throws RangeError for a format without year, month and day, each once.
 */
export function dateReader(formats: readonly string[]): (text: string) => string | undefined {
  const patterns = formats.map((format) => {
    const parts = [...format.matchAll(PART)].map(([part]) => part.charAt(0)).toSorted();
    if (parts.join("") !== "DMY") throw new RangeError(`${format} does not name year, month and day once each`);
    return new RegExp(`^${literally(format).replace(PART, (part) => DIGITS[part]!)}$`);
  });
  return (text) => {
    for (const pattern of patterns) {
      const { Y, M, D } = pattern.exec(text)?.groups ?? {};
      if (Y === undefined || M === undefined || D === undefined) continue;
      const date = `${Y}-${M.padStart(2, "0")}-${D.padStart(2, "0")}`;
      if (parseDay(date) !== undefined) return date;
    }
    return undefined;
  };
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
