// An article beyond its text: its other language, its look, links to its sections, its tables, print.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DESK, freshPage, launch, until } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { ARTICLE } from "./kinds.mjs";

const WITH_TABLE = "/ru/payments/withdrawal-time";

describe("an article", () => {
  let center, browser, page;
  before(async () => {
    [center, browser] = await Promise.all([helpCenter(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await center?.stop();
  });

  async function open(path = ARTICLE, options = {}) {
    await page?.leave();
    page = await freshPage(browser, options);
    await page.goto(center.url + path);
  }

  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  test("stays the same article when the language is switched", async () => {
    await open();
    await page.locator('a[hreflang="en"]').first().click();
    await page.waitForURL(`${center.url}/en/payments/withdraw-to-card`);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.locator('a[hreflang="ru"]').first().click();
    await page.waitForURL(center.url + ARTICLE);
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`changes its look by the switch, for good, where ${colorScheme} is preferred`, async () => {
      await open(ARTICLE, { colorScheme });
      const preferred = await ground();
      // As the device has it, light, dark: one of the first two presses changes something.
      for (let press = 0; press < 2 && (await ground()) === preferred; press += 1) {
        await page.locator("#_theme").click();
      }
      const chosen = await ground();
      assert.notEqual(chosen, preferred);
      await page.reload();
      assert.equal(await ground(), chosen);
      await page.goto(`${center.url}/en/`);
      assert.equal(await ground(), chosen, "on other pages too");
      assert.deepEqual(page.complaints, []);
    });
  }

  test("gives the link to a section into the clipboard", async () => {
    await open(ARTICLE, { permissions: ["clipboard-read", "clipboard-write"] });
    const link = page.locator("#steps .anchor, #steps + .anchor, :has(> #steps) > .anchor").first();
    await link.focus();
    await page.keyboard.press("Enter");
    const copied = await until(
      () => page.evaluate(() => navigator.clipboard.readText()),
      (text) => text.endsWith("#steps"),
      "the link is copied",
    );
    assert.equal((await fetch(new URL(copied.replace(/^https?:\/\/[^/]+/, ""), center.url))).status, 200);
  });

  test("marks the place in its contents while one scrolls", async () => {
    await open(ARTICLE, { viewport: { ...DESK, height: 500 } });
    const marked = () =>
      page.locator('a[href^="#"][aria-current="true"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const anchor of ["closed-card", "steps"]) {
      await page.evaluate((id) => document.getElementById(id).scrollIntoView({ block: "start" }), anchor);
      await until(marked, (seen) => seen.length === 1 && seen[0] === `#${anchor}`, `#${anchor} is marked`);
    }
  });

  test("scrolls its tables in boxes that have a name and take the focus", async () => {
    await open(WITH_TABLE, { viewport: { width: 320, height: 640 } });
    const boxes = await page.locator("article table").evaluateAll((tables) =>
      tables.map((table) => {
        const box = table.closest('[tabindex="0"]');
        return {
          role: box?.getAttribute("role"),
          isNamed: Boolean(box?.getAttribute("aria-label") || box?.getAttribute("aria-labelledby")),
          scrolls: box && ["auto", "scroll"].includes(getComputedStyle(box).overflowX),
        };
      }),
    );
    assert.ok(boxes.length > 0, "the article has a table");
    for (const box of boxes) assert.deepEqual(box, { role: "region", isNamed: true, scrolls: true });
  });

  test("is printed without what only a screen needs", async () => {
    await open();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator('[role="search"]:visible').count(), 0, "search");
    assert.equal(await page.locator("nav:visible").count(), 0, "navigation");
    assert.equal(await page.locator("form.vote:visible").count(), 0, "the vote");
    assert.ok(await page.locator("#steps").isVisible(), "its text");
  });
});
