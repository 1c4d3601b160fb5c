"""Run Python in a network of its own, where this machine has any address, by the kernel's means."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
_INSIDE = ["unshare", "--user", "--map-root-user", "--net"]
_ADDRESSES = """
import fcntl, socket, struct
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
    for number, address in enumerate({addresses}):
        name = f"lo:{{number + 1}}".encode()
        value = struct.pack("16sH2s4s8s", name, socket.AF_INET, b"", socket.inet_aton(address), b"")
        fcntl.ioctl(asked, 0x8916, value)  # SIOCSIFADDR
    fcntl.ioctl(asked, 0x8914, struct.pack("16sh14x", b"lo", 0x49))  # SIOCSIFFLAGS: up
"""


def python_in_own_network(
    script: str, *arguments: str, addresses: tuple[str, ...]
) -> "subprocess.CompletedProcess[str]":
    """Run a script where nothing outside can be reached and `addresses` are this machine's.

    Skips the test where this user may not have such a network.
    """
    try:
        subprocess.run([*_INSIDE, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this user may not have a network of its own ({error})")
    none = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    environment = {name: value for name, value in os.environ.items() if name.lower() not in none}
    whole = _ADDRESSES.format(addresses=addresses) + script
    return subprocess.run(
        [*_INSIDE, sys.executable, "-c", whole, *arguments],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=120,
        check=False,
        env={**environment, "PYTHONPATH": str(PROJECT)},
    )
