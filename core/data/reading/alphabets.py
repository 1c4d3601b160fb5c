"""The characters that texts of a language are written in, for the guess at an encoding."""

from __future__ import annotations

from functools import cache

from charset_normalizer.constant import FREQUENCIES

Alphabet = frozenset[str]

_LATIN = (
    "àâæçéèêëîïôœùûü",  # French
    "äöüßé",  # German
    "áéíñóúü",  # Spanish
    "áâãàçéèêíóôõúü",  # Portuguese
    "åäöé",  # Swedish, Finnish
    "æøåé",  # Danish, Norwegian
    "àèéìòùî",  # Italian
    "éëïöüèáó",  # Dutch
    "áéíóúýþæöð",  # Icelandic
    "àçèéíïòóúü",  # Catalan
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîșşțţ",  # Romanian
    "čćđšž",  # Croatian, Slovene
    "çğıöşüâîû",  # Turkish
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äõöüšž",  # Estonian
    "áâäàåçèéëíïñóôöúüß",  # English that borrows words from several
)
"""Their letters beyond a to z, the rare ones, too, which FREQUENCIES leaves out."""
_OTHER = (
    *("Russian", "Ukrainian", "Bulgarian", "Serbian", "Greek", "Hebrew"),
    *("Arabic", "Farsi", "Thai", "Chinese", "Korean"),
)
_JAPANESE = ("Japanese", "Japanese—", "Japanese——")  # Characters, katakana and hiragana.
_KOREAN = (
    "이다에의는로하을가고지서한은기으년대사시를리도인스일나어그아여있자수들정해없게보만주라제부것습니까요세원전무"
    "우면러마장상과동성공위적경구국학안오와소생비조치네된더모문중미바거든저내"
)
_TRADITIONAL_CHINESE = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所"
    "然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實無"
)


@cache
def alphabets() -> tuple[Alphabet, ...]:
    """Of each language the characters beyond ASCII, in lower case.

    Where a language is written in a script of its own, its common ones: nearly any bytes are
    rare letters of Cyrillic, or rare characters of Chinese.
    """
    other = [_beyond_ascii(FREQUENCIES[language]) for language in _OTHER]
    japanese = _beyond_ascii([one for part in _JAPANESE for one in FREQUENCIES[part]])
    more = [frozenset(_KOREAN), frozenset(_TRADITIONAL_CHINESE)]
    return (*map(frozenset, _LATIN), *other, japanese, *more)


def _beyond_ascii(characters: list[str]) -> Alphabet:
    return frozenset(one for one in characters if not one.isascii())
