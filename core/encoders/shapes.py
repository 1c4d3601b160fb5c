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
        """All weights: embeddings, layers and pooler."""
        pooler = self.width * self.width + self.width
        return self.embedding_parameters + self.layers * self.layer_parameters + pooler

    @property
    def embedding_parameters(self) -> int:
        """Weights of the embeddings and their layer norm."""
        rows = self.vocabulary + self.positions + self.segments
        return rows * self.width + 2 * self.width

    @property
    def layer_parameters(self) -> int:
        """Weights of one layer: attention, the two dense ones, both layer norms."""
        attention = 4 * (self.width * self.width + self.width)
        dense = 2 * self.width * self.inner + self.inner + self.width
        return attention + dense + 4 * self.width

    def multiply_adds(self, tokens: float) -> float:
        """Multiply-adds of one forward pass over one text, dense layers and attention.

        Args:
            tokens: Length of the text as the model sees it.
        """
        dense = 4 * self.width * self.width + 2 * self.width * self.inner
        attention = 2 * tokens * self.width
        return tokens * self.layers * (dense + attention)

    def elements(self, tokens: float) -> float:
        """Values of one forward pass over one text that norms, GELU and softmax go through.

        Args:
            tokens: Length of the text as the model sees it.
        """
        return tokens * self.layers * (4 * self.width + self.inner + self.heads * tokens)
