/// Looks again while a page is in view, and puts what changed in its place. Pages are whole without it.
///
/// Only what is inside of parts marked `data-live` is exchanged, and of none that holds the focus: nobody loses a word or a
/// place, and who hears the page hears the parts that speak. Such a part is on its page at all times, if only empty.
let pageScript = """
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

    """

/// The picture in a browser's tab.
let pageIcon = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3.5" fill="#0b4f7d"/>\
    <g fill="none" stroke="#fff" stroke-width="1.4" stroke-linecap="round"><circle cx="8" cy="4.2" r="1.3"/>\
    <path d="M8 5.5v7.6M5.6 7.4h4.8M3.4 9.2c.3 2.4 2.2 3.7 4.6 3.9 2.4-.2 4.3-1.5 4.6-3.9"/></g></svg>

    """
