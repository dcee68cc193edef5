// The console: sign in, paste a message, copy what answers it, all without the mouse.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { objections } from "./axe.mjs";
import { freshPage, launch, profile, signIn, staffState, until } from "./browser.mjs";
import { helpCenter } from "./center.mjs";

/** What a player wrote: 200 words and two questions. */
const MESSAGE = `Здравствуйте! Я играю у вас уже третий год и раньше никогда не писал в поддержку, потому что
всё работало. Но на этой неделе у меня сразу две неприятности, и я уже не знаю, что думать. В пятницу вечером
после работы я решил забрать выигрыш, спокойно оформил заявку, всё как обычно, и пошёл ужинать. Прошла ночь,
потом ещё целый день, жена спрашивает, друзья смеются, а на телефоне тишина. Скажите, пожалуйста, сколько идёт
вывод денег на карту? Я не хочу никого ругать, просто хочу понимать, ждать мне до понедельника или сразу
звонить в банк. И это ещё не всё. В субботу утром я сел за старый ноутбук, на котором давно не заходил, потому
что телефон забрал сын, и понял, что из головы вылетело то, чем я вхожу. Пробовал и так, и этак, день рождения,
кличку собаки, ничего не подходит. Как восстановить пароль от аккаунта? Очень прошу ответить по-человечески, без
отписок, потому что в прошлый раз на другом сайте мне три дня присылали одно и то же, а потом просто перестали
отвечать совсем, и осадок остался на целый год. Я и статьи ваши открывал, честно, но от волнения ничего в них не нашёл. Заранее большое спасибо, хорошего вам дня и спокойной смены. С
уважением, Сергей, город Воронеж, ваш постоянный и обычно очень терпеливый клиент.`.replaceAll("\n", " ");

const ANSWERED_BY = ["reset-password", "withdrawal-time"];
const STAFF_ONLY = "bonus-abuse-signals";
const UNTOUCHED = "nothing has been copied";

describe("the console", () => {
  let center, browser, signedIn, page;
  before(async () => {
    [center, browser] = await Promise.all([helpCenter(), launch()]);
    signedIn = await staffState(browser, center);
  });
  after(async () => {
    await browser?.close();
    await center?.stop();
  });

  async function open() {
    await page?.leave();
    page = await freshPage(browser, { storageState: signedIn, permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${center.url}/staff/`);
    await page.evaluate((text) => navigator.clipboard.writeText(text), UNTOUCHED);
  }

  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const results = () => page.locator("[data-result]");
  /** The result that the keyboard is at: its place in the list. */
  const at = () =>
    page.evaluate(() => {
      const results = [...document.querySelectorAll("[data-result]")];
      const active = document.activeElement;
      return results.findIndex((result) => result.contains(active) || result.id === active.getAttribute("aria-activedescendant"));
    });

  async function ask(text) {
    const field = page.locator('main textarea:visible, main input[name="q"]:visible').first();
    await field.focus();
    await field.evaluate((element) => element.select());
    // As a paste does it: at once.
    await page.keyboard.insertText(text);
    await page.keyboard.press("Enter");
    await results().first().waitFor();
  }

  async function moveTo(row) {
    for (let here = await at(); here !== row; ) {
      const before = here;
      await page.keyboard.press("ArrowDown");
      here = await until(at, (now) => now !== before, `one press goes on from ${before}`);
    }
  }

  async function copied(key) {
    await page.evaluate((text) => navigator.clipboard.writeText(text), UNTOUCHED);
    await page.keyboard.press(key);
    return until(clipboard, (text) => text !== UNTOUCHED, `«${key}» copies`);
  }

  test("tells nothing to who has no key", async () => {
    const context = await profile(browser);
    const stranger = await context.newPage();
    await stranger.goto(`${center.url}/staff/?q=${encodeURIComponent("признаки злоупотребления бонусами")}`);
    assert.equal(await stranger.locator("[data-result]").count(), 0);
    await stranger.locator('input[type="password"]').fill("spravka_00000000000000000000000000000000");
    await stranger.keyboard.press("Enter");
    await stranger.locator('input[type="password"]').waitFor();
    assert.deepEqual(await context.cookies(), []);
    await context.close();
  });

  test("answers a message of 200 words with two links, by keyboard alone", async () => {
    assert.ok(MESSAGE.split(/\s+/).length >= 200, "the message is long");
    await open();
    await ask(MESSAGE);
    const links = [];
    for (let row = 0; row < ANSWERED_BY.length; row += 1) {
      await moveTo(row);
      const link = new URL(await copied("c"));
      assert.match(link.pathname, /^\/a\/[a-z0-9-]+$/, "a permanent link");
      assert.ok(link.hash.length > 1, "to a section");
      links.push(link.pathname.slice("/a/".length));
      assert.ok((await page.locator('[role="status"]').allTextContents()).join("").trim(), "copied is said");
    }
    assert.deepEqual(links.sort(), ANSWERED_BY);
    assert.deepEqual(page.complaints, []);
  });

  test("copies an answer as text and as Markdown, with its link", async () => {
    await open();
    await ask("Как восстановить пароль от аккаунта?");
    await moveTo(0);
    const text = await copied("a");
    assert.match(text, /\/a\/reset-password/);
    assert.doesNotMatch(text, /[<>]|\]\(/);
    const markdown = await copied("m");
    assert.match(markdown, /\/a\/reset-password/);
    assert.ok(markdown.length > 40);
  });

  test("refuses to copy what only staff may see, and says why", async () => {
    await open();
    await ask(STAFF_ONLY);
    const rows = await results().evaluateAll((all) => all.map((one) => one.outerHTML));
    const secret = rows.findIndex((html) => html.includes(STAFF_ONLY));
    assert.ok(secret >= 0, "it is found");
    await moveTo(secret);
    for (const key of ["c", "a", "m"]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(150);
      assert.equal(await clipboard(), UNTOUCHED, key);
    }
    const said = await page.locator('[role="status"], [role="alert"]').allTextContents();
    assert.ok(said.join("").trim(), "why is said");
  });

  test("goes up and down, opens, shows its keys, and lets letters be letters in the field", async () => {
    await open();
    await ask("вывод денег");
    await moveTo(1);
    await page.keyboard.press("ArrowUp");
    assert.equal(await at(), 0);
    await page.keyboard.press("?");
    const help = page.locator('dialog[open], [role="dialog"]:visible');
    await help.waitFor();
    assert.deepEqual(await objections(page), [], "axe, with the keys shown");
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.matches("textarea, input")), true);
    await page.evaluate((text) => navigator.clipboard.writeText(text), UNTOUCHED);
    await page.keyboard.press("c");
    await page.waitForTimeout(150);
    assert.equal(await clipboard(), UNTOUCHED);
    await page.keyboard.press("Backspace");
    await moveTo(0);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.startsWith("/staff/"));
  });

  test("is left by signing out, for good", async () => {
    const own = await freshPage(browser);
    await signIn(own, center);
    const { cookies } = await own.context().storageState();
    assert.ok(cookies.length && cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite !== "None"));
    await own.locator('form[action*="out"] button').first().click();
    await own.locator('input[type="password"]').waitFor();
    assert.deepEqual((await own.context().cookies()).filter(({ value }) => value), []);
    // The old cookie opens nothing any more.
    await own.context().addCookies(cookies);
    await own.goto(`${center.url}/staff/`);
    await own.locator('input[type="password"]').waitFor();
    await own.leave();
  });
});
