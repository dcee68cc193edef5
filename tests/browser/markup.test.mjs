// The markup of every kind of page is valid HTML, as it is served.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { KINDS, visitor } from "./kinds.mjs";
import { mistakes } from "./markup.mjs";

describe("markup is valid", () => {
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
      assert.deepEqual(await mistakes(page.response), []);
      await page.leave();
    });
  }
});
