import { expect, test } from "vitest";
import { bundleDisplay, DISPLAY_CSP } from "./bundle.ts";

const text = (body: Uint8Array) => new TextDecoder().decode(body);

test("the page names its script and its style, and holds neither", async () => {
  const assets = await bundleDisplay();
  const page = text(assets.get("/")!.body);
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(named.toSorted()).toEqual([...assets.keys()].filter((path) => path !== "/").toSorted());
  expect(named.filter((path) => /^\/assets\/app-[A-Z0-9]+\.(js|css)$/.test(path))).toHaveLength(2);
  expect(page).not.toMatch(/<style|<script[^>]*>[^<]|\son\w+=|style=/);
});

test("the same sources give the same names", async () => {
  const [one, two] = await Promise.all([bundleDisplay(), bundleDisplay()]);
  expect([...one.keys()]).toEqual([...two.keys()]);
});

test("types, and no code that a strict policy forbids", async () => {
  const assets = [...(await bundleDisplay())];
  const types = assets.map(([path, { type }]) => [path.split(".").at(-1), type]);
  expect(Object.fromEntries(types)).toEqual({
    "/": "text/html; charset=utf-8",
    svg: "image/svg+xml",
    js: "text/javascript; charset=utf-8",
    css: "text/css; charset=utf-8",
  });
  const script = text(assets.find(([path]) => path.endsWith(".js"))![1].body);
  expect(script).not.toMatch(/new Function|\beval\(/);
  expect(DISPLAY_CSP).not.toContain("unsafe");
});
