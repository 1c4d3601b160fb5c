import socket
from pathlib import Path

import pytest

from core.encoders.reachability import check_reachable, unreachable
from core.errors import EncoderError
from tests.core.model.model_server import serve_models
from tests.messages import assert_one_sentence


def test_a_server_that_cannot_be_reached_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Nobody listens there.
        with pytest.raises(EncoderError, match=r"a connection to 127\.0\.0\.1") as refusal:
            check_reachable(f"http://127.0.0.1:{taken.getsockname()[1]}/a/b")

    assert_one_sentence(refusal.value)


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(EncoderError, match=r"it took too long|no answer"),
    ):
        check_reachable(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=1)


def test_any_answer_shows_that_a_server_can_be_reached(tmp_path: Path) -> None:
    with serve_models(tmp_path) as server:
        check_reachable(f"{server.address}/no/such/thing")


def test_a_reason_of_several_lines_is_said_in_one() -> None:
    error = unreachable("www.kaggle.com", "first\n  second")

    assert (error.expected, error.found) == ("a connection to kaggle.com", "none (first second)")
    assert_one_sentence(error)
