// Nothing that a player needs asks for JavaScript.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { freshPage, launch, PHONE } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { ARTICLE, QUESTION } from "./kinds.mjs";

/** An article's address, with or without the section. */
const LEADS_TO_ARTICLE = /^\/ru\/[a-z0-9-]+\/[a-z0-9-]+(#.+)?$/;

describe("without script, on a phone", () => {
  let center, browser, page;
  before(async () => {
    [center, browser] = await Promise.all([helpCenter(), launch()]);
    page = await freshPage(browser, { javaScriptEnabled: false, viewport: PHONE, hasTouch: true });
  });
  after(async () => {
    await browser?.close();
    await center?.stop();
  });

  test("a question and three taps lead to the text that answers it", async () => {
    await page.goto(`${center.url}/`);
    let taps = 0;
    const tap = async (target) => {
      await target.tap();
      taps += 1;
    };
    await tap(page.locator("#_q"));
    await page.locator("#_q").fill(QUESTION);
    await tap(page.locator("#_q").locator("xpath=ancestor::form").locator('button[type="submit"], button:not([type])').first());
    await page.waitForURL(/\/ru\/search/);
    assert.equal(await page.locator("#_q").inputValue(), QUESTION, "the question stays in the field");
    const links = page.locator("main a");
    const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    await tap(links.nth(addresses.findIndex((address) => LEADS_TO_ARTICLE.test(address))));
    await page.waitForURL(/withdraw-to-card/);
    assert.match(await page.locator("h1").innerText(), /вывести деньги/i);
    assert.match(await page.locator("main").innerText(), /Касса → Вывести/);
    assert.ok(taps <= 3, `${taps} taps`);
  });

  test("the other language and the ways to a human are links", async () => {
    await page.goto(center.url + ARTICLE);
    await page.locator('a[hreflang="en"]').first().click();
    await page.waitForURL(/\/en\/payments\/withdraw-to-card/);
    assert.match(await page.locator("h1").innerText(), /withdraw/i);
    await page.locator('a[href="/en/contact"]').first().click();
    await page.waitForURL(/\/en\/contact/);
    assert.ok(await page.locator('main a[href^="mailto:"]').count());
  });
});
