"""A TF Hub module fetched by its address and unpacked, both within bounds. No TensorFlow here."""

from __future__ import annotations

import tarfile
import urllib.parse
from functools import partial
from pathlib import Path

from core.data.download import download
from core.data.reading.compression import check_room, decompress, detect_compression
from core.encoders.encoder_folder import refusal
from core.encoders.hub_files import Tell
from core.errors import BadInput, NetworkError
from core.workspace import Workspace

_FORMAT = ("tf-hub-format", "compressed")
_MOST_FILES = 1_000
_DOWNLOADING, _UNPACKING = "Downloading the encoder", "Unpacking the encoder"


def fetch_module(address: str, folder: Path, tell: Tell) -> Path:
    """Fetch a module into a folder, as tensorflow_hub does, but not without end.

    Args:
        address: The module's.
        folder: Where it goes, with what it came in; the caller throws all of it away.
        tell: Told of bytes; raising from it ends the work.

    Returns:
        The module's folder.

    Raises:
        EncoderError: there is no module, or one that is more than a few files.
        DiskError: the disk is full or nearly full, or closed to this user.
    """
    module = folder / "module"
    try:
        archive = download(
            Workspace(folder / "downloaded"),
            _packed(address),
            "module.tar.gz",
            progress=partial(tell, _DOWNLOADING),
        )
        if detect_compression(archive) == "gzip":
            packed, archive = archive, folder / "module.tar"
            decompress(packed, "gzip", archive, progress=partial(tell, _UNPACKING))
        with tarfile.open(archive, "r:") as files:
            _unpack(address, files, module)
    except (BadInput, NetworkError) as error:
        raise refusal(address, f"no TF Hub module there ({error.found})") from error
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise refusal(address, "a TF Hub module that cannot be unpacked") from error
    return module


def _packed(address: str) -> str:
    """The address that gives the module as an archive."""
    parts = urllib.parse.urlsplit(address)
    query = [*urllib.parse.parse_qsl(parts.query), _FORMAT]
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


def _unpack(address: str, files: tarfile.TarFile, module: Path) -> None:
    module.mkdir()
    for number, member in enumerate(files):
        is_plain = (member.isfile() and not member.issparse()) or member.isdir()
        if number >= _MOST_FILES or not is_plain:
            raise refusal(address, "a TF Hub module with links or thousands of files")
        check_room(module, member.size)
        files.extract(member, module, filter="data")
