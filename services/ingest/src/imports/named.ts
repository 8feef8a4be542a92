/** Facts of enterprises that a table only names: found in the register, or put on the list for a person. */
import type { Day } from "@sanfen/model";
import type { Store } from "@sanfen/store";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MappedFact, Named } from "../mapping/compile.ts";
import type { Register } from "../register/register.ts";
import { UNMATCHED_ROWS, unmatchedObject, type UnmatchedCause } from "../unmatched/unmatched.ts";
import type { Cause } from "./causes.ts";
import type { FactsByDay } from "./days.ts";

/** A fact whose enterprise is to be found. */
export interface NamedFact {
  readonly row: number;
  readonly day: Day;
  readonly mapped: MappedFact & { readonly match: Named };
}

const CHUNK = 200;

/**
 * Puts what is found under its day, and answers what is not. What is on the list already stays there, decided or not,
 * even if the register has come to know the name: an id belongs to one subject, and a person may choose another one.
 * Rejects with StoreError.
 */
export async function placeNamed(
  named: readonly NamedFact[],
  ports: {
    readonly register: Register;
    readonly store: Pick<Store, "get">;
    readonly importId: string;
  },
  days: FactsByDay,
): Promise<{ readonly waiting: readonly Cause[]; readonly known: number }> {
  const { register, store, importId } = ports;
  const waiting: Cause[] = [];
  let known = 0;
  for (let i = 0; i < named.length; i += CHUNK) {
    const chunk = named.slice(i, i + CHUNK);
    const listed = await store.get(
      UNMATCHED_ROWS,
      chunk.map(({ mapped }) => unmatchedObject(mapped.fact.id)),
    );
    for (const { row, day, mapped } of chunk) {
      const { fact, rule, repeat, says, match, json } = mapped;
      const object = unmatchedObject(fact.id);
      const subject = register.find(match.name, match.address);
      if (listed.has(object)) known += 1;
      else if (subject !== undefined) days.add({ fact: { ...fact, subject }, day, rule, repeat, says });
      else {
        const candidates = register.candidates(match.name);
        const document: UnmatchedCause = { import: importId, row, ...match, candidates, fact: json };
        waiting.push({ id: `found-${object}`, object, document });
      }
    }
    // Looking for candidates takes its time.
    await nextTurn();
  }
  return { waiting, known };
}
