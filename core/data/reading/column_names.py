"""What columns are called: as people see it, and what they are often called, in small letters."""

import re

TEXT_NAMES = ("question_text", "text", "comment_text", "comment", "tweet", "message", "sentence")
LABEL_NAMES = ("target", "label", "labels", "class", "category", "toxic", "sentiment", "y")
LIKELY_LABEL_NAMES = (
    *("intent", "topic", "emotion", "stance", "polarity", "rating", "stars", "spam", "hate"),
    *("is_toxic", "is_spam", "is_hate", "hate_speech", "annotation", "gold", "gold_label"),
)
"""Names that labels often have, but other columns, too."""
UNLIKELY_LABEL_NAMES = (
    *("split", "fold", "set", "subset", "partition", "lang", "language", "locale", "country"),
    *("date", "time", "timestamp", "created_at", "year", "user", "author", "annotator", "worker"),
    *("source", "platform", "device", "gender", "age", "group", "batch"),
)
"""Columns of a few values that are more often no labels."""
ID_NAMES = ("qid", "id", "uid", "row_id")
ACCEPTED = "accepted label"
"""The column with what people accepted in a labelling tool that also keeps what they did not."""
_UNSEEN = r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
_UNSEEN_ENDS = re.compile(f"^{_UNSEEN}|{_UNSEEN}$")


def bare_name(name: str) -> str:
    """A column name without the spaces, byte-order marks and the like around it."""
    return _UNSEEN_ENDS.sub("", name)
