import { formatDay, type Day, type Problem } from "@sanfen/model";
import { encodeBodyOf } from "../body.ts";
import type { Fact } from "../generated/types.ts";
import { STATED_FIELDS, bodyShape } from "./fact-shape.ts";
import { Problems, quote } from "./problems.ts";
import { WRONG, readFields, readJson } from "./read-json.ts";

/** What the door needs to know of the site and the hour. */
export interface Door {
  isKnownRegion(code: string): boolean;
  /** Why the text is no identifier of an enterprise under the site's scheme; undefined when it is one. */
  whyNotEnterpriseId(id: string): string | undefined;
  /** Absent where the site has no catalogue: any code is taken. */
  isKnownProduct?(code: string): boolean;
  /** The day in force at the site. */
  readonly today: Day;
  /** Instant (ms) at which the platform takes the fact. */
  readonly recordedAt: number;
}

export type Admission = { readonly fact: Fact } | { readonly problems: readonly Problem[] };

/** Longest id, subject, source, sample and product code, in characters. */
const LONGEST_TEXT = 200;
/** Largest body, as encoded. */
const MOST_BODY_BYTES = 64 * 1024;
/** Nothing supervised is older. */
const EARLIEST: Day = Date.UTC(1949, 0, 1) / 86_400_000;

/** The members of a fact that its sender states, beside the body. */
type Stated = Omit<Fact, "body" | "recordedAt">;

/**
 * The door: a JSON document as people send it, to a fact, or everything that is wrong with it (the first hundred
 * problems), with JSON pointers that start at the fact.
 */
export function admitFact(input: unknown, door: Door): Admission {
  const problems = new Problems();
  // Read one by one, so that a member that is wrong hides nothing about the others.
  const stated = readFields(STATED_FIELDS, ["body"], input, "", problems) as Partial<Stated>;
  checkTexts(stated, problems);
  checkNumbers(stated, door, problems);
  checkCodes(stated, door, problems);
  const sent = typeof input === "object" && input !== null && "body" in input ? input.body : undefined;
  const body = readBody(stated, sent, problems);
  if (problems.count > 0) return { problems: problems.list };
  return { fact: { ...(stated as Stated), recordedAt: door.recordedAt, body } };
}

function checkTexts(stated: Partial<Stated>, problems: Problems): void {
  for (const name of ["id", "subject", "source", "sample", "product"] as const) {
    const text = stated[name];
    if (typeof text !== "string") continue;
    const length = text.length <= LONGEST_TEXT ? text.length : Array.from(text).length;
    if (length < 1 || length > LONGEST_TEXT) {
      problems.add(`/${name}`, "length", `must have 1 to ${LONGEST_TEXT} characters, has ${length}`);
    }
    if (/\p{Cc}/u.test(text)) problems.add(`/${name}`, "characters", "must not hold control characters");
  }
}

function checkNumbers(stated: Partial<Stated>, door: Door, problems: Problems): void {
  const { revision = 1, occurredOn = door.today } = stated;
  if (revision < 1) problems.add("/revision", "range", `revisions count from 1, not ${revision}`);
  if (occurredOn > door.today) {
    const detail = `${formatDay(occurredOn)} is after today, ${formatDay(door.today)}`;
    problems.add("/occurredOn", "date-future", detail);
  }
  if (occurredOn < EARLIEST) {
    problems.add("/occurredOn", "date-early", `${formatDay(occurredOn)} is before ${formatDay(EARLIEST)}`);
  }
}

function checkCodes(stated: Partial<Stated>, door: Door, problems: Problems): void {
  const { subject, subjectType, region, product } = stated;
  if (typeof region === "string") checkRegion(region, "/region", door, problems);
  if (typeof product === "string") checkProduct(product, "/product", door, problems);
  if (subject === undefined || subjectType === undefined) return;
  switch (subjectType) {
    case "region":
      return checkRegion(subject, "/subject", door, problems);
    case "product":
      return checkProduct(subject, "/subject", door, problems);
    case "enterprise": {
      const why = door.whyNotEnterpriseId(subject);
      if (why !== undefined) problems.add("/subject", "enterprise-id", why);
    }
  }
}

function checkRegion(code: string, pointer: string, door: Door, problems: Problems): void {
  if (!door.isKnownRegion(code)) problems.add(pointer, "region", `${quote(code)} is no region of this site`);
}

function checkProduct(code: string, pointer: string, door: Door, problems: Problems): void {
  if (door.isKnownProduct && !door.isKnownProduct(code)) {
    problems.add(pointer, "product", `${quote(code)} is not in the catalogue`);
  }
}

const NO_BODY = new Uint8Array(0);

/** The bytes of the body; empty for a retraction, and where problems were reported. An absent body is an empty object. */
function readBody(stated: Partial<Stated>, sent: unknown, problems: Problems): Uint8Array {
  const { kind, retracted } = stated;
  if (retracted) {
    if (sent !== undefined && sent !== null) {
      problems.add("/body", "retraction-body", "a retraction takes the fact back whole: it has no body");
    }
    return NO_BODY;
  }
  const shape = kind === undefined ? undefined : bodyShape(kind);
  if (kind === undefined || shape === undefined) return NO_BODY;
  const body = readJson(shape, sent === undefined ? {} : sent, "/body", problems);
  if (body === WRONG) return NO_BODY;
  const bytes = encodeBodyOf(kind, body as Parameters<typeof encodeBodyOf>[1]);
  if (bytes.length <= MOST_BODY_BYTES) return bytes;
  problems.add("/body", "body-size", `takes ${bytes.length} bytes; ${MOST_BODY_BYTES} is the most`);
  return NO_BODY;
}
