import type { Text } from "@sanfen/model";

export type Language = "zh" | "en";

export const LANGUAGES: readonly Language[] = ["zh", "en"];

/**
 * The language of the terminal: `--lang` where it is given (and one of ours), else what the environment says, as POSIX
 * orders it: LC_ALL, LC_MESSAGES, LANG. English where none of them begins with `zh`.
 */
export function languageOf(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const at = args.findIndex((arg) => arg === "--lang" || arg.startsWith("--lang="));
  const asked = args[at]?.includes("=") ? args[at].slice("--lang=".length) : args[at + 1];
  if (at >= 0 && (asked === "zh" || asked === "en")) return asked;
  const locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  return locale.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** The words in a language. */
export function say(text: Text, language: Language): string {
  return text[language];
}
