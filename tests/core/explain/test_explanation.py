import numpy as np
import pytest

from core.data.splits.split import TEST
from core.errors import BadInput
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.explain.explanation import MAX_SWAPS, Explainer
from core.explain.explanation_types import TOLERANCE, Method
from core.explain.identity_swap import check_groups
from core.runs.run import Run, read_examples
from core.scoring.scorer import Scorer, load_scorer
from core.workspace import Workspace
from tests.messages import assert_one_sentence
from tests.trained_copies import copied_run

GROUPS = check_groups([["cat", "dog", "river"], ["lovely", "rotten"]])


@pytest.fixture(scope="module")
def scorer(toy_workspace: Workspace, toy_run: Run) -> Scorer:
    return load_scorer(toy_workspace, toy_run)


@pytest.fixture(scope="module")
def explainer(scorer: Scorer) -> Explainer:
    return Explainer(scorer)


def test_the_word_that_gives_a_text_away_has_the_largest_part(explainer: Explainer) -> None:
    text = "why is the dog so rotten hello world"
    for method in Method:
        found = explainer.explain([text], method)[0]
        largest = max(found.words, key=lambda word: word.contribution)
        assert text[largest.start : largest.end] == "rotten"
        assert (found.label, found.method) == ("1", method)


def test_parts_add_up_to_the_difference_from_a_blank_text_within_the_tolerance(
    explainer: Explainer, scorer: Scorer
) -> None:
    texts = ["a lovely cat", "the rotten dog, in the garden", "🙂 naïve"]
    scores = scorer.score(texts).values.astype(np.float64)
    for found, score in zip(explainer.explain(texts), scores, strict=True):
        total = sum(word.contribution for word in found.words)
        assert found.log_odds == pytest.approx(np.log(score / (1 - score)), abs=1e-3)
        assert total + found.gap == pytest.approx(found.log_odds - found.baseline)
        assert abs(found.gap) <= TOLERANCE


def test_leaving_words_out_claims_no_sum(explainer: Explainer) -> None:
    found = explainer.explain(["a lovely cat"], Method.LEAVE_ONE_OUT)[0]
    assert (found.baseline, found.gap) == (None, None)


def test_a_text_without_words_and_no_text_at_all_are_explained(explainer: Explainer) -> None:
    for method in Method:
        found = explainer.explain(["", " \n"], method)
        assert [(one.words, one.read) for one in found] == [((), 0), ((), 0)]
        assert explainer.explain([], method) == []


def test_swaps_are_scored_as_the_scorer_scores_them(explainer: Explainer, scorer: Scorer) -> None:
    swaps = explainer.swaps(["the Rotten cat", "nothing here"], GROUPS)

    assert [swap.swapped for swap in swaps] == [
        *("the Lovely cat", "the Rotten dog", "the Rotten river")
    ]
    scores = scorer.score(["the Rotten cat", *(swap.swapped for swap in swaps)])
    assert [swap.after for swap in swaps] == pytest.approx(scores.values[1:].tolist(), abs=1e-5)
    assert [swap.before for swap in swaps] == pytest.approx([scores.values[0]] * 3, abs=1e-5)
    assert [swap.label_after for swap in swaps] == scores.labels[1:]
    assert [swap.flips for swap in swaps] == [True, False, False]


def test_too_many_swaps_are_refused_in_a_sentence(explainer: Explainer) -> None:
    with pytest.raises(BadInput, match="at most 10,000 texts with terms exchanged"):
        explainer.swaps(["a cat"] * (MAX_SWAPS // 2 + 1), GROUPS)


def test_texts_that_would_become_too_long_are_refused_before_any_is_made(
    explainer: Explainer,
) -> None:
    group = tuple(f"term{number}x" for number in range(20))
    text = " ".join([*group, "filler" * 10_000])
    with pytest.raises(BadInput, match="at most 10,000,000 characters with terms") as refusal:
        explainer.swaps([text], [group])
    assert_one_sentence(refusal.value)


def test_long_work_pauses(explainer: Explainer) -> None:
    texts = ["the lovely cat", "so the rotten dog"] * 40
    for work, pauses in (
        (explainer.explaining(texts[:2], Method.INTEGRATED_GRADIENTS), 3),
        (explainer.explaining(texts[:2], Method.LEAVE_ONE_OUT), 3),
        (explainer.swapping(texts, GROUPS), 2 * len(texts) + 4),
    ):
        assert sum(1 for _ in work) >= pauses


def test_slices_of_a_sample_go_through_the_test_part_once(
    explainer: Explainer, toy_workspace: Workspace, toy_run: Run
) -> None:
    whole = explainer.sample_swaps(GROUPS, start=0, most=200)
    sample = explainer.sample_swaps(GROUPS, start=0, most=7)
    while sample.looked < sample.rows:
        sample = sample.joined(explainer.sample_swaps(GROUPS, start=sample.looked, most=7))

    texts = read_examples(toy_workspace, toy_run, TEST).texts
    assert (sample.part, sample.rows, sample.looked) == (TEST, len(texts), len(texts))
    assert (sample.tried, whole.tried) == (whole.tried, whole.tried)
    assert [s.swapped for s in sample.swaps] == [s.swapped for s in whole.swaps]
    assert {s.original for s in sample.swaps} <= set(texts)


def test_predicted_labels_of_swaps_follow_the_threshold_that_was_chosen_last(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    scorer = load_scorer(workspace, run)
    keep_operating_point(workspace, run, OperatingPoint(1.0, Rule.HAND, (1.0,)))
    scorer.refresh()

    assert {s.label_after for s in Explainer(scorer).swaps(["a lovely cat"], GROUPS)} == {"0"}
