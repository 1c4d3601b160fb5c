"""Hugging Face's Trainer on PyTorch, on the CPU, as its documentation tells to make it fast.

Batches of texts of like length, padded to their own longest, AdamW's fused update, a thread a core.
Tried on two cores and left out: eager attention (as fast as the fused one), `adamw_torch` (a
sixth more processor time), `torch.compile` (as fast after a minute of compiling).
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

import torch
from transformers import (
    AutoTokenizer,
    BertForSequenceClassification,
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)

from tests.benchmarks.side_process import Answer, Stopwatch, answer_questions

BATCH = 32
MAX_SEQ_LENGTH = 128
SETTINGS = {"attention": "sdpa", "optim": "adamw_torch_fused", "compile": False, "bf16": False}


class TransformersSide:
    """What the process keeps from round to round."""

    def prepare(
        self,
        *,
        encoder: str,
        vocabulary: str,
        texts: list[str],
        class_ids: list[int],
        **changes: Any,
    ) -> Answer:
        """Load the model and its tokenizer; `changes` are settings to try in place of SETTINGS."""
        self._texts, self._class_ids = texts, class_ids
        self._settings = {**SETTINGS, **changes}
        cores = len(os.sched_getaffinity(0))
        torch.set_num_threads(self._settings.get("threads", cores))
        self._tokenizer = AutoTokenizer.from_pretrained(encoder)
        self._model = BertForSequenceClassification.from_pretrained(
            encoder, num_labels=2, attn_implementation=self._settings["attention"]
        )
        self._start = {name: value.clone() for name, value in self._model.state_dict().items()}
        return {
            "parameters": sum(weight.numel() for weight in self._model.parameters()),
            "threads": torch.get_num_threads(),
            "settings": self._settings,
        }

    def round(self, *, rows: int) -> Answer:
        """Train one epoch from the pretrained weights."""
        self._model.load_state_dict(self._start)
        set_seed(42)
        with tempfile.TemporaryDirectory() as folder:
            watch = Stopwatch()
            encoded = self._tokenizer(
                self._texts[:rows], truncation=True, max_length=MAX_SEQ_LENGTH
            )
            examples = [
                {"input_ids": ids, "attention_mask": mask, "labels": code}
                for ids, mask, code in zip(
                    encoded["input_ids"], encoded["attention_mask"], self._class_ids, strict=False
                )
            ]
            trainer = Trainer(
                model=self._model,
                args=self._arguments(folder),
                train_dataset=examples,
                data_collator=DataCollatorWithPadding(self._tokenizer),
                callbacks=[_OnStep(watch)],
            )
            output = trainer.train()
            times = watch.read(rows=rows, first_rows=min(BATCH, rows))
        return {**times, "loss": output.training_loss}

    def _arguments(self, folder: str) -> TrainingArguments:
        return TrainingArguments(
            output_dir=folder,
            use_cpu=True,
            per_device_train_batch_size=BATCH,
            num_train_epochs=1,
            learning_rate=5e-5,
            weight_decay=0.01,
            warmup_steps=0.1,
            optim=self._settings["optim"],
            torch_compile=self._settings["compile"],
            bf16=self._settings["bf16"],
            train_sampling_strategy="group_by_length",
            eval_strategy="no",
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
        )


class _OnStep(TrainerCallback):
    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._watch.step()


if __name__ == "__main__":
    side = TransformersSide()
    answer_questions(prepare=side.prepare, round=side.round)
