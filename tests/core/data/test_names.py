import pytest

from core.data.names import MAX_NAME_CHARS, checked_name
from core.errors import BadInput
from tests.messages import assert_one_sentence


@pytest.mark.parametrize("name", ["a", "7", " Größer & better ", "日本", "x" * MAX_NAME_CHARS])
def test_a_name_is_kept_but_for_the_space_around_it(name: str) -> None:
    assert checked_name("split", name) == name.strip()


@pytest.mark.parametrize(
    "name", ["", "  ", "?!", "x" * (MAX_NAME_CHARS + 1), "a\nb", "a\x00", "a\ud800", "🙂"]
)
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="a split name of 1 to 48 characters") as caught:
        checked_name("split", name)
    assert_one_sentence(caught.value)
