/** Talks to a running server: JSON in and out, refusals and silence as errors that say the way out. */
import { setTimeout as pause } from "node:timers/promises";
import { CliError, EXIT } from "./exit.ts";

export const DEFAULT_SERVER = "http://127.0.0.1:8080";

/** A problem document (RFC 9457), as far as people are told of it. */
interface ProblemAnswer {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail?: string }[];
}

/** Kinds of problem that mean a slip on the command line, not a failure of what it asked for. */
const SLIPS: ReadonlySet<string | undefined> = new Set(["urn:sanfen:problem:unknown-mapping"]);

const MOST_TRIES = 20;
const LONGEST_WAIT_S = 30;
const SHOWN_ERRORS = 10;

export class Client {
  readonly base: string;
  readonly #signal: AbortSignal;

  /** `base` without a trailing slash. Throws CliError where it is no URL. */
  constructor(base: string, signal: AbortSignal) {
    if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
      throw new CliError(
        EXIT.usage,
        { zh: `${base} 不是服务的地址`, en: `${base} is no address of a server` },
        { zh: `例如 ${DEFAULT_SERVER}`, en: `one looks like ${DEFAULT_SERVER}` },
      );
    }
    this.base = base.replace(/\/+$/, "");
    this.#signal = signal;
  }

  /** Whether something answers there. */
  async isThere(): Promise<boolean> {
    return fetch(`${this.base}/livez`, { signal: AbortSignal.any([this.#signal, AbortSignal.timeout(2_000)]) }).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  async get<T>(path: string): Promise<T> {
    const answer = await this.#send(path, {});
    return (await answer.json()) as T;
  }

  async text(path: string): Promise<string> {
    return (await this.#send(path, {})).text();
  }

  async post<T>(path: string, body: string | FormData, contentType?: string): Promise<T> {
    const headers = contentType === undefined ? undefined : { "content-type": contentType };
    const answer = await this.#send(path, { method: "POST", body, ...(headers && { headers }) });
    return (await answer.json()) as T;
  }

  /** Asks again where the server says that it cannot at the moment. Rejects with CliError. */
  async #send(path: string, init: RequestInit): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#fetch(path, init);
      if (answer.ok) return answer;
      if (answer.status !== 503 || tries >= MOST_TRIES) throw await refusal(answer);
      await answer.body?.cancel();
      const seconds = Math.min(LONGEST_WAIT_S, Number(answer.headers.get("retry-after")) || 1);
      await pause(seconds * 1_000, undefined, { signal: this.#signal });
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.base}${path}`, { ...init, signal: this.#signal });
    } catch (error) {
      if (this.#signal.aborted) throw error;
      throw new CliError(
        EXIT.unreachable,
        { zh: `${this.base} 没有应答`, en: `${this.base} does not answer` },
        {
          zh: "先运行 sanfen start，或用 --to 指明服务的地址",
          en: "run sanfen start first, or name the server with --to",
        },
        { cause: error },
      );
    }
  }
}

async function refusal(answer: Response): Promise<CliError> {
  const text = await answer.text();
  const problem = problemIn(text);
  const errors = (problem.errors ?? [])
    .slice(0, SHOWN_ERRORS)
    .map(({ pointer, detail }) => `\n  ${pointer ? `${pointer}: ` : ""}${detail ?? ""}`)
    .join("");
  const said = `${problem.title ?? answer.statusText}${problem.detail ? `: ${problem.detail}` : ""}${errors}`;
  const isSlip = SLIPS.has(problem.type);
  return new CliError(answer.status === 503 ? EXIT.unreachable : isSlip ? EXIT.usage : EXIT.failed, {
    zh: `服务拒绝（${answer.status}）：${said}`,
    en: `the server refuses (${answer.status}): ${said}`,
  });
}

function problemIn(text: string): ProblemAnswer {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // No problem document: something other than sanfen answered. The status line says what there is to say.
    return {};
  }
}
