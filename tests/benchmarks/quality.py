"""`make bench-quality`: what classifiers reach on real questions that they have not seen.

For each seed 80 % of the labelled file is to learn from, of which a tenth is the validation part
that every choice is made on; the other 20 % is looked at once. Results are kept in a folder, and
what is there already is not done again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.columns import labelled_rows
from core.data.dataset import ROW, TEXT, Dataset, take_rows
from core.data.importing.importer import import_file
from core.data.splits.saved_split import draw_split
from core.data.splits.split import PART, TEST, VALIDATION, SplitPlan
from core.evaluation.baselines.baselines import (
    Fitted,
    Part,
    Parts,
    linear_head,
    majority,
    word_counts,
)
from core.evaluation.intervals import Estimate, ranking_areas, resamples, spread
from core.evaluation.metrics import f1_threshold
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests.benchmarks.questions import PROJECT, labelled_file

Array = NDArray[Any]
SEEDS = 3
TRAINED = ("fast", "best")
FITTED: dict[str, Callable[[Parts, int], Fitted]] = {
    "majority": majority,
    "words": word_counts,
    "frozen": linear_head,
}
SIDES = (*FITTED, *TRAINED)
TITLES = {
    "majority": "always the majority",
    "words": "TF-IDF + logistic regression",
    "frozen": "encoder frozen + linear head",
    "fast": "preset *fast*",
    "best": "preset *best*",
}
FIGURES = {
    "pr_auc": "PR-AUC",
    "f1": "F1",
    "accuracy": "accuracy there",
    "best_accuracy": "accuracy at a threshold for it",
}
_LEARNT = 0.8
_VALIDATION_SHARE = 0.1
_RESAMPLES = 1_000
_KEEP = PROJECT / "test-output" / "quality"


@dataclass(frozen=True)
class Result:
    """A side's scores of class 1 on the validation and test rows of one seed."""

    side: str
    seed: int
    validation_class_ids: list[int]
    validation_scores: list[float]
    test_class_ids: list[int]
    test_scores: list[float]
    seconds: float
    notes: str


def main(arguments: list[str] | None = None) -> None:
    """Fill the folder of results and print a Markdown table."""
    options = _options(arguments)
    path = options.file or labelled_file()
    if not path.is_file():
        sys.exit(f"Expected the labelled questions, but found no file {path}: name it by --file.")
    options.out.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(options.out / "workspace")
    dataset = import_file(workspace, path, name="questions").dataset
    for seed in range(options.seeds):
        for side in options.only:
            kept = options.out / f"{side}-{seed}.json"
            if not kept.exists():
                result = measure(workspace, dataset, side, seed, options)
                kept.write_text(json.dumps(asdict(result)), "utf-8")
    results = [
        Result(**json.loads(kept.read_text("utf-8")))
        for side in SIDES
        for kept in sorted(options.out.glob(f"{side}-*.json"))
    ]
    figures = {result_name(result): figures_of(result) for result in results}
    if options.json:
        shown = {key: {k: asdict(v) for k, v in found.items()} for key, found in figures.items()}
        print(json.dumps(shown, indent=1))
        return
    share = dataset.positive_share
    print(f"{dataset.labelled:,} labelled rows, {share:.2%} positive, {dataset.source}\n")
    for line in table(results, figures):
        print(line)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--only", nargs="+", choices=SIDES, default=list(SIDES))
    parser.add_argument("--out", type=Path, default=_KEEP, help="folder that keeps the results")
    parser.add_argument("--file", type=Path, help="another labelled file")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="for the presets"
    )
    return parser.parse_args(arguments)


def plan(dataset: Dataset, seed: int) -> SplitPlan:
    """A tenth of what is learnt from is the validation part; all the rest is the test part."""
    learnt = round(dataset.labelled * _LEARNT)
    validation = round(learnt * _VALIDATION_SHARE)
    return SplitPlan(learnt - validation, validation, 1.0, seed)


