"""Keeps the pages to themselves: no other site may frame them, nor talk to their server."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_REFUSAL = "Open Sincerely by the address that `python -m core dashboard` prints.\n"
_POLICY_VIOLATION = 1008


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
        elif _is_own(Headers(scope=scope)):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
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
    if len(hosts) != 1 or len(origins) > 1 or not _is_our_name(hosts[0]):
        return False
    if not origins:
        return True
    allowed = {each.strip().rstrip("/") for each in st.get_option("server.corsAllowedOrigins")}
    return urlsplit(origins[0]).netloc.lower() == hosts[0].lower() or origins[0] in allowed


def _is_our_name(host: str) -> bool:
    """Whether `server.allowedHosts` has a host's name; without one, any name will do."""
    names = [name.strip().lower().rstrip(".") for name in st.get_option("server.allowedHosts")]
    try:
        asked = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    # A pattern such as `*.example.org` allows the names below it.
    return not names or any(
        name in ("*", asked) or (name.startswith("*.") and asked.endswith(name[1:]))
        for name in names
    )
