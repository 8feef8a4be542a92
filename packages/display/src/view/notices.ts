import { type FunctionalComponent, h } from "vue";
import { bannerOf, clockTime } from "../age.ts";
import { regionOf } from "../place/site.ts";
import { say } from "../words.ts";
import type { Props } from "./header.ts";
import type { Store } from "./store.ts";

/** Changes named in one announcement; the list has the rest. */
const ANNOUNCED = 3;

/** Whether anything on screen is simulated: the site says so, or any record does. */
export function showsSimulated(store: Store): boolean {
  const site = store.site.value;
  if (site.kind === "here" && site.value.simulated) return true;
  const { colours, warnings } = store.live.value;
  return [...colours.values(), ...warnings.values()].some((record) => record.simulated);
}

export const SimulatedRibbon: FunctionalComponent<Props> = ({ store }) => {
  if (!showsSimulated(store)) return null;
  return h("p", { class: "ribbon", role: "note" }, say(store.route.value.language, "simulated"));
};

/** Says that what is shown no longer follows what happens, and since when. */
export const LostBanner: FunctionalComponent<Props> = ({ store }) => {
  const { language } = store.route.value;
  const banner = bannerOf(store.status.value, store.now.value);
  const { refusal } = store.live.value;
  if (banner.kind !== "lost" && refusal) {
    const text = refusal.text || refusal.code;
    return h("p", { class: "banner", role: "alert" }, say(language, "refused", { text }));
  }
  if (banner.kind !== "lost") return null;
  const seconds = Math.ceil(banner.inMs / 1000);
  return h("p", { class: "banner" }, [
    h("strong", { role: "alert" }, say(language, "lostBanner", { time: clockTime(banner.since) })),
    // The countdown is left out of the alert: a reader would be told every second.
    h(
      "span",
      { "aria-hidden": "true" },
      seconds > 0 ? say(language, "retryIn", { seconds }) : say(language, "retrying"),
    ),
  ]);
};

/** Speaks the newest changes of colour to those who do not see the wall. */
export const Announcer: FunctionalComponent<Props> = ({ store }) => {
  const { language } = store.route.value;
  const scene = store.scene.value;
  const { changes } = store.live.value;
  const newest = changes[0]?.seenAt ?? null;
  const fresh = newest === null ? [] : changes.filter((change) => change.seenAt === newest).slice(0, ANNOUNCED);
  const texts = fresh.map((change) =>
    say(language, "changed", {
      name: (scene ? regionOf(scene.site, change.code)?.name[language] : undefined) ?? change.code,
      from: say(language, change.from),
      to: say(language, change.to),
    }),
  );
  return h("p", { class: "unseen", "aria-live": "polite" }, texts.join(language === "zh" ? "；" : "; "));
};
