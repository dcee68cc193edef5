// Every kind of page costs little, and asks nobody else for anything.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { KINDS, visitor } from "./kinds.mjs";
import { cost, MOST_BYTES, MOST_REQUESTS, MOST_WIDGET_BYTES, widgetCost } from "./measure.mjs";

describe("the first view is within the budget", () => {
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
      const spent = await cost(visit, center, kind);
      assert.ok(spent.bytes <= MOST_BYTES, `${spent.bytes} bytes`);
      assert.ok(spent.requests <= MOST_REQUESTS, `${spent.requests} requests`);
      assert.deepEqual(spent.strangers, []);
      assert.deepEqual(spent.complaints, []);
    });
  }

  test("of the widget, compressed either way", async () => {
    const { brotli, gzip } = await widgetCost(center);
    assert.ok(brotli <= MOST_WIDGET_BYTES, `${brotli} bytes with brotli`);
    assert.ok(gzip <= MOST_WIDGET_BYTES, `${gzip} bytes with gzip`);
  });
});
