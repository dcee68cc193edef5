// The browser, and one person's window in it.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** It runs as root in containers, has no screen, and must not call home. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const PHONE = { width: 360, height: 780 };
export const DESK = { width: 1280, height: 900 };

/** How long what is to come may take to come: machines that test do much else. */
const PATIENCE = 8_000;

export function launch(more = []) {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...FLAGS, ...more] });
}

/** A browser with a clean profile: nothing in its cache, no cookies. */
export async function profile(browser, options = {}) {
  const context = await browser.newContext({
    locale: "ru-RU",
    viewport: DESK,
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/** A page of a clean profile, and what goes wrong on it. */
export async function freshPage(browser, options = {}) {
  const context = await profile(browser, options);
  const page = await context.newPage();
  return Object.assign(page, { complaints: complaintsOf(page), leave: () => context.close() });
}

/** What the browser complains about: errors of scripts, refusals by policy, files that fail. */
export function complaintsOf(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/** Waits until something is so, and says what was seen when it never is. */
export async function until(look, isSo, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > end) assert.fail(`${what}; seen last: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What the focus is on: the id, else the tag and text of the element. */
export function focused(page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.id || `${element?.localName} ${element?.textContent.trim().slice(0, 40)}`;
  });
}

/** Signs in at the console as a person does. */
export async function signIn(page, center) {
  await page.goto(`${center.url}/staff/`);
  await page.locator('input[type="password"]').fill(center.key);
  await page.keyboard.press("Enter");
  await page.locator('input[type="password"]').waitFor({ state: "detached" });
}

/** The cookies of somebody who is signed in. */
export async function staffState(browser, center) {
  const { BROWSER_TESTS_SIGNED_IN: known } = process.env;
  if (known) return JSON.parse(known);
  const page = await freshPage(browser);
  await signIn(page, center);
  const state = await page.context().storageState();
  await page.leave();
  return state;
}
