"""Learn soon whether a server can be reached at all."""

from __future__ import annotations

import http.client
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request

from core.errors import EncoderError

_TIMEOUT_S = 8.0
_PATIENCE_S = 4.0
"""Looking a name up can take longer than any timeout says: how much longer anybody waits."""
_MOST_CHARS = 120


def check_reachable(address: str, *, timeout_s: float = _TIMEOUT_S) -> None:
    """Make sure that the server of an address answers, whatever it says.

    Raises:
        EncoderError: it does not within `timeout_s` and a few seconds for its name.
    """
    parts = urllib.parse.urlsplit(address)
    request = urllib.request.Request(f"{parts.scheme}://{parts.netloc}/", method="HEAD")
    opener = urllib.request.build_opener(_NoRedirect())
    failure: list[Exception | None] = []

    def ask() -> None:
        try:
            with opener.open(request, timeout=timeout_s):
                failure.append(None)
        except urllib.error.HTTPError:
            failure.append(None)
        except (OSError, ValueError, http.client.HTTPException) as error:
            failure.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout_s + _PATIENCE_S)
    if not failure:
        raise unreachable(parts.netloc, f"no answer in {timeout_s + _PATIENCE_S:.0f} s")
    if failure[0] is not None:
        raise unreachable(parts.netloc, failure[0])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer, wherever it leads."""

    def redirect_request(self, *_: object) -> None:
        return None


def unreachable(server: str, reason: Exception | str) -> EncoderError:
    """The error that says that a server does not answer, or not as it should."""
    return EncoderError(
        f"a connection to {server.removeprefix('www.')}",
        f"none ({_said(reason)})",
        "connect this machine to the internet, or give the path of a folder with the encoder",
    )


def _said(reason: Exception | str) -> str:
    cause = getattr(reason, "reason", reason)
    if isinstance(cause, socket.timeout):
        return "it took too long"
    return " ".join(str(cause).split())[:_MOST_CHARS] or "it took too long"
