"""Files of a model on Hugging Face, fetched by the hub's own client.

The client brings tokens, gated models, redirects and retries. It is imported when something is
fetched: nothing else waits for it, or asks the network anything.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.download import MAX_UNTOLD_BYTES
from core.data.reading.compression import check_room
from core.data.redirects import Trail, numbers_of
from core.encoders.reachability import check_reachable, unreachable
from core.errors import EncoderError, NetworkError
from core.locks import held

if TYPE_CHECKING:
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError

Tell = Callable[[str, int, int], None]
"""Told (stage, bytes done, in all) as work goes on; in all is 0 where nobody knows."""

SCHEME = "hf://"
_ENDPOINT = "HF_ENDPOINT"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 18
_MOST_RESTARTS = 3
_NOT_FOR_YOU = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
_GIVE_TOKEN = "set HF_TOKEN or run `hf auth login`"


def hub_address() -> str:
    """Where models of Hugging Face are; HF_ENDPOINT names another place, as for its own tools."""
    return os.environ.get(_ENDPOINT, "https://huggingface.co").rstrip("/")


@dataclass
class HubModel:
    """A model of Hugging Face, whose files come from one commit.

    `parts` is a folder for what has arrived of a file: the next try goes on from there.
    """

    name: str
    parts: Path
    _commit: str = "main"

    @property
    def repository(self) -> str:
        """Its name at the hub, such as "google/bert"."""
        return self.name.removeprefix(SCHEME)

    def connect(self) -> None:
        """Make sure that the hub can be asked, before anything waits for it.

        Raises:
            EncoderError: it is not to be asked, or does not answer.
        """
        from huggingface_hub import is_offline_mode

        if is_offline_mode():
            raise EncoderError(
                f"a connection to {_server()}",
                "the offline mode of HF_HUB_OFFLINE",
                "unset it, or give the path of a folder with the encoder",
            )
        check_reachable(hub_address())

    def fetch(self, file: str, folder: Path, tell: Tell | None = None) -> bool:
        """Fetch one file into a folder, from where an earlier try broke off.

        Args:
            file: Its path in the model, which it has in the folder too.
            folder: Where it appears, whole.
            tell: Told of the bytes; raising from it keeps what has arrived.

        Returns:
            False if the model has no file of that name.

        Raises:
            EncoderError: no connection, no such model, none that the token may read, or another
                process that is fetching it.
        """
        from huggingface_hub import get_hf_file_metadata, get_token, hf_hub_url
        from huggingface_hub.errors import EntryNotFoundError

        with _said_plainly(self.repository), _guarded():
            url = hf_hub_url(self.repository, file, revision=self._commit, endpoint=hub_address())
            try:
                found = get_hf_file_metadata(url, token=get_token(), endpoint=hub_address())
            except EntryNotFoundError:
                return False
            self._commit = found.commit_hash or self._commit
            part = self._part(file, found.etag)
            with _alone(part):
                if not found.etag:  # Nobody knows whether it is still the same file.
                    part.unlink(missing_ok=True)
                _download(url, part, found.size, tell)
                _check(part, found.etag or "")
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.move(part, folder / file)
        return True

    def _part(self, file: str, etag: str | None) -> Path:
        key = f"{hub_address()} {self.repository} {file} {etag}"
        return self.parts / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.part"


class _Bar:
    """Takes what the hub's client says to a progress bar."""

    def __init__(
        self, tell: Tell | None, folder: Path, *, total: int | None, initial: int = 0, **_: Any
    ) -> None:
        self._tell = tell
        self._folder = folder
        self._total = total or 0
        self._done = initial
        self._restarts = 0

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, size: int) -> None:
        self._done += size
        # A server that cannot go on in the middle gives the file anew: not for ever.
        self._restarts += size < 0
        if self._restarts > _MOST_RESTARTS or self._done > (self._total or MAX_UNTOLD_BYTES):
            raise _broken_off()
        check_room(self._folder, 0)
        if self._tell is not None:
            self._tell("Downloading the encoder", self._done, max(self._total, self._done))


