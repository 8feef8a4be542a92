import { type FunctionalComponent, h, type VNode } from "vue";
import type { Warning } from "../live/records.ts";
import { regionOf } from "../place/site.ts";
import { closingDay, openWithin } from "../place/warnings.ts";
import { type Language, say, type Word, wordOf } from "../words.ts";
import type { Props } from "./header.ts";
import type { Acknowledgement, Store } from "./store.ts";
import { troubleWord } from "./titles.ts";

const SHOWN_WARNINGS = 12;

/** What an officer's number may look like to the server, which keeps no names of people. */
const OFFICER_NUMBER = String.raw`[A-Za-z0-9_.\-]{1,64}`;

/** Open warnings of the region on screen, those not yet acknowledged first, newest first. */
export const WarningList: FunctionalComponent<Props> = (props) => {
  const { store } = props;
  const { language } = store.route.value;
  const scene = store.scene.value;
  const open = scene ? openWithin(scene.site, scene.region.code, store.live.value.warnings.values()) : [];
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
    quietLine([warning.raisedOn, detail(language, "severity", severity(warning, language))]),
    quietLine([detail(language, "rule", rule(warning, language)), detail(language, "cause", cause(warning, language))]),
    warning.state === "raised" ? acknowledgeBox(warning, progress, { store, actions }) : null,
  ]);
}

function placeName(store: Store, warning: Warning, language: Language): string {
  const scene = store.scene.value;
  const region = scene ? regionOf(scene.site, warning.region) : undefined;
  return region?.name[language] ?? warning.region;
}

/** `none` is a colour to us; a recall without a level has nothing to say. */
function severity(warning: Warning, language: Language): string {
  return warning.severity === "none" ? "" : named(warning.severity, language);
}

/** Empty where it would only repeat the kind. */
function rule(warning: Warning, language: Language): string {
  return warning.rule === warning.kind ? "" : named(warning.rule, language);
}

function cause(warning: Warning, language: Language): string {
  const day = closingDay(warning);
  return day === undefined ? warning.cause : say(language, "closingOf", { day });
}

/** A kind, rule or severity in words, where it is one that we have words for. */
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

/** A button; once pressed, the number to sign with. */
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
  const hint = `officer-number-${warning.id}`;
  return h(
    "form",
    {
      class: "acknowledge-form",
      onSubmit: (event: Event) => {
        event.preventDefault();
        const actor = new FormData(event.target as HTMLFormElement).get("actor");
        if (typeof actor === "string") void actions.acknowledge(warning, actor);
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
        pattern: OFFICER_NUMBER,
        maxlength: 64,
        autocomplete: "off",
        value: store.actor.value,
        placeholder: say(language, "officerNumber"),
        title: say(language, "officerNumberHint"),
        "aria-label": say(language, "officerNumber"),
        "aria-describedby": hint,
        onVnodeMounted: (node: VNode) => {
          (node.el as HTMLElement).focus();
        },
      }),
      h("button", { type: "submit" }, say(language, "acknowledge")),
      h("p", { id: hint, class: "quiet" }, say(language, "officerNumberHint")),
      progress.step === "asking" ? null : h("p", { role: "alert" }, troubleText(progress, language)),
    ],
  );
}

function troubleText({ step, detail, reason }: Acknowledgement, language: Language): string {
  const text =
    step === "conflict" || detail === null
      ? say(language, "acknowledgeConflict")
      : say(language, "acknowledgeFailed", { detail: troubleWord(detail, language) });
  return reason === "" ? text : say(language, "serverSays", { text, reason });
}
