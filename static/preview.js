// The preview's own script: loads the page again when an edition follows the one that it shows, and
// keeps what the editor was looking at.

(() => {
  const bar = document.getElementById("_preview");
  const state = document.getElementById("_preview_state");
  const panel = document.getElementById("_panel");
  if (!bar || !("EventSource" in window)) return;

  // What a reload would lose. Only of this very page, and only once.
  const KEPT = "spravka-preview";
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    if (kept?.page === location.pathname) {
      if (panel && kept.open) panel.open = true;
      scrollTo(0, kept.y);
    }
  } catch {
    // A browser that keeps nothing begins at the top.
  }

  let isLeaving = false;
  const again = () => {
    if (isLeaving) return;
    isLeaving = true;
    try {
      const kept = { page: location.pathname, y: scrollY, open: panel?.open ?? false };
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // The same.
    }
    location.reload();
  };

  const RETRY = 1000;
  let source;
  let timer;
  const listen = () => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource("/_preview/events");
    source.addEventListener("edition", (event) => {
      state.textContent = "";
      if (event.data !== bar.dataset.edition) again();
    });
    source.addEventListener("error", () => {
      state.textContent = state.dataset.lost;
      // The browser tries again by itself, unless it was answered with something else.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(listen, RETRY);
    });
  };
  const rest = () => {
    clearTimeout(timer);
    source?.close();
  };

  // A browser opens few connections to one site: pages that nobody sees must not hold them.
  const follow = () => (document.hidden ? rest() : listen());
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => {
    if (event.persisted) follow();
  });
  follow();
})();
