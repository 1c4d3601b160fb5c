"""The databases that labels may be in: how they are reached, and what their faults mean."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from core.errors import BadInput, DiskError, NetworkError, SincerelyError

URL_VARIABLE = "SINCERELY_LABELS"
BUSY_S = 10.0
"""How long a database that another holds is waited for."""
_FAULTS = {
    "locked": ("a store that other processes leave free", "one that is held by another"),
    "lock timeout": ("a store that other processes leave free", "one that is held by another"),
    "full": ("room to write the label", "a full disk"),
    "no space left": ("room to write the label", "a full disk"),
    "must be owner": ("a database user who may delete labels", "one who may not"),
    "readonly": ("a store to write to", "a file this user may not write"),
    "unable to open": ("a store to write to", "a folder this user may not write"),
    "disk i/o": ("a disk that takes the label", "one that is full or failing"),
}
_NO_ANSWER = (
    "connection",
    "server closed",
    "terminating",
    "starting up",
    "shutting down",
    "timeout expired",
)


def checked_url(url: str) -> str:
    """The address of a label database.

    Raises:
        BadInput: it is none; the message leaves out what may be a password.
    """
    try:
        known = sa.make_url(url).drivername in ("sqlite", "postgresql+psycopg")
    except sa.exc.ArgumentError:
        known = False
    if not known:
        raise BadInput(
            f"a database in {URL_VARIABLE} as postgresql+psycopg://user:password@host/name",
            "another text",
            "correct it or unset it",
        )
    return url


def cannot_be_made(address: sa.URL) -> bool:
    """Whether a SQLite file is not there and its folder closed to this user, or read-only."""
    if address.get_backend_name() != "sqlite" or not address.database:
        return False
    file = Path(address.database)
    return not file.exists() and file.parent.is_dir() and not os.access(file.parent, os.W_OK)


def connect_to(url: str | sa.URL, *, busy_s: float = BUSY_S) -> sa.Engine:
    """An engine for a database that `checked_url` takes, which waits so long for others."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        # Connections are cheap, and one that is kept would hold the file after its workspace.
        engine = sa.create_engine(address, poolclass=NullPool)
        _configure_sqlite(engine, busy_s)
        return engine
    return _shared_engine(address, busy_s)


@lru_cache(maxsize=8)
def _shared_engine(address: sa.URL, busy_s: float) -> sa.Engine:
    """One pool of connections a process and database: there each costs some milliseconds."""
    return sa.create_engine(
        address,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": math.ceil(busy_s),
            # A plan that is kept from when the tables were empty reads them from end to end.
            "prepare_threshold": None,
            "options": f"-c lock_timeout={int(busy_s * 1000)}",
        },
    )


def _configure_sqlite(engine: sa.Engine, busy_s: float) -> None:
    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        # Python's own handling of transactions would begin them too late and leave out DDL.
        connection.isolation_level = None
        for setting in (
            f"busy_timeout = {int(busy_s * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {setting}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # Who reads before writing must hold the lock from the start, or two may act on one state.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def faults_said() -> Iterator[None]:
    """Turn the database's errors into Sincerely's; a bug's go on."""
    try:
        yield
    except (sa.exc.DatabaseError, sa.exc.InterfaceError) as error:
        said = _fault(str(error.orig).lower())
        if said is None:
            raise
        raise said from error


def _fault(message: str) -> SincerelyError | None:
    """The database's own message in a sentence for people; None if it is a bug's."""
    if "not a database" in message or "malformed" in message:
        return BadInput(
            "a label store", "a damaged file", "put a copy of labels.sqlite back or move it away"
        )
    for sign, (expected, found) in _FAULTS.items():
        if sign in message:
            return DiskError(expected, found, "fix that and try again; nothing was stored")
    if any(sign in message for sign in _NO_ANSWER):
        return NetworkError(
            f"the database of {URL_VARIABLE} to answer",
            "no answer",
            "start it or correct its address, then try again; nothing was stored",
        )
    return None
