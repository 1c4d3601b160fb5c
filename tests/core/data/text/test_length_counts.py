from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.text.length_counts import count_lengths


def test_every_text_is_counted_once_under_its_label_and_length(tmp_path: Path) -> None:
    rows = [("a b", "1"), ("a b", None), ("abc", "1"), ("x y", "1"), ("", None)] * 7
    table = pa.table(
        {
            "text": [text for text, _ in rows],
            "label": pa.array([label for _, label in rows], pa.string()),
            "n_words": pa.array([len(text.split()) for text, _ in rows], pa.int32()),
            "n_chars": pa.array([len(text) for text, _ in rows], pa.int32()),
        }
    )
    path = tmp_path / "texts.parquet"
    pq.write_table(table, path, row_group_size=4)

    counted = count_lengths(path).to_pylist()

    found = {(r["unit"], r["label"], r["length"]): r["count"] for r in counted}
    expected = Counter()
    for text, label in rows:
        expected["n_words", label, len(text.split())] += 1
        expected["n_chars", label, len(text)] += 1
    assert found == dict(expected)
    assert len(counted) == len(found)
