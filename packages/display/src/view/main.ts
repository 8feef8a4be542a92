import { createApp, h, watchEffect } from "vue";
import { createApi } from "../api.ts";
import { say } from "../words.ts";
import { createActions } from "./actions.ts";
import { App } from "./app.ts";
import { followCauses, followEpoch, followScene, loadSite } from "./details.ts";
import { startFeed } from "./feed.ts";
import { isTyping } from "./focus.ts";
import { showsSimulated } from "./notices.ts";
import { createStore } from "./store.ts";

const store = createStore(window.location.hash, navigator.languages, Date.now());
const api = createApi(window.fetch.bind(window));
const actions = createActions(store, api, window);
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    window.setTimeout(resolve, ms);
  });

createApp({ render: () => h(App, { store, actions }) }).mount("#app");

window.setInterval(() => {
  store.now.value = Date.now();
}, 1_000);
// Both the back button and an edited address end in this event.
window.addEventListener("popstate", () => {
  actions.followAddress();
});
document.addEventListener("keydown", (event) => {
  if ((event.key !== "Escape" && event.key !== "Backspace") || isTyping(event.target)) return;
  event.preventDefault();
  actions.goUp();
});
watchEffect(() => {
  const { language } = store.route.value;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  const title = store.scene.value?.site.title[language] ?? "sanfen";
  document.title = showsSimulated(store) ? `[${say(language, "simulatedShort")}] ${title}` : title;
});
followScene(store, api);
followCauses(store, api);
followEpoch(store, () => {
  void loadSite(store, api, pause);
});
void loadSite(store, api, pause).then((site) => startFeed(store, site.root, window));
