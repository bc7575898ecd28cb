"""Every recorded page: well-formed, readable for everybody, at each width, in both schemes, with and without script."""

from pathlib import Path

import html5lib
import pytest
from playwright.sync_api import expect

from look import DESKTOP, NARROWEST, PHONE, looking, too_wide, violations
from recorded import NAMES, SNAPSHOTS

SCHEMES = ["light", "dark"]


def test_there_are_pages():
    assert {"overview", "environment-churn-prod", "resource-deployment-diff", "graph", "timeline", "plan"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_is_html_without_a_fault(name):
    html5lib.HTMLParser(strict=True).parse((SNAPSHOTS / f"{name}.html").read_text())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_axe_finds_nothing(chromium, recorded, request, width, scheme):
    folder = request.config.getoption("--screenshots")
    found = []
    with looking(chromium, width, scheme) as tab:
        for name in NAMES:
            tab.goto(recorded.url(name))
            found += [f"{name}: {line}" for line in violations(tab) + tab.wrong]
            tab.wrong.clear()
            if folder:
                Path(folder).mkdir(parents=True, exist_ok=True)
                tab.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
    assert found == []


@pytest.mark.parametrize("width", [NARROWEST, PHONE, 768, DESKTOP])
def test_nothing_scrolls_sideways(chromium, recorded, width):
    found = []
    with looking(chromium, width) as tab:
        for name in NAMES:
            tab.goto(recorded.url(name))
            found += [f"{name}: {line}" for line in too_wide(tab)]
    assert found == []


def test_a_phone_shows_no_empty_cells_and_versions_in_one_line(chromium, recorded):
    with looking(chromium, PHONE) as tab:
        tab.goto(recorded.url("overview"))
        expect(tab.locator("td.empty:visible")).to_have_count(0)
        tab.goto(recorded.url("environment-churn-prod"))
        cell = tab.locator("#resources td[data-label=Version]", has_text="v3")
        arrow = cell.locator(".declared")
        assert abs(cell.bounding_box()["y"] - arrow.bounding_box()["y"]) < arrow.bounding_box()["height"] / 2


def test_pages_are_whole_without_script(chromium, recorded):
    with looking(chromium, script=False) as tab:
        for name in NAMES:
            tab.goto(recorded.url(name))
            assert tab.locator("main h1").count() == 1, name
            assert tab.locator("main").inner_text().strip() != "", name
        assert tab.wrong == []


def test_the_first_tab_stop_skips_to_the_content(chromium, recorded):
    with looking(chromium) as tab:
        # Else it slides in, and is where it belongs a moment later.
        tab.emulate_media(reduced_motion="reduce")
        tab.goto(recorded.url("environment-churn-prod"))
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        assert tab.locator(".skip").bounding_box()["y"] >= 0
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "content"


def test_whatever_can_be_pressed_shows_that_it_has_the_focus(chromium, recorded):
    with looking(chromium) as tab:
        tab.goto(recorded.url("environment-churn-test"))
        tab.locator("details").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
        count = tab.locator("a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']").count()
        bare = []
        for _ in range(count):
            tab.keyboard.press("Tab")
            style = tab.evaluate(
                """() => [document.activeElement.outerHTML.slice(0, 80), getComputedStyle(document.activeElement).outlineStyle]"""
            )
            if style[1] == "none":
                bare.append(style[0])
        assert bare == []


def test_pages_can_be_printed(chromium, recorded):
    with looking(chromium) as tab:
        tab.goto(recorded.url("drift"))
        tab.emulate_media(media="print")
        assert tab.locator(".viewer").is_hidden()
        assert tab.locator("main h1").is_visible()
