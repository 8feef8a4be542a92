/** Readers of single options: text from the environment → value, or what is wrong with it. Pure. */
import type { Text } from "@sanfen/model";
import { isIPv4 } from "node:net";
import { isAbsolute, join } from "node:path";
import type { LogAddress, StoreAddress } from "./config.ts";
import { redact } from "./redact.ts";

export type Parsed<T> = { readonly value: T } | { readonly wrong: Text };
export type Parser<T> = (text: string) => Parsed<T>;

function wrong(zh: string, en: string): { readonly wrong: Text } {
  return { wrong: { zh, en } };
}

/** A whole number of `from` to `to`, in decimal digits. */
export function integer(from: number, to: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return { value };
    return wrong(`“${text}”不是 ${from} 到 ${to} 之间的整数`, `"${text}" is not a whole number from ${from} to ${to}`);
  };
}

/** One of a list of words. */
export function word<const W extends string>(words: readonly W[]): Parser<W> {
  return (text) => {
    const value = words.find((each) => each === text);
    if (value !== undefined) return { value };
    return wrong(`“${text}”不在 ${words.join("、")} 之中`, `"${text}" is none of ${words.join(", ")}`);
  };
}

/** Any text without control characters, which no path or name has. */
export const plainText: Parser<string> = (text) =>
  /\p{Cc}/u.test(text) ? wrong("含有控制字符", "it holds a control character") : { value: text };

/** `host:port`, `[::1]:8080`; port 0 means any that is free. */
export const address: Parser<{ host: string; port: number }> = (text) => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9][a-z0-9.-]*)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65_535)) {
    return wrong(
      `“${text}”不是 主机:端口，例如 127.0.0.1:8080`,
      `"${text}" is not host:port, such as 127.0.0.1:8080 or [::1]:8080`,
    );
  }
  return { value: { host, port } };
};

/** Base address of another service: http or https, no user, no query; a trailing slash is dropped. */
export const baseUrl: Parser<string> = (text) => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    return wrong(
      `“${redact(text)}”不是 http(s)://主机[:端口][/路径]`,
      `"${redact(text)}" is not http(s)://host[:port][/path]`,
    );
  }
  return { value: url.href.replace(/\/+$/, "") };
};

/** Comma list of origins as browsers send them: scheme, host and port only (RFC 6454, section 6.2). */
export const originList: Parser<readonly string[]> = (text) => {
  const value: string[] = [];
  for (const part of text.split(",").map((each) => each.trim())) {
    const url = URL.parse(part);
    if (!url || !/^https?:$/.test(url.protocol) || url.origin !== part) {
      return wrong(
        `“${redact(part)}”不是来源，例如 https://wall.example.org`,
        `"${redact(part)}" is not an origin, such as https://wall.example.org`,
      );
    }
    value.push(part);
  }
  return { value };
};

const SQLITE = /^sqlite:(?!\/\/)(.+)$/s;

/** `sqlite:FILE` or `kafka://HOST:PORT[,HOST:PORT…]`. */
export const logAddress: Parser<LogAddress> = (text) => {
  const file = SQLITE.exec(text)?.[1];
  if (file !== undefined) return { value: { kind: "sqlite", file } };
  const brokers = /^kafka:\/\/([^/?#@]+)$/.exec(text)?.[1]?.split(",") ?? [];
  if (brokers.length > 0 && brokers.every((broker) => "value" in address(broker))) {
    return { value: { kind: "kafka", url: text, brokers } };
  }
  return wrong(
    `“${redact(text)}”既不是 sqlite:文件，也不是 kafka://主机:端口[,主机:端口…]`,
    `"${redact(text)}" is neither sqlite:FILE nor kafka://host:port[,host:port…]`,
  );
};

/** `sqlite:FILE`, or a MongoDB connection string (its details are the driver's to judge). */
export const storeAddress: Parser<StoreAddress> = (text) => {
  const file = SQLITE.exec(text)?.[1];
  if (file !== undefined) return { value: { kind: "sqlite", file } };
  if (/^mongodb(?:\+srv)?:\/\/\S+$/.test(text)) return { value: { kind: "mongodb", url: text } };
  return wrong(
    `“${redact(text)}”既不是 sqlite:文件，也不是 mongodb://…`,
    `"${redact(text)}" is neither sqlite:FILE nor mongodb://…`,
  );
};

/** A file under the data directory, unless it is absolute. */
export function inDirectory<A extends LogAddress | StoreAddress>(address: A, dataDir: string): A {
  return address.kind === "sqlite" && !isAbsolute(address.file)
    ? { ...address, file: join(dataDir, address.file) }
    : address;
}

/** Whether only this machine can reach a listener on the host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
