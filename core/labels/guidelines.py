"""What a label means: classes and a text for those who label, kept in versions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import sqlalchemy as sa

from core.data.dataset import Dataset
from core.errors import BadInput, DamagedFile
from core.files import cause_of
from core.labels.annotators import checked_annotator
from core.labels.store.schema import GUIDELINES
from core.labels.store.store import LabelStore

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
    wanted = sa.select(GUIDELINES).where(GUIDELINES.c.fingerprint == dataset.fingerprint)
    with store.reading() as connection:
        found = connection.execute(wanted.order_by(GUIDELINES.c.version)).all()
    try:
        return [
            Guideline(one.version, one.text, tuple(json.loads(one.classes)), one.author, one.at_ms)
            for one in found
        ]
    except (ValueError, TypeError) as error:
        raise DamagedFile(
            "the guideline in the label store", cause_of(error), "put a copy of labels.sqlite back"
        ) from error


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
        last = batch.connection.execute(
            sa.select(GUIDELINES)
            .where(GUIDELINES.c.fingerprint == dataset.fingerprint)
            .order_by(GUIDELINES.c.version.desc())
            .limit(1)
        ).first()
        if last is not None and (last.text, tuple(json.loads(last.classes))) == (text, classes):
            return Guideline(last.version, text, classes, last.author, last.at_ms)
        version, at_ms = (last.version if last else 0) + 1, batch.now_ms()
        batch.connection.execute(
            sa.insert(GUIDELINES).values(
                fingerprint=dataset.fingerprint,
                version=version,
                text=text,
                classes=json.dumps(classes, ensure_ascii=False),
                author=author,
                at_ms=at_ms,
            )
        )
    return Guideline(version, text, classes, author, at_ms)


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
