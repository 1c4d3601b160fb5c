"""What a name that people give to a data set, a run or the like may be, and who has it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from core.errors import BadInput, NotFound

MAX_NAME_CHARS = 48
_NAMED = 8
# Control characters, line ends of Unicode and halves of pairs.
_UNPRINTABLE = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"


class Listed(Protocol):
    """What people refer to by its id or its name."""

    @property
    def id(self) -> str:
        """Its own for ever."""

    @property
    def name(self) -> str:
        """As somebody called it."""


Thing = TypeVar("Thing", bound=Listed)


def find_by_reference(
    kind: str, newest_first: Sequence[Thing], reference: str, *, otherwise: str
) -> Thing:
    """The one whose id is `reference`, else the one of that name.

    Args:
        kind: What is looked for, such as "run", for the message.
        newest_first: All there are.
        reference: What somebody typed.
        otherwise: What to do where there are none, for the message.

    Raises:
        NotFound: none is meant.
        BadInput: several have the name, as in workspaces from before names were unique.
    """
    meant = [one for one in newest_first if one.id == reference]
    meant = meant or [one for one in newest_first if one.name == reference]
    if len(meant) > 1:
        ids = " or ".join(one.id for one in meant)
        raise BadInput(
            f"the name of one {kind}",
            f"{len(meant)} that are called {reference!r}",
            f"say which by its id, {ids}",
        )
    if meant:
        return meant[0]
    known = named(one.id for one in newest_first)
    action = f"choose one of {known}" if known else otherwise
    raise NotFound(f"the id or name of a {kind}", repr(reference), action)


def named(names: Iterable[str]) -> str:
    """Names in a row, of many the first."""
    found = list(names)
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def alike(name: str) -> str:
    """A form in which names that people take for one another are the same: capitals, white space,
    wide letters and signs that do not show make no difference."""
    shown = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(c for c in shown if unicodedata.category(c) != "Cf").split())


def free_name(name: str, taken: Iterable[str], most_chars: int) -> str:
    """The name, or with the first number from 2 on behind it under which nothing is like it."""
    known, number, free = {alike(each) for each in taken}, 1, name
    while alike(free) in known:
        number += 1
        end = f" {number}"
        free = name[: most_chars - len(end)].rstrip() + end
    return free


def fits_a_line(name: str, most_chars: int) -> bool:
    """Whether a name is there, not too long, and on one line."""
    return 0 < len(name) <= most_chars and not re.search(_UNPRINTABLE, name)


def checked_name(kind: str, name: str) -> str:
    """The name without white space at its ends.

    Args:
        kind: What is named, such as "run", for the message.
        name: What somebody typed.

    Raises:
        BadInput: it is empty, too long, not on one line or has no letter or digit.
    """
    name = name.strip()
    if not fits_a_line(name, MAX_NAME_CHARS) or not any(map(str.isalnum, name)):
        raise BadInput(
            f"a {kind} name of 1 to {MAX_NAME_CHARS} characters with a letter or digit in it,"
            " on one line",
            repr(name[:60]),
            "choose another name",
        )
    return name
