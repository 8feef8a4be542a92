/**
 * Control records as a machine keeps them: documents are rows that never change, one per number; how far they hold is
 * part of the checkpoint, stored with the position. So a take-over stands exactly where the position stands, even
 * when a row of a later document was stored already.
 */
import { decode, encode, type Control } from "@sanfen/events";
import type { Collection, Row } from "@sanfen/store";
import { applyControl, NO_CONTROL, type ControlState, type ControlStep } from "./control.ts";
import type { Held } from "./machine.ts";

interface ClockPoint {
  readonly number: number;
  readonly instant: number;
  readonly day: number | null;
  /** Number of the last document in force; later ones up to `number` wait for midnight. */
  readonly inForceUpTo: number;
}

export function documentRows(service: string): Collection<Control> {
  return {
    name: `${service}_documents`.replaceAll("-", "_"),
    encode: (control) => encode("Control", control),
    decode: decodeControl,
    columns: {},
    columnsOf: () => ({}),
    indexes: [],
  };
}

function decodeControl(bytes: Uint8Array): Control {
  const event = decode(bytes);
  if (event.name !== "Control") throw new TypeError(`a document row holds ${String(event.name)}`);
  return event.value;
}

/** The control of one partition: its state, and what of it is not stored yet. */
export class KeptControl {
  readonly collection: Collection<Control>;
  readonly #held: Held;
  #unstored: Row<Control>[] = [];
  #inForceUpTo = -1;
  #lastDocument = -1;
  state: ControlState = NO_CONTROL;

  constructor(collection: Collection<Control>, held: Held, point: unknown) {
    this.collection = collection;
    this.#held = held;
    if (point) this.#restore(point as ClockPoint);
  }

  apply(control: Control, at: number): ControlStep {
    const step = applyControl(this.state, control);
    if ("refused" in step) return step;
    if (control.kind !== "tick") {
      this.#lastDocument = control.number;
      this.#unstored.push({
        id: `${this.#held.partition}/${String(control.number).padStart(12, "0")}`,
        partition: this.#held.partition,
        version: { epoch: this.#held.epoch, at },
        doc: control,
      });
    } else if (step.newDay) {
      this.#inForceUpTo = this.#lastDocument;
    }
    this.state = step.state;
    return step;
  }

  get dirty(): number {
    return this.#unstored.length;
  }

  takeRows(): readonly Row<Control>[] {
    const rows = this.#unstored;
    this.#unstored = [];
    return rows;
  }

  checkpoint(): ClockPoint {
    const { number, instant, day } = this.state;
    return { number, instant, day, inForceUpTo: this.#inForceUpTo };
  }

  #restore(point: ClockPoint): void {
    const documents = this.#held
      .rows(this.collection)
      .map((row) => row.doc)
      .filter((control) => control.number <= point.number)
      .sort((a, b) => a.number - b.number);
    let state = NO_CONTROL;
    for (const control of documents) {
      const step = applyControl(state, control);
      if ("refused" in step) throw new Error(`stored document ${control.number} is refused: ${step.detail}`);
      state = step.state;
      if (control.number === point.inForceUpTo) state = { ...state, inForce: state.pending!, pending: null };
      this.#lastDocument = control.number;
    }
    this.#inForceUpTo = point.inForceUpTo;
    this.state = { ...state, number: point.number, instant: point.instant, day: point.day };
  }
}
