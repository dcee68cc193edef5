// What pages do better with a script: light or dark, suggestions, the contents list, links to copy.
// Every page is complete without it.
"use strict";

// Light or dark: set before anything is painted. The device decides until a visitor does.
const THEMES = ["auto", "light", "dark"];
const root = document.documentElement;
const stored = (value) => {
  // A browser may forbid it; then the choice lasts as long as the page.
  try {
    if (value) localStorage.setItem("theme", value);
    return localStorage.getItem("theme");
  } catch {
    return value;
  }
};
const show = (theme) => {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
};
show(stored());

document.addEventListener("DOMContentLoaded", () => {
  theme(document.getElementById("_theme"));
  const field = document.getElementById("_q");
  if (field?.form?.dataset.found) suggestions(field);
  const text = document.querySelector(".text[data-table]");
  if (text) tables(text);
  // What only staff may see has no link for a player.
  if (text?.dataset.permalink) anchors(text);
  contents(document.querySelector(".contents"));
});

// Votes in place: the same forms are sent as without a script, and the next step is taken from the
// page that answers. Where that fails, the browser sends the form as usual.
addEventListener("submit", async (event) => {
  const form = event.target.closest("form.vote");
  if (!form || form.dataset.plain) return;
  event.preventDefault();
  const button = event.submitter;
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector(".vote");
    next.tabIndex = -1;
    form.replaceWith(next);
    next.focus();
  } catch {
    form.dataset.plain = "yes";
    form.requestSubmit(button);
  }
});

// Says something to a reader of the screen: into an element that was there before.
function announce(words) {
  let status = document.getElementById("_said");
  if (!status) {
    status = document.createElement("p");
    Object.assign(status, { id: "_said", className: "unseen", role: "status" });
    document.body.append(status);
  }
  setTimeout(() => { status.textContent = words ?? ""; }, 100);
}

function theme(button) {
  if (!button) return;
  const label = button.querySelector(".unseen");
  const name = label.textContent;
  let chosen = root.dataset.theme || "auto";
  const tell = () => {
    label.textContent = `${name}: ${button.dataset[chosen]}`;
    button.title = label.textContent;
  };
  button.addEventListener("click", () => {
    chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length];
    stored(chosen);
    show(chosen);
    tell();
  });
  tell();
}

