import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EXIT } from "./exit.ts";
import { languageOf } from "./language.ts";
import { runHere } from "./testing/run-here.ts";
import { temporaryDirectory } from "./testing/process.ts";

describe("the command line", () => {
  it.each([
    [["strat"], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [["start", "--frsh"], /unknown option '--frsh'/],
    [["start", "--lang", "fr"], /Allowed choices are zh, en/],
    [["start", "extra"], /too many arguments/],
    [["import", "x.csv"], /required option '--mapping/],
    [["import"], /missing required argument|required option/],
    [["simulate", "--years", "abc", "--out", "x"], /from 0\.01 to 20 is wanted/],
    [["simulate", "--seed", "1.5", "--out", "x"], /a whole number/],
    [["simulate"], /either --to or --out is wanted/],
    [["simulate", "--to", "ftp://x"], /no address of a server/],
    [["start", "--service", "scorer", "nosuch"], /there is no service nosuch/],
  ])("refuses %j with the code for usage, the reason and a way out", async (args, reason) => {
    const { code, out, err } = await runHere(args);
    expect(err).toMatch(reason);
    expect(err).toMatch(/How to use it: sanfen|→/);
    expect(code).toBe(EXIT.usage);
    expect(out).toBe("");
  });

  it("says everything that is wrong with the configuration at once", async () => {
    const { code, err } = await runHere(["start"], {
      SANFEN_LISTEN: "nowhere",
      SANFEN_DEMOS: "off",
      SANFEN_TICK_MINUTES: "0",
    });
    expect(code).toBe(EXIT.usage);
    for (const name of ["SANFEN_LISTEN", "SANFEN_DEMOS", "SANFEN_TICK_MINUTES"]) expect(err).toContain(name);
    expect(err).toContain("did you mean SANFEN_DEMO");
  });

  it("names the sites that ship where there is no such site", async () => {
    const { code, err } = await runHere(["start"], { SANFEN_SITE: "atlantis" });
    expect(code).toBe(EXIT.usage);
    expect(err).toContain("jiaxing");
  });

  it("cannot simulate a site without towns", async () => {
    const { code, err } = await runHere(["simulate", "--out", "x.ndjson"], { SANFEN_SITE: "chicago" });
    expect(code).toBe(EXIT.usage);
    expect(err).toContain("cannot be simulated");
  });

  it("says what it wants where nothing answers", async () => {
    await using directory = await temporaryDirectory();
    const to = ["--to", "http://127.0.0.1:1"];
    const sent = await runHere(["simulate", "--years", "0.01", "--enterprises", "1", ...to]);
    expect(sent.code).toBe(EXIT.unreachable);
    expect(sent.err).toContain("run sanfen start first");
    const missing = await runHere(["import", `${directory.path}/none.csv`, "--mapping", "x", ...to]);
    expect(missing.code).toBe(EXIT.usage);
    expect(missing.err).toContain("cannot read the file");
  });

  it("takes no directory for a file, and leaves none behind where there is nothing to verify", async () => {
    await using directory = await temporaryDirectory();
    const imported = await runHere(["import", directory.path, "--mapping", "x", "--to", "http://127.0.0.1:1"]);
    expect(imported).toMatchObject({ code: EXIT.usage, out: "" });
    expect(imported.err).toMatch(/is a directory, not a file\n {2}→/);
    for (const data of [directory.path, join(directory.path, "none")]) {
      const verified = await runHere(["verify"], { SANFEN_DATA: data });
      expect(verified).toMatchObject({ code: EXIT.usage, out: "" });
      expect(verified.err).toBe(
        `sanfen: there is nothing to verify in ${data}\n  → run sanfen start first, or name the directory with SANFEN_DATA\n`,
      );
    }
    expect(await readdir(directory.path)).toEqual([]);
  });

  it("says that there are no results to verify right after a replay", async () => {
    await using directory = await temporaryDirectory();
    const env = { SANFEN_DATA: directory.path };
    expect((await runHere(["replay"], env)).code).toBe(EXIT.ok);
    const { code, err } = await runHere(["verify"], env);
    expect(code).toBe(EXIT.differences);
    expect(err).toMatch(/^sanfen: the results have not been worked out from the log: nothing to verify\n {2}→ .*\n$/);
  });

  it("takes a mapping that the server does not know for a slip on the command line", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, "a.csv"), "a\n1\n");
    const detail = 'there is no mapping "x"; there are: chicago-inspections';
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        response.writeHead(422, { "content-type": "application/problem+json" });
        response.end(JSON.stringify({ type: "urn:sanfen:problem:unknown-mapping", title: "Refused", detail }));
      });
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, err } = await runHere(["import", join(directory.path, "a.csv"), "--mapping", "x", "--to", to]);
    expect(err).toContain(detail);
    expect(code).toBe(EXIT.usage);
  });

  it("tells its version", async () => {
    for (const flag of ["--version", "-V"]) {
      const { code, out } = await runHere([flag]);
      expect(code).toBe(EXIT.ok);
      expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
    }
  });

  it.each(["start", "tour", "import", "simulate", "doctor", "verify", "replay"])(
    "helps with %s in both languages, with examples",
    async (name) => {
      const [en, zh] = await Promise.all([runHere([name, "--help"]), runHere([name, "--help", "--lang", "zh"])]);
      expect(en.code).toBe(EXIT.ok);
      expect(en.out).toContain("Examples:\n  ");
      expect(zh.out).toContain("示例：\n  ");
      expect(zh.out).not.toMatch(/Usage:|Options:/);
    },
  );

  it("shows the commands and what exit codes mean when nothing is said", async () => {
    const { code, out } = await runHere([]);
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/Exit codes:\n {2}0 +done/);
    for (const name of ["start", "import", "replay"]) expect(out).toContain(`  ${name}`);
  });

  it("complains in Chinese where the terminal is", async () => {
    const { err } = await runHere(["strat"], { LANG: "zh_CN.UTF-8" });
    expect(err).toContain("没有命令 'strat'");
    expect(err).toContain("是否指 start？");
  });
});

describe("languageOf", () => {
  it.each([
    [[], {}, "en"],
    [[], { LANG: "zh_CN.UTF-8" }, "zh"],
    [[], { LC_ALL: "en_GB", LANG: "zh_CN" }, "en"],
    [[], { LC_ALL: "", LC_MESSAGES: "ZH_TW", LANG: "en" }, "zh"],
    [["start", "--lang", "zh"], { LANG: "en" }, "zh"],
    [["start", "--lang=en"], { LANG: "zh" }, "en"],
    [["--lang"], { LANG: "zh" }, "zh"],
  ] as const)("%j in %j is %s", (args, env, language) => {
    expect(languageOf(args, env)).toBe(language);
  });
});
