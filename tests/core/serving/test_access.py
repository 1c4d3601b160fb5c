import pytest

from core.errors import BadInput, JobError
from core.serving.access import (
    TOKEN_VARIABLE,
    check_token_needed,
    has_token,
    is_local_name,
    resolved,
    token_from_environment,
)
from tests.messages import assert_one_sentence


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False)],
)
def test_only_loopback_needs_no_token(host: str, loopback: bool) -> None:
    address = resolved(host, 0)
    assert address.loopback is loopback
    check_token_needed(address, "token")
    if loopback:
        check_token_needed(address, "")
    else:
        with pytest.raises(BadInput) as refusal:
            check_token_needed(address, "")
        assert_one_sentence(refusal.value)


@pytest.mark.parametrize("host", ["", " ", "no.such.name.invalid", "a" * 300, "1.2.3.4.5"])
def test_what_is_no_address_is_said(host: str) -> None:
    with pytest.raises(JobError) as refusal:
        resolved(host, 0)
    assert_one_sentence(refusal.value)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8601", True),
        ("LOCALHOST:1", True),
        ("[::1]:1", True),
        ("[::1]", True),
        ("", False),
        ("evil.example", False),
        ("127.0.0.1.evil.example:80", False),
        ("localhost:1:2", False),
    ],
)
def test_a_page_cannot_give_this_machine_a_name_of_its_own(host: str, known: bool) -> None:
    assert is_local_name(host, resolved("127.0.0.1", 0)) is known


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("Bearer s3cret", True),
        ("bearer  s3cret ", True),
        ("Bearer s3cre", False),
        ("Basic s3cret", False),
        ("s3cret", False),
        ("Bearer ", False),
        ("Bearer s3cret\u00e9", False),
        (None, False),
    ],
)
def test_a_token_is_right_or_wrong(given: str | None, right: bool) -> None:
    assert has_token(given, "s3cret") is right


def test_a_token_is_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    assert token_from_environment() == ""
    monkeypatch.setenv(TOKEN_VARIABLE, " s3cret\n")
    assert token_from_environment() == "s3cret"
    for value in ("two words", "gehe\u00efm", "a\nb"):
        monkeypatch.setenv(TOKEN_VARIABLE, value)
        with pytest.raises(BadInput) as refusal:
            token_from_environment()
        assert_one_sentence(refusal.value)
        assert value not in str(refusal.value)
