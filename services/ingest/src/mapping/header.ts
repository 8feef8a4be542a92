/** Which column of a file is which of the mapping. Pure. */
import type { MappingDocument } from "./mapping.ts";
import { plain, quoteCell, type RowProblem } from "./row.ts";

export interface Header {
  /** Trimmed cell of a column of the mapping; empty where the file lacks it. */
  cell(cells: readonly string[], column: string): string;
  /** The column's name in the file. */
  nameOf(column: string): string;
}

/** Names in the header are compared without blanks, width or case. */
function headerKey(name: string): string {
  return plain(name).replace(/\s/gu, "");
}

export function bindHeader(
  { columns }: Pick<MappingDocument, "columns">,
  header: readonly string[],
): { readonly header: Header } | { readonly problems: readonly RowProblem[] } {
  const places = new Map<string, number>();
  const problems: RowProblem[] = [];
  for (const [place, name] of header.entries()) {
    const key = headerKey(name);
    if (key !== "" && places.has(key))
      problems.push({ column: name, code: "repeated-column", detail: `stands in the header twice` });
    else places.set(key, place);
  }
  const placeOf = new Map<string, number>();
  for (const [column, { optional, aliases = [] }] of Object.entries(columns)) {
    const place = [column, ...aliases].map((name) => places.get(headerKey(name))).find((found) => found !== undefined);
    if (place !== undefined) placeOf.set(column, place);
    else if (!optional)
      problems.push({ column, code: "missing-column", detail: `the file has no such column; it has ${found(header)}` });
  }
  // Of columns that the mapping does not read, two may have one name.
  const read = new Set(placeOf.values());
  const grave = problems.filter(
    ({ code, column }) => code !== "repeated-column" || read.has(places.get(headerKey(column))!),
  );
  if (grave.length > 0) return { problems: grave };
  return {
    header: {
      cell: (cells, column) => {
        const place = placeOf.get(column);
        return place === undefined ? "" : (cells[place] ?? "").trim();
      },
      nameOf: (column) => {
        const place = placeOf.get(column);
        return place === undefined ? column : (header[place] ?? column).trim();
      },
    },
  };
}

const SHOWN = 40;

function found(header: readonly string[]): string {
  const names = header.filter((name) => name.trim() !== "").map((name) => quoteCell(name.trim()));
  if (names.length === 0) return "none";
  return names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more`
    : names.join(", ");
}
