import io

import pyarrow as pa

from core.data.output.csv_output import CsvOutput


def test_what_is_no_string_is_written_as_arrow_writes_it() -> None:
    sink = io.BytesIO()
    batch = pa.record_batch(
        {"row": pa.array([7, None], pa.int64()), "ok": [True, False], "n": [0.25, None]}
    )
    output = CsvOutput(sink, batch.schema, delimiter=";")
    output.write(batch)
    output.close()

    assert sink.getvalue() == b"row;ok;n\n7;true;0.25\n;false;\n"
    assert output.guarded == 0
