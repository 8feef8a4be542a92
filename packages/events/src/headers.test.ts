import { expect, test } from "vitest";
import { headersFor } from "./headers.ts";

test("CloudEvents in binary mode, our type name and the trace", () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  expect(headersFor("Fact", { id: "f1", source: "zj-sampling", time: 0, traceparent })).toEqual({
    "sanfen-type": "Fact",
    ce_specversion: "1.0",
    ce_id: "f1",
    ce_source: "zj-sampling",
    ce_type: "sanfen.Fact",
    ce_time: "1970-01-01T00:00:00.000Z",
    traceparent,
  });
});

test("a source is a URI reference, an id any text", () => {
  const headers = headersFor("Fact", { id: "投诉 7", source: "省局 抽检\ud800" });
  expect(headers["ce_id"]).toBe("投诉 7");
  expect(headers["ce_source"]).toBe("%E7%9C%81%E5%B1%80%20%E6%8A%BD%E6%A3%80%EF%BF%BD");
});

test("what is not known is left out", () => {
  expect(Object.keys(headersFor("Mark", { id: "m", source: "scorer" }))).toEqual([
    "sanfen-type",
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
  ]);
});
