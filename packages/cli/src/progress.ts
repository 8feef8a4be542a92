/** How far something long is: a bar where someone watches, a line every few seconds elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import type { Text } from "@sanfen/model";
import type { Terminal } from "./terminal.ts";

export interface Progress {
  /** `note` is a word on what is being done. */
  update(done: number, total: number, note?: string): void;
  /** Ends it; safe to call twice. */
  stop(): void;
}

const LINE_EVERY_MS = 3_000;

/** Begins at nothing of `total`. Written to standard error, so that results stay clean. */
export function showProgress(terminal: Terminal, title: Text, total: number): Progress {
  const label = terminal.words(title);
  return terminal.stderr.isTTY ? bar(terminal, label, total) : lines(terminal, label);
}

function bar({ stderr }: Terminal, label: string, total: number): Progress {
  const shown = new SingleBar(
    {
      stream: stderr,
      format: `${label} {bar} {percentage} % {note}`,
      hideCursor: true,
      clearOnComplete: false,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  shown.start(Math.max(1, total), 0, { note: "" });
  return {
    update: (done, newTotal, note = "") => {
      shown.setTotal(Math.max(1, newTotal));
      shown.update(done, { note });
    },
    stop: () => shown.stop(),
  };
}

function lines(terminal: Terminal, label: string): Progress {
  let toldAt = -Infinity;
  let newest: string | undefined;
  function tell(): void {
    if (newest !== undefined) terminal.note(newest);
    newest = undefined;
    toldAt = performance.now();
  }
  return {
    update: (done, total, note = "") => {
      newest = `${label}: ${Math.floor((100 * done) / Math.max(1, total))} %${note === "" ? "" : `, ${note}`}`;
      if (performance.now() - toldAt >= LINE_EVERY_MS) tell();
    },
    stop: tell,
  };
}
