"""Keras without what it loads for its own wrappers only."""

from __future__ import annotations

import sys


def import_keras() -> None:
    """Import Keras, and keep it from importing scikit-learn: a second saved before an answer.

    Keras does without where scikit-learn is not installed, which is what it is told here; nothing
    of this project uses its scikit-learn wrappers. To be called before Keras is first imported, in
    a process that has no other thread yet, and of use in those that need scikit-learn late or
    never: that serve, score, explain, describe or count tokens.
    """
    if "sklearn" in sys.modules or "keras" in sys.modules:
        return
    # What Python's own import documentation says of None there: the import fails.
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        import keras  # noqa: F401
    finally:
        del sys.modules["sklearn"]
