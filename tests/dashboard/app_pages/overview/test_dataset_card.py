from pathlib import Path

import numpy as np

from core.data.dataset import list_datasets
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import save_slice
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.text_recipe import TextRecipe
from core.labels.assign.bulk import label_all
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard.app_pages.overview.dataset_card import dataset_card
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said, table
from tests.made_runs import make_run


def test_what_a_data_set_is_stands_above_its_first_rows(draw: Draw, workspace: Workspace) -> None:
    rows = [*toy.make_rows(12), ("no *label*", "")]

    app = draw(dataset_card, toy.import_rows(workspace, rows))

    assert said(app, "toy.csv")
    assert said(app, "12 of 13 rows labelled")
    assert table(app, "text")["text"].tolist() == [text for text, _ in rows[:10]]
    assert app.expander[0].label == "Import report: 13 rows in the file, none left out"


def test_the_columns_that_make_a_text_are_said(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "news.csv"
    path.write_text("*title*,body\na title,and words\n", "utf-8")
    recipe = TextRecipe(("*title*", "body"), ": ")

    app = draw(dataset_card, import_file(workspace, path, Columns(recipe)).dataset)

    assert said(app, "texts of *title* + body")
    assert table(app, "text")["text"].tolist() == ["a title: and words"]


def test_without_a_use_it_says_so(draw: Draw, workspace: Workspace) -> None:
    app = draw(dataset_card, toy.import_rows(workspace, toy.make_rows(20)))

    assert said(app, "Nothing uses it: no runs, slices, saved splits or labels by people.")


def test_all_that_hangs_on_it_is_said(draw: Draw, workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    make_run(workspace, dataset, "*run* 1", points=0)
    save_slice(workspace, dataset, "Cats", RowFilter(text="cat"), 1)

    app = draw(dataset_card, dataset)

    assert said(app, "Trained on it: *run* 1. These runs keep their own copy")
    assert said(app, "Slices that go with it: Cats.")
    assert not said(app, "Nothing uses it")


def test_labels_by_people_are_said_and_go_only_where_that_is_ticked(
    draw: Draw, workspace: Workspace
) -> None:
    store = open_labels(workspace)
    for name in ("first", "second"):
        dataset = toy.import_rows(workspace, toy.make_rows(20, seed=len(name)), name=name)
        label_all(store, dataset, np.arange(3), "1", annotator="ann", reason="a test")
    first, second = list_datasets(workspace)

    for dataset, left in ((first, 3), (second, 0)):
        app = draw(dataset_card, dataset)
        assert said(
            app, "People have labelled 3 of its rows (ann). Unless it is deleted, too, this"
        )
        assert not said(app, "Nothing uses it")
        app.get_by_key(f"delete_{dataset.id}").check().run()
        if not left:
            app.get_by_key(f"delete_{dataset.id}_labels").check().run()
        app.get_by_key(f"delete_{dataset.id}_do").click().run()
        assert len(store.current_labels(dataset.fingerprint)) == left

    assert list_datasets(workspace) == []


def test_the_search_in_a_data_set_goes_with_it(draw: Draw, workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(20))
    app = draw(dataset_card, dataset, session={"row_filter": RowFilter(split="mine")})

    app.get_by_key(f"delete_{dataset.id}").check().run()
    app.get_by_key(f"delete_{dataset.id}_do").click().run()

    assert app.session_state["row_filter"] == RowFilter()


def test_only_a_ticked_box_lets_it_be_deleted_and_another_data_sets_tick_does_not(
    draw: Draw, workspace: Workspace
) -> None:
    first = toy.import_rows(workspace, toy.make_rows(20), name="first")
    second = toy.import_rows(workspace, toy.make_rows(30), name="second")

    app = draw(dataset_card, second, session={f"delete_{first.id}": True})
    assert app.get_by_key(f"delete_{second.id}_do").disabled

    app.get_by_key(f"delete_{second.id}").check().run()
    assert not app.get_by_key(f"delete_{second.id}_do").disabled
    assert len(list_datasets(workspace)) == 2


def test_a_new_name_is_said_and_one_that_cannot_be_used_is_refused(
    draw: Draw, workspace: Workspace
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(20), name="first")
    app = draw(dataset_card, dataset)

    for name, words in (("  ", "Expected a name of 1 to"), ("*new*", "first is now called *new*.")):
        app.get_by_key(f"rename_{dataset.id}").set_value(name).run()
        app.get_by_key(f"rename_{dataset.id}_do").click().run()
        assert words in app.session_state["notice"]

    assert [each.name for each in list_datasets(workspace)] == ["*new*"]
