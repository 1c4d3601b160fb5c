import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score
from streamlit.testing.v1 import AppTest

from core.evaluation.operating_point import (
    OperatingPoint,
    Rule,
    keep_operating_point,
    operating_point,
)
from core.evaluation.predictions import read_predictions
from core.evaluation.thresholds import choose
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.evaluate.threshold_view import present_threshold, threshold_view
from tests import toy
from tests.dashboard.app_pages.evaluate.conftest import Answer
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, buttons, charts, deltas, field, metrics, press, said
from tests.made_answers import answered_run


def dial(run: Run) -> str:
    return f"dial_{run.id}_{run.created}"


def by_rule(app: AppTest, run: Run, rule: Rule, *amounts: float) -> OperatingPoint:
    """The dial after a rule is chosen and its boxes are filled in."""
    field(app.selectbox, "Choose it by").set_value(rule).run()
    for place, amount in enumerate(amounts):
        app.number_input[place].set_value(amount).run()
    assert not app.exception
    point: OperatingPoint = app.session_state[dial(run)]
    return point


@pytest.mark.parametrize(
    ("rule", "amounts", "words"),
    [
        (Rule.F_BETA, (2.0,), "best F2 on validation rows"),
        (Rule.MCC, (), "best MCC on validation rows"),
        (Rule.PRECISION, (0.75,), "precision of at least 0.75 on validation rows"),
        (Rule.RECALL, (0.95,), "recall of at least 0.95 on validation rows"),
        (Rule.COSTS, (1.0, 12.0), "a false alarm costs 1, a miss 12"),
        (Rule.WORKLOAD, (30.0, 90.0), "30 of 90 texts can be reviewed"),
    ],
)
def test_a_rule_is_followed_on_validation_rows_and_kept_with_its_reason(
    draw: Draw, workspace: Workspace, run: Run, rule: Rule, amounts: tuple, words: str
) -> None:
    rows = read_predictions(workspace, run, "validation")
    expected = choose(rule, amounts, rows.class_ids, rows.scores)
    app = draw(threshold_view, run, "test")

    assert by_rule(app, run, rule, *amounts) == expected
    press(app, "Use this threshold")

    assert operating_point(workspace, run) == expected
    assert said(app, f"Scoring uses {expected.threshold:.4g}: {words}.")
    assert button(app, "Use this threshold").disabled
    assert not button(app, "Back to the run's own").disabled


@pytest.mark.parametrize(
    ("rule", "figure", "least"),
    [(Rule.PRECISION, "precision", 0.7), (Rule.RECALL, "recall", 0.9)],
)
def test_what_was_asked_for_is_reached_on_validation_rows(
    draw: Draw, run: Run, rule: Rule, figure: str, least: float
) -> None:
    app = draw(threshold_view, run, "validation")

    by_rule(app, run, rule, least)

    assert float(metrics(app)[figure.capitalize()]) >= least


