/** Whether a command line that a document shows is one that this project has. */
import type { CommandSpec } from "../../packages/cli/src/program.ts";

export interface Known {
  /** Of the root's package.json. */
  readonly scripts: readonly string[];
  readonly commands: readonly CommandSpec[];
  /** Version of pnpm that a machine without pnpm is told to fetch. */
  readonly pnpm: string;
}

const PNPM_ITSELF = ["install"];
/** Options of every command: `prepare` in the CLI's program. */
const EVERYWHERE = ["--help", "--json", "--lang"];

/** What is wrong with a line, or undefined: also where it is no command of ours (`curl`, `docker`). */
export function commandFault(line: string, known: Known): string | undefined {
  // An ellipsis stands for any command.
  if (line.endsWith("…")) return undefined;
  const words = line.split(/\s+/).filter((word) => !/^[A-Z_]+=/.test(word));
  if (words[0] === "npx") {
    const tool = words.find((word) => word.startsWith("pnpm@"));
    if (tool !== `pnpm@${known.pnpm}`) return `${line}: pnpm@${known.pnpm} is what this project is tested with`;
    return scriptFault(line, words.slice(words.indexOf(tool) + 1), known);
  }
  if (words[0] === "pnpm") return scriptFault(line, words.slice(1), known);
  return words[0] === "sanfen" ? sanfenFault(line, words.slice(1), known) : undefined;
}

function scriptFault(line: string, [script, ...rest]: readonly string[], known: Known): string | undefined {
  if (script === "sanfen") return sanfenFault(line, rest, known);
  if (script === "start") return sanfenFault(line, [script, ...rest], known);
  const isKnown = script !== undefined && [...known.scripts, ...PNPM_ITSELF].includes(script);
  return isKnown ? undefined : `${line}: package.json has no script ${script}`;
}

function sanfenFault(line: string, words: readonly string[], known: Known): string | undefined {
  const [name, ...rest] = words;
  if (name === undefined || name === "--help" || name === "help") return undefined;
  const command = known.commands.find((each) => each.name === name);
  if (!command) return `${line}: sanfen has no command ${name}`;
  const own = (command.options ?? []).flatMap((option) => option.flags.match(/--[\w-]+/g) ?? []);
  const flags = new Set([...EVERYWHERE, ...own]);
  const options = rest.map((word) => /^--[\w-]+/.exec(word)?.[0]).filter((word) => word !== undefined);
  const unknown = options.find((word) => !flags.has(word));
  return unknown === undefined ? undefined : `${line}: sanfen ${name} has no option ${unknown}`;
}
