import { protocolType } from "./errors.ts";

export interface Beating {
  /** Why the last heartbeats were refused; undefined while they are taken. */
  readonly refused: Error | undefined;
  end(): void;
}

/**
 * Heartbeats while a handler is at work, which kafkajs leaves to the handler. When the group waits for this member to
 * come back the handler may finish within `graceMs`, then `late` is called; when the broker no longer knows the member,
 * another may own its partitions already, and `expelled` is called at once. A connection that fails is not the end:
 * the member stays one for the session time-out, which the caller watches.
 */
export function keepBeating(options: {
  readonly heartbeat: () => Promise<void>;
  readonly everyMs: number;
  readonly graceMs: number;
  readonly expelled: () => void;
  readonly late: () => void;
}): Beating {
  const { heartbeat, everyMs, graceMs, expelled, late } = options;
  let refused: Error | undefined;
  let grace: NodeJS.Timeout | undefined;
  const beat = async (): Promise<void> => {
    try {
      await heartbeat();
      refused = undefined;
    } catch (error) {
      refused = error instanceof Error ? error : new Error(String(error));
      const type = protocolType(error);
      if (type === "REBALANCE_IN_PROGRESS") grace ??= setTimeout(late, graceMs);
      else if (type === "UNKNOWN_MEMBER_ID" || type === "ILLEGAL_GENERATION") expelled();
    }
  };
  const timer = setInterval(() => void beat(), everyMs);
  return {
    get refused() {
      return refused;
    },
    end() {
      clearInterval(timer);
      clearTimeout(grace);
    },
  };
}
