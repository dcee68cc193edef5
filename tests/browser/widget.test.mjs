// The widget on a page of somebody else: docs/widget.html, served from another origin.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { objections } from "./axe.mjs";
import { DESK, focused, freshPage, launch, PHONE, until } from "./browser.mjs";
import { helpCenter, ROOT } from "./center.mjs";

const DEMO = readFileSync(path.join(ROOT, "docs/widget.html"), "utf8");
const hashes = (tag) =>
  [...DEMO.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, "g"))].map(
    ([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );

/** An operator's server with the strictest policy under which docs/widget.md says that it works. */
async function operator() {
  const served = { center: "" };
  const server = createServer((request, response) => {
    const { center } = served;
    const policy = [
      "default-src 'none'",
      `script-src ${center} ${hashes("script").join(" ")}`,
      `connect-src ${center}`,
      `img-src data: ${center}`,
      `style-src ${hashes("style").join(" ")}`,
      "require-trusted-types-for 'script'",
      "trusted-types spravka",
    ].join("; ");
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
    response.end(DEMO.replace("http://127.0.0.1:8080", center));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(served, { port: server.address().port, stop: () => server.close() });
}

describe("the widget on a foreign page", () => {
  let site, center, browser, page;
  before(async () => {
    site = await operator();
    const allowed = { SPRAVKA_ALLOWED_ORIGINS: `http://127.0.0.1:${site.port}` };
    [center, browser] = await Promise.all([helpCenter(allowed), launch()]);
    site.center = center.url;
  });
  after(async () => {
    await browser?.close();
    await center?.stop();
    site?.stop();
  });
  beforeEach(async () => {
    await page?.leave();
    page = undefined;
  });

  // Axe comes in by evaluation, which the page's policy for trusted types may refuse.
  async function visit(options = {}, host = "127.0.0.1") {
    page = await freshPage(browser, options);
    page.asked = [];
    page.on("request", (request) => page.asked.push(request.url()));
    await page.goto(`http://${host}:${site.port}/`);
    await launcher().waitFor();
  }

  const launcher = () => page.locator("spravka-search .launch");
  const dialog = () => page.locator("spravka-search dialog");
  const field = () => page.locator("spravka-search #q");
  const rows = () => page.locator("spravka-search [role=option]");
  const view = () => page.locator("spravka-search .view");
  const status = () => page.locator("spravka-search [role=status]").textContent();
  const askedOfApi = () => page.asked.filter((url) => url.includes("/api/"));

  async function opened(options) {
    await visit(options);
    await launcher().focus();
    await page.keyboard.press("Enter");
    await view().locator(".channels").waitFor();
  }

  async function suggestions(text) {
    // All at once: letter by letter, the list of the beginning might open first, and change later.
    await page.keyboard.insertText(text);
    await rows().first().waitFor();
  }

  const active = () =>
    field().evaluate((input) => {
      const rows = [...input.getRootNode().querySelectorAll("[role=option]")];
      return rows.findIndex((row) => row.id === input.getAttribute("aria-activedescendant"));
    });

  test("loads one file before it is opened, and moves nothing", async () => {
    await visit();
    const shift = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)));
          observer.observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 200);
        }),
    );
    assert.equal(shift, 0);
    assert.deepEqual(page.asked.filter((url) => url.startsWith(center.url)), [`${center.url}/widget.js`]);
    assert.deepEqual(page.complaints, []);
  });

  test("opens by keyboard with the focus in the field and the ways to a human below", async () => {
    await opened();
    assert.equal(await focused(page), "q");
    const contact = await view().innerText();
    assert.match(contact, /Чат на сайте/);
    assert.match(contact, /Сейчас/);
    assert.match(contact, /номер счёта/);
    assert.equal(await view().locator('a[href^="mailto:"]').count(), 1);
    assert.equal(await page.locator("spravka-search footer a").getAttribute("href"), `${center.url}/ru/`);
    assert.deepEqual(page.complaints, []);
  });

  test("keeps the focus inside while it is open, and gives it back", async () => {
    await opened();
    for (let stop = 0; stop < 20; stop += 1) {
      await page.keyboard.press("Tab");
      const outside = await page.evaluate(() => ["BUTTON", "A"].includes(document.activeElement.tagName));
      assert.ok(!outside, `stop ${stop} is on the page behind`);
    }
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "hidden" });
    assert.ok(await launcher().evaluate((button) => button.getRootNode().activeElement === button));
  });

  for (const [name, options] of [
    ["on a desk, by day", { viewport: DESK, colorScheme: "light" }],
    ["on a phone, by night", { viewport: PHONE, colorScheme: "dark" }],
  ]) {
    test(`is searched by keyboard, ${name}`, async () => {
      await opened(options);
      await suggestions("выве");
      const count = await rows().count();
      await until(status, (text) => text === `Подсказок: ${count}`, "the number is said");
      assert.equal(await field().getAttribute("aria-expanded"), "true");
      for (const [key, row] of [["ArrowDown", 0], ["ArrowDown", 1], ["ArrowUp", 0]]) {
        await page.keyboard.press(key);
        assert.equal(await active(), row);
        assert.equal(await focused(page), "q");
      }
      await page.keyboard.press("Escape");
      assert.equal(await field().getAttribute("aria-expanded"), "false");
      assert.ok(await dialog().isVisible(), "the first Escape closes the list alone");
      assert.equal(await field().inputValue(), "выве");
      await page.keyboard.press("ArrowDown");
      await rows().first().waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await view().locator("h2", { hasText: "Как вывести деньги на карту" }).first().waitFor();
      assert.match(await view().innerText(), /Касса → Вывести/);
      assert.match(await focused(page), /^h2 Как вывести деньги/);
      await page.keyboard.press("Escape");
      await dialog().waitFor({ state: "hidden" });
      assert.deepEqual(page.complaints, []);
    });
  }

  test("a row chosen while the list is renewed is never another row, nor chosen for other words", async () => {
    await opened();
    await suggestions("выве");
    const chosen = await rows().first().evaluate(({ dataset, textContent }) => ({
      id: dataset.id,
      url: `/x#${dataset.anchor}`,
      html: textContent,
    }));
    await page.keyboard.press("ArrowDown");
    assert.equal(await active(), 0);
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/api/v1/suggest?*", async (route) => {
      await held;
      await route.fulfill({ json: { suggestions: [{ html: "другое", id: "other", url: "/y" }, chosen] } });
    });
    await page.keyboard.insertText("с");
    assert.equal(await active(), -1, "other words, no row");
    await page.keyboard.press("ArrowDown");
    assert.equal(await active(), 0);
    release();
    await rows().filter({ hasText: "другое" }).waitFor();
    assert.equal(await active(), 1);
    assert.equal(await page.locator('spravka-search [aria-selected="true"]').count(), 1);
  });

  test("shows results for what was typed, reads articles inside, and finds the way back", async () => {
    await opened();
    await page.evaluate(() => addEventListener("spravka-article", ({ detail }) => (globalThis.read = detail)));
    await page.keyboard.type("как вывести деньги");
    await page.keyboard.press("Enter");
    await view().locator(".hits a").first().waitFor();
    assert.match(await status(), /^Найдено статей: \d+$/);
    await view().locator(".hits a").first().click();
    await view().locator(".text").waitFor();
    assert.equal((await page.evaluate(() => globalThis.read)).id, "withdraw-to-card");
    await view().locator('.text a[href$="/verify-identity"]').first().click();
    await view().locator("h2", { hasText: /личност/i }).first().waitFor();
    assert.equal(new URL(page.url()).port, String(site.port), "the page behind stays");
    await view().locator(".back").click();
    assert.match(await view().innerText(), /Касса → Вывести/);
    await view().locator(".back").click();
    assert.match(await focused(page), /^a Как вывести деньги/);
    assert.deepEqual(page.complaints, []);
  });

  test("says that nothing was found, and whom to ask", async () => {
    await opened();
    await page.keyboard.type("щщщйцфъ");
    await page.keyboard.press("Enter");
    await until(status, (text) => text.includes("«щщщйцфъ»"), "nothing found is said");
    assert.ok(await view().locator(".channels a").count());
  });

  test("never shows a late answer, and calls it off", async () => {
    await opened();
    const calledOff = [];
    page.on("requestfailed", (request) => calledOff.push(new URL(request.url()).searchParams.get("q")));
    let isHeld = false;
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/api/v1/suggest?*", async (route) => {
      if (new URL(route.request().url()).searchParams.get("q") !== "выве") return route.continue();
      isHeld = true;
      await held;
      const late = [{ kind: "article", text: "поздно", html: "поздно", url: "/ru/", id: "late" }];
      return route.fulfill({ json: { suggestions: late } }).catch(() => {});
    });
    await page.keyboard.type("выве");
    await until(() => isHeld, Boolean, "the first request is under way");
    await suggestions("сти");
    release();
    await page.waitForTimeout(200);
    assert.ok(!(await rows().allInnerTexts()).includes("поздно"));
    assert.ok(calledOff.includes("выве"), JSON.stringify(calledOff));
  });

  test("is opened by the page with a question, and speaks the page's choice of languages", async () => {
    await visit();
    await page.locator("#ask").click();
    await view().locator(".hits a").first().waitFor();
    assert.equal(await field().inputValue(), "вывод не пришёл");
    await page.evaluate(() => document.querySelector("spravka-search").setAttribute("locale", "en"));
    assert.equal(await launcher().innerText(), "Help");
    await launcher().click();
    await view().locator("h2", { hasText: "Contact support" }).waitFor();
  });

  test("takes the whole screen of a phone and the operator's colors", async () => {
    await opened({ viewport: PHONE });
    const { x, y, width, height } = await dialog().boundingBox();
    assert.deepEqual({ x, y, width, height }, { x: 0, y: 0, ...PHONE });
    const color = await page.locator("spravka-search .find button").evaluate((b) => getComputedStyle(b).backgroundColor);
    assert.equal(color, "rgb(138, 44, 13)");
    const font = await dialog().evaluate((element) => getComputedStyle(element).fontFamily);
    assert.doesNotMatch(font, /Georgia/, "the page's own look stays outside");
  });

  for (const viewport of [PHONE, DESK]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`is open to everybody, closed and open, ${viewport.width} px, ${colorScheme}`, async () => {
        await visit({ viewport, colorScheme, bypassCSP: true });
        assert.deepEqual(await objections(page), [], "closed");
        await launcher().click();
        await view().locator(".channels").waitFor();
        assert.deepEqual(await objections(page), [], "contact");
        await suggestions("выве");
        await page.keyboard.press("ArrowDown");
        assert.deepEqual(await objections(page), [], "suggestions");
        await page.keyboard.press("Enter");
        await view().locator(".text").waitFor();
        assert.deepEqual(await objections(page), [], "article");
        await field().fill("сколько идёт вывод");
        await page.keyboard.press("Enter");
        await view().locator(".hits").waitFor();
        assert.deepEqual(await objections(page), [], "results");
      });
    }
  }

  test("says on a site that is not allowed that it cannot load, and links to the help center", async () => {
    // To browsers this is another origin than the one in the settings.
    await visit({}, "localhost");
    await launcher().click();
    const link = view().locator("a");
    await link.waitFor();
    assert.equal(await link.getAttribute("href"), `${center.url}/ru/`);
    assert.match(await status(), /не удалось/);
    assert.equal(askedOfApi().length, 1, "it does not try for ever");
  });
});
