import { nextTick } from "vue";
import type { Api } from "../api.ts";
import { formatRoute, parseRoute, type Route } from "../place/route.ts";
import type { Warning } from "../live/records.ts";
import { moveFocus } from "./focus.ts";
import type { Store } from "./store.ts";

/** What a viewer can do. */
export interface Actions {
  openRegion(code: string): void;
  openEnterprise(id: string): void;
  /** One step up: out of the enterprise, or to the wider region; nothing at the top. */
  goUp(): void;
  choose(preference: Partial<Pick<Route, "language" | "palette">>): void;
  /** Takes over what the address says (the back button, an edited link). */
  followAddress(): void;
  askToAcknowledge(warning: string | null): void;
  acknowledge(warning: Warning, actor: string): Promise<void>;
}

export function createActions(store: Store, api: Api, window: Window): Actions {
  const move = (place: Pick<Route, "region" | "enterprise">, cameFrom: string | null): void => {
    store.route.value = { ...store.route.value, ...place };
    store.activeTile.value = cameFrom;
    window.history.pushState(null, "", formatRoute(store.route.value));
    void nextTick(() => {
      moveFocus(window.document, cameFrom);
    });
  };
  return {
    openRegion(code) {
      move({ region: code, enterprise: null }, null);
    },
    openEnterprise(id) {
      move({ region: store.scene.value?.region.code ?? null, enterprise: id }, null);
    },
    goUp() {
      const scene = store.scene.value;
      if (!scene) return;
      if (scene.enterprise !== null) {
        move({ region: scene.region.code, enterprise: null }, scene.enterprise);
        return;
      }
      const parent = scene.path.at(-2);
      if (parent) move({ region: parent.code, enterprise: null }, scene.region.code);
    },
    choose(preference) {
      store.route.value = { ...store.route.value, ...preference };
      window.history.replaceState(null, "", formatRoute(store.route.value));
    },
    followAddress() {
      store.route.value = parseRoute(window.location.hash, store.route.value);
    },
    askToAcknowledge(warning) {
      store.acknowledgement.value = warning === null ? null : { warning, step: "asking", detail: null, reason: "" };
    },
    async acknowledge(warning, actor) {
      store.actor.value = actor;
      store.acknowledgement.value = { warning: warning.id, step: "sending", detail: null, reason: "" };
      const answer = await api.acknowledge(warning.id, actor, warning.lastCommand);
      if (answer.ok) {
        // The new state itself arrives over the live feed; only a verdict still open has to be told.
        const pending = { warning: warning.id, step: "pending", detail: null, reason: "" } as const;
        store.acknowledgement.value = answer.value === "pending" ? pending : null;
        return;
      }
      const step = answer.trouble === "conflict" ? "conflict" : "failed";
      store.acknowledgement.value = { warning: warning.id, step, detail: answer.trouble, reason: answer.detail };
    },
  };
}
