"""recordings.json, from which Tests/LikenessTests works, is what the newest client sends today."""

from importlib.metadata import version
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_the_recordings_are_not_stale():
    newest = (HERE / "clients.txt").read_text().split()[0]
    if version("dataiku-api-client") != newest:
        pytest.skip("the recordings are of the newest client")
    import record

    assert record.record() == (HERE / "recordings.json").read_text(), "run 'make recordings'"
