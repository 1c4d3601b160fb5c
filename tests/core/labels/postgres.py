"""A real PostgreSQL server of Debian's package, for tests."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psutil
import sqlalchemy as sa

from tests import toy

PASSWORD = "pw-that-nobody-may-see"


class Missing(Exception):
    """Why there is no server."""


class PostgresServer:
    """A server with a data folder of its own, on a free port of 127.0.0.1.

    PostgreSQL refuses to run as root: then it runs as `postgres` or, without one, `nobody`.
    """

    def __init__(self) -> None:
        self._programs = _programs()
        self._user = _user() if os.geteuid() == 0 else None
        # Not in pytest's folder, which other users may not enter.
        self._folder = Path(tempfile.mkdtemp(prefix="sincerely-postgres-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        self._data = self._folder / "data"
        self._run("initdb", "-D", str(self._data), "-U", "tester", "-A", "trust", "-E", "UTF8")
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", self._data, "-p", str(self.port)),
                    *("-c", "listen_addresses=127.0.0.1", "-k", self._folder, "-c", "fsync=on"),
                ],
                user=self._user,
                cwd=self._folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        toy.wait_until(self._answers, timeout_s=60)

    def stop(self) -> None:
        """At once, as when its machine is switched off in good order: connections are closed."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def kill(self) -> None:
        """With all its processes and no warning, as when its machine loses power."""
        assert self.process is not None
        family = [*psutil.Process(self.process.pid).children(), psutil.Process(self.process.pid)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):  # One that had just ended by itself.
                process.kill()
        self.process.wait(timeout=60)
        psutil.wait_procs(family, timeout=60)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self) -> str:
        """The address of an empty database of its own."""
        name = f"labels_{uuid.uuid4().hex[:12]}"
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        engine.dispose()
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://tester:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self._folder / "log").read_text()
        asked = [self._programs / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        return subprocess.run(asked, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            user=self._user, cwd=self._folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def _programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4])
    )
    if not found:
        raise Missing("needs PostgreSQL (Debian: apt install postgresql)")
    return found[-1].parent


def _user() -> str:
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise Missing("needs a user other than root to run PostgreSQL as")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
