/** What an error of the driver or the server means to a caller. Codes: mongod's `error_codes.yml`. */
import {
  MongoBulkWriteError,
  MongoDriverError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from "mongodb";
import { StoreError, type StoreErrorCode } from "./store.ts";

export const duplicateKey = 11_000;
export const namespaceNotFound = 26;

const outOfDiskSpace = 14_031;
/** Refused credentials pass when somebody corrects them; the rest are states of a server or a replica set in motion. */
const passing = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  13, // Unauthorized
  18, // AuthenticationFailed
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  112, // WriteConflict
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  262, // ExceededTimeLimit
  9001, // SocketException
  10_058, // LegacyNotPrimary
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
]);

/** A StoreError where one fits, else the error as it came. */
export function classified(error: unknown): unknown {
  if (!(error instanceof MongoError)) return error;
  const code = codeOf(error);
  return code === undefined ? error : new StoreError(code, `mongodb: ${error.message}`, { cause: error });
}

function codeOf(error: MongoError): StoreErrorCode | undefined {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return "unavailable";
  // A bulk write wraps whatever went wrong; without a server's code, no server answered.
  if (error instanceof MongoBulkWriteError && error.code === undefined) return "unavailable";
  if (error instanceof MongoServerError) {
    if (error.code === outOfDiskSpace || /no space left on device/i.test(error.message)) return "full";
    return passing.has(Number(error.code)) || error.hasErrorLabel("RetryableWriteError") ? "unavailable" : undefined;
  }
  // Pools cleared, topologies closed under an operation and the like: the driver's own view of a lost connection.
  return error instanceof MongoDriverError && connectionLost.has(error.name) ? "unavailable" : undefined;
}

const connectionLost = new Set([
  "MongoNotConnectedError",
  "MongoTopologyClosedError",
  "MongoServerClosedError",
  "MongoPoolClosedError",
  "MongoPoolClearedError",
  "PoolClearedOnNetworkError",
  "MongoWaitQueueTimeoutError",
  "MongoOperationTimeoutError",
  "MongoClientClosedError",
  "MongoExpiredSessionError",
]);
