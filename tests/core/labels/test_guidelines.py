from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from core.data.dataset import Dataset
from core.errors import BadInput, DamagedFile
from core.labels.guidelines import (
    MAX_CLASS_CHARS,
    MAX_CLASSES,
    MAX_TEXT,
    Guideline,
    class_keys,
    guideline,
    guidelines,
    last_positive,
    write_guideline,
)
from core.labels.store.schema import CLASS_KEYS, GUIDELINES
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(20))


@pytest.fixture
def store(workspace: Workspace, dataset: Dataset) -> LabelStore:
    times = iter(range(1_000, 100_000, 1_000))
    return LabelStore(open_labels(workspace).url, now_ms=lambda: next(times))


def write(
    store: LabelStore,
    dataset: Dataset,
    text: str = "",
    classes: tuple[str, ...] = ("0", "1"),
    author: str = "ann",
) -> Guideline:
    return write_guideline(store, dataset, text=text, classes=classes, author=author)


def test_before_the_first_version_the_data_sets_classes_hold(
    store: LabelStore, dataset: Dataset
) -> None:
    assert guideline(store, dataset) == Guideline(0, "", ("0", "1"))
    assert guidelines(store, dataset) == []


def test_each_change_is_a_version_of_its_own_and_the_newest_holds(
    store: LabelStore, dataset: Dataset
) -> None:
    first = write(store, dataset, "Rude is 1.\nWhat of doubt?", author="ann")
    second = write(store, dataset, "Rude is 1.", ("0", "1", "unsure 质"), author="bob")

    assert first == Guideline(1, "Rude is 1.\nWhat of doubt?", ("0", "1"), "ann", 1_000)
    assert second == Guideline(2, "Rude is 1.", ("0", "1", "unsure 质"), "bob", 2_000)
    assert guidelines(store, dataset) == [first, second]
    assert guideline(store, dataset) == second


def test_a_version_that_says_the_same_is_not_added(store: LabelStore, dataset: Dataset) -> None:
    first = write(store, dataset, "Rude is 1.")

    assert write(store, dataset, "Rude is 1.", ("0 ", "", " 1"), author="bob") == first
    other = write(store, dataset, "Rude is 1.", ("1", "0"))
    assert (other.version, other.positive) == (2, "0")
    assert write(store, dataset, "Rude is 1.").version == 3


def test_another_data_set_has_a_guideline_of_its_own(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(21, classes=3), name="other")
    write(store, dataset, "Rude is 1.")

    assert guideline(store, other) == Guideline(0, "", ("blue", "green", "red"))
    assert write(store, other, "Colours.", other.classes).version == 1


def test_of_two_classes_the_second_is_looked_for() -> None:
    assert Guideline(1, "", ("ham", "spam")).positive == "spam"
    assert Guideline(1, "", ("a", "b", "c")).positive is None
    assert Guideline(0, "", ()).positive is None


@pytest.mark.parametrize(
    ("text", "classes", "said"),
    [
        ("x" * (MAX_TEXT + 1), ("0", "1"), "a guideline of at most 20,000 characters"),
        ("", (), "2 to 200 different classes"),
        ("", ("0",), "2 to 200 different classes"),
        ("", ("0", "1", " 1 "), "found 3, of which 2 differ"),
        ("", ("0", "1", *map(str, range(2, MAX_CLASSES + 1))), "found 201, of which 201 differ"),
        ("", ("0", "1", "x" * (MAX_CLASS_CHARS + 1)), "classes of at most 80 characters"),
        ("", ("0", "2"), "a list without '1'"),
        ("nul \x00", ("0", "1"), "characters that can be stored"),
        ("half \ud83d", ("0", "1"), "characters that can be stored"),
        ("", ("0", "1", "nul\x00"), "characters that can be stored"),
        ("", ("0", "1", "half \ud83d"), "characters that can be stored"),
    ],
)
def test_what_cannot_be_a_guideline_is_refused(
    store: LabelStore, dataset: Dataset, text: str, classes: tuple[str, ...], said: str
) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        write(store, dataset, text, classes)

    assert_one_sentence(caught.value)
    assert guidelines(store, dataset) == []


