"""SQL over a data set's Parquet files, asked of DuckDB with little memory and nothing on disk."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb
import pandas as pd
import pyarrow as pa

from core.data.dataset import Dataset
from core.errors import NotFound
from core.workspace import Workspace

Source: TypeAlias = "pa.Table | Path"
"""What SQL can name: an Arrow table or a Parquet file."""

NUMBERED = "numbered"
"""A source of this name has a column file_row_number: rows of its file, counted from 0."""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "400MB",
    "threads": min(4, os.cpu_count() or 1),
    # Without a folder for overflow, DuckDB fails rather than fill the disk behind our back.
    "temp_directory": "",
}


def query(
    workspace: Workspace,
    dataset: Dataset,
    sql: str,
    parameters: Mapping[str, object] | None = None,
    **sources: Source,
) -> pd.DataFrame:
    """Run SQL over the data set as `texts`, and over other sources by their names.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        sql: The project's own text; whatever a person typed comes in `parameters`.
        parameters: Values of `$name` in the SQL.
        **sources: Arrow tables and Parquet files that the SQL names.

    Raises:
        NotFound: a file is gone, as after the data set's deletion.
        FileNotFoundError: one file of the data set is missing.
        duckdb.Error: the SQL or a pattern in it is wrong.
    """
    with _asked(workspace, dataset, sql, parameters, sources) as result:
        frame: pd.DataFrame = result.df()
        return frame


def query_table(
    workspace: Workspace,
    dataset: Dataset,
    sql: str,
    parameters: Mapping[str, object] | None = None,
    **sources: Source,
) -> pa.Table:
    """`query` with an Arrow table as its answer, for many texts."""
    with _asked(workspace, dataset, sql, parameters, sources) as result:
        return result.to_arrow_table()


def query_files(
    sql: str, parameters: Mapping[str, object] | None = None, **sources: Source
) -> pa.Table:
    """`query_table` over these sources alone.

    Raises:
        NotFound: a file is gone.
    """
    with _connected(sources) as connection:
        return connection.sql(sql, params=dict(parameters or {})).to_arrow_table()


@contextmanager
def _asked(
    workspace: Workspace,
    dataset: Dataset,
    sql: str,
    parameters: Mapping[str, object] | None,
    sources: Mapping[str, Source],
) -> Iterator[duckdb.DuckDBPyRelation]:
    paths = workspace.dataset(dataset.id)
    texts = paths.texts
    for source in (texts, *sources.values()):
        # One file that is missing beside the others is damage, not a data set that was deleted.
        if isinstance(source, Path) and source.parent == paths.folder and paths.folder.is_dir():
            source.stat()
    with _connected({"texts": texts, **sources}) as connection:
        yield connection.sql(sql, params=dict(parameters or {}))


@contextmanager
def _connected(sources: Mapping[str, Source]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config=_SETTINGS) as connection:
        for name, source in sources.items():
            _add(connection, name, source)
        yield connection


def _add(connection: duckdb.DuckDBPyConnection, name: str, source: Source) -> None:
    if not isinstance(source, Path):
        connection.register(name, source)
    elif source.is_file():
        # DuckDB takes * ? [ in a path for a pattern.
        numbered = name == NUMBERED
        file = glob.escape(str(source))
        connection.read_parquet(file, file_row_number=numbered).create_view(name)
    else:
        raise NotFound(
            "a file of the data set", f"{source.name} is gone", "choose another data set or reload"
        )
