import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from core.errors import JobError
from core.serving.client import Answer, ask
from tests.core.small_disk import python
from tests.messages import assert_one_sentence

GOOD = '{"predictions": [{"score": 0.25, "label": "no", "calibrated": 0.3}], "milliseconds": 1.5}'
Serve = Callable[[bytes], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a program that answers one request with fixed bytes; gives its port."""
    listeners = []

    def start(answer: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        threading.Thread(target=run, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        listener.close()


def http_answer(body: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def test_an_answer_is_read(serve: Serve) -> None:
    answers = ask(serve(http_answer(GOOD)), "run", ["a text"])

    assert answers.answers == [Answer(0.25, "no", 0.3)]
    assert answers.model_milliseconds == 1.5


def test_texts_never_go_through_a_proxy(serve: Serve) -> None:
    port = serve(http_answer(GOOD))
    script = f"from core.serving.client import ask; print(ask({port}, 'run', ['a text']).answers)"

    done = python(["-c", script], env={"http_proxy": "http://127.0.0.1:9"})

    assert "Answer(score=0.25, label='no'" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (http_answer("<h1>Hello</h1>"), "another program on port"),
        (http_answer("[]"), "another program on port"),
        (http_answer('{"predictions": [{}]}'), "another program on port"),
        (http_answer("<p>None</p>", "404 Not Found"), "its refusal (HTTP Error 404: Not Found)"),
        (http_answer('"no"', "500 Sorry"), "its refusal (HTTP Error 500: Sorry)"),
        (http_answer('{"error": "too much"}', "413 Long"), "its refusal (too much)"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no answer"),
        (b"", "no answer"),
        (http_answer(GOOD)[:-20], "no answer"),
    ],
)
def test_an_answer_that_is_none_is_said_in_a_sentence(
    serve: Serve, answer: bytes, found: str
) -> None:
    with pytest.raises(JobError) as refusal:
        ask(serve(answer), "run", ["a text"])

    assert_one_sentence(refusal.value)
    assert found in str(refusal.value)
