/**
 * Whether a page of `origin` may act on the server that it reached as `host` (the `Host` header): its own pages, and
 * those of the origins listed. A request without an origin comes from no page. Without this, any page that someone
 * visits could act on a server that listens on their own machine.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  listed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (listed.includes(origin)) return true;
  // The scheme is not compared: a proxy may speak HTTPS outside and HTTP to us.
  const url = URL.parse(origin);
  return url !== null && host !== undefined && url.host === host.toLowerCase();
}
