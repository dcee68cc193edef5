// Pages fit small screens and large letters, and show where the keyboard is.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DESK, focused, freshPage, launch } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { ARTICLE, KINDS, visitor } from "./kinds.mjs";

const SMALL = 320;

/** How far a page can be scrolled sideways, and what sticks out. */
function sideways(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const sticksOut = (element) => element.getBoundingClientRect().right > clientWidth + 0.5;
    const name = (element) => `${element.localName}.${element.className} is ${scrollWidth - clientWidth} px too wide`;
    return [...document.body.querySelectorAll("*")].filter(sticksOut).map(name).slice(0, 5);
  });
}

describe("pages fit", () => {
  let center, browser, visit;
  before(async () => {
    [center, browser] = await Promise.all([helpCenter(), launch()]);
    visit = visitor(browser, center);
  });
  after(async () => {
    await browser?.close();
    await center?.stop();
  });

  for (const kind of KINDS) {
    test(`${kind.name}, without sideways scroll`, async () => {
      const page = await visit(kind, { viewport: { width: SMALL, height: 640 } });
      assert.deepEqual(await sideways(page), [], "320 px");
      await page.setViewportSize({ width: 360, height: 780 });
      assert.deepEqual(await sideways(page), [], "360 px");
      await page.setViewportSize({ width: SMALL, height: 640 });
      await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      assert.deepEqual(await sideways(page), [], "320 px with letters of double size");
      await page.leave();
    });
  }

  test("an article, with the keyboard in sight at every stop", async () => {
    const page = await freshPage(browser, { viewport: DESK });
    await page.goto(center.url + ARTICLE);
    for (let stop = 1; stop <= 25; stop += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const element = document.activeElement;
        // A ring may stand around the box that a field is in.
        const around = [element, element.parentElement, element.parentElement.parentElement];
        const look = () =>
          around.map((one) => {
            const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(one);
            return [outline, boxShadow, borderColor, backgroundColor].join();
          });
        const { top, bottom, left, right } = element.getBoundingClientRect();
        const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        const withFocus = look();
        element.blur();
        const without = look();
        element.focus({ focusVisible: true, preventScroll: true });
        return {
          what: element.outerHTML.slice(0, 80),
          hasRing: withFocus.some((seen, at) => seen !== without[at]),
          isInSight: bottom > 0 && top < innerHeight,
          isUncovered: Boolean(above) && (element.contains(above) || above.contains(element)),
        };
      });
      assert.ok(seen.hasRing, `no ring around stop ${stop}: ${seen.what}`);
      assert.ok(seen.isInSight && seen.isUncovered, `stop ${stop} is hidden: ${seen.what}`);
    }
    await page.leave();
  });

  test("the first stop skips to the content", async () => {
    const page = await freshPage(browser);
    await page.goto(center.url + ARTICLE);
    await page.keyboard.press("Tab");
    const link = page.locator("a.skip");
    assert.ok(await link.evaluate((element) => element === document.activeElement));
    assert.ok((await link.boundingBox()).y >= 0, "it is in sight");
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "_content");
    await page.leave();
  });
});
