// Asks axe about a page. Its script is brought in by evaluation, for no page lets a foreign one in.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SCRIPT = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe objects to on a page, in a form that a person can act on. */
export async function objections(page) {
  const isThere = await page.evaluate(() => typeof globalThis.axe === "object");
  if (!isThere) await page.evaluate(SCRIPT);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run({ runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    TAGS,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}\n${target}\n${failureSummary}`),
  );
}
