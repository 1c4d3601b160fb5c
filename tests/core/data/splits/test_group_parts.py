import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.columns import column_codes
from core.data.dataset import Dataset
from core.data.splits.saved_split import draw_split, save_split
from core.data.splits.split import Split, SplitPlan, SplitRule
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import Cells, make_columned_rows
from tests.messages import assert_one_sentence


def plan(*sizes: float | int, column: str = "author", seed: int = 42) -> SplitPlan:
    return SplitPlan(*sizes, seed=seed, rule=SplitRule.GROUP, column=column)


def grouped(workspace: Workspace, labels: list[str | None], authors: Cells, **more) -> Dataset:
    return make_columned_rows(workspace, labels, {"author": authors}, **more)


def divided(split: Split, authors: Cells) -> set[object]:
    """Authors with rows in two parts."""
    seen: dict[object, str] = {}
    found = set()
    for part, rows in split.parts().items():
        for row in rows.tolist():
            author = authors[row]
            if author is not None and seen.setdefault(author, part) != part:
                found.add(author)
    return found


def test_all_rows_of_an_author_are_in_one_part_and_sizes_and_shares_are_as_asked(
    workspace: Workspace,
) -> None:
    rng = np.random.default_rng(1)
    authors = [f"author {number}" for number in rng.integers(0, 300, 2_000)]
    labels = ["1" if each < 0.2 else "0" for each in rng.random(2_000)]
    dataset = grouped(workspace, labels, authors)
    positives = labels.count("1")

    split = draw_split(workspace, dataset, plan())

    assert not divided(split, authors)
    for rows, share in zip(split.parts().values(), (0.8, 0.1, 0.1), strict=True):
        assert abs(len(rows) - 2_000 * share) <= 4
        assert abs(sum(labels[row] == "1" for row in rows) - positives * share) <= 4
    assert sorted(np.concatenate(list(split.parts().values())).tolist()) == list(range(2_000))
    by_chance = draw_split(workspace, dataset, SplitPlan())
    assert len(divided(by_chance, authors)) > 200


