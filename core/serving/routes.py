"""What a scorer answers to each kind of request: JSON's values in, what msgspec writes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import BadInput
from core.explain.explanation import Explainer
from core.explain.explanation_types import Method, Preparation
from core.explain.identity_swap import Group, check_groups
from core.scoring.scorer import Scorer, Scores

PREDICT = "predict"
MAX_TEXTS = 10_000
MAX_EXPLAINED = 16
MAX_SWAPPED = 200
MAX_NEIGHBOURS = 50
_SLICE_S = 1.0
"""How long a request that asks for neighbours may prepare them; others wait meanwhile."""

Values = Mapping[str, Any]


class RequestError(Exception):
    """A request that cannot be answered, with its HTTP status and the headers that explain it."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


def read_request(body: bytes) -> Values:
    """The JSON object of a request.

    Raises:
        RequestError: it is none.
    """
    try:
        values = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise RequestError(400, 'Expected JSON such as {"instances": ["a text"]}.')
    return values


def read_texts(request: Values, most: int) -> list[str]:
    """The texts of a request: strings, or objects such as `{"text": "a text"}`.

    Raises:
        RequestError: they are none, or too many.
    """
    if "instances" not in request:
        raise RequestError(400, 'Expected JSON such as {"instances": ["a text"]}.')
    instances = request["instances"]
    if not isinstance(instances, list):
        raise RequestError(400, "Expected instances to be a list of strings.")
    if len(instances) > most:
        count = f"{most:,} texts" if most > 1 else "1 text"
        raise RequestError(413, f"Expected at most {count}, but found {len(instances):,}.")
    found = [entry.get("text") if isinstance(entry, dict) else entry for entry in instances]
    texts = [text for text in found if isinstance(text, str)]
    if len(texts) < len(found):
        raise RequestError(400, "Expected instances to be a list of strings.")
    # A lone surrogate is valid JSON but no text.
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def predictions(scores: Scores) -> Values:
    """Scores and predicted labels of texts, as TensorFlow Serving's REST API has them."""
    found: list[dict[str, float | str]] = [
        {"score": value, "label": label}
        for value, label in zip(scores.values.tolist(), scores.labels, strict=True)
    ]
    if scores.calibrated is not None:
        for prediction, value in zip(found, scores.calibrated.tolist(), strict=True):
            prediction["calibrated"] = value
    return {"predictions": found}


def explain(scorer: Scorer, explainer: Explainer, request: Values) -> Values:
    """Contributions of the words of texts."""
    texts = read_texts(request, MAX_EXPLAINED)
    try:
        method = Method(request.get("method", Method.INTEGRATED_GRADIENTS.value))
    except ValueError as error:
        known = " or ".join(method.value for method in Method)
        raise RequestError(400, f"Expected the method {known}.") from error
    return {"explanations": explainer.explain(texts, method)}


def nearest(scorer: Scorer, explainer: Explainer, request: Values) -> Values:
    """The train rows most like one text, or how far the search is prepared."""
    texts = read_texts(request, 1)
    count = _number(request, "count", 1, MAX_NEIGHBOURS, 5)
    if not texts:
        raise RequestError(400, "Expected one text in instances, but found none.")
    found = explainer.nearest(texts[0], count, seconds=_SLICE_S)
    return {"preparation" if isinstance(found, Preparation) else "neighbours": found}


def swap(scorer: Scorer, explainer: Explainer, request: Values) -> Values:
    """Texts with their terms for groups of people exchanged, scored before and after."""
    texts = read_texts(request, MAX_SWAPPED)
    return {"swaps": explainer.swaps(texts, _groups(request))}


def swap_sample(scorer: Scorer, explainer: Explainer, request: Values) -> Values:
    """The same for some rows of the run's test part."""
    start = _number(request, "start", 0, 2**31, 0)
    most = _number(request, "most", 1, MAX_SWAPPED, MAX_SWAPPED)
    return {"sample": explainer.sample_swaps(_groups(request), start=start, most=most)}


ROUTES: Mapping[str, Callable[[Scorer, Explainer, Values], Values]] = {
    "explain": explain,
    "nearest": nearest,
    "swap": swap,
    "swap_sample": swap_sample,
}
"""What has the model to itself meanwhile; texts to predict come in batches."""


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
