/** The door of a site: what a fact is held to before it goes into the log. */
import type { Door } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import { dayInZone, enterpriseIdProblem, type Product, type Region, type Site } from "@sanfen/model";
import { ControlReader } from "@sanfen/stream";

/**
 * Makes doors from the newest documents in the log: regions and products may have changed since the site's file was
 * written, and may change while this process runs.
 */
export class DoorKeeper {
  readonly #site: Site;
  readonly #control: ControlReader;
  #scheme: readonly Region[];
  #catalogue: readonly Product[];
  #make: (now: number) => Door;

  constructor(site: Site, log: Log) {
    this.#site = site;
    this.#control = new ControlReader(log);
    this.#scheme = site.regions;
    this.#catalogue = site.products;
    this.#make = doorOf(site);
  }

  /** The door as it stands at an instant (ms). */
  at(now: number): Door {
    return this.#make(now);
  }

  /** Reads what has come since. Rejects with LogError. */
  async refresh(): Promise<void> {
    await this.#control.refresh();
    const { scheme, catalogue, site } = this.#control.latest;
    if (site === null || (scheme === this.#scheme && catalogue === this.#catalogue)) return;
    this.#scheme = scheme;
    this.#catalogue = catalogue;
    this.#make = doorOf({ ...this.#site, regions: scheme, products: catalogue });
  }
}

/** Makes the door as it stands at an instant (ms). Without a catalogue any product code is taken. */
function doorOf(site: Pick<Site, "regions" | "products" | "enterpriseIds" | "zone">): (now: number) => Door {
  const regions = new Set(site.regions.map(({ code }) => code));
  const products = new Set(site.products.map(({ code }) => code));
  const isKnownRegion = (code: string): boolean => regions.has(code);
  const isKnownProduct = (code: string): boolean => products.has(code);
  const whyNotEnterpriseId = (id: string): string | undefined => enterpriseIdProblem(site.enterpriseIds, id);
  return (now) => ({
    isKnownRegion,
    whyNotEnterpriseId,
    ...(products.size > 0 && { isKnownProduct }),
    today: dayInZone(now, site.zone),
    recordedAt: now,
  });
}
