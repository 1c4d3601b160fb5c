from core.labels.store.answers import Answers
from core.labels.store.events import AUDIT
from core.labels.store.store import LabelStore
from tests.label_frames import label

ROWS = ((3, "yes", "ann"), (1, "no", "bob"), (3, "no", "ann"), (2, None, "bob"))


def read(answers: Answers) -> list[tuple[int, bool, str, str]]:
    people, values = answers.annotators, answers.values
    return [
        (row, is_label, people.names[person], values.names[value])
        for row, is_label, person, value in zip(
            answers.rows.tolist(),
            answers.labels.tolist(),
            people.codes.tolist(),
            values.codes.tolist(),
            strict=True,
        )
    ]


def test_answers_come_oldest_first_with_whose_they_are(store: LabelStore) -> None:
    for row, value, who in ROWS:
        store.add(label(row, value, who, action="label" if value else "skip"))

    (found,) = store.answers("f")

    assert read(found) == [
        (3, True, "ann", "yes"),
        (1, True, "bob", "no"),
        (3, True, "ann", "no"),
        (2, False, "bob", ""),
    ]


def test_what_is_undone_asked_again_or_of_other_rows_is_left_out(store: LabelStore) -> None:
    taken_back = store.add(label(1, "yes"))
    store.add(label(2, "yes", queue=AUDIT))
    store.add(label(3, 'say "no"\n'))
    store.add(label(4, "yes"))
    with store.writing() as batch:
        batch.take_back(taken_back, annotator="ann")

    (found,) = store.answers("f", [1, 2, 3])

    assert read(found) == [(3, True, "ann", 'say "no"\n')]


def test_many_rows_come_in_parts_that_share_none(store: LabelStore) -> None:
    with store.writing() as batch:
        for row in range(1_200):
            batch.add(label(row, "yes"))

    parts = [set(part.rows.tolist()) for part in store.answers("f", range(1_200))]

    assert len(parts) > 1
    assert sum(map(len, parts)) == len(set().union(*parts)) == 1_200


def test_nothing_answered_is_nothing(store: LabelStore) -> None:
    (found,) = store.answers("f")

    assert read(found) == []


def test_answers_are_told_apart_by_who_gave_them(store: LabelStore) -> None:
    for row, value, who in ROWS:
        store.add(label(row, value, who, action="label" if value else "skip"))

    (found,) = store.answers("f")

    own = {name: found.rows[places].tolist() for name, places in found.by_annotator()}
    assert own == {"ann": [3, 3], "bob": [1, 2]}
    (nothing,) = store.answers("another")
    assert list(nothing.by_annotator()) == []
