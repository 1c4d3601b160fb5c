from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import BadInput, DiskError, NetworkError
from core.labels.store.database import checked_url, connect_to, faults_said
from tests.messages import assert_one_sentence


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'labels.sqlite'}"


@pytest.mark.parametrize(
    "url", ["sqlite:////a/labels.sqlite", "postgresql+psycopg://user:secret@host/name"]
)
def test_addresses_of_known_databases_are_taken(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize(
    "url",
    ["", "labels.sqlite", "mysql://user:secret@host/name", "postgresql://user:secret@host/name"],
)
def test_other_addresses_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(BadInput, match="a database in SINCERELY_LABELS as") as caught:
        checked_url(url)

    assert_one_sentence(caught.value)
    assert "secret" not in str(caught.value)


def test_a_file_is_written_so_that_it_outlasts_a_power_cut_and_readers_do_not_wait(
    sqlite: str,
) -> None:
    with connect_to(sqlite, busy_s=2.5).connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 2500,
    }  # fmt: skip


def test_what_is_broken_off_leaves_nothing_tables_neither(sqlite: str) -> None:
    engine = connect_to(sqlite)
    with pytest.raises(KeyError), engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (name TEXT)")
        raise KeyError

    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_a_writer_waits_for_another_only_so_long_while_readers_go_on(sqlite: str) -> None:
    engine = connect_to(sqlite, busy_s=0.05)
    writing = engine.execution_options(writes=True)
    with writing.begin() as first:
        first.exec_driver_sql("CREATE TABLE things (name TEXT)")
    with writing.begin() as first:
        first.exec_driver_sql("INSERT INTO things VALUES ('a')")
        with engine.begin() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM things").scalar() == 0
        with pytest.raises(DiskError, match="held by another") as caught, faults_said():
            writing.connect().begin()

    assert_one_sentence(caught.value)


def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, sqlite: str) -> None:
    (tmp_path / "labels.sqlite").write_bytes(b"no database" * 1000)

    with pytest.raises(BadInput, match="a damaged file: put a copy") as caught, faults_said():
        connect_to(sqlite).connect()

    assert_one_sentence(caught.value)


def test_a_folder_that_is_not_there_is_a_fault_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="a folder this user may not write"), faults_said():
        connect_to(f"sqlite:///{tmp_path / 'none' / 'labels.sqlite'}").connect()


def test_a_server_that_is_not_there_does_not_answer() -> None:
    url = "postgresql+psycopg://user:secret@127.0.0.1:9/name"

    with pytest.raises(NetworkError, match="but found no answer") as caught, faults_said():
        connect_to(url, busy_s=1).connect()

    assert_one_sentence(caught.value)
    assert "secret" not in str(caught.value)


def test_a_mistake_in_a_question_stays_a_bug(sqlite: str) -> None:
    with (
        connect_to(sqlite).connect() as connection,
        pytest.raises(sa.exc.OperationalError, match="no such table"),
        faults_said(),
    ):
        connection.exec_driver_sql("SELECT * FROM things")
