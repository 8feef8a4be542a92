import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findFaults, release, write, type Folders } from "./main.ts";

let root = "";
let folders: Folders;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sanfen-schemas-"));
  folders = { schemas: join(root, "schemas"), generated: join(root, "generated") };
  mkdirSync(join(folders.schemas, "history"), { recursive: true });
  put("kind.avsc", { type: "enum", name: "Kind", namespace: "n", symbols: ["other", "good"], default: "other" });
  put("thing.avsc", thing([{ name: "kind", type: "n.Kind" }]));
  write(folders);
});
afterEach(() => rmSync(root, { recursive: true }));

function thing(fields: readonly object[]): object {
  return { type: "record", name: "Thing", namespace: "n", doc: "A thing", fields };
}
function put(file: string, schema: object): void {
  writeFileSync(join(folders.schemas, file), JSON.stringify(schema));
}

describe("check", () => {
  test("says what is stale after an edit, and nothing once it is written", () => {
    put(
      "thing.avsc",
      thing([
        { name: "kind", type: "n.Kind" },
        { name: "size", type: "int", default: 0 },
      ]),
    );
    expect(findFaults(folders)).toEqual([
      expect.stringMatching(/types\.ts is stale: run `pnpm schemas`/),
      expect.stringMatching(/schemas\.ts is stale/),
    ]);
    write(folders);
    expect(findFaults(folders)).toEqual([]);
  });

  test("says that generated files are missing", () => {
    rmSync(folders.generated, { recursive: true });
    expect(findFaults(folders)).toHaveLength(2);
  });

  test("refuses an edit that does not go with a version released before the last", () => {
    release(folders);
    put(
      "thing.avsc",
      thing([
        { name: "kind", type: "n.Kind" },
        { name: "size", type: "int", default: 0 },
      ]),
    );
    release(folders);
    // Goes with the second version, which has a default for `size`, but not with the first.
    put(
      "thing.avsc",
      thing([
        { name: "kind", type: "n.Kind" },
        { name: "size", type: "int" },
      ]),
    );
    write(folders);
    expect(findFaults(folders)).toEqual([
      expect.stringMatching(/^Thing\.[0-9a-f]{16}\.avsc: the new cannot read the old: Thing\.size: not written/),
    ]);
  });

  test("refuses an edit of a part that a released record is made of", () => {
    release(folders);
    put("kind.avsc", { type: "enum", name: "Kind", namespace: "n", symbols: ["good"] });
    write(folders);
    expect(findFaults(folders)).toEqual([expect.stringMatching(/Thing\.kind: symbol other is not known/)]);
  });

  test("refuses the loss of a released schema", () => {
    release(folders);
    rmSync(join(folders.schemas, "thing.avsc"));
    write(folders);
    expect(findFaults(folders)).toEqual([expect.stringMatching(/n\.Thing was released and has no schema any more/)]);
  });

  test("refuses a version that was tampered with", () => {
    const [path] = release(folders);
    writeFileSync(path!, readFileSync(path!, "utf8").replaceAll('"good"', '"bad"'));
    write(folders);
    expect(findFaults(folders)).toContainEqual(expect.stringMatching(/its content has another name or fingerprint/));
  });

  test("names the file that is no JSON", () => {
    writeFileSync(join(folders.schemas, "thing.avsc"), "{");
    expect(() => findFaults(folders)).toThrow(/thing\.avsc/);
  });
});

describe("release", () => {
  test("makes the history where there was none", () => {
    rmSync(join(folders.schemas, "history"), { recursive: true });
    expect(findFaults(folders)).toEqual([]);
    expect(release(folders)).toHaveLength(1);
  });

  test("keeps each version once, complete in itself", () => {
    expect(release(folders)).toHaveLength(1);
    expect(release(folders)).toEqual([]);
    const [file] = readdirSync(join(folders.schemas, "history"));
    expect(file).toMatch(/^Thing\.[0-9a-f]{16}\.avsc$/);
    expect(readFileSync(join(folders.schemas, "history", file!), "utf8")).toContain('"symbols"');
    expect(findFaults(folders)).toEqual([]);
  });
});

test("what is written", () => {
  put(
    "all.avsc",
    thing([
      { name: "kind", type: "n.Kind", doc: "Which" },
      { name: "on", type: ["null", { type: "int", logicalType: "date" }], default: null, doc: "Last day" },
      { name: "at", type: { type: "long", logicalType: "timestamp-millis" } },
      { name: "items", type: { type: "array", items: ["null", "string"] } },
      { name: "counts", type: { type: "map", values: "long" } },
      { name: "raw", type: "bytes" },
    ]),
  );
  rmSync(join(folders.schemas, "thing.avsc"));
  write(folders);
  const types = readFileSync(join(folders.generated, "types.ts"), "utf8");
  expect(types).toContain(`export const KINDS = [
  "other",
  "good",
] as const;
/** Symbols a reader does not know read as \`other\`. */
export type Kind = (typeof KINDS)[number];
`);
  expect(types).toContain(`/** A thing. */
export interface Thing {
  /** Which. */
  readonly kind: Kind;
  /** Last day. In days since 1970-01-01. */
  readonly on: number | null;
  /** In ms since 1970-01-01T00:00Z. */
  readonly at: number;
  readonly items: readonly (string | null)[];
  readonly counts: Readonly<Record<string, number>>;
  readonly raw: Uint8Array;
}
`);
});
