from dataclasses import dataclass
from enum import Enum

import pytest

from core.records import from_json, from_plain, parse_json, to_json, to_plain
from core.runs.config import TrainConfig


class Colour(str, Enum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    names: tuple[str, ...] = ()
    share: float | None = None


@dataclass(frozen=True)
class Outer:
    colour: Colour
    inner: Inner
    counts: dict[str, int]

    def __post_init__(self) -> None:
        if any(count < 0 for count in self.counts.values()):
            raise ValueError("a count below 0")


RECORD = Outer(Colour.RED, Inner(("é", "\u2028"), 0.25), {"a": 1})


def test_a_record_comes_back_as_it_was() -> None:
    assert from_json(Outer, to_json(RECORD)) == RECORD
    assert from_plain(Outer, to_plain(RECORD)) == RECORD


def test_fields_that_are_missing_take_their_defaults() -> None:
    text = '{"colour": "red", "inner": {}, "counts": {}}'

    assert from_json(Outer, text) == Outer(Colour.RED, Inner(), {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"colour": "red"}',
        '{"colour": "blue", "inner": {}, "counts": {}}',
        '{"colour": "red", "inner": {"names": "a"}, "counts": {}}',
        '{"colour": "red", "inner": {}, "counts": {"a": 1.5}}',
        '{"colour": "red", "inner": {}, "counts": {"a": -1}}',
        '{"colour": "red", "inner": {}, "counts": {"a": 1e999}}',
        '{"colour": "red", "inner": {}, "counts": {}, "more": ' + "[" * 100_000,
    ],
)
def test_what_is_no_such_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(Outer, text)


def test_what_a_records_own_checks_refuse_is_a_value_error_too() -> None:
    config = to_json(TrainConfig()).replace('"batch_size":32', '"batch_size":0')
    assert config != to_json(TrainConfig())

    with pytest.raises(ValueError, match="batch_size"):
        from_json(TrainConfig, config)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "{", "", b"\xff"])
def test_what_is_no_json_or_has_too_many_levels_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


def test_numbers_that_are_none_are_read_as_they_are_written() -> None:
    assert parse_json('{"a": [1, -Infinity]}') == {"a": [1, float("-inf")]}
