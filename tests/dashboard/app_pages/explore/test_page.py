import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import list_slices, save_slice
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.splits.saved_split import delete_split, save_split
from core.data.splits.split import SplitPlan
from core.encoders.encoders import EMBEDDED, vocabulary_key
from core.explore.map import MapChoice, map_id
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from tests import toy
from tests.core.explore.wide import wide_dataset
from tests.dashboard.conftest import OpenPage

ROWS = [
    ("The cat is lovely", "0"),
    ("the CAT is lovely!", "0"),
    ("the cat is, lovely", "1"),
    ("my horrible dog", "1"),
    ("a rotten horrible river", "1"),
    ("???", "0"),
    *((f"gentle song number {n}", "0") for n in range(60)),
]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, ROWS)


def explore(open_page: OpenPage, view: str) -> AppTest:
    app = open_page("explore")
    assert not app.exception
    app.session_state[state.VIEW] = view
    app.run()
    assert not app.exception
    return app


def title(app: AppTest) -> str:
    return next(m.value for m in app.markdown if " rows" in m.value and m.value.startswith("**"))


def by_label(elements, label: str):
    return next(element for element in elements if element.label == label)


def split_figures(app: AppTest) -> pd.DataFrame:
    tables = (frame.value for frame in app.dataframe if "part" in frame.value.columns)
    return next(table for table in tables if "mean words" in table.columns).set_index("part")


def test_the_tutorials_figures_of_the_real_file_are_shown(
    open_page: OpenPage, workspace: Workspace, shared_data: Path
) -> None:
    path = shared_data / "quora" / "labelled.csv"
    import_file(workspace, path)
    app = open_page("explore")
    assert not app.exception
    real = pd.read_csv(path)
    words = real.question_text.str.split().map(len)
    chars = real.question_text.str.len()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {
        "Shape": "20,898 × 3",
        "Mean words": f"{words.mean():.1f}",
        "Most words": f"{words.max():,}",
        "Mean characters": f"{chars.mean():.1f}",
        "Most characters": f"{chars.max():,}",
    }


def test_a_search_says_how_many_rows_of_which_label_it_found(
    open_page: OpenPage, dataset: Dataset
) -> None:
    app = explore(open_page, "Rows")
    assert title(app) == "**All 66 rows**"

    by_label(app.text_input, "Search").set_value("cat").run()

    assert "3 of 66 rows" in title(app).replace("\\", "")
    assert any("0" in c.value and "2 (66" in c.value.replace("\\", "") for c in app.caption)


