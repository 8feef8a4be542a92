import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "./testing/chromium.ts";
import { type LiveServer, startLiveServer } from "./testing/live-server.ts";
import { colourOf, RULEBOOK, sampleSite, warningOf } from "./testing/sample-site.ts";

const FIRM = {
  id: "91330402MA28A0002D",
  name: "恒达电缆",
  region: "330402001",
  grade: "risk",
  score: 26,
  healthCode: "red",
  products: ["1201"],
  rulebook: RULEBOOK,
  asOf: "2026-11-22",
  reasons: [{ clause: "4.2", text: "failed supervision sampling", points: 20, facts: ["s:117/maker"] }],
  nextReviewOn: "2027-02-11",
};
const SOUND = { ...FIRM, id: "91330402MA28A0001C", name: "安平电缆", grade: "non-risk", score: 3, healthCode: "green" };
/** What the page says on its console while a line is down: the browser's own words, which no page can prevent. */
const LINE_DOWN = /WebSocket connection to .* failed/;

let browser: Browser;
let server: LiveServer;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  server = await startLiveServer({
    site: sampleSite,
    colours: sampleSite.regions.map(({ code }) =>
      code === "330424"
        ? colourOf(code, "red", 1, { previousColour: "orange" })
        : colourOf(code, "green", 1, { provisional: code === "330421" }),
    ),
    warnings: [warningOf("w1")],
    answers: new Map<string, unknown>([
      [`/v1/enterprises/${FIRM.id}`, FIRM],
      ["/v1/enterprises?region=330402001&grade=risk&limit=50", { items: [FIRM], next: null }],
      ["/v1/enterprises?region=330402001&grade=non-risk&limit=50", { items: [SOUND], next: null }],
      ["/v1/enterprises?region=330402001&limit=50", { items: [SOUND, FIRM], next: null }],
    ]),
  });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  await open();
});
afterEach(async () => {
  await page.close();
  await server.stop();
  expect(complaints).toEqual([]);
});

async function open(hash = ""): Promise<void> {
  await page.goto("about:blank");
  await page.goto(server.url + hash);
  await page.locator(".line.live").waitFor();
}

const tile = (code: string) => page.locator(`.tile[data-stop="${code}"]`);
const colour = (code: string) => tile(code).getAttribute("data-colour");
const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-stop") ?? null);

const fillOf = (code: string) => tile(code).evaluate((element) => getComputedStyle(element).backgroundColor);
/** Pattern, and style and width of the border. */
const looks = (code: string) =>
  tile(code).evaluate((element) => {
    const { borderTopStyle, borderTopWidth } = getComputedStyle(element);
    return [getComputedStyle(element, "::after").backgroundImage, borderTopStyle, borderTopWidth];
  });

