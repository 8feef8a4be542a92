/**
 * Whether an installation holds real facts or simulated ones. Never both: a display that mixed them would lie.
 *
 * The log says which: its first fact, whatever the configuration. An empty installation becomes what its first fact
 * is; simulated ones begin one only where the demo is wanted (`SANFEN_DEMO=simulated`).
 */
import { decode } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import { problem, type ProblemDocument } from "@sanfen/service";
import { FACTS } from "@sanfen/stream";

export type Holding = "nothing" | "simulated" | "real";

export class Provenance {
  readonly #demoWanted: boolean;
  #holding: Holding | undefined;

  constructor(demo: "simulated" | "off") {
    this.#demoWanted = demo === "simulated";
  }

  /** Undefined until `read` has been through the log. */
  get holding(): Holding | undefined {
    return this.#holding;
  }

  /** Reads the log up to its first fact. Rejects with LogError. */
  async read(log: Pick<Log, "read">, partitions: number): Promise<void> {
    const found = await firstFact(log, partitions);
    this.#holding ??= found === undefined ? "nothing" : found ? "simulated" : "real";
  }

  /** Why a fact may not come in beside those that are there; undefined when it may. */
  refusal(simulated: boolean): ProblemDocument | undefined {
    if (this.#holding === undefined) {
      return problem(503, "starting", "Not available now", "what the log holds has not been read yet; try again");
    }
    if (!simulated && this.#holding === "simulated") {
      return problem(
        409,
        "simulated-installation",
        "This installation holds simulated facts",
        "real facts are not mixed with simulated ones: begin an installation of your own with `sanfen start --fresh`",
      );
    }
    if (simulated && (this.#holding === "real" || !this.#demoWanted)) {
      return problem(
        409,
        "no-simulated-facts",
        "Simulated facts are not taken here",
        "this installation is for real facts; simulated ones want an empty one with SANFEN_DEMO=simulated",
      );
    }
    return undefined;
  }

  /** A fact that was not refused is about to go in: from here on the installation holds its like. */
  settle(simulated: boolean): void {
    if (this.#holding === "nothing") this.#holding = simulated ? "simulated" : "real";
  }
}

async function firstFact(log: Pick<Log, "read">, partitions: number): Promise<boolean | undefined> {
  for (let partition = 0; partition < partitions; partition++) {
    for await (const records of log.read(FACTS, partition, 0)) {
      for (const record of records) {
        const event = decode(record.value);
        if (event.name === "Fact") return event.value.simulated;
      }
    }
  }
  return undefined;
}
