"""Subcommand for labels that may be wrong: suspects."""

from __future__ import annotations

import argparse
import json

import numpy as np
import pandas as pd

from core.cli.terminal import (
    AddCommand,
    between,
    heard_between_steps,
    one_line,
    print_json,
    say,
    show_line,
    show_percent,
)
from core.data.dataset import ID, LABEL, ROW, TEXT, Dataset, find_dataset, take_rows
from core.encoders.encoders import EMBEDDED
from core.labels.store.events import LabelEvent
from core.labels.store.store import open_labels
from core.labels.suspects.retraining import Retraining
from core.labels.suspects.suspects import COPY, NO_COPY, REASON, SUGGESTION, SURE
from core.labels.suspects.suspects_file import Features, Suspects, read_suspects
from core.labels.suspects.suspects_job import QUEUE, default_features, make_suspects
from core.runs.metric_names import TITLES
from core.workspace import Workspace


def add_commands(add: AddCommand) -> None:
    """Add this subcommand to the command line."""
    sub = add("suspects", _suspects, "rank the rows whose labels may be wrong")
    sub.add_argument("dataset")
    sub.add_argument(
        "--top", type=between(1, 1_000_000), default=20, help="rows to print (default: 20)"
    )
    sub.add_argument(
        "--features",
        choices=[each.value for each in Features],
        help="what classifiers look at: sentence vectors and words, or words alone (default: both;"
        " words above 100,000 labelled rows)",
    )
    sub.add_argument("--encoder", default=EMBEDDED, help="a folder (default: the embedded one)")
    sub.add_argument("--json", action="store_true")


def _suspects(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    features = Features(options.features) if options.features else default_features(dataset)
    with heard_between_steps() as interrupted:
        path = make_suspects(
            workspace, dataset, features, encoder=options.encoder, report=interrupted(_show)
        )
    show_line("")
    found = read_suspects(path)
    decisions = open_labels(workspace).decisions(dataset.fingerprint, QUEUE)
    rows = _rows(workspace, dataset, found, decisions, options.top)
    if options.json:
        print_json(_summary(found, features, decisions) | {"rows": rows})
        return
    for row in rows:
        print(
            f"{row[ROW]}\t{row[LABEL]} -> {row[SUGGESTION]} ({row[SURE]:.2f})\t{row[REASON]}"
            f"\t{row['decision'] or '-'}\t{one_line(str(row[TEXT]))}"
        )
    say(_in_words(found))


def _show(stage: str, done: int, total: int) -> None:
    show_percent(stage, done, total) if total else show_line(stage)


def _rows(
    workspace: Workspace,
    dataset: Dataset,
    found: Suspects,
    decisions: dict[int, LabelEvent],
    top: int,
) -> list[dict[str, object]]:
    """The first suspects with their texts, classes by name, and what somebody decided."""
    table = found.table.head(top)
    taken = take_rows(workspace, dataset, table[ROW].to_numpy())
    decided = [decisions.get(int(row)) for row in table[ROW]]
    said = [None if event is None else event.value or event.action.value for event in decided]
    shown = table.assign(
        **{ID: taken[ID].to_pylist(), TEXT: taken[TEXT].to_pylist()},
        **{name: np.take(dataset.classes, table[name]) for name in (LABEL, SUGGESTION)},
        **{COPY: table[COPY].astype("Int64").mask(table[COPY] == NO_COPY)},
        decision=pd.Series(said, table.index, dtype=object),
    )
    rows: list[dict[str, object]] = json.loads(shown.to_json(orient="records"))
    return rows


def _summary(
    found: Suspects, features: Features, decisions: dict[int, LabelEvent]
) -> dict[str, object]:
    effect = found.retraining
    return {
        "features": features.value,
        "basis": found.basis.value,
        "judged": found.judged,
        "not_judged": found.not_judged,
        "suspects": len(found.table),
        "decided": int(found.table[ROW].isin(list(decisions)).sum()),
        "retraining": {
            "rows": effect.rows,
            "left_out": effect.left_out,
            "corrected": effect.corrected,
            "before": effect.before,
            "differences": {
                name: {"value": each.value, "low": each.low, "high": each.high}
                for name, each in effect.differences.items()
            },
        },
    }


def _in_words(found: Suspects) -> str:
    said = f"{len(found.table):,} suspects among {found.judged:,} labelled rows"
    more = f". {found.basis.sentence}" if found.basis.sentence else ""
    return f"{said}; {_effect(found.retraining)}{more}"


def _effect(effect: Retraining) -> str:
    gains = ", ".join(
        f"{TITLES[name]} {each.value:+.3f} ({each.low:+.3f} to {each.high:+.3f})"
        for name, each in effect.differences.items()
    )
    return f"linear heads fitted without those left ({effect.left_out:.1%} of the rows): {gains}"
