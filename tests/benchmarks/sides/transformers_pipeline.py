"""Hugging Face's text-classification pipeline on PyTorch, on the CPU, with batching.

Fused attention, a thread a core; it pads each batch to its own longest text. The batch size is the
best of those that the asker tries. Texts come in their own order, and sorted by length as well,
which the pipeline does not do by itself.
"""

from __future__ import annotations

import os
import time

import numpy as np
import torch
from transformers import AutoTokenizer, BertForSequenceClassification, pipeline

from tests.benchmarks.side_process import Answer, answer_questions

MAX_SEQ_LENGTH = 128


class PipelineSide:
    """What the process keeps from round to round."""

    def prepare(self, *, encoder: str, texts: list[str], head: list[float]) -> Answer:
        """Load the encoder with this head."""
        torch.set_num_threads(len(os.sched_getaffinity(0)))
        model = BertForSequenceClassification.from_pretrained(
            encoder, num_labels=1, attn_implementation="sdpa"
        ).eval()
        with torch.no_grad():
            model.classifier.weight.copy_(torch.tensor(head[:-1])[None])
            model.classifier.bias.copy_(torch.tensor(head[-1:]))
        tokenizer = AutoTokenizer.from_pretrained(encoder)
        self._pipeline = pipeline(
            "text-classification", model=model, tokenizer=tokenizer, device="cpu"
        )
        self._texts = texts
        return {"threads": torch.get_num_threads()}

    def score(self, *, rows: int, batch: int, by_length: bool) -> Answer:
        """Answer in batches of `batch` texts."""
        texts = self._texts[:rows]
        start = time.perf_counter(), time.process_time()
        order = np.arange(rows)
        if by_length:
            order = np.argsort([len(text) for text in texts], kind="stable")
        scores = np.zeros(rows)
        with torch.inference_mode():
            found = self._pipeline(
                [texts[place] for place in order],
                batch_size=batch, truncation=True, max_length=MAX_SEQ_LENGTH,
                function_to_apply="sigmoid",
            )  # fmt: skip
        scores[order] = [one["score"] for one in found]
        seconds, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
        return {"rows": rows, "seconds": seconds, "cpu_seconds": cpu, "scores": scores.tolist()}


if __name__ == "__main__":
    side = PipelineSide()
    answer_questions(prepare=side.prepare, score=side.score)
