/** What a zip holds, before anything is made of it: names alone can be trusted, sizes are counted. */
import { openPromise, type Entry, type ZipFile } from "yauzl";

export interface ZipLimits {
  readonly entries: number;
  /** Bytes that come out of all entries together. */
  readonly bytes: number;
}

/**
 * Why a zip is not to be opened; undefined when it is within the limits. Every entry is inflated and counted: what its
 * directory says of sizes may be anything.
 */
export async function zipProblem(
  file: string,
  limits: ZipLimits,
): Promise<{ code: string; detail: string } | undefined> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, { lazyEntries: true, validateEntrySizes: true });
  } catch (error) {
    return {
      code: "broken-zip",
      detail: `the file is a broken zip: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  try {
    if (zip.entryCount > limits.entries) {
      return { code: "bomb", detail: `the file holds ${zip.entryCount} parts; ${limits.entries} are read at most` };
    }
    let bytes = 0;
    for await (const entry of zip.eachEntry()) {
      bytes = await inflatedBytes(zip, entry, bytes, limits.bytes);
      if (bytes > limits.bytes) {
        return {
          code: "bomb",
          detail: `the file grows to more than ${limits.bytes} bytes; save the table as CSV, which may be larger`,
        };
      }
    }
    return undefined;
  } catch (error) {
    return {
      code: "broken-zip",
      detail: `the file is a broken zip: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    zip.close();
  }
}

async function inflatedBytes(zip: ZipFile, entry: Entry, before: number, limit: number): Promise<number> {
  let bytes = before;
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    bytes += (chunk as Buffer).length;
    if (bytes > limit) break;
  }
  return bytes;
}
