import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.data.dataset import N_CHARS, N_TOKENS, N_WORDS
from core.data.filters.row_filter import MAX_TEXT, NO_LABEL, Match, RowFilter, Term
from core.data.splits.split import PARTS
from core.data.text.profile import HealthCheck
from core.errors import BadInput, SincerelyError
from tests.messages import assert_one_sentence

NAMES = st.text(max_size=8)
LENGTHS = st.none() | st.integers(0, 50)
SCORES = st.none() | st.floats(0, 1)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(st.sampled_from("ab É'’-\"“”(.*[\\"), max_size=12),
        "match": st.sampled_from(Match),
        "labels": st.lists(NAMES, max_size=3).map(tuple),
        "labelled_by": st.sampled_from(["", "file", "people", "nobody"]),
        "unit": st.sampled_from([N_WORDS, N_CHARS, N_TOKENS]),
        "shortest": LENGTHS,
        "longest": LENGTHS,
        "split": NAMES,
        "part": st.sampled_from(["", *PARTS]),
        "run": NAMES,
        "lowest": SCORES,
        "highest": SCORES,
        "check": st.sampled_from(["", *(check.value for check in HealthCheck)]),
        "group": st.sampled_from(["", "same:0", "near:17"]),
        "where": st.sampled_from(["", " ", "a = 1", "\"a b\" in ('x', 'it''s') or not é is null"]),
        "rows": st.none() | st.lists(st.integers(0, 99), max_size=3).map(tuple),
    },
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = sorted(RowFilter.__dataclass_fields__)


def words(*typed: str, excluded: bool = False) -> Term:
    return Term(typed, excluded)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  \n ", ()),
        ("trump", (words("trump"),)),
        ("Trump OBAMA", (words("trump"), words("obama"))),
        ("trump trump", (words("trump"),)),
        ("trump -obama", (words("trump"), words("obama", excluded=True))),
        ('"white house" now', (words("white", "house"), words("now"))),
        ('-"white house"', (words("white", "house", excluded=True),)),
        ("“white house”", (words("white", "house"),)),
        ('"white house', (words("white", "house"),)),
        ("well-known", (words("well", "known"),)),
        ("don’t 'tis dogs'", (words("don't"), words("tis"), words("dogs"))),
        ("a - b", (words("a"), words("b"))),
        ("what?!", (words("what"),)),
        ("ÉTÉ", (words("été"),)),
        ("it's 5", (words("it's"), words("5"))),
    ],
)
def test_typed_words_are_read(text: str, terms: tuple[Term, ...]) -> None:
    assert RowFilter(text).terms == terms


def test_a_phrase_is_one_term_whatever_signs_are_in_it() -> None:
    assert RowFilter('the -"White" House', match=Match.PHRASE).terms == (
        words("the", "white", "house"),
    )


