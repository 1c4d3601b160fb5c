"""Score texts with the model in the folder of this file.

    python example.py "a text" "another one"
    python example.py < texts.txt

Needs only what requirements.txt beside it names; prints a line a text, with tabs between.
"""

import itertools
import os
import sys
from pathlib import Path

import tensorflow as tf
import tensorflow_text  # noqa: F401  Loading it makes the tokenizer known to TensorFlow.

ROWS_A_CALL = 1000


def main(texts: list[str]) -> None:
    """Score these texts, or without any the lines of standard input."""
    model = tf.saved_model.load(str(Path(__file__).resolve().with_name("1")))
    answer = model.signatures["serving_default"]
    names = [n for n in ("score", "label", "calibrated") if n in answer.structured_outputs]
    print(*names, sep="\t")
    # Bytes as they come: the model has an answer to those that are no UTF-8, too.
    typed = [os.fsencode(text) for text in texts]
    asked = iter(typed or (line.rstrip(b"\r\n") for line in sys.stdin.buffer))
    while batch := list(itertools.islice(asked, ROWS_A_CALL)):
        found = answer(text=tf.constant(batch))
        for row in zip(*(found[name].numpy() for name in names), strict=True):
            print(*(v.decode() if isinstance(v, bytes) else f"{v:.6f}" for v in row), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1:])
