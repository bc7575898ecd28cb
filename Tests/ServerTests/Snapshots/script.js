"use strict";
(() => {
  const root = document.documentElement;
  const stale = document.getElementById("stale");
  const isAway = (value) => { stale.hidden = !value; root.classList.toggle("is-stale", value); };
  function show(page) {
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh || part.innerHTML === fresh.innerHTML || part.contains(document.activeElement)) continue;
      part.replaceChildren(...fresh.childNodes);
    }
    root.dataset.refresh = page.documentElement.dataset.refresh || root.dataset.refresh;
  }
  async function look() {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
        isAway(!answer.ok);
      } catch { isAway(true); }
    }
    wait();
  }
  function wait() { setTimeout(look, 1000 * Math.max(1, Number(root.dataset.refresh) || 5)); }
  wait();
})();