def test_a_regular_expression_has_no_words_and_minds_no_case() -> None:
    row_filter = RowFilter(" a|b ", match=Match.REGEX)

    assert row_filter.terms == ()
    assert row_filter.pattern == "(?i) a|b "
    assert RowFilter("a|b").pattern == ""


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"text": "  "},
        {"match": Match.REGEX},
        {"match": Match.PHRASE, "text": " "},
        {"unit": N_CHARS},
    ],
)
def test_without_a_condition_it_is_empty(given: dict[str, object]) -> None:
    assert RowFilter(**given).is_empty
    assert RowFilter(**given).describe() == "all rows"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "Trump"}, 'has "trump"'),
        ({"text": 'a "b c" -d -e'}, 'has "a" and "b c", lacks "d" and "e"'),
        ({"text": "-d"}, 'lacks "d"'),
        ({"text": "b c", "match": Match.PHRASE}, 'has "b c"'),
        ({"text": "b|c", "match": Match.REGEX}, "matches /b|c/"),
        ({"text": " ", "match": Match.REGEX}, "matches / /"),
        ({"labels": ("1",)}, 'label "1"'),
        ({"labels": ("1", NO_LABEL)}, 'label "1" or none'),
        ({"labelled_by": "people"}, "labelled by people"),
        ({"shortest": 1_000}, "from 1,000 words"),
        ({"longest": 0, "unit": N_CHARS}, "up to 0 characters"),
        ({"shortest": 3, "longest": 9, "unit": N_TOKENS}, "from 3 to 9 tokens"),
        ({"shortest": 3, "longest": 3}, "3 words"),
        ({"split": "half"}, 'any part of split "half"'),
        ({"split": "half", "part": "test"}, 'test part of split "half"'),
        ({"run": "quora-1"}, "scored by quora-1"),
        ({"run": "q", "lowest": 0.5}, "scored by q with a score from 0.5"),
        ({"check": "mojibake"}, "found by the check mojibake"),
        ({"group": "near:3"}, "group near:3"),
        ({"where": "A=1 AND (b<>'x')"}, "A = 1 and b != 'x'"),
        ({"where": "a = 'x\n\x00'", "labels": ("1",)}, "label \"1\"; a = 'x '"),
        ({"rows": ()}, "one of 0 chosen rows"),
        ({"rows": (7,)}, "one of 1 chosen row"),
        ({"text": "a", "labels": ("0",)}, 'has "a"; label "0"'),
    ],
)
def test_it_is_described_in_one_plain_line(given: dict[str, object], said: str) -> None:
    assert RowFilter(**given).describe() == said
    assert not RowFilter(**given).is_empty


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "?!"}, "only signs"),
        ({"text": "?!", "match": Match.PHRASE}, "only signs"),
        ({"text": "a" * (MAX_TEXT + 1)}, "1,001"),
        ({"text": "a\ud800"}, "half of one"),
        ({"labels": ("a", "\udfff")}, "half of one"),
        ({"labelled_by": "cats"}, "'cats'"),
        ({"text": "(a", "match": Match.REGEX}, "missing )"),
        ({"text": "[b-a]", "match": Match.REGEX}, "invalid character class range"),
        ({"text": "(?=a)", "match": Match.REGEX}, "invalid perl operator"),
        ({"text": "\\", "match": Match.REGEX}, "trailing \\"),
        ({"text": "a\n(", "match": Match.REGEX}, "missing )"),
        ({"text": r"\pL{900}\w{900}", "match": Match.REGEX}, "pattern too large"),
        ({"unit": "pages"}, "'pages'"),
        ({"shortest": 5, "longest": 4}, "5 to 4"),
        ({"run": "r", "lowest": 0.5, "highest": 0.4}, "0.5 to 0.4"),
        ({"run": "r", "lowest": float("nan")}, "nan"),
        ({"longest": 10**30}, "1" + 30 * "0"),
        ({"lowest": 0.5}, "none"),
        ({"highest": 0.5}, "none"),
        ({"part": "train"}, "part 'train' of split ''"),
        ({"split": "s", "part": "dev"}, "part 'dev' of split 's'"),
        ({"check": "spelling"}, "'spelling'"),
        ({"group": "same"}, "'same'"),
        ({"group": "same:1; DROP TABLE texts"}, "'same:1; DROP"),
        ({"group": "same:1\n"}, "'same:1 '"),
        ({"where": "a = "}, "the end of the expression"),
        ({"where": "a = 'x"}, "the end of the expression"),
        ({"where": "a = US"}, "“US” at character 5"),
        ({"where": "a = '\ud800'"}, "half of one"),
        ({"where": "(" * 2_000}, "“(” at character 51"),
        ({"where": "a" * 2_001}, "2,001"),
        ({"rows": (3, -1)}, "others"),
        ({"rows": (2**63,)}, "others"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    given: dict[str, object], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        RowFilter(**given)

    assert said in caught.value.found
    assert_one_sentence(caught.value)


def test_json_says_only_what_differs_from_the_default() -> None:
    assert RowFilter().to_json() == "{}"
    assert RowFilter("é", labels=("1",)).to_json() == '{"text":"é","labels":["1"]}'


@given(FILTERS)
def test_json_gives_the_same_filter_back(given: dict[str, object]) -> None:
    try:
        row_filter = RowFilter(**given)
    except BadInput as error:
        assert_one_sentence(error)
        assume(False)

    again = RowFilter.from_json(row_filter.to_json())
    assert again == row_filter
    assert hash(again) == hash(row_filter)
    assert len(row_filter.describe().splitlines()) <= 1


@given(st.text() | JSON.map(json.dumps))
def test_any_other_text_is_refused_in_one_sentence(text: str) -> None:
    assume(text.strip() != "{}")

    with pytest.raises(BadInput) as caught:
        RowFilter.from_json(text)
    assert_one_sentence(caught.value)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON, min_size=1, max_size=2))
def test_values_of_a_wrong_type_are_refused(values: dict[str, object]) -> None:
    try:
        row_filter = RowFilter.from_json(json.dumps(values))
    except SincerelyError as error:
        assert_one_sentence(error)
    else:
        assert json.loads(row_filter.to_json()).items() <= values.items()


def test_lists_nested_past_all_measure_are_refused() -> None:
    with pytest.raises(BadInput):
        RowFilter.from_json("[" * 100_000)