describe("the map", () => {
  test("draws every county with name, letter and colour, and says what is provisional and simulated", async () => {
    expect(await page.locator(".tile").count()).toBe(7);
    expect(await tile("330424").innerText()).toMatch(/^R[\s\S]*Haiyan/);
    expect(await colour("330424")).toBe("red");
    expect(await tile("330424").getAttribute("aria-label")).toBe("Haiyan, red, Closed, Risk share 19.1%, Simulated");
    expect(await tile("330421").innerText()).toContain("Provisional");
    expect(await tile("330424").innerText()).not.toContain("Provisional");
    expect(await page.locator(".ribbon").innerText()).toContain("Simulated data");
    expect(await page.title()).toMatch(/^\[Simulated\]/);
  });

  test("each colour differs in pattern and border too", async () => {
    const [red, green] = [await looks("330424"), await looks("330402")];
    expect(red[0]).toContain("gradient");
    expect(green[0]).toBe("none");
    expect(red[1]).not.toBe(green[1]);
  });

  test("opens a county by click, and the way back is in the breadcrumb", async () => {
    await tile("330402").click();
    await tile("330402005").waitFor();
    expect(await page.locator(".tile").count()).toBe(7);
    expect(await page.locator("#region-name").innerText()).toContain("Nanhu");
    await page.locator(".breadcrumb button", { hasText: "Jiaxing" }).click();
    await tile("330402").waitFor();
    await page.goBack();
    await tile("330402005").waitFor();
  });

  test("is walked by keyboard: arrows move, Enter opens, Escape and Backspace go up to where one was", async () => {
    await tile("330411").focus();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("330402");
    expect(await page.locator('.tile[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press("Enter");
    await tile("330402001").waitFor();
    await expect.poll(focused).toBe("330402001");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("330402002");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("330402");
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("330402001");
    await page.keyboard.press("Backspace");
    await expect.poll(focused).toBe("330402");
  });

  test("a town shows its enterprises, the worst first, and an enterprise the reasons of its grade", async () => {
    await open("#region=330402001");
    await page.locator(".enterprises .link").first().waitFor();
    expect(await page.locator(".enterprises .link").allInnerTexts()).toEqual([FIRM.name, SOUND.name]);
    await page.locator(".enterprises .link", { hasText: FIRM.name }).click();
    await page.locator(".reasons", { hasText: "failed supervision sampling" }).waitFor();
    expect(await page.locator(".reasons").innerText()).toContain("s:117/maker");
    await page.keyboard.press("Escape");
    await page.locator(".enterprises table").waitFor();
    await page.keyboard.press("Escape");
    await tile("330402001").waitFor();
  });
});

describe("live", () => {
  test("an event recolours a tile, and is listed and spoken with its cause", async () => {
    server.publishColour(
      colourOf("330402", "yellow", 2, { previousColour: "green", cause: FIRM.id, provisional: true }),
    );
    await expect.poll(() => colour("330402")).toBe("yellow");
    const first = page.locator(".changes li").first();
    await first.filter({ hasText: `Cause: ${FIRM.name}` }).waitFor();
    expect(await first.locator(".mark").allInnerTexts()).toEqual(["G", "Y"]);
    expect(await first.locator("time").innerText()).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(await page.locator("[aria-live=polite]").textContent()).toBe("Nanhu: green to yellow");
  });

  test.each([
    { how: "resumes on the same server", restarted: false },
    { how: "takes the snapshot of another", restarted: true },
  ])("after a drop it says so, comes back without a reload and $how", async ({ restarted }) => {
    await page.evaluate(() => {
      document.body.dataset["mark"] = "same page";
    });
    server.goAway();
    await page.locator(".banner", { hasText: /stood at \d\d:\d\d:\d\d/ }).waitFor();
    expect(await page.locator(".line").innerText()).toBe("Connection lost");
    server.publishColour(colourOf("330481", "red", 5, { previousColour: "green" }));
    const snapshots = server.sent.get("snapshot") ?? 0;
    server.comeBack(restarted);
    await page.locator(".line.live").waitFor();
    await page.locator(".banner").waitFor({ state: "detached" });
    await expect.poll(() => colour("330481")).toBe("red");
    expect(await page.locator(".changes li").first().innerText()).toContain("Haining");
    expect(await page.evaluate(() => document.body.dataset["mark"])).toBe("same page");
    expect((server.sent.get("snapshot") ?? 0) - snapshots).toBe(restarted ? 2 : 0);
    complaints = complaints.filter((text) => !LINE_DOWN.test(text));
  });

  test("warnings are those of the region on screen, in words and days", async () => {
    server.publishWarning(
      warningOf("w2", { kind: "recall", rule: "recall", severity: "two", region: "330402001", cause: "r:9" }),
    );
    await page.locator('[data-warning="w2"]').waitFor();
    expect(await page.locator("#warnings-title .count").innerText()).toBe("2");
    expect(await page.locator('[data-warning="w1"]').innerText()).toMatch(
      /Severity red[\s\S]*Rule Region ended the day at its worst colour · Cause closing of 2026-11-21/,
    );
    await tile("330402").click();
    await page.locator('[data-warning="w1"]').waitFor({ state: "detached" });
    expect(await page.locator('[data-warning="w2"]').innerText()).toMatch(/Severity level two\s+Cause r:9/);
    expect(await page.locator("#warnings-title .count").innerText()).toBe("1");
  });

  test("a refused acknowledgement shows the server's reason, and may be sent again", async () => {
    server.refuse({ detail: "see errors", errors: [{ pointer: "/actor", detail: "is no officer" }] });
    const warning = page.locator('[data-warning="w1"]');
    await warning.getByRole("button", { name: "Acknowledge" }).click();
    await warning.getByLabel("Your officer number").fill("JX-0007");
    await page.keyboard.press("Enter");
    const alert = warning.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toBe("Not sent: refused (server: see errors; is no officer)");
    expect(await warning.getByLabel("Your officer number").inputValue()).toBe("JX-0007");
    complaints = complaints.filter((text) => !text.includes("422"));
  });

  test("a warning is acknowledged by an officer's number, naming the command that was seen", async () => {
    server.publishWarning(warningOf("w1", { lastCommand: "c1", version: { epoch: 1, at: 2 } }));
    server.publishWarning(warningOf("w2", { kind: "recall", version: { epoch: 1, at: 3 } }));
    await page.locator('[data-warning="w2"]').waitFor();
    const warning = page.locator('[data-warning="w1"]');
    await warning.getByRole("button", { name: "Acknowledge" }).click();
    const number = warning.getByLabel("Your officer number");
    await number.fill("Li Na");
    await page.keyboard.press("Enter");
    expect(await number.evaluate((input: HTMLInputElement) => input.validity.patternMismatch)).toBe(true);
    expect(await number.getAttribute("aria-describedby")).toBe(await warning.locator("form p").getAttribute("id"));
    await number.fill("JX-0007");
    await page.keyboard.press("Enter");
    await expect.poll(() => server.posted.length).toBe(1);
    expect(server.posted[0]).toEqual({
      path: "/v1/warnings/w1/acknowledge",
      body: { actor: "JX-0007", expected: "c1" },
    });
    server.publishWarning(warningOf("w1", { state: "acknowledged", version: { epoch: 1, at: 4 } }));
    await warning.locator(".state", { hasText: "Acknowledged" }).waitFor();
  });
});

describe("as people need it", () => {
  test("the language switches, and stays over a reload", async () => {
    await page.getByRole("button", { name: "中文" }).click();
    await tile("330424").filter({ hasText: "海盐县" }).waitFor();
    expect(await tile("330424").locator(".letter").innerText()).toBe("红");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    await page.reload();
    await tile("330424").filter({ hasText: "海盐县" }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await tile("330424").filter({ hasText: "Haiyan" }).waitFor();
  });

  test("the palette switches", async () => {
    expect(await fillOf("330424")).toBe("rgb(207, 47, 56)");
    await page.getByRole("combobox", { name: "Colours" }).selectOption("safe");
    await expect.poll(() => fillOf("330424")).toBe("rgb(154, 27, 43)");
    expect(page.url()).toContain("palette=safe");
  });

  test.each([360, 390, 1440, 3840])(
    "%i px wide: nothing runs out of the page, every name is in its tile",
    async (width) => {
      await page.setViewportSize({ width, height: Math.round(width > 900 ? width * 0.5625 : width * 2) });
      const measure = () =>
        page.evaluate(() => ({
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          cut: [...document.querySelectorAll<HTMLElement>(".tile .name")].filter((name) => {
            const [inner, outer] = [name.getBoundingClientRect(), name.closest(".tile")!.getBoundingClientRect()];
            return inner.top < outer.top || inner.bottom > outer.bottom || name.scrollWidth > name.clientWidth + 1;
          }).length,
        }));
      await expect.poll(measure).toEqual({ overflow: 0, cut: 0 });
    },
  );

  test("dark and light follow the system", async () => {
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(back).toBe("rgb(12, 17, 24)");
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(back).toBe("rgb(244, 245, 247)");
  });

  test("the policy is in force: an inline style is refused", async () => {
    await page.evaluate(() => {
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.head.append(style);
    });
    await expect.poll(() => complaints.some((text) => text.includes("Content Security Policy"))).toBe(true);
    expect(await page.evaluate(() => getComputedStyle(document.body).display)).not.toBe("none");
    complaints = [];
  });
});
