// What a page costs on first view: requests and bytes on the wire, with an empty cache.

import { brotliCompressSync, gzipSync } from "node:zlib";

export const MOST_BYTES = 60_000;
export const MOST_REQUESTS = 5;
export const MOST_WIDGET_BYTES = 12_000;

/** Opens a page of a kind and counts. */
export async function cost(visit, center, kind) {
  const requests = [];
  const page = await visit(kind, {}, (page) => page.on("requestfinished", (r) => requests.push(r)));
  await page.waitForLoadState("networkidle");
  const sized = await Promise.all(requests.map(sizeOf));
  // The browser takes the site's picture without telling the page.
  const icon = await page.evaluate(() => document.querySelector('link[rel~="icon"]')?.href ?? null);
  if (icon && !sized.some(({ url }) => url === icon)) {
    const bytes = (await (await fetch(icon)).arrayBuffer()).byteLength;
    sized.push({ url: icon, type: "image", bytes });
  }
  const complaints = page.complaints.filter((text) => !isExpected(kind, text));
  await page.leave();
  const total = (some) => some.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    kind: kind.name,
    requests: sized.length,
    bytes: total(sized),
    scriptBytes: total(sized.filter(({ type }) => type === "script")),
    strangers: sized.map(({ url }) => new URL(url).origin).filter((origin) => origin !== center.url),
    complaints,
  };
}

async function sizeOf(request) {
  const { responseHeadersSize, responseBodySize } = await request.sizes();
  return {
    url: request.url(),
    type: request.resourceType(),
    bytes: responseHeadersSize + responseBodySize,
  };
}

/** Chromium calls a page that answers 404 an error, which it is meant to be. */
function isExpected(kind, text) {
  return Boolean(kind.status) && text.includes(`status of ${kind.status}`);
}

/** The widget's script as it is, and as it goes over the wire. */
export async function widgetCost(center) {
  const script = Buffer.from(await (await fetch(`${center.url}/widget.js`)).arrayBuffer());
  return { plain: script.length, brotli: brotliCompressSync(script).length, gzip: gzipSync(script).length };
}

/** Rows of texts and numbers as columns. */
export function table(rows) {
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  const isText = (at) => typeof rows[0][names[at]] === "string";
  const cell = (text, at) => (isText(at) ? text.padEnd(widths[at]) : text.padStart(widths[at]));
  return lines.map((line) => line.map(cell).join("  ").trimEnd()).join("\n");
}

const TYPED = ["вы", "выв", "вывод", "вывод н", "вывод на ка", "пополн", "верифи", "не при", "dsdj", "код", "бонус", "лимит", "само", "парол", "фрисп"];

/** How long suggestions take to stand in the list after a key, in milliseconds, the shortest first. */
export async function suggestionTimes(page) {
  const times = await page.evaluate(async (typed) => {
    const field = document.getElementById("_q");
    const list = document.getElementById("_suggestions");
    const times = [];
    field.focus();
    for (const text of typed) {
      const begun = performance.now();
      const shown = new Promise((resolve) => {
        const observer = new MutationObserver(() => (observer.disconnect(), resolve()));
        observer.observe(list, { childList: true });
      });
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await shown;
      times.push(performance.now() - begun);
      // A person's next key.
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    return times;
  }, TYPED);
  return times.sort((a, b) => a - b);
}
