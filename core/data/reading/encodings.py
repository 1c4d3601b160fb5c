"""The encodings of text files, and how people call them."""

from __future__ import annotations

import codecs

from core.errors import BadInput

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850",
    "cp1250": "Windows-1250 (Central Europe)",
    "iso8859-2": "ISO 8859-2 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp874": "Windows-874 (Thai)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GB18030 (Chinese)",
    "cp950": "Big5 (Chinese)",
    "cp949": "EUC-KR (Korean)",
}
"""The common encodings, which are offered, and their names; `encoding_key` takes others, too."""
_OUR_KEYS = {"iso8859-1": "latin-1", "utf-8-sig": "utf-8"}  # A byte-order mark always goes.
# Python counts them as text encodings, but they write names of hosts or source code, or nothing.
_NO_FILES = ("charmap", "idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape")


def encoding_key(name: str) -> str:
    """The one name that stands for an encoding here, such as "cp1251" for "windows-1251".

    Args:
        name: A key of ENCODINGS, or any name that Python's codecs know.

    Raises:
        BadInput: there is no encoding of text files of that name.
    """
    if name in ENCODINGS:
        return name
    try:
        key = codecs.lookup(name.strip()).name
        codecs.getincrementaldecoder(key)
        if key not in _NO_FILES:
            # `str.encode` takes encodings of text only, `codecs.lookup` also base64 and the like.
            "text".encode(key)
            return _OUR_KEYS.get(key, key)
    except (LookupError, ValueError):
        pass
    raise BadInput(
        "an encoding of text files, such as utf-8, cp1252 or shift_jis",
        repr(name),
        "choose one of the list, or another that Python's codecs know",
    )


def encoding_name(encoding: str) -> str:
    """An encoding's name for people; one that is not offered goes by the name given."""
    return ENCODINGS.get(encoding, encoding)
