import { createServer } from "@sanfen/service";
import { testPlatform, testService } from "@sanfen/service/testing";
import { bundleDisplay, DISPLAY_CSP } from "@sanfen/display";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import type { App } from "@sanfen/service";
import { addPages } from "./pages.ts";

const CSP = "default-src 'none'; script-src 'self'";
const bytes = (text: string) => new TextEncoder().encode(text);
const ASSETS = new Map([
  ["/", { body: bytes("<!doctype html>页"), type: "text/html; charset=utf-8" }],
  ["/assets/app-1.js", { body: bytes("let x = 1;".repeat(50)), type: "text/javascript; charset=utf-8" }],
]);

let app: App;
beforeAll(async () => {
  const service = testService({
    routes: (scope) => void scope.register(async (inner) => addPages(inner, ASSETS, CSP)),
  });
  ({ app } = await createServer({ platform: testPlatform(), services: [service], serviceName: "test" }));
});

test("a page under its own policy, asked about each time", async () => {
  const answer = await app.inject("/");
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toBe("<!doctype html>页");
  expect(answer.headers).toMatchObject({
    "content-security-policy": CSP,
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    vary: "accept-encoding",
  });
});

test("what is named after its content is kept for ever", async () => {
  const answer = await app.inject("/assets/app-1.js");
  expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
});

test("known by its tag it is not sent again; by another, or in another form, it is", async () => {
  const { headers } = await app.inject("/");
  const etag = String(headers.etag);
  for (const named of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
    const answer = await app.inject({ url: "/", headers: { "if-none-match": named } });
    expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, "", etag]);
    expect(answer.headers["content-security-policy"]).toBe(CSP);
  }
  expect((await app.inject({ url: "/", headers: { "if-none-match": '"x"' } })).statusCode).toBe(200);
  const zipped = await app.inject({ url: "/", headers: { "if-none-match": etag, "accept-encoding": "gzip" } });
  expect(zipped.statusCode).toBe(200);
});

test.each([
  ["gzip, deflate, br", true],
  ["br;q=1.0, gzip;q=0.5", true],
  ["GZIP ; q=0.1", true],
  ["gzip;q=0", false],
  ["br", false],
  ["", false],
])("accept-encoding: %s", async (header, isZipped) => {
  const answer = await app.inject({ url: "/assets/app-1.js", headers: { "accept-encoding": header } });
  expect(answer.headers["content-encoding"]).toBe(isZipped ? "gzip" : undefined);
  const body = isZipped ? gunzipSync(answer.rawPayload) : answer.rawPayload;
  expect(body.toString()).toBe("let x = 1;".repeat(50));
});

test("HEAD is the head of it; nothing else is for a page", async () => {
  const head = await app.inject({ method: "HEAD", url: "/" });
  expect([head.statusCode, head.body]).toEqual([200, ""]);
  expect((await app.inject({ method: "POST", url: "/" })).statusCode).toBe(405);
  expect((await app.inject("/assets/app-2.js")).statusCode).toBe(404);
});

test("the display itself: every file that its page names is there, and small on the wire", async () => {
  const assets = await bundleDisplay();
  const service = testService({
    routes: (scope) => void scope.register(async (inner) => addPages(inner, assets, DISPLAY_CSP)),
  });
  const { app: whole } = await createServer({ platform: testPlatform(), services: [service], serviceName: "test" });
  const page = await whole.inject("/");
  expect(page.headers["content-security-policy"]).toBe(DISPLAY_CSP);
  const named = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThanOrEqual(3);
  for (const path of named) {
    const answer = await whole.inject({ url: path, headers: { "accept-encoding": "gzip" } });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.length).toBeLessThan(200_000);
  }
});
