/** An upload on its way to the disk. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { problem, ProblemError } from "@sanfen/service";

/** Bytes of a file, as sent. */
const MAX_UPLOAD_BYTES = 256 * 1_048_576;

/**
 * Writes a stream to a file, synced before it resolves with the number of bytes. Rejects with ProblemError where the
 * file is too large or the disk is full; as the stream does where the client went away.
 */
export async function receive(
  stream: AsyncIterable<Buffer>,
  file: string,
  maxBytes: number = MAX_UPLOAD_BYTES,
): Promise<number> {
  let bytes = 0;
  async function* bounded(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw new ProblemError(
          problem(413, "file-too-large", "File too large", `a file has ${maxBytes} bytes at most`),
        );
      yield chunk;
    }
  }
  try {
    await pipeline(stream, bounded, createWriteStream(file, { flush: true }));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
      const detail = "there is no room on the disk for the file; nothing was kept of it";
      throw new ProblemError(problem(507, "disk-full", "No room", detail));
    }
    throw error;
  }
  return bytes;
}
