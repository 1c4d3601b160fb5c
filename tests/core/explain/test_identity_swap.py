import pytest

from core.errors import BadInput
from core.explain.identity_swap import (
    DEFAULT_GROUPS,
    ScoredSwap,
    Swapper,
    check_groups,
    pair_summaries,
    parse_groups,
    shown_groups,
)
from tests.messages import assert_one_sentence

GROUPS = (("men", "women"), ("Muslims", "Christians", "Jews"))


def swapped(text: str, *groups: tuple[str, ...]) -> list[str]:
    return [swap.text for swap in Swapper(groups or GROUPS).swaps(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Are men tall?", ["Are women tall?"]),
        ("MEN and Men", ["WOMEN and Women"]),
        ("why do women, like men, talk", ["why do men, like women, talk"]),
        ("men\nmen", ["women\nwomen"]),
        ("“men” 🙂 men's", ["“women” 🙂 women's"]),
        ("omen, mend, menswear, men_, 2men", []),
        ("nothing to see", []),
        ("", []),
    ],
)
def test_whole_words_are_exchanged_in_their_case(text: str, expected: list[str]) -> None:
    assert swapped(text) == expected


def test_each_other_term_of_the_group_takes_the_place() -> None:
    found = Swapper(GROUPS).swaps("Muslims pray")

    assert [(s.old, s.new, s.text) for s in found] == [
        ("Muslims", "Christians", "Christians pray"),
        ("Muslims", "Jews", "Jews pray"),
    ]


def test_a_text_with_terms_of_two_groups_changes_one_group_at_a_time() -> None:
    assert swapped("Muslims and men") == ["Christians and men", "Jews and men", "Muslims and women"]


def test_the_longest_term_wins_and_spaces_in_it_may_be_any() -> None:
    groups = (("African Americans", "Asian Americans"), ("Americans", "Germans"))

    assert swapped("African \n Americans eat", *groups) == ["Asian Americans eat"]
    assert swapped("Americans eat", *groups) == ["Germans eat"]


def test_the_article_before_a_term_goes_with_it() -> None:
    groups = (("Indian", "Pakistani"), ("atheist", "Hindu"))

    assert swapped("Is an Indian here?", *groups) == ["Is a Pakistani here?"]
    assert swapped("A Hindu", *groups) == ["An atheist"]


def test_exchanges_are_counted_before_any_is_made() -> None:
    text = "an Indian man, a  Pakistani woman and a man " * 50
    groups = (("Indian", "Pakistani", "English"), ("man", "woman"))
    exchanges = Swapper(groups).exchanges(text)

    # Two terms exchanged for each other are one exchange, whichever is found first.
    assert len(exchanges) == 4
    terms, characters = 3 * 50, sum(len(swap.text) for swap in exchanges.made())
    assert characters <= exchanges.characters <= characters + 4 * terms
    assert [swap.text for swap in exchanges.made()] == [
        "a Pakistani man, an  Indian woman and a man " * 50,
        "an English man, a  Pakistani woman and a man " * 50,
        "an Indian woman, a  Pakistani man and a woman " * 50,
        "an Indian man, an  English woman and a man " * 50,
    ]


def test_a_longer_term_in_the_place_of_a_short_one_counts_before_it_is_made() -> None:
    long = "x" * 60
    exchanges = Swapper([("a", long)]).exchanges("a " * 1000)

    assert exchanges.characters >= sum(len(swap.text) for swap in exchanges.made()) > 60_000


def test_characters_of_patterns_are_only_characters() -> None:
    assert swapped("c++ or c", ("c++", "c#")) == ["c# or c"]


def test_a_term_mentioned_is_seen() -> None:
    swapper = Swapper(GROUPS)

    assert swapper.mentions("All MEN")
    assert not swapper.mentions("An omen")


def test_the_usual_groups_can_be_edited_as_text() -> None:
    assert parse_groups(shown_groups(DEFAULT_GROUPS)) == DEFAULT_GROUPS
    assert parse_groups(" men ,  old   women,\n\n a,b ") == (("men", "old women"), ("a", "b"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", "found none"),
        (" , ", "found none"),
        ("men", "only 'men'"),
        ("men, women\nMEN, boys", "'MEN' twice"),
        ("a, " + "b" * 61, "up to 60 characters"),
        ("a, ...", "terms with letters"),
        (", ".join(f"term{n}" for n in range(501)), "501"),
    ],
)
def test_groups_that_cannot_be_exchanged_are_refused_in_a_sentence(typed: str, found: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_groups(typed)

    assert_one_sentence(refusal.value)
    assert found in str(refusal.value)


def test_an_empty_group_is_refused() -> None:
    with pytest.raises(BadInput, match="found none"):
        check_groups([[]])


def test_pairs_are_summed_up_in_both_directions_the_largest_first() -> None:
    def scored(old: str, new: str, before: float, after: float) -> ScoredSwap:
        labels = ("1" if score >= 0.5 else "0" for score in (before, after))
        return ScoredSwap("text", "other", old, new, before, after, *labels)

    found = pair_summaries(
        [
            scored("men", "women", 0.4, 0.6),
            scored("women", "men", 0.7, 0.6),
            scored("Jews", "Muslims", 0.1, 0.15),
        ]
    )

    first, second = found
    assert (first.first, first.second, first.texts, first.flips) == ("men", "women", 2, 1)
    assert first.mean == pytest.approx(0.15)
    assert first.largest == pytest.approx(0.2)
    assert first.lean == pytest.approx(0.15)
    assert (second.first, second.second, second.flips) == ("Jews", "Muslims", 0)
    assert pair_summaries([]) == []
