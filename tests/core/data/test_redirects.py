"""Redirects between real servers, one of which has a public address in a network of its own."""

import json
from pathlib import Path

import pytest

from core.data.redirects import Trail, is_inside, numbers_of
from core.errors import NetworkError
from tests.core.own_network import python_in_own_network
from tests.messages import assert_one_sentence

PUBLIC, OTHER = "93.184.216.34", "8.8.4.4"
SERVERS = """
import http.server, json, sys, threading
from pathlib import Path
from core.errors import SincerelyError

asked = []

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.headers["Host"])
        to = self.path.partition("?")[2]
        self.send_response(302 if to else 200)
        if to:
            self.send_header("Location", to)
        body = b"" if to else b"text,label\\nsecret,1\\n"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, *_):
        pass

class V6(http.server.ThreadingHTTPServer):
    address_family = 10

for kind, host in ((http.server.ThreadingHTTPServer, "0.0.0.0"), (V6, "::1")):
    server = kind((host, 80), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
"""
DOWNLOADS = """
from core.data.download import download
from core.workspace import Workspace

said = {}
for address in sys.argv[2:]:
    asked.clear()
    try:
        said[address] = download(Workspace(Path(sys.argv[1])), address, "a.csv").read_text()
    except SincerelyError as error:
        said[address] = str(error)
    said[address] = [said[address], len(asked)]
print(json.dumps(said))
"""
MODELS = """
import os
os.environ["HF_ENDPOINT"] = sys.argv[2]
from core.encoders.hub_files import HubModel

class Redirecting(Handler):
    def do_GET(self):
        self.path = sys.argv[3] if "resolve" in self.path and self.command == "GET" else "/"
        Handler.do_GET(self)
    def do_HEAD(self):
        asked.append(self.headers["Host"])
        self.send_response(200)
        self.send_header("ETag", '"a"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Content-Length", "20")
        self.end_headers()

server.RequestHandlerClass = Redirecting
hub = http.server.ThreadingHTTPServer(("0.0.0.0", 81), Redirecting)
threading.Thread(target=hub.serve_forever, daemon=True).start()
try:
    HubModel("hf://someone/toy", Path(sys.argv[1])).fetch("config.json", Path(sys.argv[1]))
    print((Path(sys.argv[1]) / "config.json").read_text())
except SincerelyError as error:
    print(error)
"""


def downloads(folder: Path, *addresses: str) -> dict[str, list]:
    done = python_in_own_network(
        SERVERS + DOWNLOADS,
        str(folder),
        *addresses,
        addresses=(PUBLIC, OTHER, "169.254.169.254", "10.1.2.3"),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_addresses_of_machines_and_private_networks_are_inside(number: str) -> None:
    assert is_inside(number)


@pytest.mark.parametrize(
    "number",
    [PUBLIC, "8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_addresses_of_the_internet_are_not_inside(number: str) -> None:
    assert not is_inside(number)


@pytest.mark.parametrize("server", ["localhost", "2130706433", "0x7f.1:80", "[::1]:8600", "127.1"])
def test_every_spelling_of_this_machine_is_known(server: str) -> None:
    assert numbers_of(server)
    assert all(map(is_inside, numbers_of(server)))


def test_no_way_leads_from_the_internet_inside_but_any_other_is_free() -> None:
    trail = Trail()
    trail.step("nas", ["192.168.1.2"])
    trail.step("localhost", ["127.0.0.1"])
    trail.step("example.org", [PUBLIC])
    trail.step("cdn.example.org", [])  # Only a proxy knows its number.
    with pytest.raises(NetworkError, match="a redirect to nas, inside") as refused:
        trail.step("nas", ["192.168.1.2"])
    assert_one_sentence(refused.value)


def test_a_public_server_leads_no_download_inside(tmp_path: Path) -> None:
    inside = (
        *("http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"),
        *("http://10.1.2.3/", "http://2130706433/", "http://localhost/", "http://0.0.0.0/"),
        *("http://[::ffff:127.0.0.1]/", "//127.0.0.1/", "http://127%2e0%2e0%2e1/"),
        f"http://{OTHER}/?http://127.0.0.1/",
    )
    ways = [f"http://{PUBLIC}/?{to}" for to in inside]
    for (said, requests), to in zip(downloads(tmp_path, *ways).values(), inside, strict=True):
        assert "inside this machine's own network" in said, to
        assert said.count("Expected") == 1
        assert requests == 1 + (OTHER in to), to  # Nothing was asked of what is inside.


def test_typed_addresses_and_public_redirects_are_followed(tmp_path: Path) -> None:
    ways = [
        *("http://127.0.0.1/a.csv", "http://10.1.2.3/?http://localhost/a.csv"),
        *(f"http://{PUBLIC}/?http://{OTHER}/a.csv", f"http://localhost/?http://{OTHER}/a.csv"),
    ]
    assert {said for said, _ in downloads(tmp_path, *ways).values()} == {"text,label\nsecret,1\n"}


def test_a_redirect_to_what_is_no_web_address_is_no_file(tmp_path: Path) -> None:
    ways = [
        f"http://{PUBLIC}/?{to}" for to in ("ftp://127.0.0.1/a", "file:///etc/passwd", "data:,a")
    ]
    for said, _ in downloads(tmp_path, *ways).values():
        assert "the server's answer 302" in said


@pytest.mark.parametrize(
    ("hub", "to", "said"),
    [
        (f"http://{PUBLIC}:81", "/?http://169.254.169.254/", "inside this machine's own network"),
        (f"http://{PUBLIC}:81", "/?http://2130706433/", "inside this machine's own network"),
        (f"http://{PUBLIC}:81", f"/?http://{OTHER}/", "secret"),
        ("http://127.0.0.1:81", "/?http://localhost/", "secret"),
    ],
)
def test_a_public_hub_leads_no_model_inside(tmp_path: Path, hub: str, to: str, said: str) -> None:
    done = python_in_own_network(
        SERVERS + MODELS, str(tmp_path), hub, to, addresses=(PUBLIC, OTHER, "169.254.169.254")
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
