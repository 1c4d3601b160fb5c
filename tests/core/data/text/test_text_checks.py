import socket

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.text import text_checks
from core.data.text.text_checks import (
    LANGUAGE_ROWS,
    LanguageSample,
    ask_languages,
    mojibake_rows,
    sampled_rows,
)

GOOD = [
    "plain words only",
    "naïve café, déjà vu in Zürich",
    "“Smart quotes” — and ‘more’…",
    "Привет, мир! Как дела?",
    "日本語のテキスト",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "5 € or £4, 20 °C",
    "🙂 fine 👍",
    "",
]
BAD = [
    "cafÃ© au lait",
    "It donâ€™t matter",
    "â€œquotedâ€\u009d",
    "ÐŸÑ€Ð¸Ð²ÐµÑ‚, Ð¼Ð¸Ñ€",
    "a\x93quoted\x94 word",
    "æ—¥æœ¬èªž",
]


def test_wrongly_decoded_texts_are_found_and_no_others() -> None:
    texts = [*GOOD, *BAD, *GOOD]

    assert mojibake_rows(pa.array(texts)).tolist() == [
        place for place, text in enumerate(texts) if text in BAD
    ]
    assert mojibake_rows(pa.array(GOOD)).tolist() == []
    assert mojibake_rows(pa.array([], pa.string())).tolist() == []


def test_a_slice_is_searched_alone() -> None:
    texts = pa.array([BAD[0], GOOD[1], BAD[1], GOOD[0], BAD[2]])

    assert mojibake_rows(texts[1:4]).tolist() == [1]


def characters_of(fragment: str) -> list[str]:
    """The characters of a part of a regular expression's class, such as "a-z"."""
    pieces = list(fragment)
    while "-" in pieces[1:-1]:
        dash = pieces.index("-", 1)
        ends = range(ord(pieces[dash - 1]), ord(pieces[dash + 1]) + 1)
        pieces[dash - 1 : dash + 2] = map(chr, ends)
    return pieces


# The categories are of characters like "\x80-\x9f", written out.
CATEGORIES = [characters_of(fragment) for fragment in MOJIBAKE_CATEGORIES.values()]
LITERALS = list("ŒœÂÃÎÐØÙàáâó€šŠ¢£Ÿž\xa0\xad®©°·»–—´×²³√≈‚Ąìîïòôúùû†πäêвЂВГРСўΒΓΞΟβ™Άā±≠µ¹¼½¾")
strange = st.one_of(*(st.sampled_from(c) for c in CATEGORIES), st.sampled_from(LITERALS))
ordinary = st.sampled_from("aZ .,?!\n1эяαж語🙂")


@settings(max_examples=400)
@given(st.lists(st.text(st.one_of(strange, ordinary), max_size=5), min_size=20, max_size=40))
@example(
    ["œ", "œ ", "Â ", "a à ", "Ã", "aÃ ", "\x85", "вЂ", "ā€", "β€™", "×²", "à²", "‚Äì", "ГўВЂВ.a"]
)
def test_every_text_that_ftfy_calls_bad_is_asked(texts: list[str]) -> None:
    array = pa.array(texts)
    bad = [place for place, text in enumerate(texts) if is_bad(text)]
    suspicious = pc.match_substring_regex(array, pattern=text_checks._suspicion()).to_pylist()

    assert [place for place in bad if not suspicious[place]] == []
    assert mojibake_rows(array).tolist() == bad


def test_plain_texts_of_other_scripts_are_not_asked() -> None:
    texts = pa.array(["Привет, мир! Как дела?", "Καλημέρα κόσμε", "日本語のテキスト", "naïve café"])

    assert not pc.any(pc.match_substring_regex(texts, text_checks._suspicion())).as_py()


@pytest.mark.parametrize("rows", [0, 1, 7, LANGUAGE_ROWS, LANGUAGE_ROWS + 1, 1_306_122])
def test_the_sample_is_spread_evenly(rows: int) -> None:
    sample = sampled_rows(rows)

    assert len(sample) == min(rows, LANGUAGE_ROWS)
    assert len(set(sample.tolist())) == len(sample)
    if rows:
        assert sample[0] == 0
        assert sample[-1] >= rows - 1 - rows / LANGUAGE_ROWS
        assert len(set(np.diff(sample).tolist())) <= 2


def test_languages_are_known_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    texts = [
        "Why do people ask so many questions about their neighbours?",
        "¿Por qué la gente hace tantas preguntas sobre sus vecinos?",
        "WHY DO PEOPLE ASK SO MANY QUESTIONS ABOUT THEIR NEIGHBOURS?",
        "Warum stellen die Leute so viele Fragen über ihre Nachbarn?\nUnd warum heute?",
        "Почему люди задают так много вопросов о своих соседях?",
        "xq zzv qqk wwj vvx",
    ]
    sample = ask_languages(pa.array(texts), np.array([3, 5, 8, 9, 11, 12]))

    assert sample == LanguageSample(6, [3, 5, 8, 9, 11], ["en", "es", "en", "de", "ru"])
    assert sample.commonest() == "en"
    assert sample.others().tolist() == [5, 9, 11]


def test_of_languages_as_common_the_first_by_name_is_taken() -> None:
    assert LanguageSample(2, [0, 1], ["fr", "de"]).commonest() == "de"
    assert LanguageSample(0, [], []).commonest() == ""
    assert LanguageSample(3, [], []).others().tolist() == []
