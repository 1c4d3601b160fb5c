"""Download a file with progress, in pieces that survive an interruption."""

from __future__ import annotations

import hashlib
import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from core.data.reading.bytestream import Progress, ignore_progress
from core.data.reading.compression import ARCHIVE_DAMAGE, check_room, check_zip_list
from core.data.redirects import open_url
from core.errors import BadInput, DiskError, NetworkError, disk_errors
from core.files import read_text
from core.locks import held
from core.workspace import Workspace

_CHUNK_BYTES = 1 << 18
_TIMEOUT_S = 20
MAX_UNTOLD_BYTES = 10 << 30
"""What is fetched at most where the server does not tell a file's size."""
_MAX_NAME_CHARS = 100


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
    workspace: Workspace,
    url: str,
    file_name: str,
    *,
    progress: Progress = ignore_progress,
    most_untold: int = MAX_UNTOLD_BYTES,
) -> Path:
    """Fetch a file into the workspace's downloads; an interrupted download goes on later.

    It goes on only where the server says that its file is still the same. The size is checked
    against the server's word and every file in a .zip against its checksum. A finished download
    is used again. Where the server does not tell a size, no more than `most_untold` bytes are
    fetched; what has arrived of such a file goes away if it is longer, or the disk nearly full.

    Args:
        workspace: Where it goes.
        url: An http or https address.
        file_name: Name of the finished file, or the end of an address to take it from.
        progress: Called with bytes done and in all; raising from it keeps what has arrived.
        most_untold: Bytes of a file whose size the server does not tell.

    Raises:
        BadInput: the address is not http(s), or not one at all, or sends without end.
        NetworkError: no connection, an error from the server, damaged content, another process
            that is fetching the same file, or a redirect into this machine's own network.
        DiskError: too little room.
    """
    if not re.match(r"https?://[^/]", url):
        raise BadInput("an address that starts with http:// or https://", repr(url), "correct it")
    # A folder an address: files of one name from two places stay apart.
    folder = workspace.downloads / hashlib.sha256(url.encode(errors="replace")).hexdigest()[:12]
    target = folder / _safe_name(file_name)
    partial = target.with_name(target.name + ".part")
    with disk_errors("the download"), _alone(folder):
        if not target.exists():
            _fetch(url, partial, progress, most_untold)
            if target.suffix.lower() == ".zip" or zipfile.is_zipfile(partial):
                _check_archive(partial, progress)
            partial.rename(target)
            _version_file(partial).unlink(missing_ok=True)
    return target


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes never write the same part."""

    def busy(holder: str) -> NetworkError:
        return NetworkError(
            "one download of this file at a time",
            f"another under way in {holder}",
            "wait until it has finished, or end it",
        )

    with held(folder / ".lock", "the download", patience_s=0, busy=busy):
        yield


def _safe_name(name: str) -> str:
    """The file's name alone, in plain letters, so that it stays in its folder."""
    last = re.split(r"[/\\]", urllib.parse.unquote(re.split(r"[?#]", name)[0]))[-1]
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", last)[-_MAX_NAME_CHARS:].strip(".-") or "download"


def _version_file(partial: Path) -> Path:
    """Holds what the server called the version of the file that the part is from."""
    return partial.with_name(partial.name + ".version")


def _fetch(url: str, partial: Path, progress: Progress, most_untold: int) -> None:
    version_file = _version_file(partial)
    version = read_text(version_file) if version_file.exists() else ""
    done = partial.stat().st_size if version and partial.exists() else 0
    with _ask(url, done, version) as response:
        if response.status == 200:
            done = 0
        elif not _goes_on(response, done, version):
            version_file.unlink()  # The part is not of this file: begin again.
            _fetch(url, partial, progress, most_untold)
            return
        elif response.status == 416:
            return  # The part is the whole file.
        # What counts: not a length beside chunks, nor one below 0 or that is no number.
        told: int | None = response.length
        total = done + (told or 0)
        check_room(partial.parent, total - done)
        if not done:
            version_file.write_text(_version(response.headers), "utf-8")
        with _cleared(partial, told is not None):
            limit = None if told is not None else most_untold
            done = _write(response, partial, done, progress, total, limit)
    if done < total:
        raise _broken_off(done)


