/** What a command has of the world: words in, words out, and the wish to stop. */
import type { Text } from "@sanfen/model";
import { say, type Language } from "./language.ts";

export interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface TerminalParts {
  readonly language: Language;
  /** Results go here as JSON instead of words. */
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export class Terminal {
  readonly language: Language;
  readonly json: boolean;
  readonly env: TerminalParts["env"];
  readonly stdout: Stream;
  readonly stderr: TerminalParts["stderr"];
  readonly signal: AbortSignal;

  constructor({ language, json, env, stdout, stderr, signal }: TerminalParts) {
    this.language = language;
    this.json = json;
    this.env = env;
    this.stdout = stdout;
    this.stderr = stderr;
    this.signal = signal;
  }

  words(text: Text): string {
    return say(text, this.language);
  }

  /** A line of the result, for people; nothing where the result is JSON. */
  line(text: Text | string): void {
    if (!this.json) this.stdout.write(`${typeof text === "string" ? text : this.words(text)}\n`);
  }

  /** The result for machines; nothing where it is words. */
  result(value: unknown): void {
    if (this.json) this.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A line about what goes on, beside the result. */
  note(text: Text | string): void {
    this.stderr.write(`${typeof text === "string" ? text : this.words(text)}\n`);
  }
}
