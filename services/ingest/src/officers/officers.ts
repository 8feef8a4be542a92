/**
 * The roster of officers, by number: what people are called is not for a log that is kept for ever. Commands to one
 * object (`officer:<number>`) → its row. Pure.
 */
import type { Door } from "@sanfen/events";
import type { RecordCheck } from "../catalogue/catalogue.ts";
import { jsonCodec, type Collection } from "@sanfen/store";
import { COMMANDS, type MachineKind, type Stamped } from "@sanfen/stream";
import { rowMachine, type Reduced } from "../rows/row-machine.ts";

export const OFFICER_PREFIX = "officer:";

interface Officer {
  readonly id: string;
  /** Region that the officer is responsible for. */
  readonly region: string | null;
  /** Body that employs the officer. */
  readonly workplace: string | null;
  /** What the officer is there. */
  readonly post: string | null;
  readonly active: boolean;
}

interface OfficerRow extends Officer {
  /** Position of the command that said so. */
  readonly at: number;
}

export const OFFICER_ROWS: Collection<OfficerRow> = {
  name: "officers",
  ...jsonCodec<OfficerRow>(),
  columns: { region: "text", active: "number" },
  columnsOf: (_, { region, active }) => ({ region, active: active ? 1 : 0 }),
  indexes: [["active"], ["region", "active"]],
};

export const officerMachine: MachineKind = rowMachine<OfficerRow>({
  name: "ingest-officers",
  topic: COMMANDS,
  collection: OFFICER_ROWS,
  concerns: ({ key }) => key.startsWith(OFFICER_PREFIX),
  reduce: reduceOfficer,
});

/** The newest roster that names an officer holds. */
function reduceOfficer(row: OfficerRow | undefined, { event, at }: Stamped): Reduced<OfficerRow> {
  if (event.name !== "Command" || event.value.kind !== "cause") return { bad: "nothing that is said of an officer" };
  if (row && row.at >= at) return { same: true };
  const officer = readOfficer(event.value.document);
  return officer ? { row: { ...officer, at } } : { bad: "not an officer" };
}

function readOfficer(document: string): Officer | undefined {
  try {
    const {
      id,
      region = null,
      workplace = null,
      post = null,
      active = true,
    } = JSON.parse(document) as Partial<Officer>;
    return id === undefined ? undefined : { id, region, workplace, post, active };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const NUMBER = /^[A-Za-z0-9_.-]{1,64}$/;
const TEXTS = ["region", "workplace", "post"] as const;

/** Checks the rows of a roster. */
export function officerCheck(door: Pick<Door, "isKnownRegion">): RecordCheck {
  return (record) => {
    const { id, region, active = true } = record;
    const problems = [];
    if (typeof id !== "string" || !NUMBER.test(id)) {
      problems.push({
        column: "",
        code: "officer-id",
        detail: "an officer is known by a number: letters, digits, - _ .",
      });
    }
    if (typeof region === "string" && !door.isKnownRegion(region)) {
      problems.push({ column: "", code: "region", detail: `${JSON.stringify(region)} is no region of this site` });
    }
    const isText = TEXTS.every((name) => record[name] === undefined || typeof record[name] === "string");
    if (!isText || typeof active !== "boolean") problems.push({ column: "", code: "type", detail: "is no officer" });
    return problems;
  };
}
