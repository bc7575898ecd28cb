"""What the tests share: Chromium, the recorded pages on a port, and the eye that looks at a page."""

import pytest
from playwright.sync_api import sync_playwright

from recorded import RecordedPages

# Debian's own; nothing is downloaded.
CHROMIUM = "/usr/bin/chromium"
# As root Chromium has no sandbox of its own; it opens our own pages alone.
ARGUMENTS = ["--no-sandbox"]


def pytest_addoption(parser):
    parser.addoption("--screenshots", metavar="DIR", help="leaves a picture of each page there")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def recorded():
    with RecordedPages() as pages:
        yield pages
