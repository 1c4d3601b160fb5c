from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.encoders.encoders import Encoder, find_encoder
from core.errors import Cancelled
from core.model.token_counts import write_token_counts
from core.model.tokenizer import Tokenizer

ROWS = 40_000  # Of which a batch holds 16,384.


def write_texts(path: Path, texts: list[str]) -> Path:
    table = pa.table({"row": np.arange(len(texts)), "text": texts, "label": ["0"] * len(texts)})
    pq.write_table(table, path, row_group_size=10_000)
    return path


def count(encoder: Encoder, texts: list[str], folder: Path) -> list[int]:
    source = write_texts(folder / "texts.parquet", texts)
    write_token_counts(encoder, source, folder / "counts.parquet")
    return pq.read_table(folder / "counts.parquet")["n_tokens"].to_pylist()


def test_tokens_are_counted_with_their_frame_and_never_cut(tmp_path: Path) -> None:
    texts = ["hello world", "", "why " * 5_000, "embeddings", "\U0001f600"]

    counts = count(find_encoder("minilm"), texts, tmp_path)

    # "em", "##bed", "##ding", "##s".
    assert counts == [4, 2, 5_002, 6, 3]


def test_counts_are_the_lengths_of_what_the_tokenizer_gives(
    encoder: Encoder, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    texts = ["the cat is horrible", "Hello, World!", "ünïcode", "a-b", "  "]

    counts = count(encoder, texts, tmp_path)

    assert counts == tokenizer.encode(texts).row_lengths().numpy().tolist()


def test_every_row_has_its_number_and_progress_ends_at_all(
    encoder: Encoder, tmp_path: Path
) -> None:
    source = write_texts(tmp_path / "texts.parquet", [f"cat {n}" for n in range(ROWS)])
    told: list[tuple[int, int]] = []

    write_token_counts(
        encoder, source, tmp_path / "counts.parquet", progress=lambda *n: told.append(n)
    )

    table = pq.read_table(tmp_path / "counts.parquet")
    assert table.schema == pa.schema([("row", pa.int64()), ("n_tokens", pa.int32())])
    assert table["row"].to_numpy().tolist() == list(range(ROWS))
    assert told[0] == (0, ROWS)
    assert told[-1] == (ROWS, ROWS)
    assert len(told) >= 4
    assert sorted(told) == told


def test_raising_from_progress_stops_the_count(encoder: Encoder, tmp_path: Path) -> None:
    source = write_texts(tmp_path / "texts.parquet", ["cat"] * ROWS)

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled("counting")

    with pytest.raises(Cancelled):
        write_token_counts(encoder, source, tmp_path / "counts.parquet", progress=stop)
