import type { EventName, EventTypes } from "@sanfen/events";

/** An event on its way out, with the version position at which its content was computed. */
export interface Output<N extends EventName = EventName> {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly name: N;
  readonly value: EventTypes[N];
  readonly at: number;
}

interface List {
  readonly items: (Output | undefined)[];
  /** Where the newest output of a key since the last mark stands in `items`. */
  readonly newest: Map<string, number>;
}

/**
 * What a batch has to say, as one ordered list per output partition. An output gives way to a later one of the same
 * topic and key, but never to one beyond a mark: stage two freezes what it has seen at the mark.
 */
export class Outbox {
  #lists = new Map<string, List>();

  push(output: Output): void {
    const { items, newest } = this.#listOf(output);
    const before = newest.get(output.key);
    if (before !== undefined) items[before] = undefined;
    newest.set(output.key, items.push(output) - 1);
  }

  /** Appends an output that none replaces and that replaces none: a command. */
  append(output: Output): void {
    this.#listOf(output).items.push(output);
  }

  /** Appends a mark: the outputs before it stay as they are. */
  mark(output: Output): void {
    const { items, newest } = this.#listOf(output);
    items.push(output);
    newest.clear();
  }

  /** The lists in hand; the outbox is empty afterwards. */
  take(): readonly (readonly Output[])[] {
    const lists = [...this.#lists.values()].map(({ items }) => items.filter((output) => output !== undefined));
    this.#lists = new Map();
    return lists;
  }

  #listOf({ topic, partition }: Output): List {
    const id = `${topic}/${partition}`;
    let list = this.#lists.get(id);
    if (!list) {
      list = { items: [], newest: new Map() };
      this.#lists.set(id, list);
    }
    return list;
  }
}
