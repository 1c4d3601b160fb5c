import getpass
import os

import pytest

from core.errors import BadInput
from core.labels.annotators import MAX_NAME_CHARS, checked_annotator, this_annotator
from tests.core.small_disk import python
from tests.messages import assert_one_sentence

NAMELESS = """
import os
from core.labels.annotators import this_annotator
os.setuid(54321)
print(this_annotator())
"""


@pytest.mark.parametrize("name", ["ann", "  Ann Ähle ", "李雷", 'o\'Neil, "Bob"', "😀", "x" * 60])
def test_a_name_is_kept_without_spaces_around_it(name: str) -> None:
    assert checked_annotator(name) == name.strip()


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * (MAX_NAME_CHARS + 1), "two\nlines", "tab\there", "bell\x07", "nul\x00",
     "del\x7f", "half \ud83d", "a\x85b", "a\u2028b"],
)  # fmt: skip
def test_a_name_that_cannot_be_shown_on_one_line_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="a name of 1 to 60 characters on one line") as caught:
        checked_annotator(name)

    assert_one_sentence(caught.value)


def test_who_sits_at_the_machine_is_the_systems_user(monkeypatch: pytest.MonkeyPatch) -> None:
    assert this_annotator() == getpass.getuser()
    monkeypatch.setenv("LOGNAME", "ann")
    assert this_annotator() == "ann"


def test_a_user_whom_the_system_does_not_know_is_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may become a user without a name")
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    done = python(["-c", NAMELESS])

    assert done.stdout.strip() == "somebody", done.stderr
