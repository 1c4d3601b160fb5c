"""Read a text file of any supported encoding as blocks of clean UTF-8."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from pathlib import Path

from core.data.reading.compression import HEAD_BYTES, OpenFile, open_file
from core.data.reading.encodings import encoding_name
from core.errors import BadInput

MARK = b"\xff"
"""Stands where bytes do not fit the encoding; it never occurs in UTF-8."""
CHUNK_BYTES = 4 << 20
"""How much of a file is read at once."""
_HEAD_CHARS = 1 << 18
_BOM = "\ufeff".encode()
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Python decodes MARK to this and back by its error handler "surrogateescape".
_MARK_CHARACTER = "\udcff"
_SURROGATE = re.compile("[\ud800-\udfff]")


Progress = Callable[[int, int], None]
"""Called with (done, in all), of which the quotient counts; it may raise to cancel."""


def ignore_progress(done: int, total: int) -> None:
    """The default Progress: says nothing."""


def _marked(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _MARK_CHARACTER, error.end


class Utf8Stream(io.RawIOBase):
    """A text file as UTF-8, without byte-order mark and NUL characters.

    `nul_count` tells how many NULs became spaces, `done` of `size` how many of the file's bytes
    are read, `taken` how many bytes of text that gave. Bytes that do not fit the encoding become
    MARK, and `has_marks` True; or reading raises BadInput with the line number at the first of
    them, if the stream is `strict`.
    """

    def __init__(
        self,
        source: OpenFile,
        *,
        encoding: str,
        strict: bool = False,
        chunk_bytes: int = CHUNK_BYTES,
    ) -> None:
        codecs.register_error("sincerely.mark", _marked)
        self.nul_count = 0
        self.taken = 0
        self.has_marks = False
        self.size = source.size
        self._source = source
        self._encoding = encoding
        self._strict = strict
        self._chunk_bytes = chunk_bytes
        self._decoder: codecs.IncrementalDecoder | None = None
        self._undecoded = b""
        self._lines = 1
        self._buffer = b""
        self._at_start = True
        self._at_end = False

    @property
    def done(self) -> int:
        """How many of the file's bytes are read."""
        return self._source.done

    def block(self) -> bytes:
        """The next few MB; none at the end."""
        block = b""
        while not block and not self._at_end:
            raw = self._read()
            block = self._decode(raw)
            if self._at_start and block:
                block, self._at_start = block.removeprefix(_BOM), False
        if self._strict:
            self._lines += block.count(b"\n")
        nuls = block.count(b"\0")
        if nuls:
            self.nul_count += nuls
            block = block.replace(b"\0", b" ")
        self.taken += len(block)
        return block

    def head(self) -> tuple[str, bool]:
        """The first characters, and whether they are all; misfits by "surrogateescape"."""
        head = b""
        while len(head) <= _HEAD_CHARS and (block := self.block()):
            head += block
        text = head.decode("utf-8", "surrogateescape")
        return text[:_HEAD_CHARS], len(text) <= _HEAD_CHARS

    def _read(self) -> bytes:
        raw = self._source.read(self._chunk_bytes)
        if (
            self._encoding in ("utf-16", "utf-32") and self._decoder is None
        ):  # Its byte order is to be seen.
            while raw and len(raw) < HEAD_BYTES and (more := self._source.read(self._chunk_bytes)):
                raw += more
        self._at_end = not raw
        return raw

    def _decode(self, raw: bytes) -> bytes:
        errors = "strict" if self._strict else "sincerely.mark"
        try:
            if self._encoding == "utf-8":
                return self._checked_utf_8(self._undecoded + raw, errors)
            if self._decoder is None:
                codec = codec_of(self._encoding, raw)
                self._decoder = codecs.getincrementaldecoder(codec)(errors)
            text = self._decoder.decode(raw, final=self._at_end)
        except UnicodeDecodeError as error:
            raise self._misfit(error) from error
        return self._encode(text)

    def _checked_utf_8(self, data: bytes, errors: str) -> bytes:
        if data.isascii():  # Much faster than decoding.
            self._undecoded = b""
            return data
        try:
            _, used = codecs.utf_8_decode(data, "strict", self._at_end)
            clean = data[:used]
        except UnicodeDecodeError:
            if self._strict:
                raise
            text, used = codecs.utf_8_decode(data, errors, self._at_end)
            clean = self._encode(text)
        self._undecoded = data[used:]
        return clean

    def _encode(self, text: str) -> bytes:
        if self._encoding == "utf-7":  # The one codec that gives halves of surrogate pairs.
            text = _SURROGATE.sub(_MARK_CHARACTER, text)
        self.has_marks = self.has_marks or _MARK_CHARACTER in text
        return text.encode("utf-8", "surrogateescape")

    def _misfit(self, error: UnicodeDecodeError) -> BadInput:
        line = self._lines + error.object[: error.start].count(b"\n")
        likely = "Windows-1252" if self._encoding == "utf-8" else "UTF-8"
        return BadInput(
            f"text in {encoding_name(self._encoding)}",
            f"the byte 0x{error.object[error.start]:02x} in line {line:,}",
            f"choose the file's real encoding, most often {likely}",
        )

    def readable(self) -> bool:
        """True, as `io.RawIOBase` asks."""
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as the text goes; returns how many bytes that were, 0 at the end."""
        self._buffer = self._buffer or self.block()
        piece = self._buffer[: len(target)]
        self._buffer = self._buffer[len(piece) :]
        target[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the file below, too."""
        self._source.close()
        super().close()


def open_utf8(
    path: Path,
    *,
    encoding: str = "utf-8",
    compression: str = "",
    strict: bool = False,
    chunk_bytes: int = CHUNK_BYTES,
) -> Utf8Stream:
    """Open a text file as UTF-8.

    Args:
        path: The file.
        encoding: What `encoding_key` gives.
        compression: A key of COMPRESSIONS.
        strict: Whether to raise at bytes that do not fit the encoding, instead of marking them.
        chunk_bytes: How much of the file is read at once.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is compressed in another way or damaged.
    """
    source = open_file(path, compression)
    return Utf8Stream(source, encoding=encoding, strict=strict, chunk_bytes=chunk_bytes)


def codec_of(encoding: str, head: bytes) -> str:
    """Python's codec for a file that begins so: of UTF-16 and UTF-32 with the byte order.

    It shows in the byte-order mark, else in where the zeros of UTF-16 are.
    """
    if encoding == "utf-32":
        return "utf-32-be" if head.startswith(codecs.BOM_UTF32_BE) else "utf-32-le"
    if encoding != "utf-16":
        return encoding
    zeros_first, zeros_second = head[0:HEAD_BYTES:2].count(0), head[1:HEAD_BYTES:2].count(0)
    guess = "utf-16-be" if zeros_first > zeros_second else "utf-16-le"
    return _UTF_16.get(head[:2], guess)
