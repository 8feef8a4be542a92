import { LogError } from "../log.ts";
import type { Settings } from "./options.ts";
import { within } from "./within.ts";

/** kafkajs tries several times, each as long as a request may take: too long for who must be told. */
const connectMs = 4_000;

/** The client, connected. Throws LogError `unavailable` after four seconds, and what kafkajs throws before. */
export async function connected<C extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  client: C,
  settings: Settings,
): Promise<C> {
  try {
    await within(connectMs, client.connect(), () => new LogError("unavailable", `no answer within ${connectMs} ms`));
    return client;
  } catch (error) {
    client.disconnect().catch(settings.notEnded);
    throw error;
  }
}
