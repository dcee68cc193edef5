// The markup of every kind of page is valid HTML, as it is served.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { launch } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { KINDS, visitor } from "./kinds.mjs";

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    // Matters of taste, not of validity: `<!doctype html>` and `<br>` are as good as other forms.
    "doctype-style": "off",
    "void-style": "off",
    // Templates leave spaces at the ends of lines; no reader sees them, and compression eats them.
    "no-trailing-whitespace": "off",
    // `<ul role="list">` is no redundancy where a style has taken the bullets: Safari then no longer
    // calls it a list.
    "no-redundant-role": ["error", { exclude: ["list"] }],
    // A box that scrolls is named for those who focus it, and is no section of the text.
    "prefer-native-element": ["error", { exclude: ["region"] }],
    // Titles are the editors' words; search engines cut long ones, nothing breaks.
    "long-title": "off",
    // `tel:` addresses with an international number are right; how to space one is the editors' choice.
    "tel-non-breaking": "off",
  },
});

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
      const report = await validator.validateString(await page.response.text());
      const found = report.results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`),
      );
      assert.deepEqual(found, []);
      await page.leave();
    });
  }
});
