"""The order of classes, which says which of two is the positive one."""

from __future__ import annotations

from collections import Counter

_POSITIVE_WORDS = frozenset(
    "1,1.0,true,t,yes,y,positive,pos,toxic,insincere,spam,hate,abusive,offensive,bad".split(",")  # noqa: SIM905
)


def order_classes(counts: Counter[str]) -> tuple[str, ...]:
    """A fixed order of the classes; of two, the positive one comes second.

    Positive is the one that sounds so (1, true, toxic, spam, …), else the rarer one.
    """
    names = sorted(counts, key=lambda name: (len(name), name) if name.isdigit() else (99, name))
    if len(names) == 2:
        first, second = names
        hits = [name for name in names if name.lower() in _POSITIVE_WORDS]
        positive = hits[0] if len(hits) == 1 else min(second, first, key=lambda n: counts[n])
        return (second if positive == first else first, positive)
    return tuple(names)
