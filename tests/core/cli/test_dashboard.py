import socket

from tests.core.cli.process import run


def test_a_port_in_use_is_one_sentence_that_names_another() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        ended = run("dashboard", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"port {port} to be free" in ended.stderr
    assert f"make run PORT={port + 1}" in ended.stderr
