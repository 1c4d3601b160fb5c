"""What pages of other sites may do with the dashboard, asked of a real server."""

import base64
import http.client
import socket
from collections.abc import Iterator

import pytest

from dashboard.same_site import is_origin_of
from tests.dashboard.browsing import Dashboard

KEY = base64.b64encode(b"0123456789abcdef").decode()
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    started = Dashboard(tmp_path_factory.mktemp("server") / "workspace")
    yield started
    started.stop()


def answer(
    dashboard: Dashboard, path: str, headers: dict[str, str]
) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", dashboard.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{dashboard.port}", **headers})
        found = connection.getresponse()
        return found.status, found.headers
    finally:
        connection.close()


def socket_status(dashboard: Dashboard, **headers: str) -> int:
    """What a request for the page's WebSocket is answered with; 101 opens it."""
    lines = {"Host": f"localhost:{dashboard.port}", **UPGRADE, **headers}
    request = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection(("127.0.0.1", dashboard.port), timeout=60) as line:
        line.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{request}\r\n".encode())
        return int(line.makefile("rb").readline().split()[1])


@pytest.mark.parametrize("path", ["/", "/runs", "/_stcore/health", "/no/such/page"])
def test_no_page_shows_in_a_frame(dashboard: Dashboard, path: str) -> None:
    status, headers = answer(dashboard, path, {})

    assert status < 500
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_the_pages_own_socket_opens(dashboard: Dashboard) -> None:
    own = f"http://localhost:{dashboard.port}"

    assert socket_status(dashboard, Origin=own) == 101
    assert socket_status(dashboard) == 101  # Of a program that is no browser.


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:1", "http://127.0.0.1:1", "https://example.org", "null", "http://localhost"],
)
def test_a_page_of_another_origin_opens_no_socket(dashboard: Dashboard, origin: str) -> None:
    assert socket_status(dashboard, Origin=origin) == 403
    assert answer(dashboard, "/_stcore/health", {"Origin": origin})[0] == 403


@pytest.mark.parametrize("name", ["rebound.example", "localhost.example", "127.0.0.1.example", ""])
def test_a_name_that_leads_here_by_rebinding_gets_nothing(dashboard: Dashboard, name: str) -> None:
    host = f"{name}:{dashboard.port}"

    assert socket_status(dashboard, Host=host, Origin=f"http://{host}") == 403
    assert answer(dashboard, "/", {"Host": host})[0] == 403
    assert answer(dashboard, "/_stcore/host-config", {"Host": host})[0] == 403


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8501", "localhost:8501"),
        ("http://LOCALHOST:8501", "localhost:8501"),
        ("http://[::1]:8501", "[::1]:8501"),
        ("http://example.org", "example.org"),
        # Behind a proxy with TLS, which may name the port or not.
        ("https://example.org", "example.org"),
        ("https://example.org", "example.org:443"),
        ("https://example.org:8443", "example.org:8443"),
    ],
)
def test_an_origin_is_a_hosts_own_whoever_names_the_usual_port(origin: str, host: str) -> None:
    assert is_origin_of(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost", "localhost:8501"),
        ("http://localhost:8502", "localhost:8501"),
        ("http://localhost:8501", "127.0.0.1:8501"),
        ("https://example.org", "example.org:80"),
        ("https://example.org.evil.example", "example.org"),
        ("https://evil.example/?example.org", "example.org"),
        ("http://localhost:port", "localhost:8501"),
        ("http://[::1", "[::1]:8501"),
        ("file://localhost", "localhost"),
        ("null", "null"),
        ("", ""),
    ],
)
def test_an_origin_of_another_port_name_or_kind_is_none_of_the_host(origin: str, host: str) -> None:
    assert not is_origin_of(origin, host)
