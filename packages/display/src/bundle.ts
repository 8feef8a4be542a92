import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type OutputFile } from "esbuild";
import { paletteCss } from "./palette.ts";

/** A file to serve: its bytes and its `content-type`. */
export interface Asset {
  readonly body: Uint8Array;
  readonly type: string;
}

/**
 * `content-security-policy` under which the display runs: everything from its own origin, nothing inline, no evaluated
 * code; `'self'` covers the WebSocket of the same host (CSP 3). Vue's own trusted-types policy is the only one allowed.
 */
export const DISPLAY_CSP: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types vue",
].join("; ");

const JAVASCRIPT = "text/javascript; charset=utf-8";
const STYLESHEET = "text/css; charset=utf-8";

/**
 * The display as files by path: `/`, `/favicon.svg`, and `/assets/app-<hash>.js` and `.css`, whose names change with
 * their content, so that they may be cached for ever. Built in memory; rejects when the sources do not build.
 */
export async function bundleDisplay(): Promise<ReadonlyMap<string, Asset>> {
  const [script, style] = await Promise.all([buildScript(), buildStyle()]);
  const page = pageHtml(`/assets/${script.name}`, `/assets/${style.name}`);
  return new Map([
    ["/", asset(page, "text/html; charset=utf-8")],
    ["/favicon.svg", asset(FAVICON, "image/svg+xml")],
    [`/assets/${script.name}`, { body: script.body, type: JAVASCRIPT }],
    [`/assets/${style.name}`, { body: style.body, type: STYLESHEET }],
  ]);
}

interface Built {
  readonly name: string;
  readonly body: Uint8Array;
}

async function buildScript(): Promise<Built> {
  const result = await build({
    entryPoints: { app: fileURLToPath(new URL("./view/main.ts", import.meta.url)) },
    // The build without the template compiler: it would need `eval`.
    alias: { vue: createRequire(import.meta.url).resolve("vue/dist/vue.runtime.esm-bundler.js") },
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    bundle: true,
    format: "esm",
    ...OUTPUT,
  });
  return builtFrom(result.outputFiles);
}

async function buildStyle(): Promise<Built> {
  const result = await build({
    stdin: {
      contents: `@import "./style.css";\n${paletteCss()}`,
      loader: "css",
      resolveDir: fileURLToPath(new URL("./view", import.meta.url)),
      sourcefile: "app.css",
    },
    bundle: true,
    ...OUTPUT,
  });
  return builtFrom(result.outputFiles);
}

const OUTPUT = {
  write: false,
  minify: true,
  target: "es2022",
  legalComments: "none",
  logLevel: "silent",
  outdir: "/",
  entryNames: "app-[hash]",
} as const;

function builtFrom(files: readonly OutputFile[]): Built {
  const [file] = files;
  if (!file) throw new Error("the display's build gave no file");
  return { name: file.path.slice(file.path.lastIndexOf("/") + 1), body: file.contents };
}

function asset(text: string, type: string): Asset {
  return { body: new TextEncoder().encode(text), type };
}

function pageHtml(script: string, style: string): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>sanfen</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body>
<div id="app"></div>
<noscript>本页面需要 JavaScript。This page needs JavaScript.</noscript>
</body>
</html>
`;
}

const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="2" y="2" width="13" height="13" rx="3" fill="#cf2f38"/>
<rect x="17" y="2" width="13" height="13" rx="3" fill="#f0cf3c"/>
<rect x="9.5" y="17" width="13" height="13" rx="3" fill="#24794a"/>
</svg>
`;
