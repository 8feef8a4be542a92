/** Brings the documents of the site into the log: what holds is what the log says, whatever files say later. */
import { decode, type ControlKind } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import type { Platform } from "@sanfen/service";
import { RULEBOOKS } from "@sanfen/rulebook";
import { appendControl, CONTROL, ControlReader, missingDocuments } from "@sanfen/stream";

/** Who the documents of the site's own files say they are from. */
const SITE_ACTOR = "site";

/**
 * Appends what `sanfen.control` does not hold yet of site, regions, catalogue, rulebooks and bindings. A document that
 * somebody has replaced since, by an import say, is left as it is. Rejects with LogError, and with
 * OtherSite before anything is appended.
 */
export async function publishDocuments({ log, site }: Pick<Platform, "log" | "site">): Promise<void> {
  const control = new ControlReader(log);
  await control.refresh();
  const replaced = await replacedKinds(log);
  const missing = missingDocuments(site, RULEBOOKS, control.latest, SITE_ACTOR);
  await appendControl(
    log,
    missing.filter(({ kind }) => !replaced.has(kind)),
  );
}

/** Kinds of document of which the newest is not from the site's files. */
async function replacedKinds(log: Pick<Log, "read">): Promise<ReadonlySet<ControlKind>> {
  const replaced = new Set<ControlKind>();
  for await (const records of log.read(CONTROL, 0, 0)) {
    for (const record of records) {
      const event = decode(record.value);
      if (event.name !== "Control" || !REPLACEABLE.has(event.value.kind)) continue;
      if (event.value.actor === SITE_ACTOR) replaced.delete(event.value.kind);
      else replaced.add(event.value.kind);
    }
  }
  return replaced;
}

/** Documents of which there is one, the newest. */
const REPLACEABLE: ReadonlySet<ControlKind> = new Set<ControlKind>(["site", "scheme", "catalogue"]);