def test_a_guideline_at_its_limits_is_taken(store: LabelStore, dataset: Dataset) -> None:
    many = ("0", "1", "x" * MAX_CLASS_CHARS, *map(str, range(2, MAX_CLASSES - 1)))

    written = write(store, dataset, "ä" * MAX_TEXT, many)

    assert guideline(store, dataset) == written
    assert len(written.classes) == MAX_CLASSES


def test_people_who_write_at_once_make_versions_one_after_the_other(
    workspace: Workspace, dataset: Dataset
) -> None:
    def write_one(number: int) -> int:
        return write(open_labels(workspace), dataset, f"Text {number}").version

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(write_one, range(8)))

    assert sorted(versions) == list(range(1, 9))
    kept = guidelines(open_labels(workspace), dataset)
    assert {one.text for one in kept} == {f"Text {number}" for number in range(8)}


def test_keys_are_stored_with_each_version_and_never_move(
    store: LabelStore, dataset: Dataset
) -> None:
    assert class_keys(store, dataset) == {"0": ["0", "x"], "1": ["1", "a"]}
    write(store, dataset, classes=("0", "unsure", "1"))
    assert class_keys(store, dataset)["unsure"] == ["2", "u"]

    write(store, dataset, classes=("0", "spam", "1"))  # unsure by a new name
    write(store, dataset, classes=("1", "spam", "more", "0"))

    keys = class_keys(store, dataset)
    assert (keys["0"], keys["1"]) == (["0", "x"], ["1", "a"])
    assert (keys["spam"], keys["more"]) == (["2", "u", "s"], ["3", "m"])


def test_classes_that_were_first_named_on_the_page_have_the_keys_of_that_version(
    workspace: Workspace, store: LabelStore
) -> None:
    bare = toy.import_rows(workspace, [("one", ""), ("two", "")])
    assert class_keys(store, bare) == {}

    write(store, bare, classes=("blue", "green", "red"))

    assert [own[0] for own in class_keys(store, bare).values()] == ["1", "2", "3"]


def test_a_guideline_older_than_stored_keys_has_those_that_its_classes_had(
    store: LabelStore, dataset: Dataset
) -> None:
    with store.writing() as batch:
        for version, classes in ((1, '["0", "1"]'), (2, '["ham", "spam", "0", "1"]')):
            values = {"version": version, "classes": classes, "text": "", "author": "a", "at_ms": 1}
            of_dataset = {"fingerprint": dataset.fingerprint}
            batch.connection.execute(sa.insert(GUIDELINES).values(**values, **of_dataset))
    before = class_keys(store, dataset)
    assert [own[0] for own in before.values()] == ["1", "2", "3", "4"]

    write(store, dataset, classes=("more", "ham", "spam", "0", "1"))

    after = class_keys(store, dataset)
    assert {name: after[name] for name in before} == before
    assert after["more"] == ["5", "m"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"0": 1}', "null"])
def test_keys_that_cannot_be_read_are_one_sentence(
    store: LabelStore, dataset: Dataset, damage: str
) -> None:
    values = {"version": 1, "classes": '["0", "1"]', "text": "", "author": "a", "at_ms": 1}
    of_dataset = {"fingerprint": dataset.fingerprint}
    with store.writing() as batch:
        batch.connection.execute(sa.insert(GUIDELINES).values(**values, **of_dataset))
        keys = {"version": 1, "given": damage, **of_dataset}
        batch.connection.execute(sa.insert(CLASS_KEYS).values(**keys))

    with pytest.raises(DamagedFile, match="put a copy of labels") as caught:
        class_keys(store, dataset)
    assert_one_sentence(caught.value)


def test_what_was_looked_for_among_two_is_known_when_there_are_more(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    assert last_positive(store, dataset) == "1"
    write(store, dataset, classes=("1", "0"))
    write(store, dataset, classes=("1", "unsure", "0"))
    assert last_positive(store, dataset) == "0"

    colours = toy.import_rows(workspace, toy.make_rows(21, classes=3), name="other")
    assert last_positive(store, colours) is None
