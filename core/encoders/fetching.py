"""Fetch a BERT from Hugging Face, and learn soon whether a server can be reached at all.

No TensorFlow here. Files go into a folder that the caller throws away if anything fails.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.encoders.encoder_folder import (
    PRESET_TOKENIZER,
    PRESET_VOCABULARY,
    SAFETENSORS,
    check_config,
    read_config,
    refusal,
)
from core.errors import EncoderError

Tell = Callable[[str, int, int], None]
"""Told (stage, bytes done, in all) as work goes on; in all is 0 where nobody knows."""

_TIMEOUT_S = 8.0
_PATIENCE_S = 4.0
"""Looking a name up can take longer than any timeout says: how much longer anybody waits."""
_CHUNK_BYTES = 1 << 18
_ENDPOINT = "HF_ENDPOINT"
_SMALL = ("tokenizer_config.json", "tokenizer.json", "vocab.txt")
_OF_PRESETS = (PRESET_VOCABULARY, "model.weights.h5")


def check_reachable(address: str, *, timeout_s: float = _TIMEOUT_S) -> None:
    """Make sure that the server of an address answers, whatever it says.

    Raises:
        EncoderError: it does not within `timeout_s` and a few seconds for its name.
    """
    parts = urllib.parse.urlsplit(address)
    request = urllib.request.Request(f"{parts.scheme}://{parts.netloc}/", method="HEAD")
    failure: list[Exception | None] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(request, timeout=timeout_s):
                failure.append(None)
        except urllib.error.HTTPError:
            failure.append(None)
        except (OSError, ValueError, http.client.HTTPException) as error:
            failure.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout_s + _PATIENCE_S)
    if not failure:
        raise _unreachable(parts.netloc, f"no answer in {timeout_s + _PATIENCE_S:.0f} s")
    if failure[0] is not None:
        raise _unreachable(parts.netloc, _reason(failure[0]))


def hugging_face_address() -> str:
    """Where models of Hugging Face are; HF_ENDPOINT names another place, as for its own tools."""
    return os.environ.get(_ENDPOINT, "https://huggingface.co").rstrip("/")


def fetch_hugging_face(name: str, folder: Path, tell: Tell) -> None:
    """Fetch the files of `hf://owner/name` into a folder, after a look at what kind it is.

    Args:
        name: The model.
        folder: An empty folder.
        tell: Called after every piece of the weights; raising from it ends the work.

    Raises:
        EncoderError: no connection, no such model, or it is no BERT.
    """
    base = f"{hugging_face_address()}/{name.removeprefix('hf://')}/resolve/main"
    check_reachable(base)
    tell("Looking at the model", 0, 0)
    if not _fetch(f"{base}/config.json", folder / "config.json"):
        raise refusal(name, "no model there, or one that not everybody may read")
    config = read_config(folder)
    is_preset = "model_type" not in config
    if not is_preset:
        check_config(config, name)
    for file in (*_SMALL, *((PRESET_VOCABULARY,) if is_preset else ())):
        _fetch(f"{base}/{file}", folder / file)
    _write_vocabulary(folder)
    weights = _OF_PRESETS[1] if is_preset else SAFETENSORS
    if not _fetch(f"{base}/{weights}", folder / weights, tell):
        raise refusal(name, f"a model without a file {weights}")


def _fetch(address: str, target: Path, tell: Tell | None = None) -> bool:
    """Fetch one file; False if the server has none of that name."""
    with _opened(address) as response:
        if response is None:
            return False
        total = int(response.headers.get("Content-Length") or 0)
        done = 0
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            while chunk := _read(response, address):
                file.write(chunk)
                done += len(chunk)
                if tell is not None:
                    tell("Downloading the encoder", done, max(total, done))
        if done < total:
            raise _unreachable(urllib.parse.urlsplit(address).netloc, "it broke off")
    return True


@contextmanager
def _opened(address: str) -> Iterator[Any]:
    """The server's answer; None if it says that there is no such file, or not for everybody."""
    server = urllib.parse.urlsplit(address).netloc
    try:
        response = urllib.request.urlopen(address, timeout=_TIMEOUT_S)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (401, 403, 404):
            yield None
            return
        raise _unreachable(server, f"the server's answer {error.code}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _unreachable(server, _reason(error)) from error
    with response:
        yield response


def _read(response: Any, address: str) -> bytes:
    try:
        chunk: bytes = response.read(_CHUNK_BYTES)
        return chunk
    except (OSError, http.client.HTTPException) as error:
        server = urllib.parse.urlsplit(address).netloc
        raise _unreachable(server, "it broke off") from error


def _write_vocabulary(folder: Path) -> None:
    """Newer models have their WordPiece vocabulary in tokenizer.json only."""
    target = folder / "vocab.txt"
    if target.exists() or not (folder / PRESET_TOKENIZER).exists():
        return
    try:
        model = json.loads((folder / PRESET_TOKENIZER).read_text("utf-8"))["model"]
        tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
        if model.get("type") == "WordPiece":
            target.write_text("\n".join(tokens) + "\n", "utf-8")
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # That there is no vocabulary is said when the folder is read.


def _unreachable(server: str, found: str) -> EncoderError:
    return EncoderError(
        f"a connection to {server.removeprefix('www.')}",
        f"none ({found})",
        "connect this machine to the internet, or give the path of a folder with the encoder",
    )


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return "it took too long" if isinstance(reason, socket.timeout) else str(reason)[:120]
