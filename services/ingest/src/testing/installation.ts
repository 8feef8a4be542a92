/** An installation of ingest alone, on SQLite in a folder of its own. */
import { decode, type Control, type Fact } from "@sanfen/events";
import { openSqliteLog, type Log, type LogRecord } from "@sanfen/log";
import { createServer, loadSite, type Platform, type Server } from "@sanfen/service";
import { testPlatform } from "@sanfen/service/testing";
import { openSqliteStore, type Store } from "@sanfen/store";
import { CONTROL, FACTS } from "@sanfen/stream";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, vi } from "vitest";
import type { ImportRecord } from "../imports/import.ts";
import { ingest } from "../index.ts";

export interface InstallationParts {
  readonly site?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Stands between the service and the log. */
  readonly log?: (log: Log) => Log;
  readonly clock?: () => number;
  /** Folder of an installation that was there before; it is then the caller's to remove. */
  readonly directory?: string;
}

export interface Installation {
  readonly directory: string;
  readonly platform: Platform;
  readonly server: Server;
  readonly address: string;
  /** All facts, partition by partition. */
  facts(): Promise<readonly Fact[]>;
  controls(): Promise<readonly Control[]>;
  /** Stops it and leaves the folder. */
  halt(): Promise<void>;
  /** Stops it and removes the folder. */
  stop(): Promise<void>;
}

export async function startInstallation(parts: InstallationParts = {}): Promise<Installation> {
  const directory = parts.directory ?? (await mkdtemp(join(tmpdir(), "sanfen-ingest-")));
  const siteName = parts.site ?? "jiaxing";
  const { site } = await loadSite(siteName);
  const log = openSqliteLog(join(directory, "log.db"));
  const store: Store = await openSqliteStore(join(directory, "state.db"));
  const plain = testPlatform({
    site,
    env: { SANFEN_SITE: siteName, SANFEN_DATA: directory, SANFEN_DEMO: "off", ...parts.env },
    clock: parts.clock ?? (() => Math.floor(performance.timeOrigin + performance.now())),
  });
  const platform: Platform = { ...plain, log: parts.log ? parts.log(log) : log, store };
  const server = await createServer({ platform, services: [ingest], serviceName: "ingest" });
  const halt = async (): Promise<void> => {
    await server.stop();
    await store.close();
    await log.close();
  };
  const address = await server.start().catch(async (error: unknown) => {
    await halt();
    throw error;
  });
  return {
    directory,
    platform,
    server,
    address,
    facts: async () => {
      const facts: Fact[] = [];
      for (let partition = 0; partition < platform.config.partitions; partition++) {
        for (const record of await recordsOf(log, FACTS, partition)) {
          const event = decode(record.value);
          if (event.name === "Fact") facts.push(event.value);
        }
      }
      return facts;
    },
    controls: async () =>
      (await recordsOf(log, CONTROL, 0)).flatMap((record) => {
        const event = decode(record.value);
        return event.name === "Control" ? [event.value] : [];
      }),
    halt,
    stop: async () => {
      await halt();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function recordsOf(log: Log, topic: string, partition: number): Promise<readonly LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const records of log.read(topic, partition, 0)) all.push(...records);
  return all;
}

export interface Uploaded {
  readonly status: number;
  readonly body: ImportRecord & { readonly detail: string; readonly type: string };
}

/** Sends a file over a socket. */
export async function upload(
  { address }: Pick<Installation, "address">,
  file: Readable | Uint8Array | string,
  query: Readonly<Record<string, string>>,
  type = "text/csv",
): Promise<Uploaded> {
  const body = file instanceof Readable ? (Readable.toWeb(file) as ReadableStream<Uint8Array>) : Buffer.from(file);
  const response = await fetch(`${address}/v1/imports?${new URLSearchParams(query).toString()}`, {
    method: "POST",
    headers: { "content-type": type },
    body,
    duplex: "half",
  } as RequestInit);
  return { status: response.status, body: (await response.json()) as Uploaded["body"] };
}

/** An import once it is done or has failed. */
export async function finishedImport({ address }: Pick<Installation, "address">, id: string): Promise<ImportRecord> {
  return vi.waitFor(
    async () => {
      const response = await fetch(`${address}/v1/imports/${id}`);
      const record = (await response.json()) as ImportRecord;
      expect(record.finishedAt).not.toBeNull();
      return record;
    },
    { timeout: 60_000, interval: 20 },
  );
}
