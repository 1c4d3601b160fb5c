import pyarrow as pa
import pyarrow.compute as pc
import pytest

from core.model.odd_letters import odd_letters


@pytest.mark.parametrize(
    ("letters", "uncased", "cased"),
    [
        ("abzAZ09 .,!?\t\n\r", False, False),
        ("é日語한กक🙂\u3400\uac00\ud7a3", False, False),
        ("ß…½ﬁ²™", True, False),  # They become several characters, or others.
        ("\x01\x0b\x7f\u0600\ue000\U00020000\U0010ffff", True, True),
        ("\xad\u200b\u200d", False, True),
    ],
)
def test_letters_are_odd_where_the_two_tokenizers_differ(
    letters: str, uncased: bool, cased: bool
) -> None:
    for lower, odd in ((True, uncased), (False, cased)):
        # Arrow and TensorFlow have the same kind of patterns, RE2.
        found = pc.match_substring_regex(pa.array(list(letters)), f"[{odd_letters(lower=lower)}]")
        assert found.to_pylist() == [odd] * len(letters), (lower, letters)
