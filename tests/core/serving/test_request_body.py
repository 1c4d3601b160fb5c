import json

import pytest

from core.serving.request_body import MAX_TEXTS, read_request
from core.serving.request_error import RequestError

TEXTS = {"instances": ["a text"]}


def test_a_byte_order_mark_is_no_part_of_the_request() -> None:
    assert read_request(b"\xef\xbb\xbf" + json.dumps(TEXTS).encode()) == TEXTS


def test_the_largest_request_is_read_however_it_is_written() -> None:
    for text in ("a, [b] and {c} \\" * 50, {"text": "a, b"}, {"text": {"b64": "YQ=="}}):
        body = json.dumps({"signature_name": "serving_default", "instances": [text] * MAX_TEXTS})
        assert len(read_request(body.encode())["instances"]) == MAX_TEXTS


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "found nothing"),
        (b" \n", 400, "found nothing"),
        (b"no json", 400, "an error at character 1 (Expecting value)"),
        (b'{"instances": ["a"]} x', 400, "an error at character 22 (Extra data)"),
        (b'{"instances": ["a\n"]}', 400, "character 18 (Invalid control character)"),
        (b"[]", 400, "found a list"),
        (b"null", 400, "found null"),
        (b"NaN", 400, "found a number"),
        (b'"text"', 400, "found a string"),
        (b"true", 400, "found true or false"),
        (b"\xff\xfe{", 400, "JSON in UTF-8, but found other bytes at byte 1"),
        (b'{"instances": ["\xed\xa0\x80"]}', 400, "other bytes at byte 17"),
        (b'{"instances": ["a"], "instances": ["b"]}', 400, "each key of a JSON object once"),
        (b'{"instances": [{"text": "a", "text": "b"}]}', 400, "each key of a JSON object once"),
        (b'{"instances": [' + b"9" * 5_000 + b"]}", 400, "a number of thousands of digits"),
        (b"[" * 50_000 + b"]" * 50_000, 400, "far too many levels"),
        (b'{"a":' * 20_000, 400, "far too many levels"),
        (b"[" * 1_000_000, 413, "at most 10,000 texts"),
        (b'{"instances": [' + b'"",' * 999_999 + b'""]}', 413, "at most 10,000 texts"),
        (b'{"instances": [' + b"[]," * 999_999 + b"{}]}", 413, "at most 10,000 texts"),
        (b'"' * 1_000_001, 413, "at most 10,000 texts"),
        (b'"' + b'\\"' * 1_000_000, 400, "Unterminated string"),
        (b'"' + b'\\"' * 1_000_000 + b"\\", 400, "Unterminated string"),
    ],
    ids=range(23),
)
def test_what_is_no_request_is_refused_in_a_sentence(body: bytes, status: int, said: str) -> None:
    with pytest.raises(RequestError) as refusal:
        read_request(body)
    assert (refusal.value.status, said in str(refusal.value)) == (status, True), refusal.value
    assert str(refusal.value).startswith("Expected ")
    assert str(refusal.value).endswith(".")
