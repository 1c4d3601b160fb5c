"""How many tokens an encoder makes of each text of a data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import N_TOKENS, ROW, TEXT
from core.data.reading.bytestream import Progress, ignore_progress
from core.encoders.encoders import Encoder
from core.model.tokenizer import encoder_tokenizer

_BATCH_ROWS = 16_384
_UNCUT = int(np.iinfo(np.int32).max)
_SCHEMA = pa.schema([(ROW, pa.int64()), (N_TOKENS, pa.int32())])


def write_token_counts(
    encoder: Encoder, texts: Path, target: Path, *, progress: Progress = ignore_progress
) -> None:
    """Count the tokens of every text, [CLS] and [SEP] included, nothing cut off.

    Args:
        encoder: Whose vocabulary cuts the texts.
        texts: A Parquet file with the columns row and text; a batch of it is in memory at a time.
        target: The Parquet file to write, with the columns row and n_tokens.
        progress: Called with rows done and in all after each batch.

    Raises:
        EncoderError: the vocabulary cannot be used.
    """
    tokenizer = encoder_tokenizer(encoder, max_seq_length=_UNCUT)
    done = 0
    with pq.ParquetFile(texts) as source, pq.ParquetWriter(target, _SCHEMA) as writer:
        total = source.metadata.num_rows
        progress(done, total)
        for batch in source.iter_batches(_BATCH_ROWS, columns=[ROW, TEXT]):
            ids = tokenizer.encode(batch[TEXT].to_pylist())
            counts = pa.array(ids.row_lengths().numpy().astype(np.int32))
            writer.write_batch(pa.record_batch([batch[ROW], counts], schema=_SCHEMA))
            done += len(batch)
            progress(done, total)
