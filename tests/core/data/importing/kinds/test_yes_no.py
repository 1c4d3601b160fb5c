import pyarrow as pa
import pytest

from core.data.importing.kinds.yes_no import ANY, PAIRS, YesNo

YES = ("YES", "True", "y", "T", "1.0")
NO = ("no", "FALSE", "N", "f", "0")


@pytest.mark.parametrize(("pair", "yes", "no"), zip(PAIRS, YES, NO, strict=True))
def test_a_pair_reads_its_own_words_in_any_case(pair: YesNo, yes: str, no: str) -> None:
    cells = pa.array([yes, no, "maybe", "2", "01"])

    assert pair.values(cells).to_pylist() == [True, False, None, None, None]
    assert ANY.values(cells).to_pylist() == [True, False, None, None, None]


def test_pairs_do_not_read_each_others_words() -> None:
    words = pa.array(["yes", "no", "true", "false", "y", "n", "t", "f", "1", "0"])

    assert [pair.values(words).null_count for pair in PAIRS] == [8] * 5
    assert ANY.values(words).to_pylist() == [True, False] * 5
