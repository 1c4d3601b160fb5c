import codecs
import encodings.aliases

import pytest

from core.data.reading.encodings import ENCODINGS, encoding_key, encoding_name
from core.errors import BadInput
from tests.messages import assert_one_sentence


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("windows-1251", "cp1251"),
        ("iso-8859-1", "latin-1"),
        (" koi8_u ", "koi8-u"),
        ("Shift_JIS", "shift_jis"),
        ("gbk", "gbk"),
        ("utf-16-le", "utf-16-le"),
        ("utf-7", "utf-7"),
        ("cp037", "cp037"),
    ],
)
def test_every_name_of_an_encoding_has_one_key(name: str, key: str) -> None:
    assert encoding_key(name) == key
    assert encoding_key(key) == key


@pytest.mark.parametrize(
    "name",
    [
        *("", "klingon", "é", "\ud800", "nul\0", "x" * 5_000, "../utf_8"),
        *("idna", "punycode", "base64", "rot13", "hex", "zlib", "uu", "quopri"),
        *("unicode_escape", "raw_unicode_escape", "charmap", "undefined"),
    ],
)
def test_what_no_text_file_is_in_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        encoding_key(name)
    assert_one_sentence(caught.value)


def test_the_encodings_offered_go_by_their_keys() -> None:
    for key in ENCODINGS:
        assert encoding_key(key) == encoding_key(codecs.lookup(key).name) == key


def test_every_encoding_that_is_taken_reads_what_it_writes() -> None:
    taken = 0
    for name in {*encodings.aliases.aliases.values()}:
        try:
            key = encoding_key(name)
        except BadInput:
            continue
        decoder = codecs.getincrementaldecoder(key)("replace")
        assert decoder.decode("id,text\n".encode(key), final=True) == "id,text\n"
        taken += 1
    assert taken > 80


def test_people_see_a_name_even_of_what_is_not_offered() -> None:
    assert encoding_name("cp1251") == "Windows-1251 (Cyrillic)"
    assert encoding_name("koi8-u") == "koi8-u"
