import errno
import re

import pytest

from core import errors
from core.errors import Cancelled, DiskError, SincerelyError, disk_errors
from tests.messages import assert_one_sentence

SUBCLASSES = SincerelyError.__subclasses__()


def test_the_tree_atop_the_file_names_every_error() -> None:
    drawn = re.findall(r"── (\w+) ", errors.__doc__ or "")

    assert sorted(drawn) == sorted(error.__name__ for error in SUBCLASSES)


@pytest.mark.parametrize("error", [e for e in SUBCLASSES if e is not Cancelled])
def test_every_error_says_what_was_expected_found_and_to_do(error: type[SincerelyError]) -> None:
    made = error("a whole number", "'many'", "choose another value")

    assert str(made) == "Expected a whole number, but found 'many': choose another value."
    assert (made.expected, made.found, made.action) == (
        "a whole number",
        "'many'",
        "choose another value",
    )


def test_cancelled_needs_only_what_was_cancelled() -> None:
    error = Cancelled("scoring questions.csv")

    assert "scoring questions.csv" in str(error)
    assert_one_sentence(error)


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (errno.ENOSPC, "a full disk"),
        (errno.EDQUOT, "a used-up disk quota"),
        (errno.EROFS, "a read-only disk"),
        (errno.EACCES, "a folder this user may not write"),
        (errno.EPERM, "a folder this user may not write"),
        (errno.EFBIG, "a file larger than this disk allows"),
        (errno.ENOTDIR, "a file where a folder should be"),
        (errno.EEXIST, "a file where a folder should be"),
    ],
)
def test_disk_errors_become_a_sentence(number: int, found: str) -> None:
    with pytest.raises(DiskError) as caught, disk_errors("the data set"):
        raise OSError(number, "as the system says it")

    assert caught.value.found == found
    assert "the data set" in caught.value.expected
    assert "SINCERELY_WORKSPACE" in caught.value.action
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "bug", [OSError("no number"), FileNotFoundError(errno.ENOENT, "gone"), ValueError("a bug")]
)
def test_other_exceptions_pass_unchanged(bug: Exception) -> None:
    with pytest.raises(type(bug)) as caught, disk_errors("the data set"):
        raise bug

    assert caught.value is bug
