/** The display's files: `/` and what it loads. */
import type { Asset } from "@sanfen/display";
import type { App } from "@sanfen/service";
import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** Assets whose names change with their content. */
const HASHED = "/assets/";
const FOR_EVER = "public, max-age=31536000, immutable";
/** Kept, but asked about each time: the answer is 304 for as long as it is the same. */
const ASKED = "no-cache";

/** Adds a route for each file. `csp` is the content security policy under which they run. */
export async function addPages(app: App, assets: ReadonlyMap<string, Asset>, csp: string): Promise<void> {
  for (const [path, { body, type }] of assets) {
    const plain = Buffer.from(body);
    // gzip alone: over plain HTTP, as in an office network, browsers offer nothing better.
    const zipped = await promisify(gzip)(plain);
    const tag = hash("sha256", plain, "hex").slice(0, 16);
    app.get(path, { config: { access: "public" }, schema: { hide: true } }, (request, reply) => {
      const isZipped = acceptsGzip(request.headers["accept-encoding"]);
      // Two forms of one file are told apart (RFC 9110, section 8.8.3.3).
      const etag = isZipped ? `"${tag}-gzip"` : `"${tag}"`;
      void reply.headers({
        "cache-control": path.startsWith(HASHED) ? FOR_EVER : ASKED,
        "content-security-policy": csp,
        etag,
        vary: "accept-encoding",
      });
      if (isNamed(request.headers["if-none-match"], etag)) return reply.code(304).send();
      if (isZipped) void reply.header("content-encoding", "gzip");
      return reply.type(type).send(isZipped ? zipped : plain);
    });
  }
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  const offers = String(header ?? "")
    .toLowerCase()
    .split(",")
    .map((offer) => offer.replaceAll(/\s/g, "").split(";q="));
  return offers.some(([coding, weight]) => coding === "gzip" && Number(weight ?? 1) > 0);
}

/** Whether `If-None-Match` names the tag: weakly, as for any GET (RFC 9110, section 13.1.2). */
function isNamed(header: string | undefined, etag: string): boolean {
  const tags = header?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(etag) || tags.includes("*");
}
