"""A server on this machine that stands where Hugging Face or TF Hub would."""

import hashlib
import http.server
import io
import re
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_LARGE = (".safetensors", ".h5")
_RESOLVE = re.compile(r"/([\w.-]+/[\w.-]+)/resolve/(main|[0-9a-f]{40})/(.+)")


@dataclass(frozen=True)
class Asked:
    """One request: its method, path and some of its headers."""

    method: str
    path: str
    span: str
    token: str
    agent: str


class ModelServer(http.server.ThreadingHTTPServer):
    """Serves models as the hub does, `owner/name/resolve/main/file`, and modules as TF Hub does.

    Large files are elsewhere, as with the hub, and have their SHA-256 as a name. `tokens` says of
    each known token whether it is let in to gated models: those of the owner "gated".
    """

    daemon_threads = True

    def __init__(self, folder: Path, cut_at: int | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.cut_at = cut_at
        self.ranges = True
        self.status = 200
        self.tokens: dict[str, bool] = {}
        self.asked: list[Asked] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Says nothing: clients that hang up are what some tests are about."""


@contextmanager
def serve_models(folder: Path, *, cut_at: int | None = None) -> Iterator[ModelServer]:
    """Serve models from a folder.

    Args:
        folder: Holds models as owner/name/, TF Hub modules under any path.
        cut_at: Break off every answer after so many bytes.
    """
    with ModelServer(folder, cut_at) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: ModelServer

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def _serve(self) -> None:
        self._note()
        path, _, query = self.path.partition("?")
        if self.server.status != 200:
            self._answer(self.server.status)
        elif found := _RESOLVE.fullmatch(path):
            self._resolve(found[1], found[3])
        elif path.startswith("/elsewhere/"):
            self._give((self.server.folder / path.removeprefix("/elsewhere/")).read_bytes(), {})
        else:
            body = _packed(self.server.folder / path.strip("/"), query)
            self._answer(404) if body is None else self._give(body, {})

    def _note(self) -> None:
        names = ("Range", "Authorization", "User-Agent")
        self.server.asked.append(
            Asked(self.command, self.path, *(self.headers.get(name, "") for name in names))
        )

    def _resolve(self, model: str, file: str) -> None:
        refused = self._refused(model)
        if refused is not None:
            status, code, message = refused
            self._answer(status, {"X-Error-Code": code, "X-Error-Message": message})
            return
        path = self.server.folder / model / file
        if not path.is_file():
            self._answer(404, {"X-Error-Code": "EntryNotFound"})
            return
        body = path.read_bytes()
        names = {"X-Repo-Commit": COMMIT}
        if path.suffix not in _LARGE:
            self._give(body, {**names, "ETag": f'"{hashlib.sha1(body).hexdigest()}"'})
            return
        names |= {
            "X-Linked-Etag": f'"{hashlib.sha256(body).hexdigest()}"',
            "X-Linked-Size": str(len(body)),
            "Location": f"http://localhost:{self.server.server_port}/elsewhere/{model}/{file}",
        }
        self._answer(302, names)

    def _refused(self, model: str) -> tuple[int, str, str] | None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self.server.tokens:
            return 401, "", "Invalid credentials in Authorization header"
        if not (self.server.folder / model).is_dir():
            return (404 if token else 401), "RepoNotFound", "Repository not found"
        if model.startswith("gated/") and not self.server.tokens.get(token):
            return (403 if token else 401), "GatedRepo", "Access to this model is restricted"
        return None

    def _give(self, body: bytes, headers: dict[str, str]) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and self.server.ranges:
            start = int(asked[1])
            covers = f"bytes {start}-{len(body) - 1}/{len(body)}"
            self._answer(206, {**headers, "Content-Range": covers}, body[start:])
            return
        self._answer(200, headers, body)

    def _answer(
        self, status: int, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: self.server.cut_at])

    def log_message(self, *_: object) -> None:
        pass


def _packed(found: Path, query: str) -> bytes | None:
    """A TF Hub module as one file."""
    if not found.is_dir() or query != "tf-hub-format=compressed":
        return None
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(found, arcname=".")
    return packed.getvalue()
