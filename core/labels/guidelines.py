"""What a label means: classes and a text for those who label, kept in versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from core.data.dataset import Dataset
from core.errors import BadInput, DamagedFile
from core.files import cause_of
from core.labels.annotators import checked_annotator
from core.labels.class_keys import ClassKeys, first_keys, next_keys, unstored_keys
from core.labels.store.schema import CLASS_KEYS, GUIDELINES
from core.labels.store.store import LabelStore
from core.records import from_json

MAX_TEXT = 20_000
MAX_CLASSES = 200
MAX_CLASS_CHARS = 80


@dataclass(frozen=True)
class Guideline:
    """One version of what people who label are told.

    Attributes:
        version: 1 for the first that was written; 0 before that.
        text: In plain words; may be empty.
        classes: Labels to choose from; of two, the second is the positive one.
        author: Who wrote it.
        at_ms: When, in milliseconds since 1970, UTC.
    """

    version: int
    text: str
    classes: tuple[str, ...]
    author: str = ""
    at_ms: int = 0

    @property
    def positive(self) -> str | None:
        """The class that is looked for; None unless there are two."""
        return self.classes[1] if len(self.classes) == 2 else None


def guideline(store: LabelStore, dataset: Dataset) -> Guideline:
    """The newest version; before the first, the data set's own classes without a text."""
    versions = guidelines(store, dataset)
    return versions[-1] if versions else Guideline(0, "", dataset.classes)


def guidelines(store: LabelStore, dataset: Dataset) -> list[Guideline]:
    """All versions, oldest first."""
    with store.reading() as connection:
        return _versions(connection, dataset)


def class_keys(store: LabelStore, dataset: Dataset) -> ClassKeys:
    """The keys that label, by class; of classes that were removed, too."""
    with store.reading() as connection:
        return _keys(connection, dataset, _versions(connection, dataset))


def last_positive(store: LabelStore, dataset: Dataset) -> str | None:
    """The class that was looked for when there were two; None where there never were."""
    known = [one.positive for one in guidelines(store, dataset)]
    known.insert(0, Guideline(0, "", dataset.classes).positive)
    return next((name for name in reversed(known) if name is not None), None)


def write_guideline(
    store: LabelStore, dataset: Dataset, *, text: str, classes: tuple[str, ...], author: str
) -> Guideline:
    """Add a version; one that says the same as the newest is not added again.

    Raises:
        BadInput: a class of the data set's own labels is missing, two are alike, there are fewer
            than two or too many, a text is too long or no database takes it, or the author's name
            cannot be used.
        DiskError: it could not be stored.
    """
    classes = tuple(name.strip() for name in classes if name.strip())
    _check(dataset, text, classes)
    author = checked_annotator(author)
    with store.writing() as batch:
        versions = _versions(batch.connection, dataset)
        last = versions[-1] if versions else Guideline(0, "", dataset.classes)
        if versions and (last.text, last.classes) == (text, classes):
            return last
        keys = _keys(batch.connection, dataset, versions)
        keys = next_keys(classes, before=last.classes, given=keys) if keys else first_keys(classes)
        written = Guideline(last.version + 1, text, classes, author, batch.now_ms())
        _add(batch.connection, dataset, written, keys)
    return written


def _add(connection: sa.Connection, dataset: Dataset, written: Guideline, keys: ClassKeys) -> None:
    of = {"fingerprint": dataset.fingerprint, "version": written.version}
    classes = json.dumps(written.classes, ensure_ascii=False)
    values = {"text": written.text, "author": written.author, "at_ms": written.at_ms}
    connection.execute(sa.insert(GUIDELINES).values(**of, classes=classes, **values))
    said = json.dumps(keys, ensure_ascii=False)
    connection.execute(sa.insert(CLASS_KEYS).values(**of, given=said))


def _versions(connection: sa.Connection, dataset: Dataset) -> list[Guideline]:
    wanted = sa.select(GUIDELINES).where(GUIDELINES.c.fingerprint == dataset.fingerprint)
    found = connection.execute(wanted.order_by(GUIDELINES.c.version)).all()
    with _damage_said():
        return [
            Guideline(one.version, one.text, tuple(json.loads(one.classes)), one.author, one.at_ms)
            for one in found
        ]


@contextmanager
def _damage_said() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError) as error:
        raise DamagedFile(
            "the guideline in the label store", cause_of(error), "put a copy of labels.sqlite back"
        ) from error


def _keys(connection: sa.Connection, dataset: Dataset, versions: list[Guideline]) -> ClassKeys:
    """The keys by the newest version; {} where there was nothing to label with."""
    wanted = sa.select(CLASS_KEYS.c.version, CLASS_KEYS.c.given)
    of_dataset = CLASS_KEYS.c.fingerprint == dataset.fingerprint
    stored = {one.version: one.given for one in connection.execute(wanted.where(of_dataset))}
    keys: ClassKeys | None = None
    classes = dataset.classes
    for one in versions:
        if one.version in stored:
            with _damage_said():
                keys = from_json(ClassKeys, stored[one.version])
        elif keys is not None:  # An older Sincerely at the same store has written it.
            keys = next_keys(one.classes, before=classes, given=keys)
        classes = one.classes
    if keys is not None:
        return keys
    if versions:
        return unstored_keys(classes)
    return first_keys(classes) if len(classes) > 1 else {}


def _check(dataset: Dataset, text: str, classes: tuple[str, ...]) -> None:
    if len(text) > MAX_TEXT:
        raise BadInput(
            f"a guideline of at most {MAX_TEXT:,} characters", f"{len(text):,}", "shorten it"
        )
    if not 2 <= len(classes) <= MAX_CLASSES or len(set(classes)) < len(classes):
        raise BadInput(
            f"2 to {MAX_CLASSES} different classes, one a line",
            f"{len(classes)}, of which {len(set(classes))} differ",
            "correct the list",
        )
    # Neither is taken by every database.
    if re.search(r"[\x00\ud800-\udfff]", text + "".join(classes)):
        raise BadInput("characters that can be stored", "NUL or half of a pair", "take them out")
    longest = max(classes, key=len)
    if len(longest) > MAX_CLASS_CHARS:
        raise BadInput(
            f"names of classes of at most {MAX_CLASS_CHARS} characters",
            f"one of {len(longest)}",
            "shorten it",
        )
    missing = [name for name in dataset.classes if name not in classes]
    if missing:
        raise BadInput(
            "all classes that the data set's own labels have",
            f"a list without {missing[0]!r}",
            "add it again; rows may have that label",
        )
