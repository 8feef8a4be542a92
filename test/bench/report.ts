/** How figures are shown: the machine, each figure's median with its spread, ratios to something run beside it. */
import { availableParallelism, cpus, totalmem } from "node:os";

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly digits?: number;
}

export function machineLine(): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} processors, ${gib} GiB, Node ${process.version}, ${process.platform}`;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of the values lies: nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export function figureLine({ name, unit, values, digits = 0 }: Figure): string {
  const format = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: digits });
  const spread =
    values.length > 1
      ? `  (${format(Math.min(...values))} to ${format(Math.max(...values))}, ${values.length} runs)`
      : "";
  return `  ${name.padEnd(52)} ${format(median(values)).padStart(10)} ${unit}${spread}`;
}

export function ratioLine(name: string, value: number): string {
  return `  ${name.padEnd(52)} ${value.toFixed(2).padStart(10)}`;
}
