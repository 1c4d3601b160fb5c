import numpy as np
import pyarrow as pa

from core.data.column import ColumnKind
from core.data.importing.column_survey import ColumnFinding, ColumnSurvey


def found(
    cells: list[str | None], name: str = "c", wanted: ColumnKind | None = None
) -> ColumnFinding:
    survey = ColumnSurvey()
    survey.add(pa.array(cells, pa.string()), np.arange(1, len(cells) + 1))
    return survey.finding(name, wanted)


def test_a_column_of_numbers_has_values() -> None:
    cells = ["1", "2.5", "-3e4", " 7 ", "NA", "", None]
    finding = found(cells)

    assert (finding.kind, finding.missing, finding.different) == (ColumnKind.NUMBER, 3, 4)
    assert finding.values(pa.array(cells)).to_pylist() == [1, 2.5, -30000, 7, None, None, None]


def test_a_misfit_is_named_with_its_row() -> None:
    finding = found(["1"] * 19 + ["n.b."])

    assert finding.kind is ColumnKind.CATEGORY
    assert finding.note == "A number in all rows but 1 (row 20: 'n.b.'), so kept as a category"
