"""Who may ask a scorer's server: where it listens, under which names, with which token."""

from __future__ import annotations

import hmac
import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import BadInput, JobError

LOOPBACK = "127.0.0.1"
TOKEN_VARIABLE = "SINCERELY_TOKEN"


@dataclass(frozen=True)
class Address:
    """Where a server listens, and whether only this machine reaches it."""

    host: str
    port: int
    family: socket.AddressFamily
    loopback: bool

    @property
    def shown(self) -> str:
        """The host as addresses of the web have it, IPv6 in brackets."""
        return f"[{self.host}]" if self.family == socket.AF_INET6 else self.host


def resolved(host: str, port: int) -> Address:
    """The address that a name or number means.

    Raises:
        JobError: it means none.
    """
    try:
        if not host.strip():
            raise OSError("an empty name")
        family, *_, found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise JobError(
            "an address of this machine", f"{host!r}", "choose another --host"
        ) from error
    number = str(found[0])
    loopback = ipaddress.ip_address(number.partition("%")[0]).is_loopback
    return Address(number, port, family, loopback)


def token_from_environment() -> str:
    """The token that SINCERELY_TOKEN holds, "" for none: not by command line, which others see.

    Raises:
        BadInput: it cannot be sent in a header.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not all("!" <= character <= "~" for character in token):
        raise BadInput(
            f"{TOKEN_VARIABLE} to be letters, digits and signs of ASCII without blanks",
            "other characters",
            "choose another token",
        )
    return token


def check_token_needed(address: Address, token: str) -> None:
    """Make sure that a server which others reach asks for a token.

    Raises:
        BadInput: it would not.
    """
    if not (address.loopback or token):
        raise BadInput(
            f"a token in {TOKEN_VARIABLE}, as others reach the address {address.shown}",
            "none",
            "set that environment variable or leave out --host",
        )


def bearer(token: str) -> Mapping[str, str]:
    """The headers of a request with this token."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def has_token(authorization: str | None, token: str) -> bool:
    """Whether this header carries the token; the time it takes to say tells nothing of it."""
    scheme, _, given = (authorization or "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    return right and scheme.lower() == "bearer"


def is_local_name(host: str, address: Address) -> bool:
    """Whether a Host header names this machine's loopback interface, with or without port."""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name.lower() in (LOOPBACK, "localhost", "[::1]", address.shown)
