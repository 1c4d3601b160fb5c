import re
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from core.data.splits.split import VALIDATION
from core.data.text_recipe import TextRecipe
from core.evaluation.assessment import assess
from core.evaluation.operating_point import OperatingPoint, Rule, operating_point
from core.runs.result import read_result
from core.runs.run import Run
from core.scoring.export.exported_readme import ExportFacts, readme
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run

NASTY = "<b>[x](y)</b> `a` *b* _c_ | &amp; ~d~ https://e.example www.f.example\n# g\u202e"
ESCAPED = (
    r"\<b\>\[x\](y)\</b\> \`a\` \*b\* \_c\_ \| \&amp; \~d\~ https\://e.example www\.f.example"
    " \\# g\N{REPLACEMENT CHARACTER}"
)
VERSIONS = {"tensorflow": "1.0", "tensorflow-text": "2.0", "keras": "3.0", "keras-hub": "4.0"}
WRITTEN = datetime(2026, 11, 26, tzinfo=timezone.utc)


def facts(point: OperatingPoint, *, temperature: float | None = 1.25) -> ExportFacts:
    return ExportFacts(point, temperature, True, 24, "minilm", VERSIONS, WRITTEN)


def written(workspace: Workspace, run: Run, **changes: object) -> str:
    point = operating_point(workspace, run)
    return readme(workspace, run, read_result(workspace, run), facts(point, **changes))


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return answered_run(workspace, toy.import_rows(workspace, toy.make_rows(300)), "Mine")


def test_the_figures_are_those_of_the_assessment_beside_the_majority(
    workspace: Workspace, run: Run
) -> None:
    text = written(workspace, run)

    for part in assess(workspace, run).parts.values():
        for estimate in part.figures.values():
            assert f"| {estimate} |" in text
        assert f"| Accuracy, always the majority | {part.majority:.3f} |" in text
    assert "| Figure | On test rows | On validation rows |" in text
    assert "Positive is “1”." in text
    assert "| learning_rate | 0.005 |" in text
    assert "at temperature 1.25" in text
    assert text.endswith("\n")


def test_it_says_how_many_texts_are_computed_at_a_time_and_how_much_of_one_is_read(
    workspace: Workspace, run: Run
) -> None:
    text = written(workspace, run)

    read = run.config.max_seq_length - 2  # The others are [CLS] and [SEP].
    assert "computed 24 at a time" in text
    assert "memory than one with 24." in text
    assert f"texts cut at {read} tokens" in text
    assert f"behind the first {read} tokens of a text" in text


def test_it_says_how_to_serve_it_under_the_runs_id(workspace: Workspace, run: Run) -> None:
    text = written(workspace, run)

    assert '-v "$PWD:/models/mine" -e MODEL_NAME=mine tensorflow/serving\n' in text
    assert "http://127.0.0.1:8501/v1/models/mine:predict\n" in text


def test_what_people_wrote_is_text_and_never_markup(workspace: Workspace) -> None:
    rows = [(text, NASTY if label == "1" else label) for text, label in toy.make_rows(300)]
    run = answered_run(workspace, toy.import_rows(workspace, rows), "Mine")
    assert any("<b>" in name for name in run.classes)
    run = replace(run, name=NASTY, dataset_name=NASTY)

    text = written(workspace, run)

    assert text.startswith(f"# {ESCAPED}\n")
    assert f"- **Data set:** {ESCAPED}, fingerprint" in text
    unescaped = text.replace(ESCAPED, "")
    assert not re.search(r"[<>]b|\(y\)|e\.example|amp;|\u202e", unescaped)


def test_columns_that_make_a_text_are_named_with_what_stands_between_them(
    workspace: Workspace, run: Run
) -> None:
    assert "- **Text:**" not in written(workspace, run)

    for separator, shown in (("\n- ", r'"\\n- "'), (" ", '" "'), ("*", r'"\*"')):
        run = replace(run, text_recipe=TextRecipe(("*title*", "body"), separator))
        assert (
            rf"- **Text:** the columns \*title\*, body, joined by {shown}; empty ones are left out"
            "\n- **Trained:**"
        ) in written(workspace, run)


@pytest.mark.parametrize(
    ("point", "said"),
    [
        (OperatingPoint(0.25, Rule.HAND, (0.25,)), "The threshold is 0.25: set by hand."),
        (OperatingPoint(0.5, Rule.RECALL, (0.9,)), "for a recall of at least 0.9."),
        (OperatingPoint(0.5, Rule.COSTS, (1, 5)), "a false alarm costs 1 and a miss 5."),
        (OperatingPoint(0.5, Rule.WORKLOAD, (400, 1e5)), "400 of 100000 arriving texts"),
        (OperatingPoint(0.5, Rule.MCC, ()), "0.5: the best Matthews correlation"),
    ],
)
def test_the_rule_of_the_threshold_is_said(
    workspace: Workspace, run: Run, point: OperatingPoint, said: str
) -> None:
    assert said in readme(workspace, run, read_result(workspace, run), facts(point))


def test_every_rule_can_be_said() -> None:
    from core.scoring.export.exported_readme import _RULES

    assert set(_RULES) == set(Rule)


def test_a_run_without_a_test_part_says_that_its_figures_flatter(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(300))
    run = answered_run(workspace, dataset, parts=(VALIDATION,))

    text = written(workspace, run)

    assert "so the figures flatter" in text
    assert "ones to trust" not in text


def test_a_run_that_has_not_ended_gives_what_training_measured_and_says_so(
    workspace: Workspace, run: Run
) -> None:
    workspace.run(run.id).predictions.unlink()
    found = read_result(workspace, run).validation

    text = written(workspace, run)

    assert "had not come to its end" in text
    assert "95 %" not in text
    assert re.search(rf"\| PR-AUC \|.* {found['pr_auc']:.3f} \|", text)


def test_many_classes_have_no_threshold_and_the_first_twelve_are_named(
    workspace: Workspace,
) -> None:
    rows = [(text, f"kind {n % 14:02}") for n, (text, _) in enumerate(toy.make_rows(700))]
    run = answered_run(workspace, toy.import_rows(workspace, rows))

    text = written(workspace, run)

    assert "14 classes: “kind 00”, “kind 01”" in text
    assert "“kind 11” and 2 more." in " ".join(text.split())
    assert "There is no threshold" in text
    assert "| Macro F1 |" in text
    assert "Positive is" not in text
