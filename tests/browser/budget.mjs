// Prints what each kind of page costs on first view: `make pages`.

import { freshPage, launch } from "./browser.mjs";
import { helpCenter } from "./center.mjs";
import { KINDS, visitor } from "./kinds.mjs";
import { cost, suggestionTimes, table, widgetCost } from "./measure.mjs";

const center = await helpCenter();
const browser = await launch();
try {
  const visit = visitor(browser, center);
  const rows = [];
  for (const kind of KINDS) {
    const { requests, bytes, scriptBytes } = await cost(visit, center, kind).catch((error) => {
      console.error(String(error));
      return { requests: NaN, bytes: NaN, scriptBytes: NaN };
    });
    rows.push({ kind: kind.name, requests, bytes, "of them script": scriptBytes });
  }
  console.log(table(rows));
  const { plain, brotli, gzip } = await widgetCost(center);
  const page = await freshPage(browser);
  await page.goto(`${center.url}/ru/`);
  const times = await suggestionTimes(page);
  const middle = times[Math.floor(times.length / 2)];
  console.log(`\nfrom a key to its suggestions: ${middle.toFixed(1)} ms, at most ${times.at(-1).toFixed(1)} ms of ${times.length}`);
  console.log(`widget.js: ${plain} bytes, ${brotli} with brotli, ${gzip} with gzip`);
} finally {
  await browser.close();
  await center.stop();
}
