/** The register as ingest knows it: names and addresses of enterprises, to match bulletins that carry no codes. Pure. */
import { decodeBody, type Fact } from "@sanfen/events";
import { jsonCodec, type Collection } from "@sanfen/store";
import { FACTS, type MachineKind, type Stamped } from "@sanfen/stream";
import { rowMachine, type Reduced } from "../rows/row-machine.ts";

/** What one fact of the register says, in the revision that stands. */
interface Entry {
  readonly id: string;
  readonly revision: number;
  readonly retracted: boolean;
  readonly occurredOn: number;
  /** Null where it names none; `gone` for a deregistration. */
  readonly name: string | null;
  readonly address: string | null;
  readonly gone: boolean;
}

export interface RegisterRow {
  readonly entries: readonly Entry[];
}

export const REGISTER_ROWS: Collection<RegisterRow> = {
  name: "ingest_register",
  ...jsonCodec<RegisterRow>(),
  columns: {},
  columnsOf: () => ({}),
  indexes: [],
};

const KINDS: ReadonlySet<string> = new Set(["registration", "change", "deregistration"]);

export const registerMachine: MachineKind = rowMachine<RegisterRow>({
  name: "ingest-register",
  topic: FACTS,
  collection: REGISTER_ROWS,
  concerns: ({ event }) =>
    event.name === "Fact" && event.value.subjectType === "enterprise" && KINDS.has(event.value.kind),
  reduce: reduceRegister,
});

/** Facts merge: the highest revision of an id stands, of equal ones the greater text; order and repetition do not matter. */
export function reduceRegister(row: RegisterRow | undefined, { event }: Stamped): Reduced<RegisterRow> {
  if (event.name !== "Fact") return { same: true };
  const entry = entryOf(event.value);
  const entries = row?.entries ?? [];
  const held = entries.find(({ id }) => id === entry.id);
  if (held && !stands(entry, held)) return { same: true };
  const others = entries.filter(({ id }) => id !== entry.id);
  return { row: { entries: [...others, entry].sort((a, b) => (a.id < b.id ? -1 : 1)) } };
}

function entryOf(fact: Fact): Entry {
  const { id, revision, retracted, occurredOn, kind } = fact;
  const body = retracted ? null : decodeBody(fact);
  const said = body?.name === "Registration" ? body.value : { name: null, address: null };
  return {
    id,
    revision,
    retracted,
    occurredOn,
    name: said.name,
    address: said.address,
    gone: kind === "deregistration",
  };
}

function stands(a: Entry, b: Entry): boolean {
  return a.revision === b.revision ? JSON.stringify(a) > JSON.stringify(b) : a.revision > b.revision;
}

/** Name and address by which an enterprise is known: of the newest fact naming one, ties by id. Undefined once it is gone. */
export function knownAs({
  entries,
}: RegisterRow): { readonly name: string; readonly address: string | null } | undefined {
  const order = entries
    .filter(({ retracted }) => !retracted)
    .toSorted((a, b) => (a.occurredOn === b.occurredOn ? (a.id < b.id ? -1 : 1) : a.occurredOn - b.occurredOn));
  const name = order.findLast((entry) => entry.name !== null && entry.name !== "");
  if (!name?.name || order.at(-1)?.gone) return undefined;
  return { name: name.name, address: order.findLast((entry) => entry.address !== null)?.address ?? null };
}