def test_the_figures_are_those_of_the_rows_of_the_part(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    rows = read_predictions(workspace, run, "test")
    called = rows.scores >= operating_point(workspace, run).threshold
    tp = (called & (rows.class_ids == 1)).sum()
    share = max((rows.class_ids == 1).mean(), (rows.class_ids == 0).mean())

    app = draw(threshold_view, run, "test")

    shown = metrics(app)
    assert shown["Precision"] == f"{tp / called.sum():.3f}"
    assert shown["Recall"] == f"{tp / (rows.class_ids == 1).sum():.3f}"
    assert shown["Accuracy"] == f"{(called == rows.class_ids).mean():.3f}"
    assert shown["PR-AUC"] == f"{average_precision_score(rows.class_ids, rows.scores):.3f}"
    assert shown["ROC-AUC"] == f"{roc_auc_score(rows.class_ids, rows.scores):.3f}"
    assert said(app, f"{called.sum()} of 80 rows are called 1; 95 % intervals below each figure")
    about = next(each.help for each in app.metric if each.label == "Accuracy")
    assert f"gives {share:.3f}" in about
    for name, interval in deltas(app).items():
        low, high = (float(end) for end in interval.split(" to "))
        assert low <= float(shown[name]) <= high


def test_figures_on_validation_rows_are_said_to_flatter(draw: Draw, run: Run) -> None:
    app = draw(threshold_view, run, "validation")

    assert said(app, "The threshold was tuned on these rows, so the figures flatter")


def test_the_four_counts_add_up_and_an_empty_cell_leads_nowhere(
    draw: Draw, run: Run, answer: Answer
) -> None:
    answer(run, lambda _, label: 0.9 if label else 0.1)

    app = draw(threshold_view, run, "test")

    cells = {key: app.get_by_key(f"{dial(run)}_cell_{key}") for key in ("00", "01", "10", "11")}
    counts = {key: int(cell.label.split("**")[1]) for key, cell in cells.items()}
    assert counts == {"00": 60, "01": 0, "10": 0, "11": 20}
    assert [key for key, cell in cells.items() if cell.disabled] == ["01", "10"]


@pytest.mark.parametrize(("label", "predicted"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_every_cell_asks_for_its_rows(draw: Draw, run: Run, label: int, predicted: int) -> None:
    app = draw(threshold_view, run, "test")

    app.get_by_key(f"{dial(run)}_cell_{label}{predicted}").click().run()

    assert not app.exception
    assert app.session_state["mistakes_cell"] == (label, predicted)
    assert app.session_state[state.EVALUATION] == state.MISTAKES_VIEW


@pytest.mark.parametrize(
    ("threshold", "cells"), [(0.0, {"00": 0, "10": 0}), (1.0, {"01": 0, "11": 0})]
)
def test_the_ends_of_the_slider_flag_all_rows_and_none(
    draw: Draw, run: Run, threshold: float, cells: dict[str, int]
) -> None:
    app = draw(threshold_view, run, "test")

    app.slider[0].set_value(threshold).run()

    assert not app.exception
    for key, count in cells.items():
        assert app.get_by_key(f"{dial(run)}_cell_{key}").label.startswith(f"**{count}**")
    assert said(app, f"{80 if threshold == 0 else 0} of 80 rows are called 1")


def test_what_is_expected_of_a_days_texts_follows_from_the_counts(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    app = draw(threshold_view, run, "test")

    point = by_rule(app, run, Rule.WORKLOAD, 100.0, 1_000.0)

    rows = read_predictions(workspace, run, "test")
    called = rows.scores >= point.threshold
    positives = rows.class_ids == 1
    assert said(app, "Of 1,000 texts")
    shown = metrics(app)
    scale = 1_000 / len(rows)
    assert shown["Flagged for review"] == f"{called.sum() * scale:,.0f}"
    assert shown["Positives found"] == f"{(called & positives).sum() * scale:,.0f}"
    assert shown["Positives missed"] == f"{(~called & positives).sum() * scale:,.0f}"
    assert shown["False alarms"] == f"{(called & ~positives).sum() * scale:,.0f}"


def let_score_higher(workspace: Workspace, run: Run, part: str) -> None:
    """Let all rows of a part score higher than those of the others."""
    path = workspace.run(run.id).predictions
    table = pq.read_table(path)
    higher = pc.cast(pc.equal(table["part"], part), "float32")
    scores = pc.divide(pc.add(higher, pc.cast(pc.divide(table["row"], 400.0), "float32")), 2.0)
    pq.write_table(table.set_column(table.schema.get_field_index("p_1"), "p_1", scores), path)


def test_a_workload_that_overshoots_says_so_and_offers_never_more(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    let_score_higher(workspace, run, "test")
    app = draw(threshold_view, run, "test")

    by_rule(app, run, Rule.WORKLOAD, 100.0, 1_000.0)

    (warning,) = app.warning
    said = unescaped(warning.value)
    assert said.startswith("On test rows it flags about 1,000 (9")
    assert said.endswith("of 1,000 texts, more than the 100 that can be reviewed.")
    before = app.session_state[dial(run)]
    press(app, "Never more than 100")
    point = app.session_state[dial(run)]
    assert (point.rule, point.amounts) == (Rule.NEVER_MORE, (100.0, 1_000.0))
    assert point.threshold > before.threshold
    assert "Never more than 100" not in buttons(app)


def test_a_workload_that_is_kept_has_its_range_beside_it(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    let_score_higher(workspace, run, "validation")
    app = draw(threshold_view, run, "test")

    by_rule(app, run, Rule.WORKLOAD, 900.0, 1_000.0)

    assert not app.warning
    assert any("On test rows it flags about" in unescaped(each.value) for each in app.caption)


def test_other_rules_have_no_days_texts(draw: Draw, run: Run) -> None:
    app = draw(threshold_view, run, "test")

    by_rule(app, run, Rule.MCC)

    assert "Flagged for review" not in metrics(app)
    assert not app.number_input


@pytest.mark.parametrize(
    ("rule", "amounts", "words"),
    [
        (Rule.PRECISION, (1.0,), "a precision that a threshold reaches"),
        (Rule.COSTS, (0.0, 0.0), "two costs, not both 0"),
        (Rule.WORKLOAD, (400.0, 10.0), "texts to review, up to those that arrive"),
    ],
)
def test_what_no_threshold_gives_is_one_sentence_and_the_dial_stays(
    draw: Draw, workspace: Workspace, run: Run, answer: Answer,
    rule: Rule, amounts: tuple, words: str,
) -> None:  # fmt: skip
    # The surest rows of all are wrong, so that no threshold is wholly precise.
    answer(run, lambda text, label: 0.99 if label == 0 and text[-1] in "01" else 0.3 + 0.4 * label)
    app = draw(threshold_view, run, "test")
    field(app.selectbox, "Choose it by").set_value(rule).run()
    for place, amount in enumerate(amounts[:-1]):
        app.number_input[place].set_value(amount).run()
    before = app.session_state[dial(run)]

    app.number_input[len(amounts) - 1].set_value(amounts[-1]).run()

    assert not app.exception
    assert words in unescaped(app.toast[0].value)
    assert app.session_state[dial(run)] == before
    # What was typed stays in its box, to be corrected.
    assert app.number_input[len(amounts) - 1].value == amounts[-1]


def test_back_to_the_runs_own_shows_its_own_amount(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    own = operating_point(workspace, run)
    app = draw(threshold_view, run, "test")
    assert app.number_input[0].value == 1.0
    by_rule(app, run, Rule.F_BETA, 3.0)

    press(app, "Back to the run's own")

    assert app.session_state[dial(run)] == own
    assert app.number_input[0].value == 1.0


def test_a_rule_that_asks_for_too_much_at_first_can_be_asked_for_less(
    draw: Draw, workspace: Workspace, run: Run, answer: Answer
) -> None:
    # Four in ten at best: less than the four in five that the rule asks for at first.
    answer(run, lambda text, label: 0.9 if label or int(text.split()[-1]) % 4 == 1 else 0.1)
    rows = read_predictions(workspace, run, "validation")
    app = draw(threshold_view, run, "test")
    before = app.session_state[dial(run)]

    field(app.selectbox, "Choose it by").set_value(Rule.PRECISION).run()
    assert "ask for less" in unescaped(app.toast[0].value)
    assert app.session_state[dial(run)] == before
    assert field(app.selectbox, "Choose it by").value is Rule.PRECISION
    app.number_input[0].set_value(0.3).run()

    assert not app.toast
    expected = choose(Rule.PRECISION, (0.3,), rows.class_ids, rows.scores)
    assert app.session_state[dial(run)] == expected
    # The slider leaves it, and it does not come back by itself.
    app.slider[0].set_value(0.4).run()
    assert field(app.selectbox, "Choose it by").value is Rule.HAND


def test_by_hand_in_the_list_of_rules_moves_nothing(draw: Draw, run: Run) -> None:
    app = draw(threshold_view, run, "test")
    before = app.session_state[dial(run)]

    field(app.selectbox, "Choose it by").set_value(Rule.HAND).run()

    assert app.session_state[dial(run)] == before
    assert field(app.selectbox, "Choose it by").value is Rule.F_BETA


def test_rows_of_one_class_can_only_be_told_apart_by_hand(
    draw: Draw, workspace: Workspace, answer: Answer
) -> None:
    rows = [(f"text {n}", "1" if n % 10 == 0 else "0") for n in range(200)]
    run = answered_run(workspace, toy.import_rows(workspace, rows))
    path = workspace.run(run.id).predictions
    pq.write_table(pq.read_table(path).filter(pc.field("class_id") == 0), path)
    app = draw(threshold_view, run, "validation")

    field(app.selectbox, "Choose it by").set_value(Rule.RECALL).run()

    assert not app.exception
    assert "set it by hand" in unescaped(app.toast[0].value)
    app.slider[0].set_value(0.4).run()
    assert app.session_state[dial(run)] == OperatingPoint(0.4, Rule.HAND, (0.4,))
    assert metrics(app)["PR-AUC"] == "nan"


def test_markdown_in_class_names_stays_text(draw: Draw, workspace: Workspace) -> None:
    rows = [(text, "$a$" if label == "0" else "*b*") for text, label in toy.make_rows(200)]
    run = answered_run(workspace, toy.import_rows(workspace, rows))

    app = draw(threshold_view, run, "test")

    assert any("$a$, called *b*" in label for label in buttons(app))
    assert not any("*b*" in each.label for each in app.button if "cell" in each.key)
    assert said(app, "rows are called *b*")


def test_the_charts_mark_where_the_dial_stands(draw: Draw, workspace: Workspace, run: Run) -> None:
    app = draw(threshold_view, run, "test")
    app.slider[0].set_value(0.7).run()

    rows = read_predictions(workspace, run, "test")
    called, positives = rows.scores >= 0.7, rows.class_ids == 1
    recall = (called & positives).sum() / positives.sum()
    precision_recall, roc, by_threshold = charts(app)
    point = precision_recall["data"][-1]
    assert point["x"][0] == pytest.approx(recall)
    assert point["y"][0] == pytest.approx((called & positives).sum() / called.sum())
    assert roc["data"][-1]["x"][0] == pytest.approx(
        (called & ~positives).sum() / (~positives).sum()
    )
    assert by_threshold["layout"]["shapes"][0]["x0"] == 0.7


def test_the_dial_is_where_other_views_look_for_it(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    keep_operating_point(workspace, run, OperatingPoint(0.61, Rule.HAND, (0.61,)))
    assert draw(present_threshold, run).session_state["drawn"] == 0.61

    moved = {dial(run): OperatingPoint(0.25, Rule.HAND, (0.25,))}
    assert draw(present_threshold, run, session=moved).session_state["drawn"] == 0.25
