// Lighthouse as a phone on a slow line sees the pages: `make lighthouse` prints the table.

import { createServer } from "node:net";
import lighthouse from "lighthouse";
import { launch } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { PUBLIC } from "./kinds.mjs";
import { table } from "./measure.mjs";

export const WANTED = ["front", "topic", "article", "search"];
export const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A browser that Lighthouse can lead: it comes by port, not by pipe. */
export async function leadable() {
  const port = await freePort();
  const browser = await launch([`--remote-debugging-port=${port}`]);
  return { port, close: () => browser.close() };
}

/** Chromium at times loses the beginning of a trace; then the page is not to blame. */
const TRIES = 3;

async function report(address, port, skipAudits) {
  for (let left = TRIES; ; left -= 1) {
    const flags = { port, logLevel: "silent", output: "json", onlyCategories: CATEGORIES, skipAudits };
    const { lhr } = await lighthouse(address, flags);
    if (!lhr.runtimeError) return lhr;
    if (left === 1) throw new Error(`${address}: ${lhr.runtimeError.message}`);
  }
}

/** The scores of a kind of page, of 100, and why they are not more. */
export async function scores(center, port, name) {
  const kind = PUBLIC.find((kind) => kind.name === name);
  // Results of a search are not for search engines: they say `noindex` on purpose. That page alone
  // is not asked whether it can be indexed.
  const skipped = name === "search" ? ["is-crawlable"] : [];
  const { categories, audits } = await report(center.url + kind.path, port, skipped);
  const scored = CATEGORIES.map((id) => [id, Math.round(categories[id].score * 100)]);
  const faults = CATEGORIES.flatMap((id) =>
    categories[id].auditRefs
      .filter((ref) => ref.weight > 0 && (audits[ref.id].score ?? 1) < 1)
      .map((ref) => `${id}: ${audits[ref.id].title} ${audits[ref.id].displayValue ?? ""}`.trim()),
  );
  return { scores: Object.fromEntries(scored), faults };
}

if (process.argv[1] === import.meta.filename) {
  const [center, browser] = await Promise.all([helpCenter(), leadable()]);
  try {
    const measured = [];
    for (const name of WANTED) measured.push({ name, ...(await scores(center, browser.port, name)) });
    console.log(table(measured.map(({ name, scores }) => ({ kind: name, ...scores }))));
    for (const { name, faults } of measured) for (const fault of faults) console.log(`${name}, ${fault}`);
  } finally {
    await browser.close();
    await center.stop();
  }
}
