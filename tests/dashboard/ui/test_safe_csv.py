import pandas as pd

from dashboard.ui.safe_csv import safe_csv


def test_what_people_wrote_begins_no_formula_in_a_file_of_numbers() -> None:
    table = pd.DataFrame(
        {"=label": ["=1+1", "-2", None], "rows": [-3, 4, 5], "share": [0.5, -0.25, 1.0]}
    )

    assert safe_csv(table).decode().splitlines() == [
        "'=label,rows,share", "'=1+1,-3,0.5", "-2,4,-0.25", ",5,1.0",
    ]  # fmt: skip


def test_cells_stay_in_their_rows_where_a_table_was_filtered_and_sorted() -> None:
    table = pd.DataFrame({"row": [10, 11, 12, 13], "text": ["a", "=b", "c", "d"]})
    table = table[table["row"] != 12].sort_values("row", ascending=False)

    assert safe_csv(table).decode().splitlines() == ["row,text", "13,d", "11,'=b", "10,a"]
