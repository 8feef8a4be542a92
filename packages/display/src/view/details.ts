import { type ShallowRef, watch } from "vue";
import { type Answer, type Api, PAGE_SIZE } from "../api.ts";
import { reconnectDelay } from "../live/backoff.ts";
import type { SiteView } from "../place/site.ts";
import { type EnterpriseList, gradesWorstFirst, worstFirst } from "../place/worst-first.ts";
import { SHOWN_CHANGES } from "./change-list.ts";
import type { Loaded, Store } from "./store.ts";

/** After the colour of an opened region has moved, its enterprises are asked for again, at most this often. */
const REFRESH_EVERY_MS = 3_000;
/** Names asked for at a time: a storm of changes must not become a storm of requests. */
const MAX_ASKED = 4;

/** Asks for the site until it is there. */
export async function loadSite(store: Store, api: Api, pause: (ms: number) => Promise<void>): Promise<SiteView> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await api.site();
    if (answer.ok || store.site.value.kind !== "here") store.site.value = settled(answer);
    if (answer.ok) return answer.value;
    await pause(reconnectDelay(attempt, null, Math.random()));
  }
}

/** Another gateway process may have started with other regions: its hello has the site asked for again. */
export function followEpoch(store: Store, reload: () => void): void {
  watch(
    () => store.live.value.epoch,
    (_, before) => {
      if (before !== null) reload();
    },
  );
}

/** Keeps the enterprises of the region on screen, and the one that is opened, in step with it. */
export function followScene(store: Store, api: Api): void {
  watch(
    () => store.scene.value?.enterprise ?? null,
    (id) => {
      store.enterprise.value = { kind: "loading" };
      if (id !== null) void load(store.enterprise, api.enterprise(id), () => store.scene.value?.enterprise === id);
    },
    { immediate: true },
  );
  const listed = (code: string): Promise<Answer<EnterpriseList>> =>
    worstFirst((grade) => api.enterprises(code, grade), gradesOf(store, code), PAGE_SIZE);
  watch(
    // The rulebook may come to be known only after the region: until then there is no order to ask by.
    [() => leafOf(store), () => gradesOf(store, leafOf(store)).join(" ")],
    ([code], [before]) => {
      if (code !== before) store.enterprises.value = { kind: "loading" };
      if (code !== null) void load(store.enterprises, listed(code), () => leafOf(store) === code);
    },
    { immediate: true },
  );
  let refreshing = false;
  watch(
    () => store.live.value.colours.get(leafOf(store) ?? ""),
    (record, before) => {
      if (!record || !before || record.code !== before.code || refreshing) return;
      refreshing = true;
      setTimeout(() => {
        refreshing = false;
        if (leafOf(store) !== record.code) return;
        void load(store.enterprises, listed(record.code), () => leafOf(store) === record.code);
        const id = store.scene.value?.enterprise ?? null;
        if (id !== null) void load(store.enterprise, api.enterprise(id), () => store.scene.value?.enterprise === id);
      }, REFRESH_EVERY_MS);
    },
  );
}

/** Finds the names of the enterprises that the changes on screen give as their cause. */
export function followCauses(store: Store, api: Api): void {
  const asked = new Set<string>();
  let running = 0;
  const name = async (cause: string): Promise<void> => {
    const answer = await api.enterprise(cause);
    running -= 1;
    if (answer.ok) store.names.value = new Map(store.names.value).set(cause, answer.value.name);
    // The next change asks again; until then the id stands.
    if (!answer.ok && answer.trouble === "unavailable") asked.delete(cause);
    else ask();
  };
  const ask = (): void => {
    for (const { cause } of store.live.value.changes.slice(0, SHOWN_CHANGES)) {
      if (cause === "" || asked.has(cause) || running >= MAX_ASKED) continue;
      asked.add(cause);
      running += 1;
      void name(cause);
    }
  };
  watch(() => store.live.value.changes, ask, { immediate: true });
}

/** Ids of the grades that enterprises of a region are given, the worst first; none while that is not known. */
function gradesOf({ scene, live }: Store, code: string | null): readonly string[] {
  if (!scene.value || code === null) return [];
  return gradesWorstFirst(scene.value.site, live.value.colours.get(code)?.rulebook);
}

/** The region on screen if it has no parts, so that its enterprises are shown instead. */
function leafOf(store: Store): string | null {
  const scene = store.scene.value;
  return scene && scene.parts.length === 0 ? scene.region.code : null;
}

/** An answer that is overtaken by another question is dropped; a failure leaves what is shown already. */
async function load<T>(target: ShallowRef<Loaded<T>>, asked: Promise<Answer<T>>, wanted: () => boolean): Promise<void> {
  const answer = await asked;
  if (!wanted()) return;
  if (answer.ok || target.value.kind !== "here") target.value = settled(answer);
}

function settled<T>(answer: Answer<T>): Loaded<T> {
  return answer.ok ? { kind: "here", value: answer.value } : { kind: "failed", trouble: answer.trouble };
}
