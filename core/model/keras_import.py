"""Keras without what it loads for its own wrappers only."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_TEXT_LAYERS = "tensorflow_text.python.keras"


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


def import_tensorflow_alone() -> None:
    """Import TensorFlow, and keep it from importing Keras: two seconds saved before an answer.

    TensorFlow does without where Keras is not installed, which is what it is told here; Keras can
    be imported later. To be called before TensorFlow is first imported, in a process that has no
    other thread yet, and of use in those that only ask a model.
    """
    if "tensorflow" in sys.modules or "keras" in sys.modules:
        return
    sys.modules["keras"] = None  # type: ignore[assignment]
    try:
        import tensorflow  # noqa: F401
    finally:
        del sys.modules["keras"]


def import_tensorflow_text() -> Any:
    """Import tensorflow-text; where there is no Keras, without its Keras layers.

    They would bring Keras with them, and nothing of this project uses them.
    """
    if "keras" in sys.modules or "tensorflow_text" in sys.modules:
        import tensorflow_text

        return tensorflow_text
    sys.modules[_TEXT_LAYERS] = ModuleType(_TEXT_LAYERS)
    try:
        import tensorflow_text
    finally:
        del sys.modules[_TEXT_LAYERS]
    return tensorflow_text
