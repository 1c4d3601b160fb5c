"""Label events, and the table of them that `LabelStore.standing` gives, without a store."""

from collections.abc import Iterable

import pandas as pd

from core.labels.store.events import Action, LabelEvent

COLUMNS = ("id", "at_ms", "annotator", "row", "action", "value", "queue", "suggestion", "spent_ms")


def label(
    row: int,
    value: str | None = "1",
    annotator: str = "ann",
    *,
    action: str = "label",
    **more: object,
) -> LabelEvent:
    """An event of one row; a label unless `action` says otherwise."""
    given = {"fingerprint": "f", "queue": "q", **more}
    return LabelEvent(row=row, value=value, annotator=annotator, action=Action(action), **given)


def frame(events: Iterable[LabelEvent]) -> pd.DataFrame:
    """The events as standing ones, numbered in their order."""
    records = [
        (number, event.at_ms, event.annotator, event.row, event.action.value, event.value,
         event.queue, event.suggestion, event.spent_ms)
        for number, event in enumerate(events, start=1)
    ]  # fmt: skip
    return pd.DataFrame.from_records(records, columns=list(COLUMNS))
