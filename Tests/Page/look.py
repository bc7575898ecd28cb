"""Looks at a page as different people see it, and says what is wrong."""

from contextlib import contextmanager
from importlib.resources import files
from urllib.parse import urlsplit

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
# WCAG 2.2 at AA, and what the makers of axe hold to be good besides.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# The narrowest is what letters of four times the size leave of a desktop (WCAG 1.4.10).
PHONE, DESKTOP, NARROWEST = 390, 1280, 320
HEIGHT = 800


@contextmanager
def looking(chromium, width=DESKTOP, scheme="light", script=True, **more):
    """A tab that notes what goes wrong: `tab.wrong` is empty when all is well."""
    context = chromium.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, java_script_enabled=script, **more
    )
    tab = context.new_page()
    tab.wrong = []
    tab.on("console", lambda message: message.type in ("error", "warning") and tab.wrong.append(message.text))
    tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
    tab.on("request", lambda request: note_foreign(tab, request))
    tab.on("requestfailed", lambda request: note_failed(tab, request))
    yield tab
    context.close()


def note_foreign(tab, request):
    host = urlsplit(request.url).hostname
    if host not in (None, "127.0.0.1") and not request.url.startswith("data:"):
        tab.wrong.append(f"asks {request.url}")


def note_failed(tab, request):
    # A page that is left takes its own questions along.
    if request.failure != "net::ERR_ABORTED":
        tab.wrong.append(f"{request.url}: {request.failure}")


def violations(tab):
    """What axe finds, as lines."""
    tab.evaluate(AXE)
    result = tab.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def too_wide(tab):
    """What makes the page scroll sideways, outside of the parts that are meant to."""
    return tab.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("main *, header *, footer *")]
                .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".scroll, pre"))
                .map((part) => part.outerHTML.slice(0, 120))"""
    )
