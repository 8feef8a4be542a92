import { type Enterprise, type EnterprisePage, readEnterprise, readEnterprisePage } from "./place/enterprise.ts";
import { readSite, type SiteView } from "./place/site.ts";
import { parseJson, readFields, readList, readText } from "./read-json.ts";

/** Why an answer did not come: no network or a server in trouble; there is no such thing; refused; or not understood. */
export type Trouble = "unavailable" | "missing" | "refused" | "conflict" | "unreadable";

/** `detail` is what the server said (problem+json), for a person to read; empty when it said nothing. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble; readonly detail: string };

/** `done`: the verdict is in the log. `pending`: accepted, the verdict will come over the live feed. */
type Acknowledged = "done" | "pending";

export interface Api {
  site(): Promise<Answer<SiteView>>;
  /** The first of a region's enterprises; of a grade alone where one is given. */
  enterprises(region: string, grade: string | null): Promise<Answer<EnterprisePage>>;
  enterprise(id: string): Promise<Answer<Enterprise>>;
  /** `actor` is the officer's number; `expected` is the warning's last accepted command as shown; somebody faster makes it a conflict. */
  acknowledge(id: string, actor: string, expected: string | null): Promise<Answer<Acknowledged>>;
}

/** How many enterprises of a region are asked for at a time, and shown. */
export const PAGE_SIZE = 50;
const TIMEOUT_MS = 10_000;

export function createApi(fetch: typeof globalThis.fetch): Api {
  const ask = async <T>(path: string, read: (value: unknown, status: number) => T | undefined, init?: RequestInit) => {
    const reply = await exchange(fetch, path, init);
    if (!reply.ok) return reply;
    const value = read(reply.value.body, reply.value.status);
    return value === undefined ? failure("unreadable") : ({ ok: true, value } as const);
  };
  return {
    site: () => ask("/v1/site", readSite),
    enterprises: (region, grade) => {
      const query = { region, ...(grade !== null && { grade }), limit: String(PAGE_SIZE) };
      return ask(`/v1/enterprises?${new URLSearchParams(query)}`, readEnterprisePage);
    },
    enterprise: (id) => ask(`/v1/enterprises/${encodeURIComponent(id)}`, readEnterprise),
    acknowledge: (id, actor, expected) =>
      ask(
        `/v1/warnings/${encodeURIComponent(id)}/acknowledge`,
        (_, status): Acknowledged => (status === 202 ? "pending" : "done"),
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ actor, expected }),
        },
      ),
  };
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

async function exchange(
  fetch: typeof globalThis.fetch,
  path: string,
  init: RequestInit | undefined,
): Promise<Answer<Reply>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = parseJson(await response.text());
    if (response.ok) return { ok: true, value: { status: response.status, body } };
    return failure(troubleOf(response.status), reasonIn(body));
  } catch (error) {
    // fetch rejects with one of these two for a broken line or the time-out; anything else is a mistake of ours.
    if (error instanceof TypeError || error instanceof DOMException) return failure("unavailable");
    throw error;
  }
}

/** What a problem document says to people: what is wrong, and each part of the input that is (RFC 9457). */
function reasonIn(body: unknown): string {
  const problem = readFields(body);
  const said = readText(problem?.["detail"]) ?? readText(problem?.["title"]);
  const errors = readList(problem?.["errors"], (error) => readText(readFields(error)?.["detail"]));
  return [said, ...errors].filter(Boolean).join("; ");
}

function troubleOf(status: number): Trouble {
  if (status === 404) return "missing";
  if (status === 409) return "conflict";
  return status >= 500 || status === 429 ? "unavailable" : "refused";
}

function failure(trouble: Trouble, detail = ""): { ok: false; trouble: Trouble; detail: string } {
  return { ok: false, trouble, detail };
}
