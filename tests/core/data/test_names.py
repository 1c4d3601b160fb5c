from types import SimpleNamespace

import pytest

from core.data.names import (
    MAX_NAME_CHARS,
    alike,
    checked_name,
    find_by_reference,
    free_name,
    named,
)
from core.errors import BadInput, NotFound
from tests.messages import assert_one_sentence


@pytest.mark.parametrize("name", ["a", "7", " Größer & better ", "日本", "x" * MAX_NAME_CHARS])
def test_a_name_is_kept_but_for_the_space_around_it(name: str) -> None:
    assert checked_name("split", name) == name.strip()


@pytest.mark.parametrize(
    "name", ["", "  ", "?!", "x" * (MAX_NAME_CHARS + 1), "a\nb", "a\x00", "a\ud800", "🙂",
             "a\x85b", "a\u2028b"]
)  # fmt: skip
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="a split name of 1 to 48 characters") as caught:
        checked_name("split", name)
    assert_one_sentence(caught.value)


def test_an_id_goes_before_a_name_and_of_two_of_a_name_none_is_guessed() -> None:
    newest, middle, oldest = (
        SimpleNamespace(id=id, name=name) for id, name in (("c", "b"), ("b", "x"), ("a", "x"))
    )
    things = [newest, middle, oldest]

    assert [find_by_reference("run", things, said, otherwise="") for said in "abc"] == [
        oldest, middle, newest,
    ]  # fmt: skip
    with pytest.raises(
        BadInput, match="2 that are called 'x': say which by its id, b or a"
    ) as said:
        find_by_reference("run", things, "x", otherwise="")
    assert_one_sentence(said.value)


@pytest.mark.parametrize(
    "other",
    ["SURGE", " surge ", "surge\u200b", "ｓｕｒｇｅ", "sur\u00adge", "\ufeffSurge"],
)
def test_names_that_look_the_same_are_alike(other: str) -> None:
    assert alike(other) == alike("surge")


@pytest.mark.parametrize("other", ["surge 2", "surges", "s-urge", "süürge", "surge.", "Ѕurge2"])
def test_names_that_people_tell_apart_are_not_alike(other: str) -> None:
    assert alike(other) != alike("surge")


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("surge", [], "surge"),
        ("surge", ["Surge"], "surge 2"),
        ("surge", ["surge", "surge 2", "surge 4"], "surge 3"),
        ("surge 2", ["surge"], "surge 2"),
        ("surge 2", ["surge", "surge 2"], "surge 2 2"),
        ("0123456789", ["0123456789"], "01234567 2"),
        ("0123456789", ["0123456789", *(f"01234567 {n}" for n in range(2, 10))], "0123456 10"),
        ("straße", ["STRASSE"], "straße 2"),
        ("質問", ["質問"], "質問 2"),
    ],
)
def test_a_taken_name_gets_the_first_number_that_is_free(
    name: str, taken: list[str], free: str
) -> None:
    assert free_name(name, taken, 10) == free


@pytest.mark.parametrize(
    ("things", "words"),
    [
        ([], "make one first"),
        ([SimpleNamespace(id="a", name="A")], r"choose one of a\.$"),
        (
            [SimpleNamespace(id=f"r{n}", name="A") for n in range(10_000)],
            r"choose one of r0, r1, r2, r3, r4, r5, r6, r7 and 9,992 more\.$",
        ),
    ],
)
def test_what_is_not_there_is_said_with_what_is(things: list, words: str) -> None:
    with pytest.raises(NotFound, match=f"the id or name of a split, but found 'b': {words}"):
        find_by_reference("split", things, "b", otherwise="make one first")


@pytest.mark.parametrize(
    ("count", "said_"),
    [
        (1, "n0"),
        (3, "n0, n1, n2"),
        (8, "n0, n1, n2, n3, n4, n5, n6, n7"),
        (9, "n0, n1, n2, n3, n4, n5, n6, n7 and 1 more"),
        (1_300, "n0, n1, n2, n3, n4, n5, n6, n7 and 1,292 more"),
    ],
)
def test_a_long_list_of_names_is_cut(count: int, said_: str) -> None:
    assert named(f"n{n}" for n in range(count)) == said_
