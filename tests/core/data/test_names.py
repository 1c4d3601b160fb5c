from types import SimpleNamespace

import pytest

from core.data.names import MAX_NAME_CHARS, checked_name, find_by_reference
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


def test_an_id_goes_before_a_name_and_the_newest_before_others_of_its_name() -> None:
    newest, middle, oldest = (
        SimpleNamespace(id=id, name=name) for id, name in (("c", "b"), ("b", "x"), ("a", "x"))
    )
    things = [newest, middle, oldest]

    assert [find_by_reference("run", things, said, otherwise="") for said in "abcx"] == [
        oldest, middle, newest, middle,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("things", "words"),
    [([], "make one first"), ([SimpleNamespace(id="a", name="A")], "choose one of a")],
)
def test_what_is_not_there_is_said_with_what_is(things: list, words: str) -> None:
    with pytest.raises(NotFound, match=f"the id or name of a split, but found 'b': {words}"):
        find_by_reference("split", things, "b", otherwise="make one first")
