/**
 * Whether a control document has the form that folds rely on. What is checked here is what would otherwise throw in
 * every partition, at every retry: a bad document is refused, not suffered.
 */
import { parseDay } from "@sanfen/model";

export type DocumentKind = "site" | "scheme" | "catalogue" | "binding";

type Form = (value: unknown) => boolean;

const isText: Form = (value) => typeof value === "string" && value !== "";
const isName: Form = (value) => isRecord(value) && typeof value["zh"] === "string" && typeof value["en"] === "string";
const isDate: Form = (value) => typeof value === "string" && parseDay(value) !== undefined;
const isCount: Form = (value) => Number.isSafeInteger(value) && Number(value) > 0;
const listOf =
  (form: Form): Form =>
  (value) =>
    Array.isArray(value) && value.every((item) => form(item));

const FORMS: Readonly<Record<DocumentKind, Form>> = {
  site: record({
    name: isText,
    title: isName,
    zone: isText,
    clock: isText,
    enterpriseIds: isText,
    root: isText,
    levels: listOf(record({ id: isText, title: isName })),
  }),
  scheme: listOf(record({ code: isText, name: isName, level: isText })),
  catalogue: listOf(record({ code: isText, name: isName, tier: isText })),
  binding: record({ jurisdiction: listOf(isText), rulebook: isText, version: isCount, from: isDate }),
};

/** Members that are named must have the form; others are left alone, so that a later version may add some. */
function record(members: Readonly<Record<string, Form>>): Form {
  return (value) => isRecord(value) && Object.entries(members).every(([name, form]) => form(value[name]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function hasForm(kind: DocumentKind, document: unknown): boolean {
  return FORMS[kind](document);
}