def test_the_seed_decides_which_authors_train(workspace: Workspace) -> None:
    authors = [place // 5 for place in range(200)]
    dataset = grouped(workspace, ["0", "1"] * 100, authors)

    first, again, other = (
        set(draw_split(workspace, dataset, plan(0.5, seed=seed)).train.tolist())
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other
    assert len(first) == len(other) == 100


def test_each_group_is_as_likely_to_train_as_the_others(workspace: Workspace) -> None:
    authors = [place // 5 for place in range(500)]
    dataset = grouped(workspace, ["0", "1", "0", "1", "0"] * 100, authors)
    counts = np.zeros(100)
    for seed in range(60):
        train = draw_split(workspace, dataset, plan(0.2, seed=seed)).train
        counts[np.unique(train // 5)] += 1

    assert counts.mean() == pytest.approx(12, abs=0.1)
    assert counts.min() >= 1
    assert counts.max() <= 28


def test_rows_without_an_author_are_each_a_group(workspace: Workspace) -> None:
    authors = ["a"] * 5 + ["b"] * 5 + [None] * 30
    dataset = grouped(workspace, ["0", "1"] * 20, authors)

    split = draw_split(workspace, dataset, plan(0.5))

    assert split.notes == ("30 rows without 'author' are each a group of their own.",)
    assert [len(rows) for rows in split.parts().values()] == [20, 10, 10]
    assert not divided(split, authors)


def test_sizes_that_groups_do_not_allow_are_said(workspace: Workspace) -> None:
    authors = [place // 7 for place in range(70)]
    dataset = grouped(workspace, ["0", "1"] * 35, authors)

    split = draw_split(workspace, dataset, plan(0.5, 0.5))

    assert [len(rows) for rows in split.parts().values()] == [35, 14, 21]
    assert split.notes == ("Groups stay whole, so there are 14 instead of 17 in validation.",)


def test_a_group_of_half_the_rows_is_one_sentence(workspace: Workspace) -> None:
    authors = ["the bot"] * 60 + [f"p{place // 2}" for place in range(40)]
    dataset = grouped(workspace, ["0", "1"] * 50, authors)

    split = draw_split(workspace, dataset, plan())

    assert split.notes[0] == (
        "Group 'the bot' of column 'author' has 60.0% of the rows, all of them in one part."
    )
    assert set(range(60)) <= set(split.train.tolist())
    assert [len(rows) for rows in split.parts().values()] == [80, 10, 10]


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        (["a"] * 20, "at least 3 groups of rows, one for each part, but found 1"),
        (["a"] * 10 + ["b"] * 10, "but found 2 in column 'author'"),
    ],
)
def test_groups_that_cannot_be_divided_are_one_sentence(
    workspace: Workspace, authors: Cells, said: str
) -> None:
    dataset = grouped(workspace, ["0", "1"] * 10, authors)

    with pytest.raises(BadInput, match=said) as caught:
        save_split(workspace, dataset, "mine", plan())
    assert_one_sentence(caught.value)
    assert not list(workspace.dataset(dataset.id).splits.glob("*"))


def test_a_class_that_groups_keep_out_of_a_part_is_said(workspace: Workspace) -> None:
    authors = ["one"] * 6 + [f"p{place // 2}" for place in range(94)]
    labels = ["rare"] * 6 + ["0", "1"] * 47
    dataset = grouped(workspace, labels, authors)

    split = draw_split(workspace, dataset, plan())

    lacking = [note for note in split.notes if "has no row of 'rare'" in note]
    assert len(lacking) == 2
    assert not divided(split, authors)


def test_rows_without_a_label_and_sensitive_values_are_kept_out(workspace: Workspace) -> None:
    authors = ["secret"] * 60 + [f"p{place // 2}" for place in range(40)]
    labels = ["0", "1"] * 49 + [None, None]
    dataset = grouped(workspace, labels, authors, sensitive=("author",))

    split = draw_split(workspace, dataset, plan())

    assert "secret" not in " ".join(split.notes)
    assert split.notes[0].startswith("A group of column 'author' has 61.2% of the rows")
    assert "2 rows have no label and are in no part." in split.notes
    assert not {98, 99} & set(np.concatenate(list(split.parts().values())).tolist())


@settings(max_examples=60, deadline=None)
@given(
    authors=st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=4, max_size=80),
    train=st.one_of(st.floats(0.05, 0.95), st.integers(1, 60)),
    validation=st.floats(0.05, 1.0),
    test=st.sampled_from([0, 0.5, 1.0]),
    seed=st.integers(0, 1_000),
)
def test_no_group_is_ever_divided_and_no_row_is_in_two_parts(
    tmp_path_factory: pytest.TempPathFactory,
    authors: list[int | None],
    train: float | int,
    validation: float,
    test: float,
    seed: int,
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("groups") / "workspace")
    labels = [str(place % 3 // 2) for place in range(len(authors))]
    dataset = grouped(workspace, labels, authors)
    try:
        split = draw_split(workspace, dataset, plan(train, validation, test, seed=seed))
    except BadInput as error:
        assert_one_sentence(error)
        return
    taken = np.concatenate(list(split.parts().values())).tolist()
    assert not divided(split, authors)
    assert len(taken) == len(set(taken))
    assert test != 1.0 or len(taken) == len(authors)


def test_names_of_groups_are_told_apart_as_written(workspace: Workspace) -> None:
    authors = ["a", "A", " a", "'; drop", "😀", "*", "中", "<b>", "1", "1.0"] * 4
    dataset = grouped(workspace, ["0", "1"] * 20, authors)
    codes, values = column_codes(workspace, dataset, dataset.columns[0])

    split = draw_split(workspace, dataset, plan(0.6))

    assert [values[code].as_py() for code in codes] == authors
    assert [len(rows) for rows in split.parts().values()] == [24, 8, 8]
    assert not divided(split, authors)
