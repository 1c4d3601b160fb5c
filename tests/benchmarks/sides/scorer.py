"""Sincerely's own scoring of many texts, as a file goes through it, and its batches' shapes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from core.encoders.encoders import find_encoder
from core.model.backbone import load_backbone
from core.model.batches import scoring_order
from core.model.classifier import (
    SCORING_BATCH,
    ModelCard,
    TrainedModel,
    build_classifier,
    load_model,
    save_model,
)
from core.scoring.prediction_cache import KEPT_AT_ONCE
from tests.benchmarks.side_process import Answer, answer_questions

MAX_SEQ_LENGTH = 128


class ScorerSide:
    """What the process keeps from round to round."""

    def prepare(self, *, encoder: str, texts: list[str], head: list[float]) -> Answer:
        """Keep a model with this head as a training does, and load it as a scorer does."""
        found = find_encoder(encoder)
        backbone = load_backbone(found)
        network = build_classifier(backbone, n_classes=2, pooling="cls", dropout=0.5)
        kernel, bias = np.array(head[:-1], np.float32)[:, None], np.array(head[-1:], np.float32)
        network.get_layer("logits").set_weights([kernel, bias])
        card = ModelCard(("0", "1"), MAX_SEQ_LENGTH, found.lower_case)
        with tempfile.TemporaryDirectory() as folder:
            save_model(Path(folder) / "model", network, found.vocabulary, card)
            self._model: TrainedModel = load_model(Path(folder) / "model")
        self._texts = texts
        return {
            "layers": backbone.num_layers,
            "width": backbone.hidden_dim,
            "inner_width": backbone.intermediate_dim,
            "heads": backbone.num_heads,
        }

    def score(self, *, rows: int) -> Answer:
        """Answer in the parts and the order that the scoring of a file has."""
        texts = self._texts[:rows]
        scores = np.zeros(rows, np.float32)
        start = time.perf_counter(), time.process_time()
        order = np.argsort([len(text) for text in texts], kind="stable")
        model_seconds, shapes = 0.0, []
        for first in range(0, rows, KEPT_AT_ONCE):
            places = order[first : first + KEPT_AT_ONCE]
            tokens = self._model.tokens([texts[place] for place in places])
            begin = time.perf_counter()
            scores[places] = self._model.probabilities_of(tokens)[:, 1]
            model_seconds += time.perf_counter() - begin
            lengths = tokens.row_lengths().numpy()
            shapes += [
                (len(batch), int(lengths[batch].max()))
                for batch in scoring_order(lengths, SCORING_BATCH)
            ]
        seconds, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
        return {
            "rows": rows, "seconds": seconds, "cpu_seconds": cpu, "model_seconds": model_seconds,
            "batches": shapes, "scores": scores.tolist(),
        }  # fmt: skip


if __name__ == "__main__":
    side = ScorerSide()
    answer_questions(prepare=side.prepare, score=side.score)
