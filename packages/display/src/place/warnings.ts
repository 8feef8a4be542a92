import { formatDay, isWithin } from "@sanfen/model";
import { type Warning, WARNING_STATES } from "../live/records.ts";
import { homeOf, type SiteView } from "./site.ts";

/**
 * The open warnings of a region and all below it, those not yet acknowledged first, newest first. One that names no
 * region is shown where the display starts, and above.
 */
export function openWithin(site: SiteView, region: string, warnings: Iterable<Warning>): Warning[] {
  const isWidest = isWithin(homeOf(site), region);
  return [...warnings]
    .filter(({ state }) => state === "raised" || state === "acknowledged")
    .filter((warning) => (warning.region === "" ? isWidest : isWithin(warning.region, region)))
    .sort((a, b) => rank(a) - rank(b) || b.raisedOn.localeCompare(a.raisedOn) || a.id.localeCompare(b.id));
}

/** The day, `YYYY-MM-DD`, whose closing is the cause (`<region>@<days since 1970>`); undefined where a fact is. */
export function closingDay({ region, cause }: Pick<Warning, "region" | "cause">): string | undefined {
  const prefix = `${region}@`;
  const day = cause.startsWith(prefix) ? cause.slice(prefix.length) : "";
  return /^\d{1,6}$/.test(day) ? formatDay(Number(day)) : undefined;
}

function rank(warning: Warning): number {
  return WARNING_STATES.indexOf(warning.state);
}
