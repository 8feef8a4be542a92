import { computed, type ComputedRef, type Ref, ref, type ShallowRef, shallowRef } from "vue";
import type { ConnectionStatus } from "../live/connection.ts";
import { initialLiveState, type LiveState } from "../live/live-state.ts";
import type { Enterprise } from "../place/enterprise.ts";
import { parseRoute, type Route } from "../place/route.ts";
import { childrenOf, homeOf, pathTo, type RegionView, regionOf, type SiteView } from "../place/site.ts";
import { preferredLanguage } from "../words.ts";
import type { EnterpriseList } from "../place/worst-first.ts";
import type { Trouble } from "../api.ts";

/** Something that is asked for over HTTP. */
export type Loaded<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "here"; readonly value: T }
  | { readonly kind: "failed"; readonly trouble: Trouble };

/** What is on screen: the region we are in, the way to it, and its parts. */
export interface Scene {
  readonly site: SiteView;
  readonly region: RegionView;
  readonly path: readonly RegionView[];
  readonly parts: readonly RegionView[];
  /** Id of the enterprise opened in it. */
  readonly enterprise: string | null;
}

/** How an acknowledgement fares; `warning` is its id. */
export interface Acknowledgement {
  readonly warning: string;
  readonly step: "asking" | "sending" | "pending" | "conflict" | "failed";
  readonly detail: Trouble | null;
  /** What the server said against it, for a person to read; empty when it said nothing. */
  readonly reason: string;
}

/** All that the components show. They read it; what changes it is in `actions.ts`, `feed.ts` and `details.ts`. */
export interface Store {
  readonly site: ShallowRef<Loaded<SiteView>>;
  readonly live: ShallowRef<LiveState>;
  readonly status: ShallowRef<ConnectionStatus>;
  /** When the last frame came (ms), or null before the first. */
  readonly heardAt: Ref<number | null>;
  /** The viewer's clock (ms), once a second. */
  readonly now: Ref<number>;
  readonly route: ShallowRef<Route>;
  readonly scene: ComputedRef<Scene | null>;
  /** Names of enterprises by id, as far as they are known. */
  readonly names: ShallowRef<ReadonlyMap<string, string>>;
  readonly enterprises: ShallowRef<Loaded<EnterpriseList>>;
  readonly enterprise: ShallowRef<Loaded<Enterprise>>;
  /** The tile that Tab reaches. */
  readonly activeTile: Ref<string | null>;
  readonly acknowledgement: ShallowRef<Acknowledgement | null>;
  /** The officer's number last given for an acknowledgement, kept until the page goes. */
  readonly actor: Ref<string>;
}

export function createStore(hash: string, languages: readonly string[], now: number): Store {
  const site = shallowRef<Loaded<SiteView>>({ kind: "loading" });
  const route = shallowRef(parseRoute(hash, { language: preferredLanguage(languages), palette: "standard" }));
  return {
    site,
    route,
    live: shallowRef(initialLiveState),
    status: shallowRef<ConnectionStatus>({ kind: "connecting" }),
    heardAt: ref(null),
    now: ref(now),
    scene: computed(() => (site.value.kind === "here" ? sceneOf(site.value.value, route.value) : null)),
    names: shallowRef(new Map()),
    enterprises: shallowRef<Loaded<EnterpriseList>>({ kind: "loading" }),
    enterprise: shallowRef<Loaded<Enterprise>>({ kind: "loading" }),
    activeTile: ref(null),
    acknowledgement: shallowRef(null),
    actor: ref(""),
  };
}

/** A region that the site does not know (an old link) shows the start instead. */
function sceneOf(site: SiteView, route: Route): Scene | null {
  const known = route.region === null ? undefined : regionOf(site, route.region);
  const region = known ?? regionOf(site, homeOf(site)) ?? site.regions[0];
  if (!region) return null;
  return {
    site,
    region,
    path: pathTo(site, region.code),
    parts: childrenOf(site, region.code),
    enterprise: known || route.region === null ? route.enterprise : null,
  };
}
