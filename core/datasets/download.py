"""Download a file with progress, in pieces that survive an interruption."""

from __future__ import annotations

import http.client
import shutil
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from core.datasets.bytestream import Progress, ignore_progress
from core.errors import BadInput, DiskError, NetworkError, disk_errors
from core.workspace import Workspace

_CHUNK_BYTES = 1 << 18
_TIMEOUT_S = 20
_SPARE_BYTES = 200 << 20


@dataclass(frozen=True)
class Source:
    """A file on the web that becomes a data set."""

    name: str
    url: str
    file_name: str
    rows: int
    about: str


QUORA = Source(
    name="Quora insincere questions",
    url="https://archive.org/download/quora_dataset_train.csv/quora_dataset_train.csv.zip",
    file_name="quora_dataset_train.csv.zip",
    rows=1_306_122,
    about="1,306,122 questions, 6.2 % insincere; Kaggle competition data, for research use",
)


def download(
    workspace: Workspace, url: str, file_name: str, *, progress: Progress = ignore_progress
) -> Path:
    """Fetch a .zip into the workspace's downloads; an interrupted download goes on later.

    The size is checked against the server's word and every file in the archive against its
    checksum. A finished download is used again.

    Args:
        workspace: Where it goes.
        url: An http or https address.
        file_name: Name of the finished file.
        progress: Called with bytes done and in all; raising from it keeps what has arrived.

    Raises:
        BadInput: the address is not http(s).
        NetworkError: no connection, an error from the server, or damaged content.
        DiskError: too little room.
    """
    if not url.startswith(("http://", "https://")):
        raise BadInput("an address that starts with http:// or https://", repr(url), "correct it")
    target = workspace.downloads / file_name
    if target.exists():
        return target
    partial = target.with_name(target.name + ".part")
    with disk_errors("the download"):
        partial.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, partial, progress)
        _check_archive(partial)
        partial.rename(target)
    return target


def _fetch(url: str, partial: Path, progress: Progress) -> None:
    done = partial.stat().st_size if partial.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={done}-"} if done else {})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
            done = done if response.status == 206 else 0
            total = done + int(response.headers.get("Content-Length") or 0)
            _check_room(partial, total - done)
            with partial.open("ab" if done else "wb") as file:
                while chunk := response.read(_CHUNK_BYTES):
                    file.write(chunk)
                    done += len(chunk)
                    progress(done, max(total, done))
    except urllib.error.HTTPError as error:
        if error.code == 416:  # Nothing is left to send: the part is whole, or not of this file.
            return
        raise NetworkError(
            "the file at its address", f"the server's answer {error.code}", "try again later"
        ) from error
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as e:
        raise _broken_off(done) from e
    if done < total:
        raise _broken_off(done)


def _broken_off(done: int) -> NetworkError:
    if done:
        return NetworkError(
            "the whole file",
            f"a connection that broke off after {done / 1e6:,.1f} MB",
            "start the download again and it goes on from there",
        )
    return NetworkError(
        "a connection to the server that holds the file",
        "none",
        "connect this machine to the internet, or copy the file here and import its path",
    )


def _check_room(partial: Path, size: int) -> None:
    free = shutil.disk_usage(partial.parent).free
    if free < size + _SPARE_BYTES:
        raise DiskError(
            f"{(size + _SPARE_BYTES) / 1e6:,.0f} MB of free disk",
            f"{free / 1e6:,.0f} MB",
            "free some space or set SINCERELY_WORKSPACE to another folder",
        )


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        damaged = str(error)
    if damaged is not None:
        path.unlink()
        raise NetworkError(
            "an undamaged .zip file", f"damage ({damaged})", "start the download again"
        )
