from collections.abc import Iterator

import pytest

from core.data.reading.charset_guess import guess_charset
from tests.core.data.reading.encoded_texts import Sample, long_samples, short_samples

MAX_WRONG_SHORT = 20
"""Of 336 files with a single sentence, 20 are read wrong; most are of DOS and old Macs."""


def beyond_ascii(sample: Sample) -> bytes:
    """What `detect_encoding` hands over: the lines of a file with letters beyond ASCII."""
    lines = sample.text.encode(sample.encoding).split(b"\n")
    return b"".join(line + b"\n" for line in lines if not line.isascii())


def garbled(sample: Sample) -> bool:
    data = sample.text.encode(sample.encoding)
    return data.decode(guess_charset(beyond_ascii(sample)), "replace") != sample.text


def guessable(samples: Iterator[Sample]) -> list[Sample]:
    return [one for one in samples if one.encoding != "iso2022_jp"]  # It is all ASCII.


@pytest.mark.parametrize(
    "sample", guessable(long_samples()), ids=lambda one: f"{one.language}-{one.encoding}"
)
def test_a_long_file_reads_as_it_was_written(sample: Sample) -> None:
    assert not garbled(sample)


def test_of_single_sentences_few_are_garbled() -> None:
    samples = guessable(short_samples())

    wrong = [(one.language, one.encoding, one.text) for one in samples if garbled(one)]

    assert len(wrong) <= MAX_WRONG_SHORT, (len(samples), wrong)


@pytest.mark.parametrize(
    "text",
    [
        *("one café", "naïve £5", "It’s “fine” – isn’t it?", "Zürich", "El Niño", "¿Qué?", "25 °C"),
        *("call 09061743386 to win a £150 prize", "x² + y² = 1", "é"),
    ],
)
def test_a_little_that_is_not_ascii_in_english_is_windows_1252(text: str) -> None:
    sample = f"{text},ham\n".encode("cp1252")

    assert sample.decode(guess_charset(sample)) == f"{text},ham\n"


def test_bytes_that_windows_1252_has_not_may_be_latin_1_or_damage() -> None:
    german = "Warum ist der Himmel über Köln so groß?\n" * 50

    assert guess_charset(german.encode("cp1252") + b"\x81\x8d\x90\n") == "latin-1"
    assert guess_charset(("“x” – 5 €\n" + german).encode("cp1252") + b"\x81\n") == "cp1252"


@pytest.mark.parametrize("sample", [b"", b"\xd1", b"\xff\xff\n", bytes(range(256))])
def test_whatever_it_is_there_is_an_answer(sample: bytes) -> None:
    assert sample.decode(guess_charset(sample), "replace") is not None


@pytest.mark.parametrize(
    "line",
    [
        "it costs 50 € a month", "don’t do that", "he said “hello” to me", "a naïve question",
        "only £5 today", "© 2020 Acme", "© 2019, 2020, 2021 © and ©", "ellipsis… here",
        "trademark™", "100 °C ± 2", "bullet • point",
    ],
)  # fmt: skip
def test_a_few_western_signs_are_windows_1252(line: str) -> None:
    assert guess_charset(line.encode("cp1252")) == "cp1252"
