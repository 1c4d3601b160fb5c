import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.filters.row_filter import NO_LABEL, Match, RowFilter
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.encoders.encoders import EMBEDDED, vocabulary_key
from core.errors import BadInput
from core.workspace import Workspace
from dashboard.app_pages.explore.row_filter_form import row_filter_form
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import buttons, field, press
from tests.made_answers import answered_run
from tests.made_runs import make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = toy.make_rows(100)
    found = toy.import_rows(workspace, [*rows[:90], *((text, "") for text, _ in rows[90:])])
    save_split(workspace, found, "mine", SplitPlan(0.6, 0.5, 1.0, seed=1))
    return found


def drawn(draw: Draw, dataset: Dataset, start: RowFilter | None = None):
    session = {} if start is None else {"row_filter": start}
    return draw(row_filter_form, dataset, session=session)


@pytest.mark.parametrize(
    "row_filter",
    [
        RowFilter(),
        RowFilter(text='cat "my dog" -river', labels=("1",)),
        RowFilter(text="c.t", match=Match.REGEX, labels=(NO_LABEL, "0")),
        RowFilter(unit="n_chars", shortest=5, longest=80),
        RowFilter(split="mine", part="validation"),
        RowFilter(check="same"),
        RowFilter(group="near:4"),
        RowFilter(rows=(3, 9)),
        RowFilter(labels=("no such label",)),
        RowFilter(split="gone", part="test"),
        RowFilter(unit="n_tokens", shortest=3),
    ],
)
def test_the_form_says_what_it_was_given(
    draw: Draw, dataset: Dataset, row_filter: RowFilter
) -> None:
    assert drawn(draw, dataset, row_filter).session_state["drawn"] == row_filter


def test_what_is_typed_and_chosen_is_the_filter(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset)

    field(app.text_input, "Search").set_value("cat")
    field(app.segmented_control, "Find as").set_value(Match.PHRASE)
    field(app.multiselect, "Labels").set_value(["1", NO_LABEL])
    field(app.number_input, "From").set_value(2)
    field(app.number_input, "To").set_value(9)
    app.run()

    assert app.session_state["drawn"] == RowFilter(
        text="cat", match=Match.PHRASE, labels=("1", NO_LABEL), shortest=2, longest=9
    )


def test_rows_without_a_label_can_be_chosen_only_where_there_are_some(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    assert field(drawn(draw, dataset).multiselect, "Labels").options == ["0", "1", "(no label)"]
    full = toy.import_rows(workspace, toy.make_rows(10), name="full")
    assert field(drawn(draw, full).multiselect, "Labels").options == ["0", "1"]


def test_a_part_needs_a_split(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset)
    assert field(app.selectbox, "Part").disabled

    field(app.selectbox, "Saved split").set_value("mine").run()
    field(app.selectbox, "Part").set_value("test").run()
    assert app.session_state["drawn"] == RowFilter(split="mine", part="test")
    field(app.selectbox, "Saved split").set_value("").run()

    assert app.session_state["drawn"] == RowFilter()


def test_only_runs_that_have_scored_rows_of_the_data_set_are_offered(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = answered_run(workspace, dataset, "Scored *it*")
    make_run(workspace, dataset, "Unmeasured", points=0)
    other = toy.import_rows(workspace, toy.make_rows(60), name="other")
    answered_run(workspace, other, "Of another")

    app = drawn(draw, dataset)
    box = field(app.selectbox, "Scored by run")
    assert box.options == ["(any)", "Scored *it*"]
    assert "Score from" not in [each.label for each in app.number_input]
    box.set_value(run.id).run()
    field(app.number_input, "Score from").set_value(0.25)
    field(app.number_input, "Score to").set_value(0.75)
    app.run()

    assert app.session_state["drawn"] == RowFilter(run=run.id, lowest=0.25, highest=0.75)


def test_tokens_can_be_chosen_once_they_are_counted(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    assert "tokens" not in field(drawn(draw, dataset).selectbox, "Length in").options

    path = workspace.token_counts(dataset.fingerprint, vocabulary_key(EMBEDDED))
    path.parent.mkdir(parents=True)
    columns = {"row": pa.array(range(100)), "n_tokens": pa.array([6] * 100, pa.int32())}
    pq.write_table(pa.table(columns), path)
    assert "tokens" in field(drawn(draw, dataset).selectbox, "Length in").options


@pytest.mark.parametrize(
    ("row_filter", "label"),
    [
        (RowFilter(rows=tuple(range(1_200))), "Among 1,200 chosen rows"),
        (RowFilter(group="same:17"), "Group 17 of equal rows"),
        (RowFilter(group="near:2"), "Group 2 of nearly equal rows"),
    ],
)
def test_chosen_rows_are_let_go_by_one_click_and_the_rest_stays(
    draw: Draw, dataset: Dataset, row_filter: RowFilter, label: str
) -> None:
    from dataclasses import replace

    app = drawn(draw, dataset, replace(row_filter, labels=("1",)))
    assert label in buttons(app)

    press(app, label)

    assert app.session_state["drawn"] == RowFilter(labels=("1",))
    assert label not in buttons(app)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"From": 9, "To": 2}, "from 9 to 2"), ({"Search": "(cat"}, "(cat")],
)
def test_what_cannot_be_searched_for_is_refused_and_the_form_stays(
    draw: Draw, dataset: Dataset, changes: dict[str, object], words: str
) -> None:
    def view() -> object:
        try:
            return row_filter_form(dataset)
        except BadInput as error:
            return str(error)

    app = draw(view)
    field(app.segmented_control, "Find as").set_value(Match.REGEX)
    for label, value in changes.items():
        field([*app.text_input, *app.number_input], label).set_value(value)
    app.run()

    said = app.session_state["drawn"]
    assert isinstance(said, str) and said.startswith("Expected ")
    assert words in unescaped(said) or "9" in said
    for label, value in changes.items():
        assert field([*app.text_input, *app.number_input], label).value == value


@pytest.mark.parametrize(
    ("row_filter", "opened"),
    [(RowFilter(text="cat"), False), (RowFilter(check="same"), True),
     (RowFilter(split="mine"), True), (RowFilter(), False)],
)  # fmt: skip
def test_the_further_choices_are_open_where_they_are_used(
    draw: Draw, dataset: Dataset, row_filter: RowFilter, opened: bool
) -> None:
    assert drawn(draw, dataset, row_filter).expander[0].proto.expanded is opened