def measure(
    workspace: Workspace, dataset: Dataset, side: str, seed: int, options: argparse.Namespace
) -> Result:
    """Train one side by one seed's split and score the parts."""
    print(f"{side}, seed {seed}", file=sys.stderr, flush=True)
    start = time.perf_counter()
    if side in TRAINED:
        return _train(workspace, dataset, side, seed, options.set)
    parts = _parts(workspace, dataset, seed, with_vectors=side == "frozen")
    fitted = FITTED[side](parts, 2)
    return Result(
        side=side,
        seed=seed,
        validation_class_ids=parts.validation.class_ids.tolist(),
        validation_scores=fitted.validation[:, 1].tolist(),
        test_class_ids=parts.test.class_ids.tolist(),
        test_scores=fitted.test[:, 1].tolist(),
        seconds=time.perf_counter() - start,
        notes=fitted.chosen,
    )


def _parts(workspace: Workspace, dataset: Dataset, seed: int, *, with_vectors: bool) -> Parts:
    """The split's parts, each in the order of the file."""
    rows, class_ids = labelled_rows(workspace, dataset)
    vectors = _vectors(workspace, dataset, rows) if with_vectors else None
    parts = []
    for chosen in draw_split(workspace, dataset, plan(dataset, seed)).parts().values():
        places = np.flatnonzero(np.isin(rows, chosen))
        texts = take_rows(workspace, dataset, rows[places])[TEXT].to_pylist()
        parts.append(Part(texts, class_ids[places], None if vectors is None else vectors[places]))
    return Parts(*parts)


def _vectors(workspace: Workspace, dataset: Dataset, rows: Array) -> Array:
    """Vectors of all labelled rows, worked out once a folder."""
    path = workspace.root.parent / f"vectors-{dataset.fingerprint[:16]}.npy"
    if not path.exists():
        from core.encoders.encoders import EMBEDDED, find_encoder
        from core.model.embedding import sentence_vectors

        texts = take_rows(workspace, dataset, rows)[TEXT].to_pylist()
        np.save(path, sentence_vectors(find_encoder(EMBEDDED), texts))
    return np.load(path)


def _train(
    workspace: Workspace, dataset: Dataset, side: str, seed: int, changes: list[str]
) -> Result:
    """A run of the preset in a worker of its own, as a user starts it."""
    split = plan(dataset, seed)
    sizes = {"train_size": split.train, "validation_size": split.validation, "test_size": 1.0}
    settings = [f"{key}={value}" for key, value in {**sizes, "seed": seed}.items()]
    command = [sys.executable, "-m", "core", "train", dataset.id, "--preset", side, "--wait"]
    for setting in [*settings, *changes]:
        command += ["--set", setting]
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(workspace.root)}
    done = subprocess.run(
        command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True
    )
    paths = workspace.run(done.stdout.split()[0])
    result = json.loads(paths.result.read_text("utf-8"))
    predictions = pq.read_table(paths.predictions).to_pandas().sort_values(ROW)
    seen, unseen = (predictions[predictions[PART] == part] for part in (VALIDATION, TEST))
    expected = draw_split(workspace, dataset, split).test
    assert set(unseen[ROW]) == set(expected), "the run is judged on the rows that others are"
    shutil.rmtree(paths.folder)
    return Result(
        side=side,
        seed=seed,
        validation_class_ids=seen["class_id"].tolist(),
        validation_scores=seen["p_1"].tolist(),
        test_class_ids=unseen["class_id"].tolist(),
        test_scores=unseen["p_1"].tolist(),
        seconds=result["seconds"],
        notes=f"best epoch {result['best_epoch']:.2f}, {result['rows_per_s']:.0f} rows/s",
    )


def result_name(result: Result) -> str:
    return f"{result.side}-{result.seed}"


