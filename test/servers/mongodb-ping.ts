import { once } from "node:events";
import { createConnection } from "node:net";

/** How long one question may take: a listening socket takes connections before anybody serves them. */
const answerTimeoutMs = 2000;

/** OP_MSG with the BSON document `{ping: 1, $db: "admin"}`: MongoDB wire protocol. */
const ping = Buffer.concat([
  Buffer.from(Uint32Array.of(51, 1, 0, 2013, 0).buffer),
  Buffer.from("\0\x1e\0\0\0\x10ping\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0", "latin1"),
]);

/** Whether a server answers there, in MongoDB's protocol. */
export async function serves(host: string, port: number): Promise<boolean> {
  const socket = createConnection({ port, host });
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    await once(socket, "connect", { signal });
    socket.write(ping);
    await once(socket, "data", { signal });
    return true;
  } catch {
    // Refused, closed or silent: not yet.
    return false;
  } finally {
    socket.on("error", () => undefined).destroy();
  }
}
