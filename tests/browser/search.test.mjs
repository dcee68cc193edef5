// Search as one types: the combobox pattern of the ARIA authoring practices, with a list that
// completes and a choice that is made by hand.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { objections } from "./axe.mjs";
import { DESK, focused, freshPage, launch, PHONE, until } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { ARTICLE } from "./kinds.mjs";

const HALF = "выве";

const SCREENS = [
  { name: "on a desk, by day", viewport: DESK, colorScheme: "light" },
  { name: "on a phone, by night", viewport: PHONE, colorScheme: "dark" },
];

const field = (page) => page.locator("#_q");
const list = (page) => page.locator("#_suggestions");
const rows = (page) => page.locator('#_suggestions [role="option"]');
const isOpen = (page) => field(page).getAttribute("aria-expanded").then((value) => value === "true");

/** The row that the field says is active: its place in the list, -1 for none. */
function active(page) {
  return page.evaluate(() => {
    const id = document.querySelector("#_q").getAttribute("aria-activedescendant");
    const rows = [...document.querySelectorAll('#_suggestions [role="option"]')];
    return id ? rows.findIndex((row) => row.id === id) : -1;
  });
}

async function typed(page, text) {
  await field(page).focus();
  // All at once: letter by letter, the list of the first two would open first, and change later.
  await page.keyboard.insertText(text);
  await until(() => isOpen(page), Boolean, "the list opens");
  await rows(page).first().waitFor();
}

