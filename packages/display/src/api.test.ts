import { describe, expect, test } from "vitest";
import { createApi } from "./api.ts";
import { sampleSite } from "./testing/sample-site.ts";

/** An API before a server that gives this answer, and what it was asked. */
function before(answer: () => Response | Promise<Response>) {
  const asked: { path: string; init: RequestInit | undefined }[] = [];
  const api = createApi(async (path, init) => {
    asked.push({ path: path as string, init });
    return answer();
  });
  return { api, asked };
}
const json =
  (value: unknown, status = 200) =>
  () =>
    Response.json(value, { status });

describe("trouble", () => {
  test.each([
    [404, "missing"],
    [409, "conflict"],
    [403, "refused"],
    [422, "refused"],
    [429, "unavailable"],
    [503, "unavailable"],
  ])("status %i is %s, with what the server said", async (status, trouble) => {
    const { api } = before(json({ title: "no", detail: "because" }, status));
    expect(await api.enterprise("x")).toEqual({ ok: false, trouble, detail: "because" });
  });

  test("each part of the input that is wrong is named with its reason", async () => {
    const errors = [{ pointer: "/actor", code: "pattern", detail: "an id, not a name" }, null, { pointer: "/x" }];
    const { api } = before(json({ title: "Bad", detail: "see errors", errors }, 422));
    expect(await api.acknowledge("w", "Li Na", null)).toMatchObject({ detail: "see errors; an id, not a name" });
  });

  test("a broken line and a time-out are unavailable", async () => {
    for (const error of [new TypeError("fetch failed"), new DOMException("late", "TimeoutError")]) {
      const { api } = before(() => Promise.reject(error));
      expect(await api.site()).toEqual({ ok: false, trouble: "unavailable", detail: "" });
    }
  });

  test("a mistake of ours is not hidden", async () => {
    const { api } = before(() => Promise.reject(new RangeError("bug")));
    await expect(api.site()).rejects.toThrow("bug");
  });

  test("an answer that is none", async () => {
    const { api } = before(() => new Response("<html>"));
    expect(await api.site()).toMatchObject({ ok: false, trouble: "unreadable" });
  });
});

describe("questions", () => {
  test("ids and codes are escaped", async () => {
    const { api, asked } = before(json({ id: "x" }));
    await api.enterprise("a/b?c");
    await api.enterprises("chicago/11", null);
    await api.enterprises("330402001", "risk");
    expect(asked.map(({ path }) => path)).toEqual([
      "/v1/enterprises/a%2Fb%3Fc",
      "/v1/enterprises?region=chicago%2F11&limit=50",
      "/v1/enterprises?region=330402001&grade=risk&limit=50",
    ]);
  });

  test("the site", async () => {
    const { api } = before(json(sampleSite));
    expect(await api.site()).toEqual({ ok: true, value: sampleSite });
  });

  test("an acknowledgement names who, and the command that was seen; 202 leaves the verdict open", async () => {
    const { api, asked } = before(json({ command: "c2" }, 202));
    expect(await api.acknowledge("w/1", "Li", "c1")).toEqual({ ok: true, value: "pending" });
    expect(asked[0]?.path).toBe("/v1/warnings/w%2F1/acknowledge");
    expect(JSON.parse(asked[0]?.init?.body as string)).toEqual({ actor: "Li", expected: "c1" });
    expect(await before(json({})).api.acknowledge("w", "Li", null)).toEqual({ ok: true, value: "done" });
    expect(await before(() => new Response(null, { status: 204 })).api.acknowledge("w", "Li", null)).toMatchObject({
      ok: true,
    });
  });
});
