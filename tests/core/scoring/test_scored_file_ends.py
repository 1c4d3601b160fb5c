import io
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.data.output.output_kind import OutputKind
from core.data.reading.bytestream import CHUNK_BYTES
from core.data.text_recipe import TextRecipe
from core.errors import BadInput, Cancelled, DiskError, NotFound, SincerelyError
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.runs.run import Run
from core.scoring.prediction_cache import PredictionCache
from core.scoring.scored_file import score_file
from core.scoring.scored_output import SCORED_KINDS
from core.scoring.scorer import Scorer, load_scorer
from core.scoring.summary import FileProgress, FileResult
from core.workspace import Workspace
from tests.core.data.reading.test_compression import packed
from tests.core.scoring.conftest import Watched
from tests.core.scoring.scored import NEW, TEXT, cells, expected, names, score, written
from tests.core.small_disk import no_file_above
from tests.messages import assert_one_sentence
from tests.trained_copies import copied_run

score_in_small_parts = partial(score, kept_at_once=16)


def test_a_stop_leaves_no_output_and_no_scores(scorer: Scorer, tmp_path: Path, out: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"]])
    out.write_text("from before", "utf-8")
    scores = out.with_name("scores.parquet")
    with pytest.raises(Cancelled):
        score(scorer, source, out, scores=scores, should_stop=lambda: True)
    assert names(out.parent) == ["out.csv"]
    assert out.read_text("utf-8") == "from before"

    score(scorer, source, out, scores=scores)
    assert names(out.parent) == ["out.csv", "scores.parquet"]
    assert cells(out)[0] == ["text", *NEW]


def test_a_stop_is_heard_while_there_is_nothing_to_read(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"], ["a dog"]])
    score(scorer, source, out)
    watched, asked = Watched(scorer), []

    def stop() -> bool:
        asked.append(len(watched.texts))
        return len(asked) > 1  # The first question comes while rows are counted.

    with pytest.raises(Cancelled):
        score(watched.scorer, source, out, should_stop=stop)
    assert watched.texts == []


@pytest.mark.parametrize("kind", SCORED_KINDS)
def test_a_scoring_that_broke_off_goes_on_without_reading_a_text_twice(
    scorer: Scorer, tmp_path: Path, out: Path, kind: OutputKind
) -> None:
    texts = [f"a {word} cat {n % 150}" for n in range(200) for word in ("lovely", "rotten")]
    source = written(tmp_path / "in.csv", [["text"], *([text] for text in texts)])
    score(scorer, source, out, kind=kind)
    undisturbed = expected(scorer, texts)

    store = tmp_path / "other.sqlite"
    first = Watched(scorer, fails_after=100)
    out.unlink()
    with pytest.raises(RuntimeError):
        score_in_small_parts(first.scorer, source, out, kind=kind, store=store)
    assert names(out.parent) == []
    second = Watched(scorer)
    result = score_in_small_parts(second.scorer, source, out, kind=kind, store=store)

    assert 100 <= len(first.texts) < 116
    assert sorted([*first.texts, *second.texts]) == sorted(set(texts))
    assert (result.rows, result.texts) == (400, 300)
    if kind is OutputKind.CSV:
        found = [(row[0], float(row[1])) for row in cells(out)[1:]]
    else:
        table = pq.read_table(out)
        found = list(zip(table["text"].to_pylist(), table["score"].to_pylist(), strict=True))
    assert [text for text, _ in found] == texts
    assert [value for _, value in found] == pytest.approx(
        [undisturbed[text] for text in texts], abs=2e-5
    )


def test_a_file_in_several_chunks_goes_on_too_and_speed_is_that_of_the_model(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    clock = [100.0]
    texts = [f"a lovely cat {n:04d}" for n in range(600)]
    rows = [[text, "x" * (CHUNK_BYTES // 150)] for text in texts]
    source = written(tmp_path / "in.csv", [["text", "other"], *rows])
    watched = Watched(scorer, fails_after=300)
    with pytest.raises(RuntimeError):
        score_in_small_parts(watched.scorer, source, out)
    kept = len(watched.texts)

    again = Watched(scorer)
    read = again.scorer.read

    def timed(texts: list[str], *arguments: object) -> np.ndarray:
        clock[0] += len(texts) / 10  # Ten rows a second.
        return read(texts, *arguments)

    again.scorer.read = timed
    seen: list[FileProgress] = []
    score_in_small_parts(again.scorer, source, out, on_progress=seen.append, now_s=lambda: clock[0])

    assert sorted(again.texts + watched.texts) == texts
    assert [progress.rows for progress in seen] == sorted(progress.rows for progress in seen)
    assert {progress.total for progress in seen} == {600}
    begun = [progress for progress in seen if progress.rows >= kept]
    assert begun[0].rows_per_s == 0.0
    assert begun[0].seconds_left is None
    assert len(begun) > 10
    for progress in begun:
        if progress.rows > kept:
            assert progress.rows_per_s == pytest.approx(10, rel=0.15)
            assert progress.seconds_left == pytest.approx((600 - progress.rows) / 10, rel=0.2)
    assert (seen[-1].rows, seen[-1].seconds_left) == (600, 0.0)


def test_a_threshold_that_is_changed_between_is_one_from_end_to_end(
    toy_workspace: Workspace, toy_run: Run, workspace: Workspace, tmp_path: Path, out: Path
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    texts = [f"a {word} cat {n}" for n in range(40) for word in ("lovely", "rotten")]
    source = written(tmp_path / "in.csv", [["text"], *([text] for text in texts)])
    with pytest.raises(RuntimeError):
        score_in_small_parts(
            Watched(load_scorer(workspace, run), fails_after=32).scorer, source, out
        )

    keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))
    after = Watched(load_scorer(workspace, run))
    result = score_in_small_parts(after.scorer, source, out)
    assert len(after.texts) == 48
    assert (result.threshold, result.label_counts) == (0.0, {"1": 80})
    assert {row[2] for row in cells(out)[1:]} == {"1"}


@pytest.mark.parametrize(
    "change",
    [
        lambda scorer: setattr(scorer, "step", scorer.step + 1),
        lambda scorer: setattr(scorer, "temperature", 3.0),
        lambda scorer: setattr(scorer, "run", replace(scorer.run, created="later")),
    ],
    ids=["trained further", "other temperature", "deleted and trained anew"],
)
def test_what_another_model_has_read_does_not_count(
    scorer: Scorer, tmp_path: Path, out: Path, change: Callable[[Scorer], None]
) -> None:
    source = written(tmp_path / "in.csv", [["text"], *[[f"a cat {n}"] for n in range(40)]])
    with pytest.raises(RuntimeError):
        score_in_small_parts(Watched(scorer, fails_after=16).scorer, source, out)
    again = Watched(scorer)
    change(again.scorer)
    assert score(again.scorer, source, out).texts == 40
    assert len(again.texts) == 40


def test_the_store_is_left_to_whoever_wants_to_score_the_file_again(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"]])
    score(scorer, source, out)
    again = Watched(scorer)
    score(again.scorer, source, out)
    assert again.texts == []
    with pytest.raises(DiskError):
        PredictionCache(tmp_path, {})


def test_a_file_can_take_the_place_of_its_source(scorer: Scorer, tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"], ["a dog"]])
    score_file(scorer, source, source, store=tmp_path / "predictions.sqlite")
    assert [row[0] for row in cells(source)] == ["text", "a cat", "a dog"]


def test_rows_can_go_to_any_sink(scorer: Scorer, tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"]])
    sink = io.BytesIO()
    result = score_file(scorer, source, sink, store=tmp_path / "predictions.sqlite")
    assert sink.getvalue().decode().splitlines()[0] == "text,score,label,calibrated,error"
    assert FileResult.from_json(result.to_json()) == result
    assert json.loads(result.to_json())["rows"] == 1


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"PAR1 and no more", "cannot be read"),
        (b"\x1f\x8b\x08broken", "."),
    ],
)
def test_a_bad_file_leaves_no_output(
    scorer: Scorer, tmp_path: Path, out: Path, content: bytes, error: str
) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(SincerelyError, match=error) as caught:
        score(scorer, tmp_path / "in.csv", out)
    assert_one_sentence(caught.value)
    assert names(out.parent) == []


def test_a_file_that_breaks_off_in_the_middle_leaves_no_output(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    rows = "".join(f"{n},a cat {n}\n" for n in range(50_000))
    content = packed(f"n,text\n{rows}".encode(), "gzip")
    (tmp_path / "in.csv.gz").write_bytes(content[: len(content) // 2])
    watched = Watched(scorer)
    with pytest.raises(BadInput) as caught:
        score(watched.scorer, tmp_path / "in.csv.gz", out)
    assert_one_sentence(caught.value)
    assert (names(out.parent), watched.texts) == ([], [])


def test_a_column_file_or_place_that_is_not_there_is_said(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text", "a", "a"], ["a cat", "", ""]])
    with pytest.raises(BadInput, match="choose one of these"):
        score(scorer, source, out, text_recipe=TextRecipe(("body",)))
    with pytest.raises(BadInput, match="a column name that occurs once"):
        score(scorer, source, out, text_recipe=TextRecipe(("a",)))
    with pytest.raises(NotFound):
        score(scorer, tmp_path / "gone.csv", out)
    with pytest.raises(BadInput, match="no such folder"):
        score(scorer, source, tmp_path / "gone" / "out.csv")
    with pytest.raises(BadInput, match="a folder of that name"):
        score(scorer, source, tmp_path)


@pytest.mark.parametrize("kind", SCORED_KINDS)
def test_a_full_disk_is_said_and_leaves_nothing(
    scorer: Scorer, tmp_path: Path, small_disk: Path, kind: OutputKind
) -> None:
    noise = np.random.default_rng(0).integers(0, 1 << 60, 40_000)
    source = written(tmp_path / "in.csv", [["text", "n"], *[["a cat", str(n)] for n in noise]])
    with pytest.raises(DiskError, match="the scored file, but found a full disk") as caught:
        score_file(
            scorer, source, small_disk / "out", store=tmp_path / "predictions.sqlite",
            text_recipe=TEXT, kind=kind,
        )  # fmt: skip
    assert_one_sentence(caught.value)
    assert names(small_disk) == []


def test_a_disk_that_is_full_of_cached_predictions_is_said(
    scorer: Scorer, tmp_path: Path, small_disk: Path, out: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text"], *[[f"cat {n}"] for n in range(8000)]])
    with pytest.raises(DiskError, match="room to write the scores so far") as caught:
        score(scorer, source, out, store=small_disk / "predictions.sqlite")
    assert_one_sentence(caught.value)
    assert names(out.parent) == []


def test_a_limit_on_the_size_of_files_is_said_and_leaves_nothing(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text"], *[["a cat"]] * 9000])
    message = "a file larger than this disk allows"
    with no_file_above(64), pytest.raises(DiskError, match=message):
        score(scorer, source, out)
    assert names(out.parent) == []
