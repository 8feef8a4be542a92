/** What an error of SQLite means to a caller. Codes: https://www.sqlite.org/rescode.html */
import { StoreError, type StoreErrorCode } from "./store.ts";

const busy = 5;
const locked = 6;
const readOnly = 8;
const ioError = 10;
const full = 13;
const cannotOpen = 14;
/** The shared-memory file could not grow: a full disk, though SQLite files it under I/O errors. */
const ioErrorSharedMemorySize = 4874;

/** A StoreError where one fits, else the error as it came. */
export function classified(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  return new StoreError(code, `sqlite: ${error.message}`, { cause: error });
}

function codeOf(error: unknown): StoreErrorCode | undefined {
  if (error instanceof StoreError || typeof error !== "object" || error === null) return undefined;
  if ("code" in error && error.code === "ENOSPC") return "full";
  if (!("errcode" in error) || typeof error.errcode !== "number") return undefined;
  if (error.errcode === ioErrorSharedMemorySize) return "full";
  // The low byte is the primary code.
  switch (error.errcode % 256) {
    case full:
      return "full";
    case busy:
    case locked:
    case readOnly:
    case ioError:
    case cannotOpen:
      return "unavailable";
    default:
      return undefined;
  }
}
