"""What the options of a choice are called: Streamlit tells them apart by nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

Option = TypeVar("Option")


def option_names(
    names: Mapping[Option, str], *details: Callable[[Option], str]
) -> dict[Option, str]:
    """A name of its own for every option: of two that are shown alike, one opens the other.

    Example:
        >>> option_names({"a-1": "a", "b-1": "b", "b-2": "b"}, {"b-1": "10 rows"}.get)

    Args:
        names: The options by what they are called.
        details: What more there is to say of an option, tried in this order where names repeat;
            the last resort is the option itself.
    """
    shown = dict(names)
    for detail in (*details, str, str):  # What the first made may be another's name.
        counts = Counter(shown.values())
        shown = {
            option: f"{name} · {detail(option)}" if counts[name] > 1 else name
            for option, name in shown.items()
        }
    return shown


def moment(created: str) -> str:
    """When something was made, from ISO 8601 in UTC, to the minute."""
    return created[:16].replace("T", " ")
