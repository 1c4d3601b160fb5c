"""What may be wrong with a data set, in numbers and in sentences for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.dataset import ROW, Dataset
from core.data.splits.group_leaks import group_leak
from core.data.splits.split import PART, PARTS, TRAIN, Split
from core.data.text.duplicates import DUPLICATES_SCHEMA
from core.data.text.profile import HealthCheck, Profile, read_profile
from core.workspace import Workspace

CHECK = "check"
ROWS = "rows"
SHARE = "share"
SENTENCE = "sentence"
KIND = "kind"

SMALL_CLASSES = "small_classes"
SAME_AS_TRAIN = "same_as_train"
NEAR_TRAIN = "near_train"
GROUP_IN_TRAIN = "group_in_train"
"""Checks of `health_table` beside those of `HealthCheck`."""

SMALL_CLASS_ROWS = 10
"""Of fewer rows, a tenth, which is what validation and test usually get, may hold none."""

_NAMED_CLASSES = 5


@dataclass(frozen=True)
class Baselines:
    """What answers without a look at the text reach on the labelled rows.

    Attributes:
        label: The commonest class.
        accuracy: Of always answering it.
        f1: Of always answering the positive class; None unless there are two classes.
    """

    label: str
    accuracy: float
    f1: float | None


def health_table(
    workspace: Workspace, dataset: Dataset, *, split: Split | None = None, groups: str = ""
) -> pd.DataFrame:
    """One row a check: columns check, rows, share, sentence.

    The checks are those of `HealthCheck` in their order, SMALL_CLASSES where there are labels
    and, with a split, SAME_AS_TRAIN and NEAR_TRAIN: rows of validation and test that stand in one
    group of duplicates with a row of train. With `groups`, the name of a further column,
    GROUP_IN_TRAIN too: such rows whose value there a row of train has. `share` is of the rows that
    were looked at.

    Raises:
        BadInput: there is no such column.
        NotFound: the data set has no profile.
    """
    profile = read_profile(workspace, dataset)
    entries = [_entry_of(check, profile, dataset) for check in HealthCheck]
    if dataset.classes:
        entries.append(_small_classes_entry(dataset))
    if split is not None:
        entries += _shared_entries(workspace, dataset, split)
        entries += [_group_entry(workspace, dataset, split, groups)] if groups else []
    return pd.DataFrame(entries, columns=[CHECK, ROWS, SHARE, SENTENCE])


def health_figures(
    workspace: Workspace, dataset: Dataset, *, split: Split | None = None, groups: str = ""
) -> dict[str, object]:
    """`health_table` and the baselines as plain numbers, for JSON.

    Raises:
        BadInput: `groups` is no column.
        NotFound: the data set has no profile.
    """
    profile = read_profile(workspace, dataset)
    found = baselines(dataset)
    figures: dict[str, object] = {
        "checks": {check.value: profile.counts.get(check.value, 0) for check in HealthCheck},
        "groups": profile.groups,
        "language": profile.language or None,
        "languages_asked": profile.languages_asked,
        SMALL_CLASSES: small_classes(dataset),
        "baselines": None if found is None else asdict(found),
    }
    if split is not None:
        shared = shared_rows(workspace, dataset, split)
        figures["shared_with_train"] = {
            kind: dict(zip(counts[PART], counts[ROWS].tolist(), strict=True))
            for kind, counts in shared.groupby(KIND, sort=False)
        }
        if groups:
            leak = group_leak(workspace, dataset, split, groups)
            figures[GROUP_IN_TRAIN] = {"column": groups, **leak.rows}
    return figures


def baselines(dataset: Dataset) -> Baselines | None:
    """What the simplest answers reach; None without labels."""
    if not dataset.labelled:
        return None
    counts = dataset.class_counts
    label = max(dataset.classes, key=lambda name: counts[name])
    # Precision is the share of positives and recall is 1.
    share = dataset.positive_share
    f1 = None if dataset.positive is None else 2 * share / (1 + share)
    return Baselines(label, dataset.majority_share, f1)


def small_classes(dataset: Dataset) -> dict[str, int]:
    """Classes with fewer than SMALL_CLASS_ROWS rows, and their rows, the smallest first."""
    small = [(dataset.class_counts[name], name) for name in dataset.classes]
    return {name: count for count, name in sorted(small) if count < SMALL_CLASS_ROWS}


def shared_rows(workspace: Workspace, dataset: Dataset, split: Split) -> pd.DataFrame:
    """Rows of the other parts that stand in one group of duplicates with a row of train.

    Returns:
        Columns kind ("same", "near"), part (validation, test), rows.
    """
    part_of = np.full(dataset.rows, -1, np.int8)
    for code, rows in enumerate(split.parts().values()):
        part_of[rows] = code
    path = workspace.dataset(dataset.id).duplicates
    if path.exists():
        with pq.ParquetFile(path) as file:
            table = file.read()
    else:  # A data set imported before profiles were made.
        table = DUPLICATES_SCHEMA.empty_table()
    entries = []
    for kind in (HealthCheck.SAME.value, HealthCheck.NEAR.value):
        one = table.filter(pc.equal(table[KIND], kind))
        groups, parts = one["group"].to_numpy(), part_of[one[ROW].to_numpy()]
        in_train = np.zeros(int(groups.max(initial=-1)) + 1, bool)
        in_train[groups[parts == PARTS.index(TRAIN)]] = True
        shared = np.bincount(parts[in_train[groups] & (parts > 0)], minlength=len(PARTS))
        entries += [(kind, PARTS[code], int(shared[code])) for code in range(1, len(PARTS))]
    return pd.DataFrame(entries, columns=[KIND, PART, ROWS])


def _entry_of(check: HealthCheck, profile: Profile, dataset: Dataset) -> tuple[object, ...]:
    rows = profile.counts.get(check.value, 0)
    looked_at = profile.languages_asked if check is HealthCheck.LANGUAGE else dataset.rows
    return check.value, rows, _share(rows, looked_at), _sentence(check, rows, profile)


def _sentence(check: HealthCheck, rows: int, profile: Profile) -> str:
    groups = profile.groups.get(check.value, 0)
    texts, have, look = _texts(rows), _verb(rows, "has", "have"), _verb(rows, "looks", "look")
    return {
        HealthCheck.SAME: (
            f"{texts} {have} the same words as another, ignoring case, punctuation and spacing"
            + (f": {groups:,} different {_verb(groups, 'one', 'ones')}." if rows else ".")
        ),
        HealthCheck.NEAR: (
            f"{texts} of nine words or more {_verb(rows, 'differs', 'differ')} from another by one"
            " word or by the words' order."
        ),
        HealthCheck.CONFLICT: (
            f"{texts} {have} the words of another that is labelled differently."
        ),
        HealthCheck.NO_WORDS: f"{texts} {have} no word at all.",
        HealthCheck.BOILERPLATE: f"{texts} {have} words that ten rows or more repeat.",
        HealthCheck.MOJIBAKE: f"{texts} {look} as if read in the wrong encoding.",
        HealthCheck.LANGUAGE: (
            f"{texts} of {profile.languages_asked:,} looked at {_verb(rows, 'is', 'are')} likely in"
            f" another language than most{f' ({profile.language})' if profile.language else ''}."
        ),
    }[check]


def _small_classes_entry(dataset: Dataset) -> tuple[object, ...]:
    small = small_classes(dataset)
    rows = sum(small.values())
    named = ", ".join(f"{name} ({count:,})" for name, count in list(small.items())[:_NAMED_CLASSES])
    more = len(small) - _NAMED_CLASSES
    which = f": {named}{f' and {more:,} more' if more > 0 else ''}." if small else "."
    classes = f"{len(small):,} {_verb(len(small), 'class', 'classes')}" if small else "No class"
    sentence = (
        f"{classes} {_verb(len(small), 'has', 'have') if small else 'has'} fewer than"
        f" {SMALL_CLASS_ROWS} rows, too few to train, validate and test on{which}"
    )
    return SMALL_CLASSES, rows, _share(rows, dataset.labelled), sentence


def _shared_entries(
    workspace: Workspace, dataset: Dataset, split: Split
) -> list[tuple[object, ...]]:
    shared = shared_rows(workspace, dataset, split).groupby(KIND)[ROWS].sum()
    looked_at = len(split.validation) + len(split.test)
    entries: list[tuple[object, ...]] = []
    for check, kind, like in (
        (SAME_AS_TRAIN, HealthCheck.SAME, "the same words as"),
        (NEAR_TRAIN, HealthCheck.NEAR, "nearly the words of"),
    ):
        rows = int(shared[kind.value])
        sentence = (
            f"{_texts(rows)} of validation and test {_verb(rows, 'has', 'have')} {like} a text of"
            " train."
        )
        entries.append((check, rows, _share(rows, looked_at), sentence))
    return entries


def _group_entry(
    workspace: Workspace, dataset: Dataset, split: Split, groups: str
) -> tuple[object, ...]:
    leak = group_leak(workspace, dataset, split, groups)
    rows, looked_at = sum(leak.rows.values()), sum(leak.sizes.values())
    sentence = (
        f"{_texts(rows)} of validation and test {_verb(rows, 'has', 'have')} a value in column"
        f" {groups!r} that a text of train has."
    )
    return GROUP_IN_TRAIN, rows, _share(rows, looked_at), sentence


def _share(rows: int, of: int) -> float:
    return rows / of if of else 0.0


def _texts(count: int) -> str:
    return {0: "No text", 1: "1 text"}.get(count, f"{count:,} texts")


def _verb(count: int, one: str, many: str) -> str:
    return one if count in (0, 1) else many
