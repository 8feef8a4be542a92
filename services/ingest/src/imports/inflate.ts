/** The bytes of an uploaded file: as they are, or out of gzip, with a bound on what comes out. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { faultOf } from "./import.ts";

export interface InflateLimits {
  /** Bytes that come out, at most. */
  readonly bytes: number;
  /** Bytes that come out of one that went in, once more than `freeBytes` came out. Tables shrink to a 20th at most. */
  readonly ratio: number;
  readonly freeBytes: number;
}

const INFLATE_LIMITS: InflateLimits = { bytes: 1_073_741_824, ratio: 200, freeBytes: 1_048_576 };

export type FileForm = "gzip" | "zip" | "plain";

/** What a file is by its first bytes: what it is called, or sent as, does not matter. */
export async function formOf(file: string): Promise<FileForm> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead >= 2 && buffer.readUInt16BE(0) === 0x1f8b) return "gzip";
    return bytesRead === 4 && buffer.readUInt32BE(0) === 0x504b0304 ? "zip" : "plain";
  } finally {
    await handle.close();
  }
}

/**
 * The bytes of a table's file. A gzip that grows beyond the limits ends it with an ImportFault; one that breaks off
 * gives what was whole and then the fault, so that the rows before it can be used: see `code`.
 */
export async function* tableBytes(
  file: string,
  form: "gzip" | "plain",
  progress: (bytesRead: number) => void,
  limits: InflateLimits = INFLATE_LIMITS,
): AsyncGenerator<Uint8Array, void, void> {
  const source = createReadStream(file, { highWaterMark: 65_536 });
  if (form === "plain") {
    for await (const chunk of source) {
      progress(source.bytesRead);
      yield chunk as Buffer;
    }
    return;
  }
  const gunzip = createGunzip();
  // Its errors come out of the loop below, which reads the last of the two.
  const feeding = pipeline(source, gunzip).catch(() => undefined);
  let bytes = 0;
  try {
    for await (const chunk of gunzip) {
      bytes += (chunk as Buffer).length;
      const grown = bytes / Math.max(1, gunzip.bytesWritten);
      if (bytes > limits.bytes || (bytes > limits.freeBytes && grown > limits.ratio)) {
        throw faultOf(
          "bomb",
          `the gzip grows to more than ${bytes > limits.bytes ? `${limits.bytes} bytes` : `${limits.ratio} times its size`}`,
        );
      }
      progress(source.bytesRead);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw isZlibError(error) ? faultOf("broken-gzip", `the gzip is broken or breaks off: ${error.message}`) : error;
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
