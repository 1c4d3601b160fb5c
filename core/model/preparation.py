"""Make an encoder ready once: fetch it, turn it into a native model, check it, keep it.

What is made lies in the workspace's cache (`cache/encoders/`) and appears there whole or not at
all; what has arrived of a model of Hugging Face is kept apart for the next try
(`downloads/encoders/`). Other files that are downloaded on the way go with the folder of
unfinished work, unless keras-hub was given a cache (KAGGLEHUB_CACHE). What it or tensorflow_hub
(TFHUB_CACHE_DIR) has in a cache of its own already is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import keras_hub

from core.encoders.encoder_folder import check_hub_module, is_hub_module, read_folder, refusal
from core.encoders.encoders import (
    RECORD,
    Encoder,
    EncoderSource,
    PreparedRecord,
    find_encoder,
    is_ready,
    prepared_folder,
    signature,
    source_of,
)
from core.encoders.fetching import fetch_hugging_face
from core.encoders.hub_archive import fetch_module
from core.encoders.hub_files import Tell
from core.encoders.reachability import check_reachable
from core.errors import disk_errors
from core.model.backbone import load_backbone
from core.model.classifier import check_tokenizer
from core.model.hub_module import load_hub_bert
from core.model.tokenizer import encoder_tokenizer
from core.records import to_json
from core.workspace import Workspace

_READ_TIMEOUT_S = 30.0
_KAGGLE = "https://www.kaggle.com/"


def prepare_encoder(name: str, workspace: Workspace, tell: Tell) -> Encoder:
    """Make an encoder ready, unless it is; what breaks leaves nothing.

    Args:
        name: As `core.encoders.encoders.find_encoder` takes it.
        workspace: Whose cache it goes into.
        tell: Told of stages and bytes; raising from it ends the work.

    Raises:
        EncoderError: it cannot be reached or read, is no BERT, or the native model does not give
            the original's answers.
        DiskError: the disk is full or closed to this user.
    """
    if is_ready(name, workspace):
        return find_encoder(name, workspace)
    source = source_of(name)
    with disk_errors("the encoder"), workspace.staging() as folder:
        made = folder / "made"
        made.mkdir()
        places = _Places(folder, made, workspace.encoder_parts)
        known_as = signature(name)
        difference = _MAKERS[source](name, places, tell)
        tell("Checking the encoder", 0, 0)
        _check(name, made)
        record = PreparedRecord(name, source.value, known_as, difference)
        (made / RECORD).write_text(to_json(record), "utf-8")
        _publish(made, prepared_folder(name, workspace), folder / "old")
    return find_encoder(name, workspace)


@dataclass(frozen=True)
class _Places:
    """Folders of unfinished work: anything, what will be kept, and parts for the next try."""

    staging: Path
    made: Path
    parts: Path


def _from_hub(name: str, places: _Places, tell: Tell) -> float:
    known = _hub_cached(name)
    if known.exists():
        return _from_hub_folder(str(known), places, tell)
    check_reachable(name)
    tell("Downloading the encoder", 0, 0)
    return _from_hub_folder(str(fetch_module(name, places.staging, tell)), places, tell)


def _from_hub_folder(name: str, places: _Places, tell: Tell) -> float:
    if not is_hub_module(Path(name)):
        raise refusal(name, "no TF Hub module")
    check_hub_module(Path(name))
    tell("Comparing the native model's answers with the module's", 0, 0)
    bert = load_hub_bert(name)
    bert.backbone.save_to_preset(str(places.made))
    shutil.copyfile(bert.vocabulary, places.made / "vocab.txt")
    told = json.dumps({"do_lower_case": bert.lower_case})
    (places.made / "tokenizer_config.json").write_text(told, "utf-8")
    return bert.difference


def _from_hugging_face(name: str, places: _Places, tell: Tell) -> float:
    fetch_hugging_face(name, places.made, places.parts, tell)
    return 0.0


def _from_preset(name: str, places: _Places, tell: Tell) -> float:
    known = keras_hub.models.BertBackbone.presets.get(name)
    if known is None:
        raise refusal(name, f"no preset of that name in keras-hub {keras_hub.__version__}")
    handle = known["kaggle_handle"].removeprefix("kaggle://")
    with _cache(
        places.staging, "KAGGLEHUB_CACHE", _kaggle_cache() / "models" / handle
    ) as is_cached:
        if not is_cached:
            check_reachable(_KAGGLE)
        tell("Downloading the encoder", 0, 0)
        try:
            backbone = keras_hub.models.BertBackbone.from_preset(name)
            tokenizer = keras_hub.models.BertTokenizer.from_preset(name)
        except (OSError, ValueError, KeyError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise refusal(name, f"a preset that cannot be fetched ({reason[:120]})") from error
        backbone.save_to_preset(str(places.made))
        tokenizer.save_to_preset(str(places.made))
    return 0.0


_MAKERS: dict[EncoderSource, Callable[[str, _Places, Tell], float]] = {
    EncoderSource.TF_HUB: _from_hub,
    EncoderSource.HUB_FOLDER: _from_hub_folder,
    EncoderSource.HUGGING_FACE: _from_hugging_face,
    EncoderSource.PRESET: _from_preset,
}


def _check(name: str, made: Path) -> None:
    """Make sure that what was made can be used as any encoder on disk."""
    facts = read_folder(made)
    encoder = Encoder(name, made, facts.vocabulary, facts.lower_case, facts.shape, facts.rules)
    tokenizer = encoder_tokenizer(encoder, max_seq_length=facts.shape.positions)
    check_tokenizer(tokenizer, load_backbone(encoder))


def _publish(made: Path, target: Path, old: Path) -> None:
    """Put a finished folder in its place in one step; one of a folder that changed goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        os.rename(target, old)
    try:
        os.rename(made, target)
    except OSError:
        if not (target / RECORD).is_file():  # Else another process was faster.
            raise


@contextmanager
def _cache(folder: Path, variable: str, known: Path) -> Iterator[bool]:
    """A library's cache inside the folder of unfinished work, unless it has one that knows.

    Yields:
        Whether the library has the files already.
    """
    if known.exists() or os.environ.get(variable):
        yield known.exists()
        return
    patience = socket.getdefaulttimeout()
    os.environ[variable] = str(folder / "downloaded")
    socket.setdefaulttimeout(_READ_TIMEOUT_S)  # The library itself would wait for ever.
    try:
        yield False
    finally:
        socket.setdefaulttimeout(patience)
        del os.environ[variable]


def _hub_cached(handle: str) -> Path:
    """Where tensorflow_hub keeps a module that it has downloaded."""
    folder = os.environ.get("TFHUB_CACHE_DIR") or Path(tempfile.gettempdir()) / "tfhub_modules"
    return Path(folder) / hashlib.sha1(handle.encode(), usedforsecurity=False).hexdigest()


def _kaggle_cache() -> Path:
    return Path(os.environ.get("KAGGLEHUB_CACHE") or Path.home() / ".cache" / "kagglehub")
