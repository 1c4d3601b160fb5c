"""A row filter as SQL: conditions with parameters, and the files that they name.

Nothing a person typed becomes part of the SQL; it travels in the parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import LABEL, N_TOKENS, ROW, TEXT, Dataset
from core.data.filters.row_filter import NO_LABEL, RowFilter, Term
from core.data.labelled import LabelledBy
from core.data.splits.saved_split import find_split
from core.data.splits.split import PART
from core.data.text.spelling import DOT, fold
from core.data.text.word_pattern import word_pattern
from core.errors import BadInput
from core.explore.expression_sql import CELLS, checked_for, expression_sql
from core.explore.query import Source
from core.workspace import Workspace, slug

SCORE = "score"

_SCORES = "scores"
_TOKENS = "tokens"
_PARTS = "parts"
_FINDINGS = "findings"
_DUPLICATES = "duplicates"
# Where people have labelled rows, `core.explore.search` asks about these itself.
_LABELLED_BY = {
    LabelledBy.FILE: f"{LABEL} IS NOT NULL",
    LabelledBy.PEOPLE: "false",
    LabelledBy.NOBODY: f"{LABEL} IS NULL",
}
_OTHERWISE = {"ß": "ss", DOT: "i"}


@dataclass
class Conditions:
    """What the rows must meet: parts of a WHERE over `texts`, their parameters and files."""

    clauses: list[str] = field(default_factory=lambda: ["true"])
    parameters: dict[str, object] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """All conditions as one SQL expression."""
        return " AND ".join(self.clauses)

    @property
    def tables(self) -> str:
        """What they are about: the texts and, where one asks for them, beside each its cells."""
        # Row by row as they stand is several times quicker than any join by row numbers.
        return f"texts POSITIONAL JOIN {CELLS}" if CELLS in self.sources else "texts"

    def add(self, clause: str, **parameters: object) -> None:
        """Add a condition and the values of its parameters."""
        self.clauses.append(clause)
        self.parameters.update(parameters)

    def add_range(self, column: str, low: float | None, high: float | None) -> None:
        """Have a column lie between two values, both included; None bounds nothing."""
        if low is not None:
            self.add(f"{column} >= ${column}_low", **{f"{column}_low": low})
        if high is not None:
            self.add(f"{column} <= ${column}_high", **{f"{column}_high": high})


def row_conditions(
    dataset: Dataset, row_filter: RowFilter, sources: Mapping[str, Source]
) -> Conditions:
    """The conditions of a filter.

    Args:
        dataset: The data set.
        row_filter: Which rows.
        sources: From `row_sources`.

    Raises:
        BadInput: the filter's expression is about a column that the data set has not.
    """
    found = Conditions(sources=dict(sources))
    for number, term in enumerate(row_filter.terms):
        _add_term(found, term, number)
    if row_filter.pattern:
        found.add(f"regexp_matches({TEXT}, $pattern)", pattern=row_filter.pattern)
    if row_filter.labels:
        names = [label for label in row_filter.labels if label != NO_LABEL]
        none = f" OR {LABEL} IS NULL" if NO_LABEL in row_filter.labels else ""
        found.add(f"(list_contains($labels::VARCHAR[], {LABEL}){none})", labels=names)
    if row_filter.labelled_by:
        found.add(_LABELLED_BY[LabelledBy(row_filter.labelled_by)])
    if row_filter.unit != N_TOKENS:
        found.add_range(row_filter.unit, row_filter.shortest, row_filter.longest)
    if row_filter.expression is not None:
        clause, parameters = expression_sql(checked_for(dataset, row_filter.expression))
        found.add(clause, **parameters)
    for source, conditions in _subsets(row_filter, found.sources):
        found.add(_in(source, conditions.where), **conditions.parameters)
    if row_filter.rows is not None:
        found.sources["chosen"] = pa.table({ROW: pa.array(row_filter.rows, pa.int64())})
        found.add(_in("chosen", "true"))
    return found


def row_sources(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    *,
    scores: Path | None = None,
    tokens: Path | None = None,
) -> dict[str, Source]:
    """The files beside the texts that a filter's conditions and columns come from.

    Raises:
        BadInput: the filter needs scores or tokens that are not given, or columns that are not
            there.
        NotFound: the filter's split is gone.
    """
    paths = workspace.dataset(dataset.id)
    sources: dict[str, Source] = {}
    if row_filter.run and scores is None:
        raise BadInput(
            "a run that has scored rows", f"none from {row_filter.run!r}", "choose another run"
        )
    if row_filter.unit == N_TOKENS and _has_length(row_filter) and tokens is None:
        raise BadInput("counted tokens", "none yet", "count them first or choose words")
    if scores is not None:
        sources[_SCORES] = scores
    if tokens is not None:
        sources[_TOKENS] = tokens
    if row_filter.split:
        find_split(workspace, dataset, row_filter.split)
        sources[_PARTS] = paths.splits / f"{slug(row_filter.split)}.parquet"
    if row_filter.check:
        sources[_FINDINGS] = paths.findings
    if row_filter.group:
        sources[_DUPLICATES] = paths.duplicates
    if row_filter.expression is not None:
        checked_for(dataset, row_filter.expression)
        sources[CELLS] = paths.columns
    return sources


def columns_beside(sources: Mapping[str, Source]) -> dict[str, str]:
    """Columns that the given files add to the texts, each as a query for row and that column.

    A score is the probability of the positive class or, with more than two classes, of the
    likeliest one, as `core.scoring` gives it.
    """
    queries = {}
    if _TOKENS in sources:
        queries[N_TOKENS] = f"SELECT {ROW}, {N_TOKENS} FROM {_TOKENS}"
    if _PARTS in sources:
        queries[PART] = f"SELECT {ROW}, {PART} FROM {_PARTS}"
    if _SCORES in sources:
        score = _score_expression(pq.read_schema(sources[_SCORES]).names)
        queries[SCORE] = f"SELECT {ROW}, {score} AS {SCORE} FROM {_SCORES}"
    return queries


def _score_expression(names: list[str]) -> str:
    if SCORE in names:
        return SCORE
    classes = sorted(name for name in names if re.fullmatch(r"p_\d+", name))
    return "p_1" if len(classes) == 2 else f"greatest({', '.join(classes)})"


def _subsets(row_filter: RowFilter, sources: dict[str, Source]) -> Iterator[tuple[str, Conditions]]:
    """Conditions on files beside the texts: rows must be among those that meet them there."""
    if row_filter.unit == N_TOKENS and _has_length(row_filter):
        lengths = Conditions()
        lengths.add_range(N_TOKENS, row_filter.shortest, row_filter.longest)
        yield _TOKENS, lengths
    if row_filter.run:
        scores = Conditions()
        scores.add_range(SCORE, row_filter.lowest, row_filter.highest)
        yield f"({columns_beside(sources)[SCORE]})", scores
    if row_filter.split:
        parts = Conditions()
        if row_filter.part:
            parts.add(f"{PART} = ${PART}", part=row_filter.part)
        yield _PARTS, parts
    if row_filter.check:
        checks = Conditions()
        checks.add('"check" = $check', check=row_filter.check)
        yield _FINDINGS, checks
    if row_filter.group:
        kind, number = row_filter.group.split(":")
        group = Conditions()
        group.add('kind = $kind AND "group" = $group', kind=kind, group=int(number))
        yield _DUPLICATES, group


def _in(source: str, where: str) -> str:
    return f"texts.{ROW} IN (SELECT {ROW} FROM {source} WHERE {where})"


def _add_term(conditions: Conditions, term: Term, number: int) -> None:
    """The text has, or lacks, these words in a row, as core.data.text.words cuts it."""
    pattern, piece, other = f"pattern_{number}", f"piece_{number}", f"other_{number}"
    clause = f"regexp_matches({TEXT}, ${pattern})"
    conditions.parameters[pattern] = word_pattern(term.words)
    # Looking for some letters first is quicker: most texts need no regular expression then.
    pieces = re.findall("[a-z0-9]+", fold(" ".join(term.words)))
    if pieces:
        conditions.parameters[piece] = longest = max(pieces, key=len)
        found = f"contains(lower({TEXT}), ${piece})"
        # What may stand within these letters in other spellings of them.
        for place, sign in enumerate(sign for sign in ("ß", DOT) if _OTHERWISE[sign] in longest):
            conditions.parameters[f"{other}_{place}"] = sign
            found += f" OR contains(lower({TEXT}), ${other}_{place})"
        clause = f"(({found}) AND {clause})"
    conditions.add(f"NOT {clause}" if term.excluded else clause)


def _has_length(row_filter: RowFilter) -> bool:
    return row_filter.shortest is not None or row_filter.longest is not None
