"""How large a BERT is and what it costs, worked out from its sizes. No TensorFlow here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EncoderShape:
    """The sizes of a BERT.

    `width` is of every token's vector, `inner` of the layer between the two dense ones of each
    block, `positions` the longest text in tokens, `vocabulary` and `segments` numbers of
    embeddings.
    """

    layers: int
    width: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    segments: int = 2

    @property
    def parameters(self) -> int:
        """All weights: embeddings, blocks and pooler."""
        width = self.width
        embeddings = (self.vocabulary + self.positions + self.segments) * width + 2 * width
        attention = 4 * (width * width + width)
        dense = 2 * width * self.inner + self.inner + width
        return embeddings + self.layers * (attention + dense + 4 * width) + width * width + width

    def multiply_adds(self, tokens: float) -> float:
        """Multiply-adds of one forward pass over one text, dense layers and attention.

        Args:
            tokens: Length of the text as the model sees it.
        """
        dense = 4 * self.width * self.width + 2 * self.width * self.inner
        attention = 2 * tokens * self.width
        return tokens * self.layers * (dense + attention)
