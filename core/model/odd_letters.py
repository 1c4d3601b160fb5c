"""Characters that tensorflow-text's BERT tokenizer takes otherwise than Hugging Face's.

In lower case it also makes compatible letters the same (NFKC: … is three full stops, ß is ss), it
keeps some control characters or takes them for spaces, and its Unicode is newer. Found by asking
both for each character; in some parts of Unicode all are listed, which is only slower. A test
holds the two together.
"""

from __future__ import annotations

_UNCASED = """
    0-8 b-c e-1f 7f-9f a8 aa af b2-b5 b8-ba bc-be df 132-133 13f-140 149 17f 1c4-1cc 1f1-1f3
    2b0-2b8 2d8-2e4 345 37a 384-385 3c2 3d0-3d6 3f0-3f9 587 600-605 61d 675-678 6dd 70f 7fd
    890-891 898-89f 8ca-8e2 9fd-9fe a76 afa-aff b55 c04 c3c c77 c84 d00 d3b-d3c d81 e33 eb3
    eba ece edc-edd f0c 10fc 115f-1160 13a0-13fd 166d 1734 180f 1885-1886 1abf-1ace 1b4e-1b4f
    1b7d-1b7f 1c80-1c88 1d2c-1d6a 1d78 1d9b-1dbf 1df6-1dfb 1e9a-1e9e 1f80-1fb7 1fbc-1fc7
    1fcc-1fcf 1fdd-1fdf 1fed-1ff7 1ffc-1ffe 2011 2017 2024-2026 2033-2034 2036-2037 203c 203e
    2047-2049 2057 2065 2070-2071 2074-208e 2090-209c 20a8 2100-2189 222c-2230 2460-24ea 2a0c
    2a74-2a76 2c7c-2c7d 2d6f 2e43-2e5d 2e9f 2ef3-2fd5 3036-303a 309b-309f 30ff 3131-319f
    3200-33ff a69c-a69d a770 a7cb a7dc a7f2-a7f9 a82c a8c5 a8ff a9bd ab5c-abbf d7a4-f8ff
    fb00-fb29 fb4f-fbb1 fbd3-fd3d fd50-fdc7 fdf0-fdfc fe10-fe19 fe30-1efff 1f100-1f14f
    1f16a-1f16c 1f190 1f200-1f251 1fbf0-1fbf9 20000-10ffff
"""
_CASED = """
    0-8 b-c e-1f 7f-9f ad 600-605 61c-61d 6dd 70f 890-891 8e2 9fd a76 c77 c84 166d 180e
    1b4e-1b4f 1b7d-1b7f 200b-200f 202a-202e 2060-2064 2066-206f 2e43-2e5d d7a4-f8ff feff
    fff9-1efff 20000-10ffff
"""


def odd_letters(*, lower: bool) -> str:
    """The inside of a character class of RE2."""
    spans = (span.partition("-") for span in (_UNCASED if lower else _CASED).split())
    return "".join(rf"\x{{{low}}}-\x{{{high or low}}}" for low, _, high in spans)
