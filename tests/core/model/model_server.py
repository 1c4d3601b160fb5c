"""A server on this machine that stands where Hugging Face or TF Hub would."""

import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serve_models(folder: Path, *, cut_at: int | None = None) -> Iterator[str]:
    """Serve `owner/name/resolve/main/file` and `module?tf-hub-format=compressed` from a folder.

    Args:
        folder: Holds models as owner/name/, TF Hub modules under any path.
        cut_at: Break off every answer after so many bytes.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(404)
            self.end_headers()

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = _body(folder, path, query)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write((body or b"")[:cut_at])

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _body(folder: Path, path: str, query: str) -> bytes | None:
    found = folder / path.strip("/").replace("/resolve/main", "")
    if found.is_file():
        return found.read_bytes()
    if found.is_dir() and query == "tf-hub-format=compressed":
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            archive.add(found, arcname=".")
        return packed.getvalue()
    return None
