import re
from datetime import datetime, timezone
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.data.splits.split import VALIDATION
from core.errors import BadInput
from core.evaluation.assessment import assess, limits
from core.evaluation.baselines.compared_model import ComparedModel, metric_estimates
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.evaluation.report import report_html, steps, write_report
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run
from tests.messages import assert_one_sentence

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)
NASTY = '<script>alert("x")</script>'


class Tags(HTMLParser):
    """Collects tags, and every address that a tag asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return answered_run(workspace, toy.import_rows(workspace, toy.make_rows(900)), NASTY)


def test_the_report_shows_the_numbers_of_the_assessment(workspace: Workspace, run: Run) -> None:
    found = assess(workspace, run)

    html = report_html(found, now=NOW)

    for part in found.parts.values():
        for estimate in part.figures.values():
            assert str(estimate) in html
    assert run.fingerprint in html
    assert "2026-11-25 12:00 UTC" in html
    assert f"{found.point.threshold:.4g}" in html
    assert html.count("<polyline") == 6
    assert "learning_rate" in html


def test_the_report_opens_offline_and_runs_nothing(workspace: Workspace, run: Run) -> None:
    tags = Tags()

    tags.feed(html := report_html(assess(workspace, run), now=NOW))

    assert "script" not in tags.opened
    assert tags.addresses == []
    assert "url(" not in html
    assert re.search(r"https?://", html) is None
    assert NASTY not in html
    assert "&lt;script&gt;" in html


def test_the_baselines_are_shown_with_its_intervals(workspace: Workspace, run: Run) -> None:
    rows = assess(workspace, run).judged.predictions
    step = ComparedModel("A cheap one", None, 3.0, "", metric_estimates(rows, 0.5))

    html = report_html(assess(workspace, run, [step]), now=NOW)

    assert "A cheap one" in html
    assert str(step.estimates["pr_auc"]) in html


def test_many_classes_have_a_table_of_classes_instead_of_curves(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(600, classes=3))
    run = answered_run(workspace, dataset)

    html = report_html(assess(workspace, run), now=NOW)

    assert "macro average" in html
    assert html.count("<polyline") == 2
    assert "The predicted label is the most probable class." in html


def test_a_run_without_a_test_part_says_so_first(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(300))
    run = answered_run(workspace, dataset, parts=(VALIDATION,))
    found = assess(workspace, run)

    assert limits(found)[0].startswith("There is no test part")
    assert limits(found)[0] in report_html(found, now=NOW).replace("&#39;", "'")
    assert any("judged rows are positive" in sentence for sentence in limits(found))


def test_a_report_appears_whole(workspace: Workspace, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "report.html"

    write_report(path, assess(workspace, run), now=NOW)

    assert path.read_text("utf-8") == report_html(assess(workspace, run), now=NOW)
    assert [child.name for child in path.parent.iterdir()] == ["report.html"]


def test_a_folder_in_the_reports_place_is_refused_and_keeps_what_is_in_it(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "letter.txt").touch()

    with pytest.raises(BadInput, match="a folder of that name") as refusal:
        write_report(tmp_path / "folder", assess(workspace, run))

    assert_one_sentence(refusal.value)
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["letter.txt"]


def test_the_precision_recall_curve_is_drawn_in_steps() -> None:
    found = steps(np.array([0.5, 0.5, 1.0]), np.array([1.0, 0.5, 2 / 3]))

    assert found == [(0, 1), (0.5, 1), (0.5, 0.5), (0.5, 0.5), (0.5, 2 / 3), (1, 2 / 3)]
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(found))


def test_a_threshold_that_misses_what_was_asked_and_runs_left_out_are_said(
    workspace: Workspace, run: Run
) -> None:
    keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.WORKLOAD, (18.0, 180.0)))

    html = report_html(assess(workspace, run, left_out=["Another is left out: why."]), now=NOW)

    assert "18 of 180 texts can be reviewed; tuned on validation rows" in html
    assert "flags about 180 (" in html
    assert "more than the 18 that can be reviewed." in html
    assert "Another is left out: why." in html
