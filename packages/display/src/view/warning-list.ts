import { type FunctionalComponent, h, type VNode } from "vue";
import { type Warning, WARNING_STATES } from "../live/records.ts";
import { regionOf } from "../place/site.ts";
import { type Language, say, type Word, wordOf } from "../words.ts";
import type { Props } from "./header.ts";
import type { Acknowledgement, Store } from "./store.ts";

const SHOWN_WARNINGS = 12;

/** Open warnings, those not yet acknowledged first, newest first. */
export const WarningList: FunctionalComponent<Props> = (props) => {
  const { store } = props;
  const { language } = store.route.value;
  const open = sortWarnings([...store.live.value.warnings.values()].filter(isOpen));
  const shown = open.slice(0, SHOWN_WARNINGS);
  const more = open.length - shown.length;
  return h("section", { class: "panel warnings", "aria-labelledby": "warnings-title" }, [
    h("h2", { id: "warnings-title" }, [
      say(language, "warnings"),
      open.length > 0 ? h("small", { class: "count" }, String(open.length)) : null,
    ]),
    shown.length > 0
      ? h(
          "ul",
          shown.map((warning) => drawWarning(warning, props)),
        )
      : h("p", { class: "quiet" }, say(language, "noWarnings")),
    more > 0 ? h("p", { class: "quiet" }, say(language, "moreWarnings", { count: more })) : null,
  ]);
};

function isOpen(warning: Warning): boolean {
  return warning.state === "raised" || warning.state === "acknowledged";
}

function rank(warning: Warning): number {
  return WARNING_STATES.indexOf(warning.state);
}

function sortWarnings(warnings: readonly Warning[]): Warning[] {
  return [...warnings].sort(
    (a, b) => rank(a) - rank(b) || b.raisedOn.localeCompare(a.raisedOn) || a.id.localeCompare(b.id),
  );
}

function drawWarning(warning: Warning, { store, actions }: Props): VNode {
  const { language } = store.route.value;
  const progress = store.acknowledgement.value?.warning === warning.id ? store.acknowledgement.value : null;
  return h("li", { key: warning.id, class: warning.state, "data-warning": warning.id }, [
    h("div", { class: "warning-head" }, [
      h("strong", named(warning.kind, language)),
      h("span", { class: "state" }, say(language, warning.state)),
    ]),
    h("p", { class: "warning-where" }, [
      [placeName(store, warning, language), warning.subject === null ? "" : warning.name].filter(Boolean).join(" · "),
    ]),
    quietLine([warning.raisedOn, detail(language, "severity", named(warning.severity, language))]),
    quietLine([detail(language, "rule", warning.rule), detail(language, "cause", warning.cause)]),
    warning.state === "raised" ? acknowledgeBox(warning, progress, { store, actions }) : null,
  ]);
}

function placeName(store: Store, warning: Warning, language: Language): string {
  const scene = store.scene.value;
  const region = scene ? regionOf(scene.site, warning.region) : undefined;
  return region?.name[language] ?? warning.region;
}

/** A kind or severity in words, where it is one that we have words for. */
function named(name: string, language: Language): string {
  const word = wordOf(name);
  return word ? say(language, word) : name;
}

function quietLine(parts: readonly string[]): VNode | null {
  const text = parts.filter(Boolean).join(" · ");
  return text === "" ? null : h("p", { class: "quiet" }, text);
}

function detail(language: Language, word: Word, value: string): string {
  return value === "" ? "" : `${say(language, word)} ${value}`;
}

/** A button; once pressed, a name to sign with. */
function acknowledgeBox(warning: Warning, progress: Acknowledgement | null, { store, actions }: Props): VNode {
  const { language } = store.route.value;
  if (!progress) {
    const ask = (): void => {
      actions.askToAcknowledge(warning.id);
    };
    return h("button", { type: "button", class: "acknowledge", onClick: ask }, say(language, "acknowledge"));
  }
  if (progress.step === "sending" || progress.step === "pending") {
    return h("p", { class: "quiet", role: "status" }, [
      say(language, progress.step === "sending" ? "acknowledging" : "acknowledgePending"),
    ]);
  }
  return h(
    "form",
    {
      class: "acknowledge-form",
      onSubmit: (event: Event) => {
        event.preventDefault();
        const actor = new FormData(event.target as HTMLFormElement).get("actor");
        if (typeof actor === "string" && actor.trim() !== "") void actions.acknowledge(warning, actor.trim());
      },
      onKeydown: (event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        actions.askToAcknowledge(null);
      },
    },
    [
      h("input", {
        name: "actor",
        required: true,
        maxlength: 80,
        autocomplete: "name",
        value: store.actor.value,
        placeholder: say(language, "yourName"),
        "aria-label": say(language, "yourName"),
        onVnodeMounted: (node: VNode) => {
          (node.el as HTMLElement).focus();
        },
      }),
      h("button", { type: "submit" }, say(language, "acknowledge")),
      progress.step === "asking" ? null : h("p", { role: "alert" }, troubleText(progress, language)),
    ],
  );
}

function troubleText(progress: Acknowledgement, language: Language): string {
  if (progress.step === "conflict" || progress.detail === null) return say(language, "acknowledgeConflict");
  const detail = progress.detail === "refused" ? "troubleRefused" : progress.detail;
  return say(language, "acknowledgeFailed", { detail: say(language, detail) });
}
