/** What the routes and the background work of one process share. */
import type { Platform } from "@sanfen/service";
import { DoorKeeper } from "./door.ts";
import { Provenance } from "./facts/provenance.ts";
import { Archive } from "./imports/archive.ts";
import { ImportQueue } from "./imports/queue.ts";
import type { Shelf } from "./mapping/shelf.ts";

export interface Desk {
  readonly provenance: Provenance;
  readonly archive: Archive;
  readonly door: DoorKeeper;
  readonly imports: ImportQueue;
  /** Undefined until they have been read. */
  shelf: Shelf | undefined;
}

const desks = new WeakMap<Platform, Desk>();

/** The desk of a platform: the same for its routes and its work, which are set up apart. */
export function deskOf(platform: Platform): Desk {
  let desk = desks.get(platform);
  if (!desk) {
    const archive = new Archive(platform.config.dataDir);
    const door = new DoorKeeper(platform.site, platform.log);
    desk = {
      door,
      provenance: new Provenance(platform.config.demo),
      archive,
      imports: new ImportQueue(platform, archive, door),
      shelf: undefined,
    };
    desks.set(platform, desk);
  }
  return desk;
}
