"""The encoders to choose from: what came along, what is on this disk, what can be downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.encoders.encoders import (
    EMBEDDED,
    RECORD,
    EncoderSource,
    PreparedRecord,
    find_encoder,
    is_ready,
    source_of,
)
from core.encoders.known_encoders import KNOWN, PRESETS
from core.encoders.shapes import EncoderShape
from core.errors import EncoderError
from core.files import read_all
from core.records import from_json
from core.runs.run import list_runs
from core.workspace import Workspace

_BYTES_A_PARAMETER = 4
_EMBEDDED_TITLE = "MiniLM, English uncased, comes along"


@dataclass(frozen=True)
class ListedEncoder:
    """An encoder as the list shows it.

    `name` is what a user types; `shape` is None where it is known only once it is ready;
    `size_bytes` is what it takes on this disk, or will take to download (0 where nobody knows).
    What is on this disk and not ready, a TF Hub folder, has to be turned into a native model first.
    """

    name: str
    title: str
    source: EncoderSource
    shape: EncoderShape | None
    on_disk: bool
    ready: bool
    size_bytes: int


def list_encoders(workspace: Workspace) -> list[ListedEncoder]:
    """All encoders to choose from: on this disk first, then smallest first. No TensorFlow.

    They are the embedded one, those in the workspace's `encoders/` folder, those that were got
    ready before or that runs were trained with, and well-known ones to download.
    """
    titles = {known.name: known.title for known in KNOWN}
    found: dict[str, ListedEncoder] = {}
    for name in _names(workspace):
        if name not in found:
            with suppress(EncoderError):  # A folder that is gone, or is no BERT.
                found[name] = describe_encoder(workspace, name, titles.get(name))
    return sorted(found.values(), key=_order)


def describe_encoder(workspace: Workspace, name: str, title: str | None = None) -> ListedEncoder:
    """What the list says of one encoder.

    Raises:
        EncoderError: nothing can have that name, it is no BERT or its files are damaged.
    """
    source = source_of(name)
    if is_ready(name, workspace):
        encoder = find_encoder(name, workspace)
        size = sum(path.stat().st_size for path in encoder.folder.rglob("*") if path.is_file())
        return ListedEncoder(
            name, title or _title(name, source), source, encoder.shape, True, True, size
        )
    shape = PRESETS.get(name) or {known.name: known.shape for known in KNOWN}.get(name)
    size = shape.parameters * _BYTES_A_PARAMETER if shape and source.is_remote else 0
    # A TF Hub folder is on this disk, though not ready.
    return ListedEncoder(
        name, title or _title(name, source), source, shape, not source.is_remote, False, size
    )


def _names(workspace: Workspace) -> Iterator[str]:
    yield EMBEDDED
    yield from (str(path) for path in sorted(workspace.encoders.glob("*")) if path.is_dir())
    records = sorted(workspace.prepared_encoders.glob(f"*/{RECORD}"))
    yield from (record.name for record in read_all(records, partial(from_json, PreparedRecord)))
    yield from (run.config.encoder for run in list_runs(workspace))
    yield from (known.name for known in KNOWN)


def _title(name: str, source: EncoderSource) -> str:
    """What people call it: a folder by its last part, a handle without its scheme."""
    if source is EncoderSource.EMBEDDED:
        return _EMBEDDED_TITLE
    if source in (EncoderSource.FOLDER, EncoderSource.HUB_FOLDER):
        return Path(name).name
    return name.rpartition("://")[2]


def _order(encoder: ListedEncoder) -> tuple[bool, bool, int]:
    size = encoder.shape.parameters if encoder.shape else 0
    return (encoder.source is not EncoderSource.EMBEDDED, not encoder.on_disk, size)
