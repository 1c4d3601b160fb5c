import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from core.jobs.leftovers import remove_leftovers

NOW = datetime.now(timezone.utc)
LATER = NOW + timedelta(hours=25)


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    """Two unfinished works, one with a file in a folder of its own."""
    staging = tmp_path / "staging"
    for name in ("import-1", "import-2"):
        (staging / name / "deep").mkdir(parents=True)
        (staging / name / "deep" / "texts.parquet").write_bytes(b"half")
    return staging


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_work_of_the_last_day_stays(staging: Path) -> None:
    remove_leftovers(staging, NOW + timedelta(hours=23))

    assert names(staging) == {"import-1", "import-2"}


def test_work_that_nobody_has_touched_for_a_day_goes(staging: Path) -> None:
    remove_leftovers(staging, LATER)

    assert names(staging) == set()


def test_work_with_any_newer_file_in_it_stays(staging: Path) -> None:
    newer = LATER.timestamp()
    os.utime(staging / "import-2" / "deep" / "texts.parquet", (newer, newer))

    remove_leftovers(staging, LATER)

    assert names(staging) == {"import-2"}


def test_work_that_a_process_has_open_stays_however_old(staging: Path) -> None:
    with (staging / "import-1" / "deep" / "texts.parquet").open("ab"):
        remove_leftovers(staging, LATER)

    assert names(staging) == {"import-1"}


def test_files_beside_the_folders_and_a_missing_folder_are_no_trouble(
    staging: Path, tmp_path: Path
) -> None:
    (staging / "note.txt").write_text("mine")

    remove_leftovers(staging, LATER)
    remove_leftovers(tmp_path / "nowhere", LATER)

    assert names(staging) == {"note.txt"}
