"""Last: every call of the reference was made with success by the tests before."""

import pytest

from calls import CALLS, lacks


def test_every_call_was_made(log, request, capsys):
    whole = not request.config.getoption("keyword") and not any(
        "::" in str(argument) or str(argument).endswith(".py") for argument in request.config.args)
    if not whole:
        pytest.skip("only a whole run makes every call")
    absent = [f"{method} {path}" for method, path, requirement in CALLS if lacks(requirement)]
    with capsys.disabled():
        print(f"\n{len(CALLS) - len(absent)} of {len(CALLS)} calls", end="")
        print("".join(f"\n  this client lacks {call}" for call in absent))
    assert [f"{method} {path}" for method, path, requirement in CALLS
            if not lacks(requirement) and not log.succeeded(method, path)] == []
