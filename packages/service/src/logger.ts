import { pino, stdSerializers, type DestinationStream } from "pino";
import type { LogLevel } from "./config.ts";
import { redact } from "./redact.ts";
import type { Logger } from "./service.ts";

/**
 * A logger that writes JSON lines to standard output, or to `destination`. URLs in the messages of errors lose their
 * passwords: drivers like to repeat the address they could not reach.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    serializers: {
      err: (error: Error) => {
        const plain = stdSerializers.err(error);
        return { ...plain, message: redactWithin(plain.message), stack: redactWithin(plain.stack) };
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Each URL in a text, by itself: a text may hold several, and an `@` outside of them. */
function redactWithin(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, (url) => redact(url));
}