def test_the_search_is_in_the_address_and_an_address_gives_the_search(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    app = explore(open_page, "Rows")
    by_label(app.text_input, "Search").set_value("horrible").run()
    link = app.query_params["filter"]

    other = open_page("explore")
    other.query_params["filter"] = link
    other.query_params["dataset"] = [dataset.id]
    other.run()

    assert json.loads(link) == {"text": "horrible"}
    assert by_label(other.text_input, "Search").value == "horrible"
    assert "2 of 66 rows" in title(other).replace("\\", "")


def test_an_address_that_makes_no_sense_is_refused_in_one_sentence(
    open_page: OpenPage, dataset: Dataset
) -> None:
    app = open_page("explore")
    app.query_params["filter"] = '{"shortest": "a lot"}'
    app.run()

    assert not app.exception
    assert [error.value[:8] for error in app.error] == ["Expected"]
    assert title(app) == "**All 66 rows**"


def test_a_pattern_that_cannot_be_read_is_refused_and_the_form_stays(
    open_page: OpenPage, dataset: Dataset
) -> None:
    app = explore(open_page, "Rows")
    by_label(app.segmented_control, "Find as").set_value("regex").run()
    by_label(app.text_input, "Search").set_value("(cat").run()

    assert not app.exception
    assert [error.value[:8] for error in app.error] == ["Expected"]
    assert by_label(app.text_input, "Search").value == "(cat"


def test_a_search_is_saved_as_a_slice_opened_and_deleted(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    app = explore(open_page, "Rows")
    by_label(app.text_input, "Search").set_value("horrible").run()
    by_label(app.text_input, "Name").set_value("Rude ones")
    app.get_by_key("slice_save").click().run()
    assert not app.exception
    assert [(s.name, s.rows) for s in list_slices(workspace, dataset)] == [("Rude ones", 2)]

    app.get_by_key("rows_clear").click().run()
    assert title(app) == "**All 66 rows**"
    by_label(app.selectbox, "Slice").set_value("Rude ones").run()
    assert "2 of 66 rows" in title(app).replace("\\", "")
    app.get_by_key("slice_delete").click().run()
    assert list_slices(workspace, dataset) == []
    assert not app.exception


def test_a_slice_of_chosen_rows_can_be_linked_by_its_rows(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    save_slice(workspace, dataset, "Two", RowFilter(rows=(0, 3)), 2)
    app = explore(open_page, "Rows")
    by_label(app.selectbox, "Slice").set_value("Two").run()

    assert "2 of 66 rows" in title(app).replace("\\", "")
    assert json.loads(app.query_params["filter"]) == {"rows": [0, 3]}


def test_another_data_set_forgets_labels_it_does_not_have(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    toy.import_rows(workspace, toy.make_rows(30, classes=3), name="colours")
    app = explore(open_page, "Rows")
    by_label(app.multiselect, "Labels").set_value(["red"]).run()
    by_label(app.selectbox, "Data set").set_value(dataset.id).run()

    assert not app.exception
    assert title(app) == "**All 66 rows**"


def test_labels_are_counted_beside_what_always_the_commonest_reaches(
    open_page: OpenPage, dataset: Dataset
) -> None:
    app = explore(open_page, "Labels")
    assert any("right for 95" in c.value.replace("\\", "") for c in app.caption)


def test_lengths_by_label_have_figures_for_each(open_page: OpenPage, dataset: Dataset) -> None:
    app = explore(open_page, "Lengths")
    by_label(app.segmented_control, "Compare").set_value("By label").run()

    assert not app.exception
    table = next(f.value for f in app.dataframe if "p99" in f.value.columns).set_index("group")
    assert table.loc["1", "rows"] == 3
    assert table.loc["1", "max"] == 4


def test_tokens_are_asked_for_and_then_shown_with_what_a_limit_cuts(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    app = explore(open_page, "Lengths")
    by_label(app.segmented_control, "Length in").set_value("Tokens").run()
    assert app.get_by_key("count_tokens").label == "Count tokens"

    path = workspace.token_counts(dataset.fingerprint, vocabulary_key(EMBEDDED))
    path.parent.mkdir(parents=True)
    counts = [200] + [6] * (dataset.rows - 1)
    columns = {"row": pa.array(range(dataset.rows)), "n_tokens": pa.array(counts, pa.int32())}
    pq.write_table(pa.table(columns), path)
    app.run()

    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Max tokens"] == "128"
    assert shown["Texts cut"] == f"{1 / 66:.2%}"
    app.get_by_key("use_limit").click().run()
    assert app.session_state[f"{state.KEPT}train_fast_{dataset.id}_length"] == 128


def test_the_words_most_typical_of_the_positive_label_come_first(
    open_page: OpenPage, dataset: Dataset
) -> None:
    app = explore(open_page, "Words")
    table = next(f.value for f in app.dataframe if "z" in f.value.columns)
    assert table["term"].iloc[0] == "horrible"
    assert table["rows_in_class"].iloc[0] == 2


def test_a_health_check_counts_its_rows_and_shows_them(
    open_page: OpenPage, dataset: Dataset
) -> None:
    app = explore(open_page, "Health")
    app.get_by_key("health_conflict").click().run()

    assert not app.exception
    assert app.session_state[state.VIEW] == state.ROWS_VIEW
    assert "3 of 66 rows" in title(app).replace("\\", "")


def test_a_repeated_text_without_words_can_be_looked_at_too(
    open_page: OpenPage, workspace: Workspace
) -> None:
    rows = [("???", "0")] * 3 + [("!!", "1")] + [(f"text {n}", "0") for n in range(8)]
    toy.import_rows(workspace, rows)
    app = explore(open_page, "Health")
    app.get_by_key("repeat_0").click().run()

    assert not app.exception
    assert "4 of 12 rows" in title(app).replace("\\", "")


def test_both_halves_of_the_split_are_compared_by_numbers(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = explore(open_page, "Split")
    app.get_by_key("split_preset").set_value("tutorial").run()
    assert not app.exception
    table = split_figures(app)
    assert table.loc["train", "rows"] == 1000
    assert table.loc["validation", "rows"] == 95
    shares = table["positive share"]
    assert shares["train"] == pytest.approx(shares["validation"], abs=0.01)
    said = next(c.value for c in app.caption if "Kolmogorov" in c.value)
    assert said.startswith("Train and validation look alike")


def test_another_seed_draws_other_rows_of_the_same_sizes(open_page: OpenPage) -> None:
    app = explore(open_page, "Split")
    before = split_figures(app)
    by_label(app.number_input, "Seed").set_value(7).run()
    after = split_figures(app)
    assert before["rows"].tolist() == after["rows"].tolist()
    assert before["mean characters"].tolist() != after["mean characters"].tolist()


def test_sizes_can_be_given_in_rows(open_page: OpenPage) -> None:
    app = explore(open_page, "Split")
    app.get_by_key("split_unit").set_value("Rows").run()
    by_label(app.number_input, "Train rows").set_value(1234).run()
    assert not app.exception
    assert split_figures(app).loc["train", "rows"] == 1234


def test_a_split_saved_by_name_is_shown_and_can_be_searched_and_trained_on(
    open_page: OpenPage, workspace: Workspace
) -> None:
    toy.import_rows(workspace, toy.make_rows(200))
    app = explore(open_page, "Split")
    by_label(app.text_input, "Name").set_value("Mine")
    app.get_by_key("split_save").click().run()
    assert not app.exception
    by_label(app.segmented_control, "Split").set_value("Mine").run()
    assert split_figures(app)["rows"].sum() == 200

    app.session_state[state.VIEW] = state.ROWS_VIEW
    app.run()
    by_label(app.selectbox, "Saved split").set_value("Mine").run()
    by_label(app.selectbox, "Part").set_value("train").run()
    assert not app.exception
    assert "160 of 200 rows" in title(app).replace("\\", "")


def test_a_search_that_names_a_deleted_split_finds_nothing_and_says_so(
    open_page: OpenPage, workspace: Workspace
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(200))
    save_split(workspace, dataset, "mine", SplitPlan())
    save_slice(workspace, dataset, "Train", RowFilter(split="mine", part="train"), 160)
    delete_split(workspace, dataset, "mine")
    app = explore(open_page, "Rows")
    by_label(app.selectbox, "Slice").set_value("Train").run()

    assert not app.exception
    assert [error.value[:8] for error in app.error] == ["Expected"]
    assert by_label(app.selectbox, "Saved split").value == "mine"


def test_a_search_that_names_a_deleted_run_finds_nothing_and_says_so(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    save_slice(workspace, dataset, "Sure", RowFilter(run="gone", lowest=0.9), 3)
    app = explore(open_page, "Rows")
    by_label(app.selectbox, "Slice").set_value("Sure").run()

    assert not app.exception
    assert ["a run that has scored rows" in error.value for error in app.error] == [True]
    box = by_label(app.selectbox, "Scored by run")
    assert (box.value, box.options) == ("gone", ["(any)", "gone (gone)"])
    box.set_value("").run()
    assert title(app) == "**All 66 rows**"


def test_rows_are_found_by_the_score_that_a_run_gave_them(
    open_page: OpenPage, toy_workspace: Workspace, toy_dataset: Dataset, toy_run: Run
) -> None:
    scored = pq.read_table(toy_workspace.run(toy_run.id).predictions)
    high = sum(score >= 0.5 for score in scored["p_1"].to_pylist())
    app = open_page("explore", over=toy_workspace)
    by_label(app.selectbox, "Scored by run").set_value(toy_run.id).run()
    assert f"{len(scored)} of {toy_dataset.rows} rows" in title(app)

    by_label(app.number_input, "Score from").set_value(0.5).run()

    assert not app.exception
    assert 0 < high < len(scored)
    assert f"{high} of {toy_dataset.rows} rows" in title(app)


def test_a_split_that_cannot_be_drawn_says_why_in_one_sentence(open_page: OpenPage) -> None:
    app = explore(open_page, "Split")
    by_label(app.number_input, "Train %").set_value(0.001).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.startswith("Expected a train part")


def test_a_map_is_asked_for_and_then_drawn_with_its_texts(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    app = explore(open_page, "Map")
    assert app.get_by_key("draw_map").label == "Draw the map"

    path = workspace.embedding_map(map_id(workspace, dataset, MapChoice(sample=2000)))
    path.parent.mkdir(parents=True)
    points = {"row": pa.array(range(66)), "x": pa.array([0.5] * 66), "y": pa.array([0.1] * 66)}
    pq.write_table(pa.table(points), path)
    for color in ("Label", "Length in words"):
        by_label(app.selectbox, "Colour").set_value(color).run()
        assert not app.exception
    assert any(len(f.value) == 66 for f in app.dataframe)


@pytest.mark.parametrize("view", ["Rows", "Labels", "Lengths", "Words", "Health", "Split", "Map"])
def test_every_view_stands_without_labels(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path, view: str
) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("text\none two\nthree\n", "utf-8")
    import_file(workspace, path, Columns(text="text"))
    app = explore(open_page, view)
    assert {metric.label: metric.value for metric in app.metric}["Mean words"] == "1.5"


def test_the_shape_counts_all_columns(open_page: OpenPage, workspace: Workspace) -> None:
    wide_dataset(workspace, {"country": ["US", "CA"], "pay": ["1", "2"]}, "01", sensitive=["pay"])

    app = explore(open_page, "Columns")

    shape = by_label(app.metric, "Shape")
    assert (shape.value, shape.help) == ("2 × 5", "Rows × columns: id, text, label and 2 further")
