// An editor with a browser beside the text editor: what is saved shows by itself, what is wrong cannot
// be missed, and nobody is shut out.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { objections } from "./axe.mjs";
import { DESK, freshPage, launch, PHONE, until } from "./browser.mjs";
import { preview } from "./center.mjs";
import { ARTICLE } from "./kinds.mjs";
import { mistakes } from "./markup.mjs";

const FILE = "ru/payments/withdraw-to-card.md";

describe("a preview", () => {
  let center, browser, file, good;
  before(async () => {
    [center, browser] = await Promise.all([preview(), launch()]);
    file = path.join(center.articles, FILE);
    good = await readFile(file, "utf8");
  });
  after(async () => {
    await browser?.close();
    await center?.stop();
  });

  const text = (page) => page.locator("main").innerText().catch(() => "");
  const save = (more, from = good) => writeFile(file, from + more);
  /** The article as it is served now. */
  const served = async () => (await fetch(center.url + ARTICLE)).text();

  test("shows a saved file without a touch, at the same place, with the panel as it was", async () => {
    const page = await freshPage(browser);
    await page.goto(center.url + ARTICLE);
    await page.locator("#_panel > summary").click();
    await page.evaluate(() => scrollTo(0, 400));
    await save("\nСлово зубробизон сохранено.\n");
    await until(() => text(page), (seen) => seen.includes("зубробизон"), "the saved word is there");
    await until(() => page.evaluate(() => scrollY), (y) => Math.abs(y - 400) < 2, "the place is kept");
    assert.ok(await page.locator("#_panel").evaluate((panel) => panel.open), "the panel is open");
    assert.deepEqual(page.complaints, []);
    await save("");
    await page.leave();
  });

  test("of a broken file shows the line that is wrong above its last good version", async () => {
    const page = await freshPage(browser);
    await page.goto(center.url + ARTICLE);
    await save("", good.replace("title:", "tittle:"));
    const problems = page.locator(".preview-problems");
    await problems.waitFor();
    const seen = await problems.innerText();
    assert.match(seen, /ru\/payments\/withdraw-to-card\.md:\d+:1/);
    assert.match(seen, /\d+ \| tittle: .+\n +\^{6}/);
    assert.ok(await problems.evaluate((box) => box.getBoundingClientRect().top < innerHeight / 2));
    assert.ok((await text(page)).includes("Касса"), "the last good version");
    await save("");
    await problems.waitFor({ state: "detached" });
    await page.leave();
  });

  test("of a file that is new and broken waits at its address until it is mended", async () => {
    const page = await freshPage(browser);
    const fresh = path.join(center.articles, "ru/payments/fresh.md");
    await page.goto(`${center.url}/ru/payments/fresh`);
    await writeFile(fresh, "---\ntittle: Свежая\n---\n\nТекст.\n");
    await until(() => text(page), (seen) => seen.includes("fresh.md:2:1"), "the problem is there");
    await writeFile(fresh, "---\ntitle: Свежая\nstatus: draft\n---\n\nТекст.\n");
    await page.locator("h1", { hasText: "Свежая" }).waitFor();
    assert.equal(await page.locator("h1 + p .preview-mark").innerText(), "Черновик");
    await page.leave();
  });

  test("comes back by itself when the program is started again", async () => {
    const page = await freshPage(browser);
    await page.goto(center.url + ARTICLE);
    const edition = () => page.locator("#_preview").getAttribute("data-edition").catch(() => null);
    await center.restart();
    const now = (await served()).match(/data-edition="(\w+)"/)[1];
    await until(edition, (name) => name === now, "the page is of the program that runs now");
    await page.leave();
  });

  test("is read without script, too", async () => {
    const page = await freshPage(browser, { javaScriptEnabled: false, viewport: PHONE });
    await page.goto(center.url + ARTICLE);
    await page.locator("#_panel > summary").click();
    assert.ok(await page.locator(".preview-golden li").first().isVisible());
    await page.leave();
  });

  for (const viewport of [PHONE, DESK]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`shuts nobody out: ${viewport.width} px, ${colorScheme}`, async () => {
        await save("\n[никуда](no-such.md)\n");
        // Opened before, the page would load itself again in the middle.
        await until(served, (html) => html.includes("no-such.md"), "the problem is served");
        const page = await freshPage(browser, { viewport, colorScheme });
        for (const target of [ARTICLE, "/ru/payments/", "/_preview/problems?locale=ru"]) {
          const response = await page.goto(center.url + target);
          assert.deepEqual(await mistakes(response), [], target);
          await page.locator(target === ARTICLE ? ".preview-problems" : ".preview-bar a").waitFor();
          await page.evaluate(() => document.querySelector("#_panel")?.setAttribute("open", ""));
          assert.deepEqual(await objections(page), [], target);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= viewport.width, `${target} is ${width} px wide`);
        }
        assert.deepEqual(page.complaints, []);
        await page.leave();
        await save("");
      });
    }
  }
});
