from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from core.errors import NotFound
from dashboard.cache import cached


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


class Unhashable:
    """Neither Python nor Streamlit can hash one; each has an identity of its own."""

    __hash__ = None

    def __init__(self, name: str) -> None:
        self.name = name


def counted(**options: object) -> tuple[Callable[[Unhashable], list[str]], list[str]]:
    """A cached read, and the names that it was really done for."""
    done: list[str] = []

    @cached(key=lambda one: one.name, **options)
    def read(one: Unhashable) -> list[str]:
        done.append(one.name)
        return [one.name]

    return read, done


@pytest.mark.parametrize("shared", [False, True])
def test_the_same_key_is_read_once_and_another_again(shared: bool) -> None:
    read, done = counted(shared=shared)

    assert [read(Unhashable(name)) for name in "aab"] == [["a"], ["a"], ["b"]]
    assert done == ["a", "b"]


@pytest.mark.parametrize("shared", [False, True])
def test_no_more_entries_are_kept_than_asked_for(shared: bool) -> None:
    read, done = counted(shared=shared, max_entries=2)

    for name in "abca":
        read(Unhashable(name))
    assert done == ["a", "b", "c", "a"]


def test_a_change_to_a_value_stays_with_the_caller() -> None:
    read, _ = counted()

    read(Unhashable("a")).append("changed")

    assert read(Unhashable("a")) == ["a"]


def test_a_shared_value_is_handed_out_itself() -> None:
    read, _ = counted(shared=True)

    assert read(Unhashable("a")) is read(Unhashable("a"))


def test_an_error_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "late"

    @cached(key=lambda: path)
    def read() -> str:
        if not path.exists():
            raise NotFound("a file", "none", "wait")
        return path.read_text("utf-8")

    with pytest.raises(NotFound):
        read()
    path.write_text("here", "utf-8")
    assert read() == "here"


def test_a_key_holds_the_version_of_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    versions = iter([1, 1, 2])

    @cached(key=lambda path: (path, next(versions)))
    def read(path: Path) -> str:
        return path.read_text("utf-8")

    path.write_text("old", "utf-8")
    first = read(path)
    path.write_text("new", "utf-8")
    assert [first, read(path), read(path)] == ["old", "old", "new"]


def test_without_a_key_the_arguments_are_one() -> None:
    done: list[tuple[int, str]] = []

    @cached()
    def read(number: int, *, name: str = "") -> str:
        done.append((number, name))
        return f"{number}{name}"

    assert [read(1), read(1), read(2), read(1, name="a")] == ["1", "1", "2", "1a"]
    assert done == [(1, ""), (2, ""), (1, "a")]


def test_two_reads_with_one_key_do_not_take_each_others_values() -> None:
    @cached(key=lambda: "same")
    def one() -> str:
        return "one"

    @cached(key=lambda: "same")
    def other() -> str:
        return "other"

    assert (one(), other()) == ("one", "other")


def test_a_read_keeps_its_name_and_words() -> None:
    @cached()
    def words() -> None:
        """What it reads."""

    assert (words.__name__, words.__doc__) == ("words", "What it reads.")
