/** The site that ships for simulations, checked as the services check it. */
import type { Door } from "@sanfen/events";
import { enterpriseIdProblem, type Day, type Site } from "@sanfen/model";
import { loadSite } from "@sanfen/service";

export async function jiaxing(): Promise<Site> {
  return (await loadSite("jiaxing")).site;
}

/** The door of a site as ingest keeps it. */
export function doorOf(site: Site, today: Day): Door {
  const regions = new Set(site.regions.map(({ code }) => code));
  const products = new Set(site.products.map(({ code }) => code));
  return {
    isKnownRegion: (code) => regions.has(code),
    isKnownProduct: (code) => products.has(code),
    whyNotEnterpriseId: (id) => enterpriseIdProblem(site.enterpriseIds, id),
    today,
    recordedAt: 0,
  };
}
