import type { Log, TopicSpec } from "../log.ts";

/** What an adapter gives the contract suite: one log (a server, a file, an object) and the means to disturb it. */
export interface Harness {
  /**
   * A further client of the same log, as another process would hold it. It restarts failed assignments under
   * `restart.maxFailures` of `restart.ts` but with pauses of a few milliseconds.
   */
  connect(): Promise<Log>;
  /** A topic of a name nobody has used, one partition unless told. Named only: tests create it with `ensure`. */
  topic(spec?: Partial<TopicSpec>): TopicSpec;
  /**
   * Drops a client as a kill would: nothing is finished or handed over, and its group learns of it in the log's own
   * way. Resolves at once; the client is not used after.
   */
  crash(log: Log): Promise<void>;
  /** Makes all that the topic holds older than its retention, and resolves once the log has dropped it. */
  expire(spec: TopicSpec): Promise<void>;
  /** The offset that the group has last reported for a partition, seen from outside; undefined before the first. */
  reported(group: string, topic: string, partition: number): Promise<number | undefined>;
  /** Ends the log and every client of it that is still there. */
  dispose(): Promise<void>;
  /** How long (ms) a test waits for what must come about. Default 5,000. */
  readonly patienceMs?: number;
  /**
   * Whether a partition's old owner, living and in another client, is always told before the new one starts. True
   * unless said otherwise; a log of several machines can promise it within a client only.
   */
  readonly exclusiveHandover?: boolean;
}
