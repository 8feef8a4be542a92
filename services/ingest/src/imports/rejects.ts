/** The file of rejected rows: what the table had, and why each was refused; can be mended and imported again. */
import { createWriteStream, type WriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { CSV_BOM, csvLine, REJECT_COLUMNS } from "../csv/write.ts";
import type { TableRow } from "../csv/table.ts";
import type { ImportProblem } from "./import.ts";

/** What is said of a row that the file of rejects leaves out. */
export function notRepeated(row: number): string {
  return `left out of the file of rejects: mend row ${row} of the file that was sent`;
}

export class RejectWriter {
  readonly #stream: WriteStream;
  /** Places of the table's own columns: those of an earlier file of rejects are written anew. */
  readonly #places: readonly number[];
  readonly #done: Promise<void>;

  constructor(file: string, header: readonly string[]) {
    this.#stream = createWriteStream(file);
    this.#done = finished(this.#stream);
    // Told where it is awaited: in `write` or `end`, whichever comes first.
    this.#done.catch(() => undefined);
    const own = new Set<string>(REJECT_COLUMNS);
    this.#places = header.flatMap((name, place) => (own.has(name) ? [] : [place]));
    this.#stream.write(CSV_BOM + csvLine([...this.#places.map((place) => header[place]!), ...REJECT_COLUMNS]));
  }

  /**
   * A row that could not be read is left out, but for its number and why: part of it, or marks in place of its bytes,
   * would come back as something that it never said. Rejects as the file system does.
   */
  async write(row: TableRow, problems: readonly ImportProblem[]): Promise<void> {
    const cells = "code" in row ? [] : row.cells;
    const line = csvLine([
      ...this.#places.map((place) => cells[place] ?? ""),
      String(problems[0]?.row ?? ""),
      [...new Set(problems.map(({ column }) => column).filter((column) => column !== ""))].join("; "),
      problems.map(({ detail }) => detail).join("; "),
    ]);
    if (this.#stream.write(line)) return;
    await Promise.race([once(this.#stream, "drain"), this.#done]);
  }

  async end(): Promise<void> {
    this.#stream.end();
    await this.#done;
  }
}
