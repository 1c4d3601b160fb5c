"""Keeps the pages to themselves: no other site may frame them, nor talk to their server."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

_HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_REFUSAL = "Open Sincerely by the address that `python -m core dashboard` prints.\n"
_POLICY_VIOLATION = 1008
_PORTS = {"http": 80, "https": 443}
_log = logging.getLogger(__name__)


class SameSiteOnly:
    """Refuses what comes from another origin or by another name, and answers for no frame.

    Streamlit itself lets every port of this machine open its WebSocket, and serves files by any
    name: to a page that another program serves here, and to one whose name leads here by DNS
    rebinding.

    Args:
        app: What answers all else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hold one WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if _is_own(headers):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            # Behind a proxy that is not set up for this, nothing else tells why no page works.
            _log.warning(
                "refused a page of %.200s to connect to %.200s; server.allowedHosts and"
                " server.corsAllowedOrigins in .streamlit/config.toml say what is allowed",
                headers.get("origin"),
                headers.get("host"),
            )
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            refusal = PlainTextResponse(_REFUSAL, status_code=403)
            await refusal(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return send_with_headers


def _is_own(headers: Headers) -> bool:
    """Whether a request is by a name of ours, and from no page or one of our own.

    Browsers name the page's origin with every WebSocket and whatever may change something; other
    programs need not.
    """
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or len(origins) > 1 or not is_host_allowed(hosts[0]):
        return False
    if not origins:
        return True
    allowed = {each.strip().rstrip("/") for each in st.get_option("server.corsAllowedOrigins")}
    return is_origin_of(origins[0], hosts[0]) or origins[0] in allowed


def is_origin_of(origin: str, host: str) -> bool:
    """Whether a page's origin is the host that it asks.

    Browsers leave out a port that goes without saying, and a proxy may put it in again. Whether the
    host is asked by TLS only a proxy before this server knows.

    Args:
        origin: As browsers send it: `https://example.org`, or `null` for a page without one.
        host: The request's Host.
    """
    try:
        page, asked = urlsplit(origin), urlsplit(f"//{host}")
        usual = _PORTS.get(page.scheme)
        known = usual is not None and page.hostname is not None
        return known and (page.hostname, page.port or usual) == (
            asked.hostname,
            asked.port or usual,
        )
    except ValueError:
        return False
