/**
 * The newest output of every key, as rows: what each service publishes besides its topic. The owner writes them,
 * anyone may read them; the documents are the events of `schemas/`, so readers depend on nothing else.
 */
import {
  decode,
  encode,
  type Colour,
  type EventName,
  type EventTypes,
  type Grade,
  type Task,
  type Warning,
} from "@sanfen/events";
import { parentRegion } from "@sanfen/model";
import type { Collection } from "@sanfen/store";

export const GRADE_ROWS: Collection<Grade> = {
  name: "grades",
  ...avroCodec("Grade"),
  columns: { region: "text", grade: "text", score: "number", gone: "number", name: "text" },
  columnsOf: (_, { region, verdicts, gone, name }) => {
    const own = verdicts.at(-1);
    return { region, grade: own?.grade ?? null, score: own?.score ?? null, gone: gone ? 1 : 0, name };
  },
  indexes: [
    ["gone", "region"],
    ["gone", "grade", "region"],
    ["gone", "score"],
    ["gone", "name"],
  ],
};

export const COLOUR_ROWS: Collection<Colour> = {
  name: "colours",
  ...avroCodec("Colour"),
  columns: { parent: "text", level: "text", colour: "text" },
  columnsOf: (code, { level, colour }) => ({ parent: parentRegion(code) ?? null, level, colour }),
  indexes: [["parent"], ["level", "colour"]],
};

export const TASK_ROWS: Collection<Task> = {
  name: "tasks",
  ...avroCodec("Task"),
  columns: { state: "text", region: "text", subject: "text", createdOn: "number", assignee: "text" },
  columnsOf: (_, { state, region, subject, createdOn, assignee }) => ({ state, region, subject, createdOn, assignee }),
  indexes: [
    ["createdOn"],
    ["state", "createdOn"],
    ["region", "createdOn"],
    ["subject", "createdOn"],
    ["assignee", "createdOn"],
  ],
};

export const WARNING_ROWS: Collection<Warning> = {
  name: "warnings",
  ...avroCodec("Warning"),
  columns: { state: "text", region: "text", kind: "text", raisedOn: "number" },
  columnsOf: (_, { state, region, kind, raisedOn }) => ({ state, region, kind, raisedOn }),
  indexes: [["raisedOn"], ["state", "raisedOn"], ["region", "raisedOn"], ["kind", "raisedOn"]],
};

/** Documents that are events, stored as they travel. */
export function avroCodec<N extends EventName>(name: N): Pick<Collection<EventTypes[N]>, "encode" | "decode"> {
  return {
    encode: (doc) => encode(name, doc),
    decode: (bytes) => {
      const event = decode(bytes);
      if (event.name !== name) throw new TypeError(`a row of ${name} holds ${String(event.name)}`);
      return event.value as EventTypes[N];
    },
  };
}
