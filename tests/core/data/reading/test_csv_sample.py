from pathlib import Path

from core.data.reading.csv_sample import csv_sample
from core.data.reading.dialect import Dialect


def test_all_rows_of_a_short_file_but_the_header_and_those_of_another_width(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('title\ntext,label\n"a\nb",1\nc\nd,2\n')
    sample = csv_sample(
        tmp_path / "a", ("text", "label"), Dialect(), encoding="utf-8", compression=""
    )

    assert sample.rows == (("a\nb", "1"), ("d", "2"))
    assert sample.where == "all 2 rows"


def test_rows_with_line_breaks_come_whole_from_within_a_long_file(tmp_path: Path) -> None:
    rows = [f'"one, {n}\ntwo, {n}\nthree",{n}\n' for n in range(200_000)]
    (tmp_path / "a").write_text("text,label\n" + "".join(rows))
    sample = csv_sample(
        tmp_path / "a", ("text", "label"), Dialect(), encoding="utf-8", compression=""
    )

    whole = {(f"one, {n}\ntwo, {n}\nthree", str(n)) for n in range(200_000)}
    assert not sample.whole
    assert len(set(sample.rows) & whole) > 0.99 * len(sample.rows)
    assert sample.rows[-1][1] == "199999"
    assert len({int(label) // 20_000 for _, label in sample.rows if label.isdigit()}) == 10
