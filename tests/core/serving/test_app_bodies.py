"""Bodies as clients send them: in chunks, in gzip, too slowly, too many."""

import gzip

import pytest

from core.scoring.scorer import Scorer
from core.serving.limits import Limits
from core.serving.server import ScorerServer
from tests.core.serving.serving import (
    connected,
    exchange,
    head,
    model_path,
    predict,
    read_to_end,
    request,
    serving,
)
from tests.toy import wait_until

CHUNKED = {"Transfer-Encoding": "chunked"}
GZIP = {"Content-Encoding": "gzip"}


def in_chunks(body: bytes, size: int) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_body_may_come_in_chunks(server: ScorerServer, size: int) -> None:
    plain = predict(server, ["a lovely cat"])[1]["predictions"]
    body = in_chunks(b'{"instances": ["a lovely cat"]}', size)
    status, content = request(server, body, headers=CHUNKED)
    assert (status, content["predictions"]) == (200, plain)


def test_no_more_bytes_come_in_chunks_than_at_once(scorer: Scorer) -> None:
    with serving(scorer, limits=Limits(body_bytes=100)) as other:
        assert request(other, in_chunks(b" " * 98 + b"{}", 30), headers=CHUNKED)[0] == 400
        assert request(other, in_chunks(b" " * 99 + b"{}", 30), headers=CHUNKED)[0] == 413


def test_a_body_may_come_in_gzip(server: ScorerServer) -> None:
    plain = predict(server, ["a lovely cat"])[1]["predictions"]
    body = gzip.compress(b'{"instances": ["a lovely cat"]}')
    status, content = request(server, body, headers=GZIP)
    assert (status, content["predictions"]) == (200, plain)
    assert request(server, b"{}", headers=GZIP)[0] == 400
    assert request(server, body[:-9], headers=GZIP)[0] == 400


def test_no_more_comes_out_of_gzip_than_may_come(scorer: Scorer) -> None:
    with serving(scorer, limits=Limits(body_bytes=1_000)) as other:
        assert request(other, gzip.compress(b" " * 998 + b"{}"), headers=GZIP)[0] == 400
        assert request(other, gzip.compress(b" " * 9_999_999), headers=GZIP)[0] == 413


def test_a_body_is_of_one_length_and_of_no_other_compression(server: ScorerServer) -> None:
    assert request(server, b"{}", headers={"Content-Encoding": "br"})[0] == 415
    both = {**CHUNKED, "Content-Length": "12"}
    assert request(server, in_chunks(b"{}", 9), headers=both)[0] == 400


def test_a_body_that_will_be_refused_need_not_be_sent(server: ScorerServer) -> None:
    for length, said in ((Limits().body_bytes + 1, b"HTTP/1.1 413 "), (2, b"HTTP/1.1 100 ")):
        with connected(server) as client:
            client.sendall(head(server, length)[:-2] + b"Expect: 100-continue\r\n\r\n")
            assert client.recv(100).startswith(said)


def test_a_body_that_comes_too_slowly_is_refused_and_holds_up_nobody(scorer: Scorer) -> None:
    limits = Limits(body_s=0.3, linger_s=0.1)
    with serving(scorer, limits=limits) as other, connected(other) as client:
        client.sendall(head(other, 10_000) + b"{")
        assert predict(other, ["a lovely cat"])[0] == 200
        assert read_to_end(client).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_came_with_the_request_before_has_a_deadline_too(scorer: Scorer) -> None:
    limits = Limits(body_s=0.3, linger_s=0.1)
    with serving(scorer, limits=limits) as other, connected(other) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + head(other, 99) + b"{")
        assert b"HTTP/1.1 408 " in read_to_end(client)


def test_more_bytes_of_bodies_than_it_keeps_are_refused(scorer: Scorer) -> None:
    with serving(scorer, limits=Limits(bodies_bytes=50_000)) as other:
        path = model_path(other)
        with connected(other) as slow:
            slow.sendall(head(other, 50_000) + b" " * 49_990)
            wait_until(lambda: exchange(other, "POST", path, b" " * 2_000)[0] == 503)
            status, headers, _ = exchange(other, "POST", path, b" " * 2_000)
            assert (status, headers["retry-after"]) == (503, "5")
            slow.sendall(b" " * 10)
            assert slow.recv(65_536).startswith(b"HTTP/1.1 400 ")
        wait_until(lambda: predict(other, ["a cat" * 9_000])[0] == 200)


def test_a_body_in_chunks_of_a_few_bytes_without_end_is_refused(scorer: Scorer) -> None:
    body = in_chunks(b'{"instances": ["a cat"]}', 1)
    with serving(scorer, limits=Limits(parts=24)) as other:
        assert request(other, body, headers=CHUNKED)[0] == 200
    with serving(scorer, limits=Limits(parts=23)) as other:
        status, content = request(other, in_chunks(b" " * 20_000, 1), headers=CHUNKED)
    assert (status, content["error"]) == (413, "Expected the body in fewer and larger chunks.")
