import base64
from typing import Any

import pytest

from core.serving.request_error import RequestError
from core.serving.request_texts import in_columns, read_texts

CAFE = base64.b64encode("un café".encode()).decode()


@pytest.mark.parametrize(
    "request_",
    [
        {"instances": ["un café", "b"]},
        {"instances": [{"text": "un café"}, {"text": "b"}]},
        {"instances": [{"b64": CAFE}, "b"]},
        {"instances": [{"text": {"b64": CAFE}}, {"text": "b"}]},
        {"instances": [{"b64": CAFE.rstrip("=")}, {"b64": " Y\ng = = "}]},
        {"inputs": ["un café", {"b64": "Yg=="}]},
        {"inputs": {"text": ["un café", "b"]}},
        {"inputs": {"text": [{"b64": CAFE}, "b"], "more": [1]}},
    ],
    ids=range(8),
)
def test_each_form_of_texts_is_read(request_: dict[str, Any]) -> None:
    assert read_texts(request_, 9) == ["un café", "b"]
    assert in_columns(request_) == ("inputs" in request_)


@pytest.mark.parametrize("single", ["b", {"text": "b"}, {"b64": "Yg=="}, {"text": {"b64": "Yg"}}])
def test_a_column_may_be_a_single_text(single: object) -> None:
    assert read_texts({"inputs": single}, 9) == ["b"]


@pytest.mark.parametrize("request_", [{"instances": []}, {"inputs": []}, {"inputs": {"text": []}}])
def test_no_texts_are_none(request_: dict[str, Any]) -> None:
    assert read_texts(request_, 9) == []


def test_bytes_that_are_no_text_and_half_a_surrogate_pair_are_broken_characters() -> None:
    assert read_texts({"instances": [{"b64": "/2E="}, "\ud83d"]}, 9) == ["\ufffda", "?"]


@pytest.mark.parametrize(
    ("request_", "status", "said"),
    [
        ({}, 400, "neither instances nor inputs"),
        ({"text": ["a"]}, 400, "neither instances nor inputs"),
        ({"instances": ["a"], "inputs": ["a"]}, 400, "both instances and inputs"),
        ({"instances": "a"}, 400, "a list of strings, but found a string"),
        ({"instances": {"text": ["a"]}}, 400, "a list of strings, but found an object"),
        ({"instances": [1]}, 400, "found a number in it"),
        ({"instances": [float("nan")]}, 400, "found a number in it"),
        ({"instances": [True]}, 400, "found true or false in it"),
        ({"instances": [None]}, 400, "found null in it"),
        ({"instances": [["a"]]}, 400, "found a list in it"),
        ({"instances": [{"text": ["a"]}]}, 400, "found a list in it"),
        ({"instances": ["a", {"text": "b"}]}, 400, "all strings or all objects, but found both"),
        ({"instances": [{"text": "a"}, "b"]}, 400, "all strings or all objects, but found both"),
        ({"instances": [{}]}, 400, 'the one key "text", but found none'),
        ({"instances": [{"sentence": "a"}]}, 400, "found 'sentence'"),
        ({"instances": [{"text": "a", "id": 1}]}, 400, "found 'text, id'"),
        ({"instances": [{"b64": "a", "text": "b"}]}, 400, "found 'b64, text'"),
        ({"instances": [{"b64": "#"}]}, 400, "base64 in b64"),
        ({"instances": [{"b64": "é"}]}, 400, "base64 in b64"),
        ({"instances": [{"b64": 1}]}, 400, "base64 in b64"),
        ({"inputs": {}}, 400, 'the key "text", but found none'),
        ({"inputs": {"sentence": ["a"]}}, 400, "found 'sentence'"),
        ({"inputs": None}, 400, "found null in it"),
        ({"inputs": [{"text": "a"}]}, 400, "found an object in it"),
        ({"inputs": ["a"] * 10}, 413, "at most 9 texts, but found 10"),
        ({"instances": ["a" * 51, "b" * 50]}, 413, "at most 100 characters of text"),
    ],
    ids=range(26),
)
def test_what_is_no_list_of_texts_is_refused_in_a_sentence(
    request_: dict[str, Any], status: int, said: str
) -> None:
    with pytest.raises(RequestError) as refusal:
        read_texts(request_, 9, most_characters=100)
    assert (refusal.value.status, said in str(refusal.value)) == (status, True), refusal.value
