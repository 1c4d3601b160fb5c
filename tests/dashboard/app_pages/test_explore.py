from pathlib import Path

import pandas as pd
import pytest

from core.datasets.importing import Columns, import_csv
from core.workspace import Workspace
from tests.dashboard.conftest import OpenPage


def figures(app) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if "part" in frame.value.columns).set_index(
        "part"
    )


def test_the_tutorials_figures_of_the_real_file_are_shown(
    open_page: OpenPage, workspace: Workspace, shared_data: Path
) -> None:
    path = shared_data / "quora" / "labelled.csv"
    import_csv(workspace, path)
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


def test_both_halves_of_the_split_are_compared_by_numbers(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = open_page("explore")
    app.get_by_key("split_preset").set_value("tutorial").run()
    assert not app.exception
    table = figures(app)
    assert table.loc["train", "rows"] == 1000
    assert table.loc["validation", "rows"] == 95
    shares = table["positive share"]
    assert shares["train"] == pytest.approx(shares["validation"], abs=0.01)
    said = next(c.value for c in app.caption if "Kolmogorov" in c.value)
    assert said.startswith("Train and validation look alike")


def test_another_seed_draws_other_rows_of_the_same_sizes(open_page: OpenPage) -> None:
    app = open_page("explore")
    before = figures(app)
    seed = next(box for box in app.number_input if box.label == "Seed")
    seed.set_value(7).run()
    after = figures(app)
    assert before["rows"].tolist() == after["rows"].tolist()
    assert before["mean characters"].tolist() != after["mean characters"].tolist()


def test_a_split_that_cannot_be_drawn_says_why_in_one_sentence(open_page: OpenPage) -> None:
    app = open_page("explore")
    train = next(box for box in app.number_input if box.label == "Train %")
    train.set_value(0.001).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.startswith("Expected a train part")


def test_a_data_set_without_labels_has_lengths_but_no_split(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("text\none two\nthree\n", "utf-8")
    import_csv(workspace, path, Columns(text="text"))
    app = open_page("explore")
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["Mean words"] == "1.5"
    assert any("Nothing to split" in text.value for text in app.markdown)