// The combobox pattern with a list to choose from by hand: the text typed stays, the focus too.
function suggestions(field) {
  const form = field.form;
  const locale = root.lang;
  const list = document.createElement("ul");
  const status = document.createElement("p");
  Object.assign(list, { id: "_suggestions", role: "listbox", ariaLabel: form.dataset.list, hidden: true });
  Object.assign(status, { className: "unseen", role: "status" });
  field.parentElement.append(list);
  form.append(status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": list.id, "aria-haspopup": "listbox",
  })) field.setAttribute(name, value);

  let rows = [];
  let at = -1;
  let asked = "";
  let under_way;
  let said;
  // Closed by hand: a late answer does not open it again.
  let isDismissed = false;

  const isOpen = () => !list.hidden;
  const choose = (next) => {
    at = next;
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", rows[at].id);
      rows[at].scrollIntoView({ block: "nearest" });
    }
  };
  const open = (wanted) => {
    const isShown = wanted && rows.length > 0;
    list.hidden = !isShown;
    field.setAttribute("aria-expanded", String(isShown));
    if (!isShown) choose(-1);
  };
  const go = (row) => { location.href = row.dataset.url; };
  // Said once the typing rests, so that a reader of the screen is not interrupted by every key.
  const say = (words) => {
    clearTimeout(said);
    said = setTimeout(() => { status.textContent = words; }, 600);
  };

  async function ask() {
    const typed = field.value.trim();
    if (typed === asked) return;
    asked = typed;
    under_way?.abort();
    if (typed.length < 2) {
      rows = [];
      list.replaceChildren();
      open(false);
      return;
    }
    const mine = (under_way = new AbortController());
    try {
      const query = new URLSearchParams({ q: typed, locale, limit: innerWidth < 600 ? 5 : 7 });
      const answer = await fetch(`/api/v1/suggest?${query}`, { signal: mine.signal });
      if (!answer.ok) throw new Error(answer.status);
      const { suggestions: found } = await answer.json();
      if (mine !== under_way) return;
      // Whoever chose a row of the list before keeps that row, wherever it stands now.
      const chosen = rows[at]?.dataset.url;
      rows = found.map((one, i) => {
        const row = document.createElement("li");
        row.id = `_suggestion-${i}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.dataset.url = one.url;
        mark(row, one.html);
        return row;
      });
      list.replaceChildren(...rows);
      choose(rows.findIndex((row) => row.dataset.url === chosen));
      open(document.activeElement === field && !isDismissed);
      say(rows.length ? form.dataset.found.replace("{n}", rows.length) : form.dataset.none);
    } catch (error) {
      // Without suggestions the field searches as ever.
      if (error.name === "AbortError") return;
      asked = "";
      rows = [];
      open(false);
    }
  }

  field.addEventListener("input", () => {
    choose(-1);
    isDismissed = false;
    ask();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (!rows.length) return;
      event.preventDefault();
      const count = rows.length;
      if (!isOpen()) {
        open(true);
        choose(key === "ArrowDown" ? 0 : count - 1);
      } else if (key === "ArrowDown") choose(at + 1 < count ? at + 1 : -1);
      else choose(at < 0 ? count - 1 : at - 1);
    } else if (key === "Escape" && (isOpen() || under_way)) {
      event.preventDefault();
      isDismissed = true;
      open(false);
    } else if (key === "Enter" && at >= 0) {
      event.preventDefault();
      go(rows[at]);
    } else if (key === "Home" || key === "End" || key === "ArrowLeft" || key === "ArrowRight") {
      choose(-1);
    }
  });
  field.addEventListener("focus", () => { ask(); if (rows.length) open(true); });
  field.addEventListener("blur", () => open(false));
  // The field keeps its focus while a row is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) go(row);
  });
  document.addEventListener("keydown", (event) => {
    const inField = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    const isCommand = event.ctrlKey || event.metaKey;
    // The same keys on every layout: on a Russian one `/` writes a full stop.
    const isSlash = !inField && !isCommand && !event.altKey && !event.shiftKey && (event.key === "/" || event.code === "Slash");
    if (!isSlash && !(isCommand && event.code === "KeyK")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

// Text of which the server says what matched: escaped, with nothing but <mark>.
function mark(element, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  for (const node of parsed.childNodes) {
    const isMark = node.nodeName === "MARK";
    const part = isMark ? document.createElement("mark") : document.createTextNode(node.textContent);
    if (isMark) part.textContent = node.textContent;
    element.append(part);
  }
}

// A link beside each heading: it leads there, and a click copies it in the form that never changes.
function anchors(text) {
  const { permalink, copy, copied } = text.dataset;
  for (const heading of text.querySelectorAll("h2[id], h3[id], h4[id]")) {
    const link = document.createElement("a");
    const label = `${copy}: ${heading.textContent}`;
    Object.assign(link, { className: "anchor", href: `#${heading.id}`, textContent: "#", title: copy, ariaLabel: label });
    link.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(`${location.origin}${permalink}#${heading.id}`);
      } catch {
        return; // The address bar has it.
      }
      link.dataset.done = "";
      link.textContent = copied;
      announce(copied);
      setTimeout(() => {
        delete link.dataset.done;
        link.textContent = "#";
      }, 2000);
    });
    heading.append(link);
  }
}

// A table that is wider than the screen scrolls in a box that a keyboard reaches.
function tables(text) {
  for (const box of text.querySelectorAll(".table-scroll")) {
    let heading = box.previousElementSibling;
    while (heading && !/^H[2-6]$/.test(heading.tagName)) heading = heading.previousElementSibling;
    const about = heading?.firstChild?.textContent;
    Object.assign(box, { tabIndex: 0, role: "region", ariaLabel: about ? `${text.dataset.table}: ${about}` : text.dataset.table });
  }
}

// Marks in the list of contents what is being read.
function contents(nav) {
  if (!nav) return;
  const details = nav.querySelector("details");
  const wide = matchMedia("(min-width: 64rem)");
  const fit = () => { details.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  const links = new Map([...nav.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const update = () => {
    const line = innerHeight / 3;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top <= line);
    const present = passed.at(-1);
    for (const [id, link] of links) {
      if (present?.id === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; update(); });
  }, { passive: true });
  update();
}
