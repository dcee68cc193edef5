// Axe finds nothing to object to on any kind of page, on a phone and on a desk, by day and by night.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { objections } from "./axe.mjs";
import { DESK, launch, PHONE } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { KINDS, visitor } from "./kinds.mjs";

describe("nobody is shut out", () => {
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
    test(`of ${kind.name}`, async () => {
      const page = await visit(kind);
      for (const viewport of [PHONE, DESK]) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          const found = await objections(page);
          assert.deepEqual(found, [], `${viewport.width} px, ${colorScheme}`);
        }
      }
      await page.leave();
    });
  }
});
