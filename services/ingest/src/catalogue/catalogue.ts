/** A catalogue of products from a table. */
import { checkSite, type Product, type Site } from "@sanfen/model";
import type { Log } from "@sanfen/log";
import { appendControl, ControlReader, documentControl } from "@sanfen/stream";
import type { Json } from "../mapping/mapping.ts";
import type { RowProblem } from "../mapping/row.ts";

export type RecordCheck = (record: Readonly<Record<string, Json>>) => readonly RowProblem[];

/** Checks the rows of one table: each a product as a site's file has them, and no code twice. */
export function productCheck(site: Site): RecordCheck {
  const codes = new Set<Json | undefined>();
  // The form of a product is told by the check of a whole site; the rest of that is made as small as it can be.
  const smallest = {
    ...site,
    regions: site.regions.filter(({ code }) => code === site.root),
    bindings: [],
    mappings: [],
  };
  return (record) => {
    const checked = checkSite({ ...smallest, products: [record] });
    const problems =
      "problems" in checked ? checked.problems.filter(({ pointer }) => pointer.startsWith("/products/0")) : [];
    if (problems.length > 0) {
      return problems.map(({ pointer, code, detail }) => ({
        column: "",
        code,
        detail: `${pointer.slice("/products/0".length) || "product"}: ${detail}`,
      }));
    }
    const { code } = record;
    if (codes.has(code))
      return [
        { column: "", code: "duplicate", detail: `the code ${JSON.stringify(code)} stands in the table already` },
      ];
    codes.add(code);
    return [];
  };
}

/** Makes the products the catalogue, from the next midnight on; nothing where they are already. Rejects with LogError. */
export async function publishCatalogue(log: Log, products: readonly Product[]): Promise<void> {
  const control = new ControlReader(log);
  await control.refresh();
  if (JSON.stringify(control.latest.catalogue) === JSON.stringify(products)) return;
  await appendControl(log, [documentControl("catalogue", products, "import")]);
}
