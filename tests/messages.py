"""What every message for people must look like."""

import re

from core.errors import SincerelyError


def assert_one_sentence(error: SincerelyError) -> None:
    """It says what was expected, what was found, what to do next, and stands on one line."""
    message = str(error)
    assert re.fullmatch(r"Expected .+, but found .+: .+\.", message), message
    assert len(message.splitlines()) == 1, message
    assert all([error.expected, error.found, error.action])
    assert not error.action.endswith(".")
