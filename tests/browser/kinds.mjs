// Every kind of page there is, and how one gets to it.

import { freshPage, staffState } from "./browser.mjs";

export const ARTICLE = "/ru/payments/withdraw-to-card";
export const QUESTION = "как вывести деньги";
const NONSENSE = "щщщйцфъ";

const search = (text) => `/ru/search?q=${encodeURIComponent(text)}`;

/** The pages that everybody can see. */
export const PUBLIC = [
  { name: "front", path: "/ru/" },
  { name: "topic", path: "/ru/payments/" },
  { name: "article", path: ARTICLE },
  { name: "search", path: search(QUESTION) },
  { name: "search, nothing found", path: search(NONSENSE) },
  { name: "contact", path: "/ru/contact" },
  { name: "not found", path: "/ru/payments/no-such-page", status: 404 },
  { name: "feedback", path: ARTICLE, open: saidNo },
  { name: "versions", path: "/a/withdraw-to-card/history?locale=ru" },
  { name: "version", path: ARTICLE, open: firstVersion },
  { name: "changes", path: ARTICLE, open: changesSince },
  { name: "API reference", path: "/docs" },
];

/** The pages of the staff console. */
export const STAFF = [
  { name: "staff sign-in", path: "/staff/" },
  { name: "staff console", path: `/staff/?q=${encodeURIComponent(QUESTION)}`, staff: true },
  {
    name: "staff explain",
    path: `/staff/explain?q=${encodeURIComponent(QUESTION)}&article=withdraw-to-card&locale=ru`,
    staff: true,
  },
  { name: "staff versions", path: "/a/withdraw-to-card/history?locale=ru", staff: true },
];

export const KINDS = [...PUBLIC, ...STAFF];

/** The page that asks why, after a no: where a form without script leads. */
async function saidNo(page, address) {
  const article = new URL(address).pathname.split("/").at(-1);
  const answer = await page.context().request.post(new URL("/ru/feedback", address).href, {
    form: { article, helpful: "no" },
    maxRedirects: 0,
  });
  return page.goto(new URL(answer.headers().location, address).href);
}

/** The address of an article's first version that git knows. */
async function first(page, address) {
  const list = new URL("/api/v1/articles/withdraw-to-card/revisions?locale=ru", address);
  const { revisions } = await (await page.context().request.get(list.href)).json();
  return new URL(revisions.at(-1).url, address);
}

async function firstVersion(page, address) {
  return page.goto((await first(page, address)).href);
}

/** What has changed since it; nothing, where the repository is cut off. */
async function changesSince(page, address) {
  const version = await first(page, address);
  version.pathname += "/changes";
  return page.goto(version.href);
}

/** Opens pages of each kind, those for staff as somebody who has signed in once. */
export function visitor(browser, center) {
  let signedIn;
  return async function visit(kind, options = {}, prepare = () => {}) {
    if (kind.staff) signedIn ??= staffState(browser, center);
    const page = await freshPage(browser, {
      storageState: kind.staff ? await signedIn : undefined,
      ...options,
    });
    prepare(page);
    const address = center.url + kind.path;
    const response = await (kind.open ? kind.open(page, address) : page.goto(address));
    if (response.status() !== (kind.status ?? 200)) {
      throw new Error(`${kind.name}: ${address} answers ${response.status()}`);
    }
    return Object.assign(page, { response });
  };
}