def _write(
    response: Any, partial: Path, done: int, progress: Progress, total: int, limit: int | None
) -> int:
    """Write what arrives behind what is there; returns the bytes of the part."""
    with partial.open("ab" if done else "wb") as file:
        while chunk := _read(response, done, _CHUNK_BYTES if limit else total - done):
            if limit is not None and done + len(chunk) > limit:
                raise _endless(limit)
            check_room(partial.parent, len(chunk))
            file.write(chunk)
            done += len(chunk)
            progress(done, max(total, done, 1))
    return done


@contextmanager
def _cleared(partial: Path, told: bool) -> Iterator[None]:
    """Where the size was not told, nothing stays of a file for which there is no room."""
    try:
        yield
    except (BadInput, DiskError) as error:
        if told:
            raise
        partial.unlink(missing_ok=True)
        _version_file(partial).unlink(missing_ok=True)
        action = f"{error.action}; what had arrived is removed"
        raise type(error)(error.expected, error.found, action) from error


def _endless(limit: int) -> BadInput:
    return BadInput(
        f"a file of at most {limit / 1e6:,.0f} MB where the server does not tell its size",
        "an address that goes on sending",
        "check the address, or copy the file here and import its path",
    )


def _ask(url: str, done: int, version: str) -> Any:
    """The answer to a request for what is missing: status 200, or 206 or 416 to a part."""
    headers = {"Range": f"bytes={done}-", "If-Range": version} if done else {}
    try:
        request = urllib.request.Request(url, headers=headers)
        response = open_url(request, _TIMEOUT_S)
    except urllib.error.HTTPError as error:
        response = error
    except (ValueError, http.client.InvalidURL) as error:
        raise BadInput(
            "an address in plain letters, with %20 for a space and the like",
            repr(url),
            "correct it",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise NetworkError(
            "a connection to the server that holds the file",
            f"none ({getattr(error, 'reason', error)})",
            "connect this machine to the internet, or copy the file here and import its path",
        ) from error
    if response.status == 200 or (done and response.status in (206, 416)):
        return response
    response.close()
    raise NetworkError(
        "the file at its address",
        f"the server's answer {response.status}",
        "try again later" if response.status >= 500 else "check the address and try again",
    )


def _version(headers: Message) -> str:
    """The server's name for this version of the file; empty if it has none to rely on."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def _goes_on(response: Any, done: int, version: str) -> bool:
    """Whether an answer of 206 or 416 continues a part of `done` bytes."""
    covers = response.headers.get("Content-Range", "")
    if response.status == 416:
        return bool(covers == f"bytes */{done}")
    same = _version(response.headers) in ("", version)
    return same and bool(covers.startswith(f"bytes {done}-"))


def _read(response: Any, done: int, most: int) -> bytes:
    try:
        # What has come, however little: nobody who wants to stop waits for more.
        chunk: bytes = response.read1(min(most, _CHUNK_BYTES)) if most else b""
        return chunk
    except (OSError, http.client.HTTPException) as error:
        raise _broken_off(done) from error


def _broken_off(done: int) -> NetworkError:
    return NetworkError(
        "the whole file",
        f"a connection that broke off after {done / 1e6:,.1f} MB",
        "start the download again; it goes on from there if the server can",
    )


def _check_archive(path: Path, progress: Progress) -> None:
    size, damaged = path.stat().st_size, None
    with path.open("rb") as file:
        check_zip_list(file)
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as content:
                    while content.read(_CHUNK_BYTES):  # What is in it may take hours to read.
                        progress(size, size)
    except RuntimeError:
        return  # It has a password or an unknown compression: the import will say so.
    except ARCHIVE_DAMAGE as error:
        damaged = str(error)
    if damaged is not None:
        path.unlink()
        raise NetworkError(
            "an undamaged .zip file", f"damage ({damaged})", "start the download again"
        )
