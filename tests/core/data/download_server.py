"""A server on this machine that has one file, and gives it as badly as it is told."""

import io
import random
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.data.download import download
from core.errors import NetworkError
from core.workspace import Workspace
from tests.messages import assert_one_sentence

NAME = "train.csv.zip"


def archive(seed: int, size: int = 1_500_000) -> bytes:
    """A .zip of one CSV file that hardly compresses."""
    noise = random.Random(seed).randbytes(size // 2).hex()
    lines = [f"{noise[i : i + 500]},{i % 2}" for i in range(0, len(noise), 500)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        file.writestr("train.csv", "\n".join(["text,label", *lines]))
    return buffer.getvalue()


FIRST, SECOND = archive(1), archive(2, 1_200_000)


class Server(ThreadingHTTPServer):
    """Serves one file at every address, as well or as badly as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = FIRST
        self.etag: str | None = '"first"'
        self.last_modified: str | None = None
        self.status = 200
        self.ranges = True
        self.heeds_if_range = True
        self.break_after: int | None = None
        self.shift = 0
        self.chunked = False
        self.claims: int | str | None = None
        self.waits: threading.Event | None = None
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/data/{NAME}"

    def handle_error(self, *_: object) -> None:
        """Says nothing: clients that hang up are what some tests are about."""

    def change(self) -> None:
        self.content, self.etag = SECOND, '"second"'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.headers["Range"])
        if self.path == "/moved":
            return self._answer(302, b"", {"Location": server.url})
        if server.status != 200:
            return self._answer(server.status, b"no such luck", {})
        names = {"ETag": server.etag, "Last-Modified": server.last_modified}
        names = {key: value for key, value in names.items() if value}
        size = len(server.content)
        start = self._start(set(names.values()))
        if start is None:
            return self._answer(200, server.content, names)
        if start >= size:
            return self._answer(416, b"", {"Content-Range": f"bytes */{size}"})
        start += server.shift
        covers = {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
        names.pop("Last-Modified", None)  # An answer to If-Range may leave it out, says RFC 9110.
        return self._answer(206, server.content[start:], {**covers, **names})

    def _start(self, names: set[str]) -> int | None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        same = self.headers["If-Range"] in names or not self.server.heeds_if_range
        return int(asked[1]) if asked and same and self.server.ranges else None

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        server = self.server
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if server.chunked:
            self.send_header("Transfer-Encoding", "chunked")
            if server.claims:
                self.send_header("Content-Length", str(server.claims))
            body = b"".join(
                b"%x\r\n%s\r\n" % (len(piece), piece)
                for piece in (body[i : i + 60_000] for i in range(0, len(body), 60_000))
            ) + b"0\r\n\r\n"  # fmt: skip
        else:
            self.send_header("Content-Length", str(server.claims or len(body)))
        self.end_headers()
        self.close_connection = True
        self.wfile.write(body[: server.break_after])
        if server.waits:
            server.waits.wait(60)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def finished(workspace: Workspace) -> list[Path]:
    return list(workspace.downloads.rglob(NAME))


def part(workspace: Workspace) -> Path:
    (path,) = workspace.downloads.rglob("*.part")
    return path


def refusal(workspace: Workspace, server: Server, url: str | None = None) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        download(workspace, url or server.url, NAME)
    assert_one_sentence(caught.value)
    assert not finished(workspace)
    return caught.value
