import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pytest

from core.files import write_atomically
from core.records import (
    from_json,
    from_plain,
    parse_json,
    read_records,
    replace_record,
    to_json,
    to_plain,
    unreadable_records,
)
from core.runs.config import TrainConfig

MINUTE_NS = 60 * 10**9


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


@dataclass(frozen=True)
class Thing:
    id: str
    size: int = 0

    @classmethod
    def from_json(cls, text: str) -> "Thing":
        return from_json(cls, text)


def put(root: Path, folder: str, text: str | None) -> None:
    (root / folder).mkdir(parents=True, exist_ok=True)
    if text is not None:
        write_atomically(root / folder / "thing.json", text)


def test_records_are_listed_by_name_and_damaged_ones_told_apart(tmp_path: Path) -> None:
    root = tmp_path / "things"
    assert read_records(root, "thing.json", Thing.from_json) == []
    assert unreadable_records(root, "thing.json", Thing.from_json) == []
    for name in ("b", "a", ".hidden"):
        put(root, name, to_json(Thing(name)))
    put(root, "empty", None)
    put(root, "half", '{"id": "ha')
    put(root, "taken", to_json(Thing("a")))
    (root / ".lock").touch()
    (root / "a file").touch()

    assert read_records(root, "thing.json", Thing.from_json) == [Thing("a"), Thing("b")]
    found = unreadable_records(root, "thing.json", Thing.from_json)
    assert [each.folder for each in found] == [root / "empty", root / "half", root / "taken"]
    assert found[0].cause == "no file"


def test_a_list_has_what_was_written_last(tmp_path: Path) -> None:
    for size in range(20):
        put(tmp_path, "a", to_json(Thing("a", size)))
        assert read_records(tmp_path, "thing.json", Thing.from_json) == [Thing("a", size)]

    put(tmp_path, "a", "")
    assert read_records(tmp_path, "thing.json", Thing.from_json) == []
    (tmp_path / "a" / "thing.json").unlink()
    (tmp_path / "a").rmdir()
    assert unreadable_records(tmp_path, "thing.json", Thing.from_json) == []


def test_of_thousands_those_that_come_go_or_are_replaced_are_seen_at_once(tmp_path: Path) -> None:
    root = tmp_path / "things"
    for number in range(1_100):
        (root / f"t{number:04}").mkdir(parents=True)
        text = to_json(Thing(f"t{number:04}"))
        (root / f"t{number:04}" / "thing.json").write_text(text, "utf-8")

    def listed(place: int, later_ns: int = 0) -> Thing:
        """As a minute after the last change, and so much later."""
        now_ns = root.stat().st_ctime_ns + MINUTE_NS + later_ns
        return read_records(root, "thing.json", Thing.from_json, now_ns=now_ns)[place]

    assert listed(500) == Thing("t0500")
    replace_record(root / "t0500" / "thing.json", to_json(Thing("t0500", 7)))
    assert listed(500) == Thing("t0500", 7)
    put(root, "t2000", to_json(Thing("t2000")))
    assert listed(-1) == Thing("t2000")
    os.rename(root / "t2000", tmp_path / "elsewhere")
    assert listed(-1) == Thing("t1099")

    write_atomically(root / "t0007" / "thing.json", to_json(Thing("t0007", 9)))
    assert listed(7).size in (0, 9)
    assert listed(7, later_ns=MINUTE_NS).size == 9


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "{", "", b"\xff"])
def test_what_is_no_json_or_has_too_many_levels_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


def test_numbers_that_are_none_are_read_as_they_are_written() -> None:
    assert parse_json('{"a": [1, -Infinity]}') == {"a": [1, float("-inf")]}