for (const { name, ...screen } of SCREENS) {
  describe(`search by keyboard, ${name}`, () => {
    let center, browser, page;
    before(async () => {
      [center, browser] = await Promise.all([helpCenter(), launch()]);
    });
    after(async () => {
      await browser?.close();
      await center?.stop();
    });

    async function open(path = "/ru/") {
      await page?.leave();
      page = await freshPage(browser, screen);
      await page.goto(center.url + path, { waitUntil: "load" });
    }

    test("half a word opens the list, whose length is said once", async () => {
      await open();
      await page.evaluate(() => {
        globalThis.said = [];
        const note = (records) => {
          for (const { target } of records) {
            const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
            const status = element?.closest('[role="status"]');
            if (status?.textContent.trim()) globalThis.said.push(status.textContent.trim());
          }
        };
        new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      assert.equal(await field(page).getAttribute("role"), "combobox");
      assert.equal(await field(page).getAttribute("aria-expanded"), "false");
      assert.equal(await field(page).getAttribute("aria-controls"), "_suggestions");
      assert.equal(await field(page).getAttribute("aria-autocomplete"), "list");
      await typed(page, HALF);
      assert.equal(await list(page).getAttribute("role"), "listbox");
      assert.ok((await list(page).getAttribute("aria-label")) || (await list(page).getAttribute("aria-labelledby")));
      const count = await rows(page).count();
      assert.ok(count >= 2 && count <= 8, `${count} rows`);
      const said = await until(
        () => page.evaluate(() => globalThis.said),
        (said) => said.length > 0,
        "the number is said",
      );
      assert.equal(said.filter((text) => text.includes(String(count))).length, 1, JSON.stringify(said));
      assert.deepEqual(await objections(page), [], "axe, with the list open");
    });

    test("arrows move in the list while the focus stays in the field", async () => {
      await open();
      await typed(page, HALF);
      assert.equal(await active(page), -1, "no row is chosen by itself");
      for (const [key, row] of [["ArrowDown", 0], ["ArrowDown", 1], ["ArrowUp", 0]]) {
        await page.keyboard.press(key);
        assert.equal(await active(page), row, key);
        assert.equal(await focused(page), "_q");
        assert.equal(await rows(page).nth(row).getAttribute("aria-selected"), "true");
        assert.equal(await page.locator('#_suggestions [aria-selected="true"]').count(), 1);
      }
      assert.equal(await field(page).inputValue(), HALF, "what was typed stays");
    });

    test("Escape closes the list and keeps the text, and Down opens it again", async () => {
      await open();
      await typed(page, HALF);
      await page.keyboard.press("Escape");
      assert.equal(await isOpen(page), false);
      assert.equal(await list(page).isVisible(), false);
      assert.equal(await field(page).inputValue(), HALF);
      await page.keyboard.press("ArrowDown");
      await until(() => isOpen(page), Boolean, "the list opens again");
    });

    test("Enter on a row goes there", async () => {
      await open();
      await typed(page, HALF);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/ru\/[a-z-]+\/[a-z0-9-]+(#.*)?$/);
    });

    test("Enter without a row searches for what was typed", async () => {
      await open();
      await typed(page, HALF);
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === "/ru/search" && url.searchParams.get("q") === HALF);
    });

    test("a slash leads to the field, and is a letter inside it", async () => {
      await open(ARTICLE);
      assert.notEqual(await focused(page), "_q");
      await page.keyboard.press("/");
      assert.equal(await focused(page), "_q");
      assert.equal(await field(page).inputValue(), "");
      await page.keyboard.press("/");
      assert.equal(await field(page).inputValue(), "/");
    });

    test("a late answer never takes the place of a newer one, and is called off", async () => {
      await open();
      const calledOff = [];
      page.on("requestfailed", (request) => calledOff.push(new URL(request.url()).searchParams.get("q")));
      let release;
      const held = new Promise((resolve) => (release = resolve));
      let isHeld = false;
      await page.route("**/api/v1/suggest?*", async (route) => {
        const text = new URL(route.request().url()).searchParams.get("q");
        if (text === HALF) {
          isHeld = true;
          await held;
          const late = [{ kind: "article", text: "поздно", html: "поздно", url: "/ru/", id: "late" }];
          // The browser may have called it off.
          await route.fulfill({ json: { suggestions: late } }).catch(() => {});
        } else {
          await route.continue();
        }
      });
      await field(page).focus();
      await page.keyboard.type(HALF);
      await until(() => isHeld, Boolean, "the first request is under way");
      await page.keyboard.type("сти");
      await rows(page).first().waitFor();
      release();
      await page.waitForTimeout(200);
      const shown = await rows(page).allInnerTexts();
      assert.ok(!shown.some((text) => text.includes("поздно")), JSON.stringify(shown));
      assert.ok(calledOff.includes(HALF), JSON.stringify(calledOff));
    });

    test("Enter searches what was typed when one goes on typing after choosing a row", async () => {
      await open();
      await typed(page, HALF);
      await page.keyboard.press("ArrowDown");
      // The answer to what follows never comes.
      await page.route("**/api/v1/suggest?*", () => {});
      await page.keyboard.type("сти");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === "/ru/search" && url.searchParams.get("q") === `${HALF}сти`);
    });

    for (const [where, stays] of [["and moved down", true], ["and dropped", false]]) {
      test(`a row chosen while the list is renewed, ${where}, is never another row`, async () => {
        await open();
        await typed(page, HALF);
        const chosen = await rows(page).first().evaluate((row) => ({ url: row.dataset.url, text: row.textContent }));
        let release;
        const held = new Promise((resolve) => (release = resolve));
        await page.route("**/api/v1/suggest?*", async (route) => {
          await held;
          const other = { kind: "article", text: "другое", html: "другое", url: "/ru/support", id: "other" };
          const same = { kind: "article", html: chosen.text, id: "same", ...chosen };
          await route.fulfill({ json: { suggestions: stays ? [other, same] : [other] } });
        });
        await page.keyboard.insertText("с");
        await page.keyboard.press("ArrowDown");
        assert.equal(await active(page), 0);
        release();
        await rows(page).filter({ hasText: "другое" }).waitFor();
        assert.equal(await active(page), stays ? 1 : -1);
        assert.equal(await page.locator('#_suggestions [aria-selected="true"]').count(), stays ? 1 : 0);
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => url.pathname === (stays ? new URL(chosen.url, url).pathname : "/ru/search"));
      });
    }

    test("a list that was closed stays closed when a late answer comes", async () => {
      await open();
      let release;
      const held = new Promise((resolve) => (release = resolve));
      let isHeld = false;
      await page.route("**/api/v1/suggest?*", async (route) => {
        isHeld = true;
        await held;
        await route.continue().catch(() => {});
      });
      await field(page).focus();
      await page.keyboard.type("в");
      await page.keyboard.type("ы");
      await until(() => isHeld, Boolean, "the request is under way");
      await page.keyboard.press("Escape");
      release();
      await page.waitForTimeout(300);
      assert.equal(await rows(page).first().isVisible(), false);
      assert.equal(await field(page).inputValue(), "вы");
    });

    test("nothing on the page jumps when the list opens", async () => {
      await open();
      const top = () => page.locator("main h1, main h2").first().evaluate((element) => element.getBoundingClientRect().top);
      const before = await top();
      await typed(page, HALF);
      assert.equal(await top(), before);
      assert.deepEqual(page.complaints, []);
    });
  });
}
