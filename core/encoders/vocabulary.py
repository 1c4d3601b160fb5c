"""A WordPiece vocabulary: one token a line in vocab.txt, or an object in tokenizer.json."""

from __future__ import annotations

from pathlib import Path

from core.errors import EncoderError
from core.files import read_text
from core.records import parse_json

_LARGEST = 2_000_000


def read_vocabulary(path: Path) -> list[str]:
    """All tokens, in the order of their ids.

    Args:
        path: A text file, or a tokenizer.json of Hugging Face.

    Raises:
        EncoderError: a tokenizer.json has none, or ids that are not theirs alone.
    """
    text = read_text(path)
    if path.suffix != ".json":
        # Not `splitlines`: some vocabularies have rare separators such as U+2028 as tokens.
        return text.removesuffix("\n").split("\n")
    try:
        return tokens_of(parse_json(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(
            f"a WordPiece vocabulary in {path.name}", "none", "choose another encoder"
        ) from error


def write_vocabulary(source: Path, target: Path) -> None:
    """Write a vocabulary as one token a line.

    Raises:
        EncoderError: as `read_vocabulary`.
        OSError: the file cannot be read or written.
    """
    if source.suffix != ".json":
        target.write_bytes(source.read_bytes())
        return
    target.write_text("\n".join(read_vocabulary(source)) + "\n", "utf-8")


def tokens_of(tokenizer: dict[str, object]) -> list[str]:
    """The tokens of a tokenizer.json, those that were added to it included.

    An id that no token has gets a name that no text can hold.

    Raises:
        ValueError: an id that is no number, or of two tokens; a token that no line can hold.
        KeyError: there is no vocabulary.
    """
    model = tokenizer["model"]
    vocab = dict(model["vocab"])  # type: ignore[index]
    for added in tokenizer.get("added_tokens") or ():  # type: ignore[attr-defined]
        vocab.setdefault(added["content"], added["id"])
    names = {number: str(token) for token, number in vocab.items()}
    if not all(isinstance(number, int) for number in names):
        raise ValueError("ids that are no numbers")
    if not names or len(names) != len(vocab) or min(names) < 0 or max(names) >= _LARGEST:
        raise ValueError("ids that are not one token's alone")
    "".join(names.values()).encode()  # Half a surrogate pair is none of UTF-8.
    if any("\n" in name or "\r" in name for name in names.values()):
        raise ValueError("a token of two lines")
    return [names.get(number, f"[no token {number}]") for number in range(max(names) + 1)]
