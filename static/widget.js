// The help center on the operator's own site: `<spravka-search>`, described in docs/widget.md.
//
// Asks its own origin's public API, and nothing before it is opened. What it shows lives in a shadow
// root, so that neither page nor widget changes the other's look.
(() => {
  "use strict";

  // By locale, the site's default one first. The server writes them in.
  const WORDS = {};

  // The page may have brought it in twice.
  if (customElements.get("spravka-search")) return;

  const script = document.currentScript ?? document.querySelector('script[src$="/widget.js"]');
  const HOME = new URL(script.src).origin;

  /** Pause after a key before suggestions are asked for, in milliseconds. */
  const PAUSE = 80;
  const SUGGESTIONS = 6;

  const NIGHT = `
    --ground: var(--spravka-ground, #15181e); --text: var(--spravka-text, #e8eaee);
    --accent: var(--spravka-accent, #7db4ff); --on-accent: var(--spravka-on-accent, #0b1524);
    --soft: var(--spravka-soft, #222833); --quiet: var(--spravka-quiet, #a9b2c0);
    --line: var(--spravka-line, #3a4250); --good: #7fd39b; color-scheme: dark;`;
  const STYLE = `
    :host {
      --ground: var(--spravka-ground, #fff); --text: var(--spravka-text, #1a2230);
      --accent: var(--spravka-accent, #0b57b7); --on-accent: var(--spravka-on-accent, #fff);
      --soft: var(--spravka-soft, #eef2f7); --quiet: var(--spravka-quiet, #525d6e);
      --line: var(--spravka-line, #c9d1dc); --good: #12693a; color-scheme: light;
      --radius: var(--spravka-radius, 12px);
      position: fixed; z-index: 2147483000; inset-block-end: 16px; inset-inline-end: 16px;
      font: 16px/1.5 var(--spravka-font, system-ui, sans-serif); color: var(--text);
      text-align: start; letter-spacing: normal; text-transform: none;
    }
    @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${NIGHT} } }
    :host([theme="dark"]) { ${NIGHT} }
    :host([hidden]), [hidden] { display: none !important; }
    :host([launcher="none"]) .launch { display: none; }
    @media print { :host { display: none; } }
    *, ::before, ::after { box-sizing: border-box; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    button, input { font: inherit; color: inherit; }
    button { cursor: pointer; border: 0; border-radius: var(--radius); background: none; min-block-size: 44px; padding: 8px 14px; }
    .launch, .find button { background: var(--accent); color: var(--on-accent); font-weight: 600; }
    .launch { border-radius: 99px; padding: 10px 20px; box-shadow: 0 2px 12px #0004; }
    dialog {
      position: fixed; inset: auto; inset-block-end: 16px; inset-inline-end: 16px; margin: 0; padding: 0; border: 1px solid var(--line);
      inline-size: 400px; max-inline-size: calc(100vw - 32px);
      block-size: 640px; max-block-size: calc(100vh - 32px);
      border-radius: var(--radius); background: var(--ground); color: var(--text);
      box-shadow: 0 8px 40px #0005; overflow: hidden;
    }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: #0003; }
    @media (max-width: 520px) {
      dialog {
        inset: 0; inline-size: 100%; block-size: 100%; max-inline-size: none; max-block-size: none;
        border: 0; border-radius: 0;
      }
    }
    header { display: flex; align-items: center; gap: 4px; padding: 6px 6px 0 16px; }
    header strong { flex: 1; font-size: 18px; }
    header button { font-size: 22px; line-height: 1; inline-size: 44px; padding: 0; }
    .find { position: relative; padding: 6px 16px 12px; border-block-end: 1px solid var(--line); }
    .find div { display: flex; gap: 8px; }
    label { display: block; color: var(--quiet); font-size: 14px; margin-block-end: 5px; }
    input {
      flex: 1; min-inline-size: 0; min-block-size: 44px; padding: 8px 12px; border: 1px solid var(--quiet);
      border-radius: var(--radius); background: var(--ground);
    }
    [role="listbox"] {
      position: absolute; z-index: 1; inset-inline: 16px; inset-block-start: 100%; margin: -8px 0 0; padding: 4px;
      list-style: none; background: var(--ground); border: 1px solid var(--line); border-radius: var(--radius);
      box-shadow: 0 8px 24px #0004;
    }
    [role="option"] { padding: 9px 10px; border-radius: 6px; cursor: pointer; }
    [role="option"][aria-selected="true"] { background: var(--soft); box-shadow: inset 3px 0 var(--accent); }
    .view { flex: 1; overflow: auto; overscroll-behavior: contain; padding: 12px 16px; overflow-wrap: break-word; }
    .view > div > :first-child { margin-block-start: 0; }
    [aria-busy="true"] { opacity: .6; }
    footer { border-block-start: 1px solid var(--line); padding: 10px 16px; }
    a { color: var(--accent); text-underline-offset: 2px; }
    mark { background: none; color: inherit; font-weight: 700; }
    h2 { font-size: 20px; line-height: 1.3; margin: 16px 0 8px; }
    [tabindex="-1"]:focus { outline: none; }
    .text h2, .text h3, .text h4, h3 { font-size: 17px; line-height: 1.3; margin: 20px 0 6px; }
    p, ul, ol { margin: 0 0 10px; }
    ul, ol { padding-inline-start: 22px; }
    .hits, .channels { list-style: none; padding: 0; }
    .hits li { padding-block: 8px; border-block-end: 1px solid var(--line); }
    .hits a { font-weight: 600; display: inline-block; padding-block: 3px; }
    .quiet, .hits p { color: var(--quiet); font-size: 14px; margin: 0; }
    .channels li { background: var(--soft); border-radius: var(--radius); padding: 10px 12px; margin-block-end: 8px; }
    .channels a { font-weight: 600; margin-inline-end: 8px; }
    .open { color: var(--good); font-size: 14px; font-weight: 600; }
    .back { padding-inline: 0 14px; color: var(--accent); }
    .text .alert { border-inline-start: 4px solid var(--accent); background: var(--soft); padding: 8px 12px; margin-block-end: 10px; }
    .alert-title { font-weight: 700; }
    .text .anchor { display: none; }
    .text img { max-inline-size: 100%; block-size: auto; }
    .table-scroll { overflow-x: auto; }
    table { border-collapse: collapse; }
    th, td { border: 1px solid var(--line); padding: 6px 8px; text-align: start; overflow-wrap: normal; }
    .said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }`;

  // Markup comes from the help center alone, where it has been made safe. A page that asks for
  // trusted types must allow the policy `spravka`.
  const policy = globalThis.trustedTypes?.createPolicy("spravka", { createHTML: (html) => html });
  const setMarkup = (element, html) => {
    element.innerHTML = policy ? policy.createHTML(html) : html;
    return element;
  };

  /** An element with properties (or, in quotes, attributes) and children. */
  const make = (name, properties = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in element && !key.includes("-")) element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };

  const outside = { target: "_blank", rel: "noopener" };
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  class SpravkaSearch extends HTMLElement {
    static observedAttributes = ["locale"];

    #root = this.attachShadow({ mode: "open" });
    #launcher;
    /** The dialog and its parts; made when first opened. */
    #panel;
    /** The views that lead to the one shown, each with what had the focus in it. */
    #trail = [];
    #suggesting;
    #loading;
    #timer;

    constructor() {
      super();
      if ("adoptedStyleSheets" in this.#root) {
        // No policy of the page about styles is asked, unlike for a `<style>`.
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(STYLE);
        this.#root.adoptedStyleSheets = [sheet];
      } else {
        this.#root.append(make("style", { textContent: STYLE }));
      }
    }

    connectedCallback() {
      if (!this.#launcher) this.#begin();
    }

    attributeChangedCallback() {
      if (this.#launcher) this.#begin();
    }

    /** Opens the panel; with a text, searches for it. */
    open(text = "") {
      if (!this.#launcher) return;
      const panel = (this.#panel ??= this.#build());
      if (!panel.dialog.open) {
        panel.dialog.showModal();
        this.#announce("open");
        if (this.#trail.length < 2) this.#home();
      }
      panel.field.focus();
      if (text) {
        panel.field.value = text;
        this.#search(text);
      }
    }

    close() {
      this.#panel?.dialog.close();
    }

    /** Its locale: the attribute's, else the page's, else the help center's first. */
    get #locale() {
      const known = Object.keys(WORDS);
      const asked = [this.getAttribute("locale"), document.documentElement.lang].filter(Boolean);
      const fits = asked.flatMap((tag) => [tag.toLowerCase(), tag.toLowerCase().split("-")[0]]);
      return fits.find((tag) => known.includes(tag)) ?? known[0];
    }

    get #words() {
      return WORDS[this.#locale];
    }

    #begin() {
      this.close();
      this.#panel?.dialog.remove();
      this.#panel = undefined;
      this.#trail = [];
      const words = this.#words;
      const button = make("button", { type: "button", className: "launch", "aria-haspopup": "dialog" }, words.open);
      button.addEventListener("click", () => this.open());
      // A landmark: screen readers find it wherever the page has put it.
      this.#launcher?.remove();
      this.#launcher = make("section", { "aria-label": words.site, lang: this.#locale }, button);
      this.#root.append(this.#launcher);
    }

    #build() {
      const words = this.#words;
      const field = make("input", {
        id: "q", type: "search", maxLength: 256, autocomplete: "off", enterKeyHint: "search", role: "combobox",
        "aria-expanded": "false", "aria-controls": "list", "aria-autocomplete": "list",
      });
      const list = make("ul", { id: "list", role: "listbox", hidden: true, "aria-label": words.suggestions });
      const form = make(
        "form",
        { className: "find", role: "search" },
        make("label", { htmlFor: "q" }, words.search_label),
        make("div", {}, field, make("button", { type: "submit" }, words.search_button)),
        list,
      );
      const close = make("button", { type: "button", "aria-label": words.close }, "×");
      const view = make("div", { className: "view" });
      const status = make("p", { className: "said", role: "status" });
      const dialog = make(
        "dialog",
        { "aria-label": words.site },
        make("header", {}, make("strong", {}, words.site), close),
        form,
        view,
        make("footer", {}, make("a", { href: `${HOME}/${this.#locale}/`, ...outside }, words.help_center)),
        status,
      );
      this.#launcher.append(dialog);

      close.addEventListener("click", () => this.close());
      dialog.addEventListener("close", () => {
        this.#shut();
        this.#announce("close");
      });
      // Beside the panel.
      dialog.addEventListener("click", (event) => event.target === dialog && this.close());
      view.addEventListener("click", (event) => this.#follow(event));
      field.addEventListener("input", () => this.#typed());
      field.addEventListener("keydown", (event) => this.#key(event));
      field.addEventListener("blur", () => this.#shut());
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const text = field.value.trim();
        if (text) this.#search(text);
      });
      // The focus stays in the field.
      list.addEventListener("mousedown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")));
      return { dialog, field, list, view, status };
    }

    #announce(what, detail) {
      this.dispatchEvent(new CustomEvent(`spravka-${what}`, { bubbles: true, composed: true, detail }));
    }

    /** Tells screen readers. */
    #say(text) {
      this.#panel.status.textContent = text;
    }

    async #ask(path, values, signal) {
      const address = new URL(`/api/v1/${path}`, HOME);
      address.search = new URLSearchParams({ locale: this.#locale, ...values });
      const response = await fetch(address, { signal, credentials: "omit" });
      if (!response.ok) throw new Error(`${address.pathname} answers ${response.status}`);
      return response.json();
    }

    // Suggestions

    #typed() {
      clearTimeout(this.#timer);
      this.#suggesting?.abort();
      // What was chosen for other words is not chosen for these.
      this.#activate(undefined);
      const q = this.#panel.field.value.trim();
      if (!q) return this.#shut();
      this.#timer = setTimeout(() => this.#suggest(q), PAUSE);
    }

    async #suggest(q) {
      const { signal } = (this.#suggesting = new AbortController());
      try {
        const { suggestions } = await this.#ask("suggest", { q, limit: SUGGESTIONS }, signal);
        if (!signal.aborted) this.#offer(suggestions);
      } catch {
        // The search itself will say what is wrong.
        if (!signal.aborted) this.#shut();
      }
    }

    #offer(suggestions) {
      const { field, list } = this.#panel;
      const row = ({ html, id, url }, at) => {
        const option = make("li", { id: `o${at}`, role: "option", "aria-selected": "false" });
        Object.assign(option.dataset, { id, anchor: url.split("#")[1] ?? "" });
        return setMarkup(option, html);
      };
      // Whoever chose a row of the list before keeps that row, wherever it stands now.
      const { id, anchor } = this.#active?.dataset ?? {};
      list.replaceChildren(...suggestions.map(row));
      list.hidden = !suggestions.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
      this.#activate([...list.children].find(({ dataset }) => dataset.id === id && dataset.anchor === anchor));
      this.#say(filled(this.#words.suggested, { n: suggestions.length }));
    }

    #shut() {
      clearTimeout(this.#timer);
      this.#suggesting?.abort();
      const { field, list } = this.#panel;
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      this.#activate(undefined);
    }

    get #active() {
      return this.#panel.list.querySelector('[aria-selected="true"]');
    }

    #activate(row) {
      this.#active?.setAttribute("aria-selected", "false");
      if (!row) return this.#panel.field.removeAttribute("aria-activedescendant");
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
      this.#panel.field.setAttribute("aria-activedescendant", row.id);
    }

    #key(event) {
      if (event.isComposing) return;
      const { list, field } = this.#panel;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (list.hidden) return this.#typed();
        const rows = [...list.children];
        const now = rows.indexOf(this.#active);
        // Beyond either end is the field itself.
        const next = now < 0 && step < 0 ? rows.length - 1 : now + step;
        this.#activate(rows[next]);
      } else if (event.key === "Escape" && !list.hidden) {
        // The list closes first, the panel by the next press.
        event.preventDefault();
        this.#shut();
      } else if (event.key === "Enter" && !list.hidden && this.#active) {
        event.preventDefault();
        this.#choose(this.#active);
      } else if (event.key === "Escape" && field.value) {
        // Else the browser would empty the field and leave the panel open.
        event.preventDefault();
        this.close();
      }
    }

    #choose(row) {
      if (!row) return;
      const { id, anchor } = row.dataset;
      this.#shut();
      this.#read(id, this.#locale, anchor);
    }

    // Views

    /** Shows a view, and the way back along the trail to it. */
    #show(node, trail) {
      if (trail.length) {
        const back = make("button", { type: "button", className: "back" }, `← ${this.#words.back}`);
        back.addEventListener("click", () => this.#back());
        node.prepend(back);
      }
      this.#trail = [...trail, { node }];
      const { view } = this.#panel;
      view.replaceChildren(node);
      view.scrollTop = 0;
    }

    #back() {
      this.#trail.pop();
      const { node, focus } = this.#trail.at(-1);
      this.#panel.view.replaceChildren(node);
      (focus?.isConnected ? focus : this.#panel.field).focus();
    }

    /**
     * Loads what a view needs and shows it; of several only the one asked for last. What cannot be
     * shown here can be read at its address there.
     */
    async #load(trail, address, ask, show) {
      this.#loading?.abort();
      const { signal } = (this.#loading = new AbortController());
      const { view } = this.#panel;
      const last = this.#trail.at(-1);
      if (last) last.focus = this.#root.activeElement;
      view.setAttribute("aria-busy", "true");
      const answer = await ask(signal).catch(() => undefined);
      if (signal.aborted) return;
      view.setAttribute("aria-busy", "false");
      if (answer) return show(answer);
      const { unreachable, help_center: there } = this.#words;
      const link = make("a", { href: HOME + address, ...outside }, there);
      this.#show(make("div", {}, make("p", {}, `${unreachable} `, link)), trail);
      this.#say(unreachable);
    }

    #home() {
      if (!this.#trail.length) this.#show(make("div"), []);
      this.#load(
        [],
        `/${this.#locale}/`,
        (signal) => this.#ask("channels", {}, signal),
        ({ channels }) => this.#show(make("div", {}, ...this.#contact(channels)), []),
      );
    }

    #contact(channels) {
      if (!channels?.length) return [];
      const words = this.#words;
      const fact = (name, text) => text && make("p", { className: "quiet" }, `${words[name]}: ${text}`);
      const card = ({ title, url, open_now: isOpen, hours, takes, prepare }) =>
        make(
          "li",
          {},
          make("a", { href: new URL(url, HOME).href, ...(/^https?:/.test(url) && outside) }, title),
          make("span", { className: isOpen ? "open" : "quiet" }, isOpen ? words.open_now : words.closed_now),
          fact("hours", hours),
          fact("takes", takes),
          fact("prepare", prepare?.join("; ")),
        );
      return [make("h2", {}, words.contact), make("ul", { className: "channels" }, ...channels.map(card))];
    }

    #search(q) {
      this.#shut();
      const words = this.#words;
      const trail = this.#trail.slice(0, 1);
      const there = `/${this.#locale}/search?${new URLSearchParams({ q })}`;
      const hit = ({ title, url, snippet_html: snippet, id, locale, sections }) => {
        const link = make("a", { href: HOME + url }, title);
        Object.assign(link.dataset, { id, locale, anchor: sections?.[0]?.anchor ?? "" });
        return make("li", {}, link, setMarkup(make("p"), snippet));
      };
      this.#load(
        trail,
        there,
        async (signal) => {
          const found = await this.#ask("search", { q }, signal);
          // Who finds nothing is shown whom to ask.
          return found.total ? found : { ...found, ...(await this.#ask("channels", {}, signal)) };
        },
        ({ total, hits, channels }) => {
          const said = filled(total ? words.found : words.nothing, { n: total, q });
          const list = total ? [make("ol", { className: "hits" }, ...hits.map(hit))] : this.#contact(channels);
          if (total > hits.length) list.push(make("p", {}, make("a", { href: HOME + there, ...outside }, words.all_found)));
          this.#show(make("div", {}, make("p", { className: "quiet" }, said), ...list), trail);
          this.#say(said);
        },
      );
    }

    /** Shows an article, at one of its sections when it is asked for. */
    #read(id, locale, anchor, address = "") {
      this.#load(
        this.#trail,
        address || `/a/${encodeURIComponent(id)}`,
        async (signal) => {
          const article = await this.#ask(`articles/${encodeURIComponent(id)}`, { locale }, signal);
          // A link names an article by its address: the id was a guess.
          return !address || article.url === address ? article : undefined;
        },
        (article) => {
          const { node, heading, text } = this.#article(article);
          this.#show(node, this.#trail);
          heading.focus({ preventScroll: true });
          if (anchor) this.#scrollTo(text, anchor);
          this.#announce("article", { id: article.id, locale: article.locale, url: HOME + article.url });
        },
      );
    }

    #article({ title, html, url, locale }) {
      const words = this.#words;
      const text = setMarkup(make("div", { className: "text", lang: locale }), html);
      for (const image of text.querySelectorAll("img[src]")) image.src = new URL(image.getAttribute("src"), HOME + url);
      // The title stands above the article's own headings, which begin at the second level.
      for (const heading of text.querySelectorAll("h2, h3, h4, h5")) {
        heading.setAttribute("aria-level", Number(heading.localName[1]) + 1);
      }
      for (const box of text.querySelectorAll(".table-scroll:not([tabindex])")) {
        box.tabIndex = 0;
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", words.table);
      }
      for (const link of text.querySelectorAll("a[href]")) {
        const to = link.getAttribute("href");
        if (to.startsWith("#")) continue;
        const address = new URL(to, HOME + url);
        link.href = address.href;
        const parts = address.origin === HOME && address.pathname.match(/^\/([a-z-]+)\/[^/]+\/([^/.]+)$/);
        if (parts) Object.assign(link.dataset, { id: parts[2], locale: parts[1], anchor: address.hash.slice(1), address: address.pathname });
        else if (address.protocol.startsWith("http")) Object.assign(link, outside);
      }
      const heading = make("h2", { tabIndex: -1 }, title);
      const there = make("p", {}, make("a", { href: HOME + url, ...outside }, words.read_there));
      return { node: make("div", {}, heading, text, there), heading, text };
    }

    #follow(event) {
      const link = event.target.closest("a[href]");
      if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const to = link.getAttribute("href");
      const { id, locale, anchor, address } = link.dataset;
      if (to.startsWith("#")) {
        event.preventDefault();
        this.#scrollTo(link.closest(".text"), to.slice(1));
      } else if (id) {
        event.preventDefault();
        this.#read(id, locale, anchor, address);
      }
    }

    /** Leads eyes and keyboard to a section. */
    #scrollTo(text, anchor) {
      const section = text?.querySelector(`#${CSS.escape(decodeURIComponent(anchor))}`);
      if (!section) return;
      section.tabIndex = -1;
      section.focus({ preventScroll: true });
      section.scrollIntoView({ block: "start" });
    }
  }

  customElements.define("spravka-search", SpravkaSearch);
})();
