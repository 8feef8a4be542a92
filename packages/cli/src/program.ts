/** The command line: what may be said, and the help that says so, in the language of the terminal. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Text } from "@sanfen/model";
import { EXIT, EXIT_TEXT, type ExitCode } from "./exit.ts";
import { LANGUAGES, say, type Language } from "./language.ts";
import type { Terminal } from "./terminal.ts";

/** What a command's action is given: the options as they were parsed and the arguments. */
type Action = (
  terminal: Terminal,
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<ExitCode>;

export interface OptionSpec {
  /** As commander writes them: `--seed <n>`. */
  readonly flags: string;
  readonly help: Text;
  readonly default?: string | number | boolean | readonly string[];
  readonly choices?: readonly string[];
  /** Must be given. */
  readonly required?: boolean;
  readonly parse?: (value: string, previous: unknown) => unknown;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: Text;
  readonly arguments?: readonly { readonly name: string; readonly help: Text }[];
  readonly options?: readonly OptionSpec[];
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [string, Text])[];
  /** Anything else that one must know before using it. */
  readonly more?: Text;
  readonly action: Action;
}

export interface ProgramParts {
  readonly language: Language;
  /** Of the release, for `--version`. */
  readonly version: string;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Makes the terminal once it is known whether the result is wanted as JSON. */
  readonly terminal: (json: boolean) => Terminal;
  readonly done: (code: ExitCode) => void;
}

/** Titles of the help, which commander has in English only. */
const TITLES: Readonly<Record<string, string>> = {
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Commands:": "命令：",
};

/** Throws CommanderError when parsing ends early (help, or words that are no command): see `codeOf`. */
export function makeProgram(specs: readonly CommandSpec[], parts: ProgramParts): Command {
  const { language } = parts;
  const words = (text: Text): string => say(text, language);
  const program = new Command("sanfen");
  prepare(program, parts);
  program
    .version(parts.version, "-V, --version", words({ zh: "显示版本", en: "show the version" }))
    .usage(words({ zh: "<命令> [选项]", en: "<command> [options]" }))
    .description(
      words({
        zh: "三分：产品分级、企业分类、区域分色",
        en: "sanfen (三分): grades products, classes enterprises, colours regions",
      }),
    )
    .helpCommand(
      words({ zh: "help [命令]", en: "help [command]" }),
      words({ zh: "显示命令的帮助", en: "show the help of a command" }),
    );
  program.addHelpText("after", () => `\n${exitCodes(language)}\n`);
  for (const spec of specs) addCommand(program, spec, parts);
  return program;
}

/** The exit code of a parse that ended early. */
export function codeOf(error: CommanderError): ExitCode {
  return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}

export interface NumberBounds {
  readonly least: number;
  readonly most: number;
  /** Without a fraction. */
  readonly whole?: boolean;
  readonly language: Language;
}

/** Reads a number of an option. Throws InvalidArgumentError, which commander shows with the option. */
export function numberBetween({ least, most, whole = false, language }: NumberBounds): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = text.trim() !== "" && value >= least && value <= most;
    if (fits && (!whole || Number.isInteger(value))) return value;
    const zh = `须为 ${least} 到 ${most} 的${whole ? "整" : ""}数`;
    const en = `a ${whole ? "whole " : ""}number from ${least} to ${most} is wanted`;
    throw new InvalidArgumentError(say({ zh, en }, language));
  };
}

function addCommand(program: Command, spec: CommandSpec, parts: ProgramParts): void {
  const { language, terminal, done } = parts;
  const words = (text: Text): string => say(text, language);
  const command = program.command(spec.name).description(words(spec.summary));
  prepare(command, parts);
  for (const { name, help } of spec.arguments ?? []) command.argument(name, words(help));
  for (const each of spec.options ?? []) command.addOption(makeOption(each, language));
  const examples = spec.examples.map(([line, text]) => `  ${line}\n      ${words(text)}`).join("\n");
  command.addHelpText("after", () => {
    const more = spec.more ? `\n${words(spec.more)}\n` : "";
    return `${more}\n${words({ zh: "示例：", en: "Examples:" })}\n${examples}\n`;
  });
  command.action(async () => {
    const options = command.opts();
    done(await spec.action(terminal(options["json"] === true), command.args, options));
  });
}

function makeOption(
  { flags, help, default: fallback, choices, required, parse }: OptionSpec,
  language: Language,
): Option {
  const option = new Option(flags, say(help, language)).makeOptionMandatory(required === true);
  if (fallback !== undefined) option.default(fallback);
  if (choices) option.choices(choices);
  if (parse) option.argParser(parse);
  return option;
}

/** What the program and each command have in common. */
function prepare(command: Command, { language, write, writeError }: ProgramParts): void {
  const words = (text: Text): string => say(text, language);
  command
    .addOption(
      new Option(
        "--lang <language>",
        words({ zh: "语言（默认按 LANG）", en: "language (default: as LANG says)" }),
      ).choices(LANGUAGES),
    )
    .option("--json", words({ zh: "结果输出为 JSON", en: "print the result as JSON" }))
    .helpOption("-h, --help", words({ zh: "显示帮助", en: "show this help" }))
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ styleTitle: (title) => (language === "zh" ? (TITLES[title] ?? title) : title) })
    .configureOutput({
      writeOut: write,
      writeErr: writeError,
      outputError: (text, put) => {
        const hint = words({
          zh: `用法见：${fullName(command)} --help`,
          en: `How to use it: ${fullName(command)} --help`,
        });
        put(`${language === "zh" ? inChinese(text) : text.replace(/^error: /, "sanfen: ")}${hint}\n`);
      },
    });
}

function fullName(command: Command): string {
  return command.parent ? `${command.parent.name()} ${command.name()}` : command.name();
}

/** Commander's own complaints, as far as these commands can cause them. */
function inChinese(text: string): string {
  return text
    .replace(/^error: /, "sanfen：")
    .replace(/unknown option (.*)/, "没有选项 $1")
    .replace(/unknown command (.*)/, "没有命令 $1")
    .replace(/missing required argument (.*)/, "缺少参数 $1")
    .replace(/required option (.*) not specified/, "缺少选项 $1")
    .replace(/option (.*) argument missing/, "选项 $1 缺少值")
    .replace(/option (.*) argument '(.*)' is invalid\. ?/, "选项 $1 的值 $2 无效：")
    .replace(/too many arguments.*/, "参数过多")
    .replace(/Allowed choices are (.*)\./, "可取 $1")
    .replace(/\(Did you mean (.*)\?\)/, "（是否指 $1？）");
}

function exitCodes(language: Language): string {
  const title = say({ zh: "退出码：", en: "Exit codes:" }, language);
  const lines = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map(
    (name) => `  ${String(EXIT[name]).padEnd(4)} ${say(EXIT_TEXT[name], language)}`,
  );
  return [title, ...lines].join("\n");
}
