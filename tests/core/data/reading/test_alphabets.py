import pytest

from core.data.reading.alphabets import alphabets
from tests.core.data.reading.encoded_texts import TEXTS


def test_no_alphabet_has_capitals_or_ascii() -> None:
    for alphabet in alphabets():
        assert alphabet
        assert all(not one.isascii() and one == one.lower() for one in alphabet)


@pytest.mark.parametrize(
    "language", ["French", "German", "Spanish", "Portuguese", "Swedish", "Polish", "Czech"]
)
def test_a_language_in_latin_letters_has_all_of_its_own(language: str) -> None:
    text = "".join(TEXTS[language]).lower()
    letters = {one for one in text if one.isalpha() and not one.isascii()}

    assert any(letters <= alphabet for alphabet in alphabets())


@pytest.mark.parametrize("language", ["Russian", "Greek", "Hebrew", "Arabic", "Thai", "Korean"])
def test_of_another_script_the_common_letters_are_enough(language: str) -> None:
    letters = [one for one in "".join(TEXTS[language]).lower() if not one.isascii()]

    fitting = max(sum(one in alphabet for one in letters) for alphabet in alphabets())
    assert fitting > 0.6 * len(letters)
