/** One run of `sanfen`: words in, exit code out. The process itself is `main.ts`'s. */
import { CommanderError } from "commander";
import { commandSpecs } from "./commands.ts";
import { CliError, EXIT, type ExitCode } from "./exit.ts";
import { languageOf, say, type Language } from "./language.ts";
import about from "../package.json" with { type: "json" };
import { codeOf, makeProgram } from "./program.ts";
import { Terminal, type TerminalParts } from "./terminal.ts";

export type RunParts = Omit<TerminalParts, "language" | "json"> & {
  /** Without the interpreter and the script. */
  readonly args: readonly string[];
};

/** Never rejects for what is expected; what is not is shown with its stack. */
export async function runCli(parts: RunParts): Promise<ExitCode> {
  const { args, env, stdout, stderr, signal } = parts;
  const language = languageOf(args, env);
  let code: ExitCode = EXIT.ok;
  try {
    const program = makeProgram(commandSpecs(language), {
      language,
      version: about.version,
      write: (text) => void stdout.write(text),
      writeError: (text) => void stderr.write(text),
      terminal: (json) => new Terminal({ ...parts, language, json: json || args.includes("--json") }),
      done: (result) => {
        code = result;
      },
    });
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return codeOf(error);
    if (signal.aborted && !(error instanceof CliError)) return EXIT.interrupted;
    stderr.write(shown(error, language));
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  }
}

function shown(error: unknown, language: Language): string {
  if (error instanceof CliError) {
    const { text, wayOut } = error;
    return `sanfen: ${say(text, language)}\n${wayOut ? `  → ${say(wayOut, language)}\n` : ""}`;
  }
  return `sanfen: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}
