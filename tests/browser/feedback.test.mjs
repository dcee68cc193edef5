// Did this help? With script the thanks come in place, without it as a page.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { objections } from "./axe.mjs";
import { freshPage, launch, until } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { ARTICLE } from "./kinds.mjs";

const ANSWERS = [
  { name: "yes", button: (page) => page.locator("form.vote button").first() },
  { name: "no", button: (page) => page.locator("form.vote button").nth(1) },
];

describe("a vote", () => {
  let center, browser;
  before(async () => {
    [center, browser] = await Promise.all([helpCenter(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await center?.stop();
  });

  for (const { name, button } of ANSWERS) {
    test(`${name}, by keyboard: thanks in place, spoken, and the focus is kept`, async () => {
      const page = await freshPage(browser);
      await page.goto(center.url + ARTICLE);
      const sent = [];
      page.on("response", (response) => {
        if (response.request().method() === "POST") sent.push(response.status());
      });
      await button(page).focus();
      await page.keyboard.press("Enter");
      const spoken = () => page.locator('[role="status"]').evaluateAll((all) => all.map((e) => e.textContent.trim()).join(""));
      await until(spoken, (text) => text.length > 0, "the thanks are spoken");
      assert.equal(page.url(), center.url + ARTICLE);
      assert.equal(sent.length, 1);
      assert.ok(sent[0] < 400, `status ${sent[0]}`);
      assert.notEqual(await page.evaluate(() => document.activeElement.localName), "body");
      assert.deepEqual(await objections(page), []);
      assert.deepEqual(page.complaints, []);
      await page.leave();
    });

    test(`${name}, without script: a page says thanks and leads back`, async () => {
      const page = await freshPage(browser, { javaScriptEnabled: false });
      await page.goto(center.url + ARTICLE);
      const [response] = await Promise.all([page.waitForNavigation(), button(page).click()]);
      assert.equal(response.status(), 200);
      assert.ok((await page.locator("main").innerText()).trim().length > 0);
      assert.ok(await page.locator(`main a[href^="${ARTICLE}"]`).count(), "a way back to the article");
      await page.leave();
    });
  }
});
