import { OPTIONS } from "./config-options.ts";

const HEAD = {
  zh: "| 变量 | 默认值 | 单位 | 含义 |",
  en: "| variable | default | unit | meaning |",
} as const;

/** The options as a Markdown table, for the README in either language. */
export function configTable(lang: "zh" | "en"): string {
  const rows = Object.values(OPTIONS).map((option) => {
    const standard = option.default === undefined ? (option.otherwise?.[lang] ?? "") : `\`${option.default}\``;
    return `| \`${option.name}\` | ${standard} | ${option.unit[lang]} | ${option.help[lang]} |`;
  });
  return [HEAD[lang], "|---|---|---|---|", ...rows, ""].join("\n");
}