def figures_of(result: Result) -> dict[str, Estimate]:
    """Metrics on the test part, with percentile intervals over resampled rows."""
    found = _metrics(result)
    rows = len(result.test_class_ids)
    resampled = [found(times) for times in resamples(rows, _RESAMPLES)]
    return {
        name: spread(value, np.array([values[name] for values in resampled]))
        for name, value in found(np.ones(rows)).items()
    }


def gain(result: Result, other: Result) -> Estimate:
    """By how much a side's PR-AUC is above another's on the same rows."""
    assert result.test_class_ids == other.test_class_ids, "the same rows"
    ours, theirs = _metrics(result), _metrics(other)
    rows = len(result.test_class_ids)
    first, *drawn = (
        ours(times)["pr_auc"] - theirs(times)["pr_auc"]
        for times in (np.ones(rows), *resamples(rows, _RESAMPLES))
    )
    return spread(first, np.array(drawn))


def _metrics(result: Result) -> Callable[[Array], dict[str, float]]:
    """Metrics of the test rows, each counted so many times; thresholds are from validation."""
    class_ids, scores = np.array(result.test_class_ids), np.array(result.test_scores)
    seen_codes, seen_scores = (
        np.array(result.validation_class_ids),
        np.array(result.validation_scores),
    )
    # A constant score has no threshold to tune: it would call every row positive for F1's sake.
    constant = np.ptp(seen_scores) == 0
    for_f1 = 0.5 if constant else f1_threshold(seen_codes, seen_scores)
    for_accuracy = 0.5 if constant else _best_accuracy_threshold(seen_codes, seen_scores)
    positive = class_ids == 1
    answers = scores >= for_f1
    right, best_right = answers == positive, (scores >= for_accuracy) == positive
    areas = ranking_areas(class_ids, scores)

    def measure_rows(times: Array) -> dict[str, float]:
        hits = times[answers & positive].sum()
        called = times[answers].sum() + times[positive].sum()
        return {
            "pr_auc": areas(times)["pr_auc"],
            "f1": float(2 * hits / called) if called else 0.0,
            "accuracy": float(times[right].sum() / times.sum()),
            "best_accuracy": float(times[best_right].sum() / times.sum()),
        }

    return measure_rows


def _best_accuracy_threshold(class_ids: Array, scores: Array) -> float:
    order = np.argsort(-scores, kind="stable")
    ahead = np.cumsum(2 * class_ids[order] - 1)
    best = int(np.argmax(ahead))
    if ahead[best] <= 0:
        return float("inf")
    below = scores[order[best + 1]] if best + 1 < len(order) else 0.0
    return float((scores[order[best]] + below) / 2)


def table(results: list[Result], figures: dict[str, dict[str, Estimate]]) -> list[str]:
    """Means over seeds, of the values and of the ends of their intervals."""
    lines = [
        f"| | {' | '.join(FIGURES.values())} | PR-AUC above TF-IDF | seeds | minutes |",
        "|---" * (len(FIGURES) + 4) + "|",
    ]
    by_name = {result_name(result): result for result in results}
    for side in SIDES:
        mine = [result for result in results if result.side == side]
        if not mine:
            continue
        cells = [
            str(_mean([figures[result_name(result)][figure] for result in mine]))
            for figure in FIGURES
        ]
        pairs = [(result, by_name.get(f"words-{result.seed}")) for result in mine]
        gains = [gain(result, words) for result, words in pairs if words and side != "words"]
        minutes = statistics.mean(result.seconds for result in mine) / 60
        cells += [str(_mean(gains)) if gains else "", str(len(mine)), f"{minutes:.1f}"]
        lines.append(f"| {TITLES[side]} | {' | '.join(cells)} |")
    return lines


def _mean(found: list[Estimate]) -> Estimate:
    return Estimate(*(statistics.mean(ends) for ends in zip(*map(_ends, found), strict=True)))


def _ends(figure: Estimate) -> tuple[float, float, float]:
    return figure.value, figure.low, figure.high


if __name__ == "__main__":
    main()