def _download(url: str, part: Path, size: int | None, tell: Tell | None) -> None:
    """Fetch what is missing of a part."""
    from huggingface_hub import constants, get_token
    from huggingface_hub.file_download import http_get

    # In pieces of its own size, 10 MB, a stop would be heard late and lose as much.
    constants.DOWNLOAD_CHUNK_SIZE = _CHUNK_BYTES
    if size is not None and part.exists() and part.stat().st_size > size:
        part.unlink()
    # Compressed on the way, a file could not be gone on with in its middle.
    headers = {"Accept-Encoding": "identity"}
    token = get_token()
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    bar: Any = partial(_Bar, tell, part.parent)
    with part.open("ab") as file:
        check_room(part.parent, max(0, (size or 0) - file.tell()))
        http_get(
            url,
            file,
            resume_size=file.tell(),
            headers=headers,
            expected_size=size,
            tqdm_class=bar,
        )


def _check(part: Path, etag: str) -> None:
    """Hold large files against the SHA-256 that names them on the hub."""
    if not _SHA256.fullmatch(etag):
        return
    digest = hashlib.sha256()
    with part.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    if digest.hexdigest() != etag:
        part.unlink()
        raise EncoderError(
            "the file that the hub has", "one that was damaged on the way", "start it again"
        )


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Two processes never write the same part."""

    def busy(holder: str) -> EncoderError:
        return EncoderError(
            "one download of this model at a time",
            f"another under way in {holder}",
            "wait until it has finished, or end it",
        )

    with held(part.with_suffix(".lock"), "the download", patience_s=0, busy=busy):
        yield


@contextmanager
def _guarded() -> Iterator[None]:
    """Redirects of the hub do not lead the client into this machine's own network."""
    import httpx2
    from huggingface_hub import get_session

    hub, trail = httpx2.URL(hub_address()).netloc, Trail()

    def step(request: httpx2.Request) -> None:
        nonlocal trail
        if request.url.netloc == hub:
            trail = Trail()  # Each request begins at the hub.
        server = request.url.netloc.decode()
        trail.step(server, numbers_of(server))

    client = get_session()
    before = client.event_hooks
    client.event_hooks = {**before, "request": [*before["request"], step]}
    try:
        yield
    finally:
        client.event_hooks = before


@contextmanager
def _said_plainly(repository: str) -> Iterator[None]:
    """Turn the client's errors into ones for people; those of the disk pass."""
    import httpx2
    from huggingface_hub.errors import FileMetadataError, HfHubHTTPError, HFValidationError

    try:
        yield
    except NetworkError as error:
        raise EncoderError(error.expected, error.found, error.action) from error
    except HfHubHTTPError as error:
        raise _refused(repository, error) from error
    except HFValidationError as error:
        raise _no_model(repository, "a name that no model can have") from error
    except (UnicodeError, httpx2.LocalProtocolError) as error:
        raise _bad_token("letters that no token has") from error
    except httpx2.RemoteProtocolError as error:
        raise _broken_off() from error
    except (httpx2.HTTPError, FileMetadataError) as error:
        raise unreachable(_server(), error) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _broken_off() from error  # Fewer bytes than the hub said.


def _refused(repository: str, error: HfHubHTTPError) -> EncoderError:
    """What a refusal of the server means; missing and private models look the same."""
    from huggingface_hub import get_token
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    status, with_token = error.response.status_code, get_token() is not None
    if isinstance(error, GatedRepoError):
        return EncoderError(
            f"access to {repository}, whose owner lets people in on request",
            "a token of somebody who was not let in" if with_token else "no token",
            f"ask for access at {hub_address()}/{repository}, then {_GIVE_TOKEN}",
        )
    said = error.response.headers.get("X-Error-Message", "")
    if status == HTTPStatus.UNAUTHORIZED and with_token and said.startswith("Invalid"):
        return _bad_token("one that it does not know")
    if isinstance(error, RepositoryNotFoundError) or status in _NOT_FOR_YOU:
        closed = "is closed to this token" if with_token else "not everybody may read"
        return _no_model(repository, f"no model there, or one that {closed}")
    return unreachable(_server(), f"the server's answer {status}")


def _no_model(repository: str, found: str) -> EncoderError:
    return EncoderError(
        f"the model {repository} at {_server()}",
        found,
        f"check its name; for a private model {_GIVE_TOKEN}",
    )


def _bad_token(found: str) -> EncoderError:
    return EncoderError(
        f"a token of {_server()}", found, "correct HF_TOKEN, or run `hf auth login`"
    )


def _broken_off() -> EncoderError:
    return EncoderError(
        "the whole file",
        f"a connection to {_server()} that broke off",
        "start it again; it goes on from there if the server can",
    )


def _server() -> str:
    return urllib.parse.urlsplit(hub_address()).netloc
