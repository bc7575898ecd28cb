"""Reads manifests as YAML 1.2's core schema says, and the files of the manifests' test cases."""

import json
import pathlib
import re

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = TOP / "schemas"


class Core(yaml.SafeLoader):
    """`no` and `2026-12-31` are strings; a number is what JSON would call one, or nearly."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def read(text):
    return [document for document in yaml.load_all(text, Core) if document is not None]


def schema(name):
    return json.loads((SCHEMAS / f"{name}.json").read_text())


class Case:
    """A file of `Tests/ManifestsTests/Cases`: files of a workspace, and what Mooring says of them."""

    def __init__(self, path):
        self.files, self.results = {}, {}
        for section in path.read_text().split("\n== ")[1:]:
            title, _, body = section.partition("\n")
            if title.startswith("result "):
                self.results[title.removeprefix("result ")] = body
            else:
                self.files[title] = body

    @property
    def codes(self):
        return set(re.findall(r"^error: .*\[([a-z0-9-]+)\]$", "\n".join(self.results.values()), re.M))

    @property
    def overlays(self):
        """What the workspace names as overlays."""
        text = self.files.get("mooring.yaml")
        environments = read(text)[0]["spec"]["environments"] if text else {}
        return [path for environment in environments.values() for path in (environment or {}).get("overlays", [])]

    def documents(self):
        """Each document with the name of the schema that is its."""
        for path, text in self.files.items():
            if path == "mooring.yaml":
                kind = "workspace"
            elif path == "watch.yaml":
                kind = "watch"
            elif any(path == overlay or path.startswith(overlay.rstrip("/") + "/") for overlay in self.overlays):
                kind = "overlay"
            elif path.endswith((".yaml", ".yml", ".json")):
                kind = "manifest"
            else:
                continue
            for document in read(text):
                yield path, kind, document
