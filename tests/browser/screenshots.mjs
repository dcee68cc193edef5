// Takes the pictures in docs/images/: `make screenshots`.

import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { launch } from "./browser.mjs";
import { helpCenter, ROOT } from "./center.mjs";
import { KINDS, visitor } from "./kinds.mjs";

const FOLDER = path.join(ROOT, "docs/images");
const SUBJECTS = { front: "front", search: "results", article: "article", "staff console": "console" };
const SCREENS = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 },
};

mkdirSync(FOLDER, { recursive: true });
const [center, browser] = await Promise.all([helpCenter(), launch()]);
let total = 0;
try {
  const visit = visitor(browser, center);
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    const kind = KINDS.find((kind) => kind.name === name);
    for (const [screen, options] of Object.entries(SCREENS)) {
      for (const colorScheme of ["light", "dark"]) {
        const file = path.join(FOLDER, `${subject}-${screen}-${colorScheme}.png`);
        const page = await visit(kind, { ...options, colorScheme }).catch((error) => {
          process.exitCode = 1;
          console.error(String(error));
        });
        if (!page) continue;
        await page.screenshot({ path: file });
        await page.leave();
        const { size } = statSync(file);
        total += size;
        console.log(`${path.relative(ROOT, file)}  ${size} bytes`);
      }
    }
  }
  console.log(`${total} bytes in all`);
} finally {
  await browser.close();
  await center.stop();
}
