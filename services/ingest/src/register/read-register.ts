import { waitUntilCaughtUp, type Platform } from "@sanfen/service";
import { FACTS } from "@sanfen/stream";
import { Register, type Registered } from "./register.ts";
import { knownAs, REGISTER_ROWS, registerMachine } from "./register-rows.ts";

/**
 * The register with everything that the log holds now. Undefined while the fold is not there yet. Rejects with
 * LogError or StoreError.
 */
export async function readRegister(platform: Platform): Promise<Register | undefined> {
  if (await waitUntilCaughtUp(platform, registerMachine.name, FACTS)) return undefined;
  const enterprises: Registered[] = [];
  for (let partition = 0; partition < platform.config.partitions; partition++) {
    for await (const rows of platform.store.scan(REGISTER_ROWS, partition)) {
      for (const { id, doc } of rows) {
        const known = knownAs(doc);
        if (known) enterprises.push({ subject: id, ...known });
      }
    }
  }
  return new Register(enterprises);
}
