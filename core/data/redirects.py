"""Follow an address of the web, but not from the internet into this machine's own network.

Whoever holds a server on the internet could otherwise have this machine fetch what only it can
reach: a router, a cloud's metadata, a program of its own. Who types such an address may have it.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterable
from functools import partial
from typing import IO, Any

from core.errors import NetworkError

_WEB = ("http", "https")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def open_url(request: urllib.request.Request, timeout_s: float) -> Any:
    """The answer to a request, whatever redirects lie between, as `urllib` gives it.

    Raises:
        NetworkError: a redirect leads from the internet into this machine's own network.
        OSError: no connection, or an error of the server.
    """
    trail = Trail()
    opener = urllib.request.build_opener(_Http(trail), _Https(trail), _Redirects())
    return opener.open(request, timeout=timeout_s)


class Trail:
    """The servers that one request comes to, from redirect to redirect."""

    def __init__(self) -> None:
        self._was_outside = False

    def step(self, server: str, numbers: Iterable[str]) -> None:
        """Go on to a server, known by its addresses in numbers; none where nobody can tell.

        Raises:
            NetworkError: it is in this machine's own network, and one before it was not.
        """
        inside = any(map(is_inside, numbers))
        if inside and self._was_outside:
            raise NetworkError(
                "a public address to lead to another public one",
                f"a redirect to {server}, inside this machine's own network",
                "check the address, or give that one itself if it is the one you want",
            )
        self._was_outside = self._was_outside or not inside


def is_inside(number: str) -> bool:
    """Whether an address in numbers is of this machine or a network that is not the internet."""
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = embedded or address
    return not address.is_global


def numbers_of(server: str) -> set[str]:
    """The addresses in numbers that a server's name, with or without port, means here."""
    try:
        parts = urllib.parse.urlsplit(f"//{server}")
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return set()
    return {str(address[0]) for *_, address in found}


class _Connection(http.client.HTTPConnection):
    """Takes its step before anything is sent: a name may mean another address each time."""

    def __init__(self, *args: Any, trail: Trail | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._trail = trail

    def connect(self) -> None:
        super().connect()
        if self._trail is not None:
            shown = f"{self.host}:{self.port}"
            try:
                self._trail.step(shown, [self.sock.getpeername()[0]])
            except NetworkError:
                self.close()
                raise


class _SecureConnection(http.client.HTTPSConnection, _Connection):
    """The same by TLS, which begins when the step is taken."""


class _Http(urllib.request.HTTPHandler):
    def __init__(self, trail: Trail) -> None:
        super().__init__()
        self._trail = trail

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_kind(_Connection, req, self._trail), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, trail: Trail) -> None:
        super().__init__()
        self._trail = trail

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_kind(_SecureConnection, req, self._trail), req)


def _kind(connection: type[_Connection], request: urllib.request.Request, trail: Trail) -> Any:
    """The connection for a request: by a proxy, its other end says nothing of the server."""
    server = urllib.parse.urlsplit(request.full_url).netloc
    # Not by comparing names: one may be written with percent signs, which urllib undoes.
    if not (request.has_proxy() or getattr(request, "_tunnel_host", None)):
        return partial(connection, trail=trail)
    trail.step(server, numbers_of(server))
    return connection


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urllib.parse.urlsplit(newurl).scheme not in _WEB:
            return None  # The redirect is then the answer, and no file.
        return super().redirect_request(req, fp, code, msg, headers, newurl)
