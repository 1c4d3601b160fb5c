import argparse

import pytest

from core.cli.conditions import add_conditions, files_beside, row_filter_of
from core.data.filters.row_filter import NO_LABEL, Match, RowFilter
from core.data.filters.slices import save_slice
from core.errors import NotFound
from core.workspace import Workspace
from tests import toy


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_conditions(parser)
    return parser.parse_args(arguments)


def test_arguments_are_the_conditions_of_a_filter(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [("a cat", "0"), ("a dog", "1")])
    save_slice(workspace, dataset, "Short", RowFilter("cat", longest=3), 1)

    def of(*arguments: str) -> RowFilter:
        return row_filter_of(workspace, dataset, parsed(*arguments))

    assert of() == RowFilter()
    assert of("a.t", "--regex", "--label", "1", "--unlabelled") == RowFilter(
        "a.t", match=Match.REGEX, labels=("1", NO_LABEL)
    )
    assert of("--slice", "Short") == RowFilter("cat", longest=3)
    assert of("dog", "--slice", "Short") == RowFilter("dog", longest=3)
    with pytest.raises(NotFound, match="the id or name of a run"):
        of("--run", "gone")


def test_files_are_named_only_where_they_are_asked_for(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [("a cat", "0"), ("a dog", "1")])
    found = files_beside(workspace, dataset, RowFilter(longest=3), parsed().encoder)
    assert found == {"scores": None, "tokens": None}
