import dataclasses

import numpy as np
import pytest

from core.data.labelled import Labelled, LabelSource, original_labels, original_row_labels
from core.errors import BadInput
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence


def labelled(
    class_ids: list[int], classes: tuple[str, ...] = ("no", "yes"), rows: list[int] | None = None
) -> Labelled:
    numbers = list(range(len(class_ids))) if rows is None else rows
    return Labelled(np.array(numbers, np.int64), np.array(class_ids, np.int64), classes)


def test_the_files_labels_are_those_that_were_imported(workspace: Workspace) -> None:
    rows = [("a", "spam"), ("b", ""), ("c", "ham"), ("d", "spam")]

    found = original_labels(workspace, toy.import_rows(workspace, rows))

    assert (found.rows.tolist(), found.class_ids.tolist()) == ([0, 2, 3], [1, 0, 1])
    assert found.classes == ("ham", "spam")
    assert (found.source, found.by_people, found.last_event) == (LabelSource.ORIGINAL, 0, 0)
    assert (len(found), found.counts) == (3, {"ham": 1, "spam": 2})
    assert found.majority_share == pytest.approx(2 / 3)


def test_the_files_labels_are_known_of_all_rows(workspace: Workspace) -> None:
    rows = [("a", "spam"), ("b", ""), ("c", "ham"), ("d", "spam")]

    found = original_row_labels(workspace, toy.import_rows(workspace, rows))

    assert (found.classes, found.class_ids.tolist()) == (("ham", "spam"), [1, -1, 0, 1])
    assert not found.by_people.any()


def test_classes_that_no_row_has_are_counted_as_none() -> None:
    found = labelled([2, 0, 2], ("a", "b", "c", "d"))

    assert found.counts == {"a": 1, "b": 0, "c": 2, "d": 0}


def test_without_rows_there_is_no_share() -> None:
    nothing, classless = labelled([]), labelled([], ())

    assert (len(nothing), nothing.counts, classless.counts) == (0, {"no": 0, "yes": 0}, {})
    assert np.isnan([nothing.majority_share, classless.majority_share]).all()


def test_the_version_names_rows_labels_and_classes_and_nothing_else() -> None:
    base = labelled([0, 1, 1])
    others = [
        labelled([0, 1, 0]),
        labelled([0, 1]),
        labelled([0, 1, 1], rows=[0, 1, 3]),
        labelled([0, 1, 1], ("yes", "no")),
        labelled([0, 1, 1], ("no", "yes", "unsure")),
        labelled([]),
    ]

    assert len({base.version, *(other.version for other in others)}) == 7
    told = dataclasses.replace(base, source=LabelSource.HUMAN, by_people=3, last_event=9)
    smaller = Labelled(base.rows.astype(np.int32), base.class_ids.astype(np.int8), base.classes)
    assert {told.version, smaller.version} == {base.version}


def test_classes_without_rows_can_be_left_out() -> None:
    found = labelled([3, 1, 3], ("a", "b", "c", "d")).used()

    assert (found.classes, found.class_ids.tolist()) == (("b", "d"), [1, 0, 1])
    assert labelled([0, 1, 1]).used().version == labelled([0, 1, 1]).version
    assert labelled([]).used().classes == ()


def test_classes_are_left_out_and_merged() -> None:
    found = labelled([0, 1, 2, 3, 1], ("ham", "legal", "promo", "spam"))

    assert found.with_classes([]) is found
    left = found.with_classes(["legal"])
    assert (left.rows.tolist(), left.classes) == ([0, 2, 3], ("ham", "promo", "spam"))
    assert left.class_ids.tolist() == [0, 1, 2]
    merged = found.with_classes(["ham"], [("legal", "other"), ("promo", "other")])
    assert (merged.rows.tolist(), merged.classes) == ([1, 2, 3, 4], ("other", "spam"))
    assert merged.class_ids.tolist() == [0, 0, 1, 0]


def test_of_two_classes_that_are_left_the_positive_one_is_the_second() -> None:
    found = labelled([0, 1, 2], ("a", "spam", "z"))

    assert found.with_classes(["a"]).classes == ("z", "spam")
    assert found.with_classes(["a"]).counts == {"z": 1, "spam": 1}


def test_only_a_class_can_be_left_out_or_merged() -> None:
    found = labelled([0, 1])

    for changes in ((["gone"], []), ([], [("gone", "no")])):
        with pytest.raises(BadInput, match="'gone'") as caught:
            found.with_classes(*changes)
        assert_one_sentence(caught.value)
