"""What a scorer answers to each kind of request: JSON's values in, what msgspec writes out.

A request is checked at once; what is then to be done for it pauses often, so that others are
answered meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.errors import BadInput
from core.explain.explanation import Explainer
from core.explain.explanation_types import Method, Preparation
from core.explain.identity_swap import Group, check_groups
from core.model.pauses import Pausing
from core.scoring.scorer import Scores
from core.serving.request_body import MAX_TEXTS, Values
from core.serving.request_error import RequestError
from core.serving.request_texts import in_columns, read_texts

PREDICT = "predict"
MAX_EXPLAINED = 16
MAX_SWAPPED = 200
MAX_NEIGHBOURS = 50
MAX_CHARACTERS = 100_000
"""Of the texts of a request that is no prediction: no run reads so much of any text."""
_SLICE_S = 1.0
"""How long a request may prepare neighbours or look for rows before it says how far it is."""

Work = Callable[[Explainer], Pausing[Values]]


def read_predicted(request: Values) -> list[str]:
    """The texts that a request wants scores of.

    Raises:
        RequestError: they are none, or too many.
    """
    return read_texts(request, MAX_TEXTS)


def predictions(scores: Scores, request: Values) -> Values:
    """Scores and predicted labels, by row or by column as the request has its texts."""
    columns = {
        "score": scores.values.tolist(),
        "label": scores.labels,
        "calibrated": scores.calibrated.tolist(),
    }
    if in_columns(request):
        return {"outputs": columns}
    rows = zip(*columns.values(), strict=True)
    return {"predictions": [dict(zip(columns, row, strict=True)) for row in rows]}


def explain(request: Values) -> Work:
    """Contributions of the words of texts."""
    texts = read_texts(request, MAX_EXPLAINED, most_characters=MAX_CHARACTERS)
    try:
        method = Method(request.get("method", Method.INTEGRATED_GRADIENTS.value))
    except ValueError as error:
        known = " or ".join(method.value for method in Method)
        raise RequestError(400, f"Expected the method {known}.") from error

    def work(explainer: Explainer) -> Pausing[Values]:
        return {"explanations": (yield from explainer.explaining(texts, method))}

    return work


def nearest(request: Values) -> Work:
    """The train rows most like one text, or how far the search is prepared."""
    texts = read_texts(request, 1, most_characters=MAX_CHARACTERS)
    count = _number(request, "count", 1, MAX_NEIGHBOURS, 5)
    if not texts:
        raise RequestError(400, "Expected one text in instances, but found none.")

    def work(explainer: Explainer) -> Pausing[Values]:
        found = yield from explainer.searching(texts[0], count, seconds=_SLICE_S)
        return {"preparation" if isinstance(found, Preparation) else "neighbours": found}

    return work


def swap(request: Values) -> Work:
    """Texts with their terms for groups of people exchanged, scored before and after."""
    texts = read_texts(request, MAX_SWAPPED, most_characters=MAX_CHARACTERS)
    groups = _groups(request)

    def work(explainer: Explainer) -> Pausing[Values]:
        return {"swaps": (yield from explainer.swapping(texts, groups))}

    return work


def swap_sample(request: Values) -> Work:
    """The same for some rows of the run's test part."""
    start = _number(request, "start", 0, 2**31, 0)
    most = _number(request, "most", 1, MAX_SWAPPED, MAX_SWAPPED)
    groups = _groups(request)

    def work(explainer: Explainer) -> Pausing[Values]:
        found = explainer.sampling(groups, start=start, most=most, seconds=_SLICE_S)
        return {"sample": (yield from found)}

    return work


ROUTES: Mapping[str, Callable[[Values], Work]] = {
    "explain": explain,
    "nearest": nearest,
    "swap": swap,
    "swap_sample": swap_sample,
}
"""What takes its turn with the model bit by bit; texts to predict come in batches."""


def _groups(request: Values) -> tuple[Group, ...]:
    groups = request.get("groups")
    if not isinstance(groups, list) or not all(
        isinstance(group, list) and all(isinstance(term, str) for term in group) for group in groups
    ):
        raise RequestError(400, 'Expected groups such as [["men", "women"]].')
    try:
        return check_groups(groups)
    except BadInput as error:
        raise RequestError(400, str(error)) from error


def _number(request: Values, name: str, low: int, high: int, default: int) -> int:
    number = request.get(name, default)
    if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
        raise RequestError(400, f"Expected {name} to be a whole number from {low} to {high:,}.")
    return number
