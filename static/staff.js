// The console: results as one types, and keys for everything. The server writes all that is shown;
// this only fetches it, moves between results and copies.
const PAUSE = 120;
const SWITCH = "spravka.single-keys";
const LINGER = 5000;
// Letters of a message that are sent: 8 KiB of them are read.
const MOST = 8192;

const form = document.getElementById("_ask");
if (form) begin();

function begin() {
  const field = document.getElementById("_q");
  const locale = document.getElementById("_locale");
  const results = document.getElementById("_results");
  const told = document.getElementById("_told");
  const keys = document.getElementById("_keys");
  const single = document.getElementById("_single");
  const help = document.getElementById("_help");
  const root = document.documentElement;
  let timer = 0;
  let silence = 0;
  let asking = null;
  let loaded = Promise.resolve();

  root.classList.add("has-script");
  help.hidden = false;
  single.checked = remembered() !== "off";
  showSwitch();

  // ---- asking ------------------------------------------------------------------------------------

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  }

  function now() {
    clearTimeout(timer);
    timer = 0;
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    loaded = load(mine).catch((error) => {
      if (error.name === "AbortError") return;
      // What was found for another message must not be copied for this one.
      results.replaceChildren();
      tell(told.dataset.unloaded);
    });
    return loaded;
  }

  async function load(mine) {
    const body = new URLSearchParams(new FormData(form));
    // More is not read anyway, and much more is refused.
    body.set("q", field.value.slice(0, MOST));
    const answer = await fetch("/staff/results", { method: "POST", body, signal: mine.signal });
    // The session has ended: what was pasted stays, and a new one is begun beside it.
    if (answer.redirected) return ended();
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (asking !== mine) return;
    results.innerHTML = html;
    const summary = document.getElementById("_summary");
    if (summary && field.value) say(summary.textContent);
  }

  function ended() {
    const link = document.createElement("a");
    Object.assign(link, { href: "/staff/", target: "_blank", textContent: told.dataset.signIn });
    const words = document.createElement("p");
    words.append(told.dataset.ended, " ", link);
    results.replaceChildren(words);
    say(told.dataset.ended);
  }

  // What was asked for last, whole: keys pressed meanwhile wait for it.
  async function settled() {
    if (timer) now();
    let seen;
    do {
      seen = loaded;
      await seen;
    } while (seen !== loaded);
  }

  function grow() {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  // ---- telling -----------------------------------------------------------------------------------

  function tell(text) {
    clearTimeout(silence);
    told.classList.remove("unseen");
    // The same words twice are no change to a reader of the screen.
    told.textContent = "";
    requestAnimationFrame(() => (told.textContent = text));
    silence = setTimeout(() => (told.textContent = ""), LINGER);
  }

  // For ears alone: eyes see the results themselves.
  function say(text) {
    clearTimeout(silence);
    told.classList.add("unseen");
    told.textContent = text;
  }

  // ---- moving ------------------------------------------------------------------------------------

  // Every result, and under one for staff the public article to take instead.
  const stops = () => [...results.querySelectorAll("[data-open]")];
  const stopOf = (element) => element?.closest("[data-offer], [data-result]")?.querySelector("[data-open]");

  async function move(by) {
    if (document.activeElement === field) results.focus();
    await settled();
    const list = stops();
    const at = list.indexOf(stopOf(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : -1) : at + by;
    const target = next < 0 ? field : (list[Math.min(next, list.length - 1)] ?? field);
    for (const other of list) other.removeAttribute("aria-current");
    if (target !== field) target.setAttribute("aria-current", "true");
    target.focus();
    target.closest("[data-offer], [data-result]")?.scrollIntoView({ block: "nearest" });
  }

  // ---- copying -----------------------------------------------------------------------------------

  async function copy(what, from) {
    await settled();
    if (what === "all") return copyAll();
    const focused = document.activeElement;
    const result = (from ?? focused).closest("[data-result]") ?? results.querySelector("[data-result]");
    if (!result) return;
    const offered = (from ?? focused).closest("[data-offer]");
    const offer = result.querySelector("[data-offer]");
    const isForStaff = result.classList.contains("result-staff");
    if (isForStaff && !offered) {
      const link = offer?.querySelector("[data-open]");
      const instead = link ? `${told.dataset.instead} ${link.textContent.trim()}` : told.dataset.none;
      return tell(`${told.dataset.refused} ${instead}`);
    }
    const source = (offered ?? result).querySelector(`[data-copy="${what}"]`);
    if (source) await put(source.value, told.dataset[what], source);
  }

  async function copyAll() {
    const answers = [...results.querySelectorAll("[data-answers] [data-result]")];
    const found = answers.filter((result) => !result.classList.contains("result-staff"));
    const links = found.map((result) => result.querySelector('[data-copy="link"]')).filter(Boolean);
    const left = answers.length - found.length ? ` ${told.dataset.left.replace("{n}", answers.length - found.length)}` : "";
    if (!links.length) return tell(left || told.dataset.none);
    const unique = [...new Set(links.map((link) => link.value))];
    await put(unique.join("\n"), told.dataset.all + left, links[0]);
  }

  async function put(text, message, source) {
    try {
      await navigator.clipboard.writeText(text);
      tell(message);
    } catch {
      // Without TLS browsers lend no clipboard: what is selected can be copied by hand.
      source.closest("details").open = true;
      source.focus();
      source.select();
      tell(told.dataset.uncopied);
    }
  }

  // ---- keys --------------------------------------------------------------------------------------

  function remembered() {
    try {
      return localStorage.getItem(SWITCH);
    } catch {
      return null;
    }
  }

  function showSwitch() {
    root.classList.toggle("no-keys", !single.checked);
  }

  // The letter on the key: agents type Russian, and the key of `c` writes «с» then.
  function letter(event) {
    if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
    return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
  }

  function inField(event) {
    if (event.key === "ArrowDown" && field.selectionStart === field.value.length) {
      event.preventDefault();
      move(1);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      now();
    }
  }

  function outside(event) {
    const isTyping = event.target.matches("input, textarea, select");
    if (event.key === "Escape") {
      event.preventDefault();
      return field.focus();
    }
    if (isTyping) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      return move(event.key === "ArrowDown" ? 1 : -1);
    }
    if (!single.checked) return;
    const isSlash = event.code === "Slash";
    if (event.key === "?" || (isSlash && event.shiftKey)) {
      event.preventDefault();
      return keys.showModal();
    }
    if (event.key === "/" || isSlash) {
      event.preventDefault();
      return field.focus();
    }
    const acts = { c: "link", a: "text", m: "markdown" };
    const key = letter(event);
    if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else if (key === "c" && event.shiftKey) copy("all");
    else if (acts[key] && !event.shiftKey) copy(acts[key]);
    else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    if (event.target === field) inField(event);
    else outside(event);
  });
  results.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) copy(button.dataset.do, button);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    now();
  });
  field.addEventListener("input", (event) => {
    grow();
    if (event.inputType === "insertFromPaste") now();
    else soon();
  });
  locale.addEventListener("change", now);
  help.addEventListener("click", () => keys.showModal());
  single.addEventListener("change", () => {
    showSwitch();
    try {
      localStorage.setItem(SWITCH, single.checked ? "on" : "off");
    } catch {
      // Then it holds for this page.
    }
  });
  // Back from an article: the browser has kept the message, and nobody else.
  addEventListener("pageshow", () => {
    if (field.value && !results.querySelector("[data-result]")) now();
  });
}
