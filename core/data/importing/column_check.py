"""What a look into a file says about a choice of columns, before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from core.data.importing.import_report import excerpt
from core.data.importing.label_lists import Unclear, is_list_like, listed_label
from core.data.importing.label_rules import (
    DEFAULT_RULES,
    MISSING_LABELS,
    LabelRules,
    class_cells,
    read_label,
)
from core.data.importing.label_rules import spellings as spelled_groups
from core.data.importing.preview import Columns, Preview
from core.data.importing.text_parts import text_part_doubts
from core.data.reading.batches import Row
from core.data.reading.tool_exports import NOT_LABELS

_FEW_CHARS = 3
_UNREADABLE = "\ufffd"
"""What a preview shows for bytes that do not fit the encoding."""
_MIN_LABEL_ROWS = 10  # In fewer rows, a label a row says nothing.
_NAMED = 5
_JOINING = "#|;,/+&"
_FEW_MIXED = 2
_NO_TEXTS = frozenset((*MISSING_LABELS, "none")) - {"", "?"}
_LABEL_CHARS = 40


def column_cells(header: Sequence[str], rows: Sequence[Row], column: str) -> list[str]:
    """The cells of a column, trimmed; rows too short to have one are left out.

    Args:
        header: The column names.
        rows: The cells of some rows.
        column: One of `header`.
    """
    position = list(header).index(column)
    return [row[position].strip() for row in rows if position < len(row)]


def value_counts(cells: Sequence[str]) -> list[tuple[str, int]]:
    """The different cells and how often each occurs, the commonest first."""
    return Counter(cells).most_common()


def class_counts(preview: Preview, column: str, rules: LabelRules) -> list[tuple[str, int]]:
    """The classes in the rows that were looked at, the commonest first; "" stands for none."""
    cells = column_cells(preview.header, preview.sample.rows, column)
    return value_counts(class_cells(cells, rules))


def missing_spellings(preview: Preview, column: str) -> list[str]:
    """Labels that were seen and count as none unless said otherwise, such as NA."""
    cells = Counter(column_cells(preview.header, preview.sample.rows, column))
    return [cell for cell, _ in cells.most_common() if cell and cell.lower() in MISSING_LABELS]


def class_spellings(preview: Preview, column: str, rules: LabelRules) -> list[list[str]]:
    """The classes that were seen in several spellings, the commonest spelling first."""
    cells = column_cells(preview.header, preview.sample.rows, column)
    return spelled_groups(filter(None, class_cells(cells, rules)))


def doubts(preview: Preview, columns: Columns, rules: LabelRules = DEFAULT_RULES) -> list[str]:
    """Sentences about what looks odd in a choice of columns; empty if nothing does.

    Args:
        preview: A look into the file.
        columns: The choice.
        rules: How labels are read.
    """
    if not preview.rows:
        return ["There are no rows below the column names."]
    said = _sheet_doubts(preview) + text_part_doubts(preview, columns)
    for name in columns.text.columns:
        said += _text_doubts(preview, name) + _missing_text_doubts(preview, name)
        said += _mixed_doubts(preview, name)
    if columns.label is not None:
        said += _label_doubts(preview, columns.label, rules)
        said += _conflict_doubts(preview, columns, rules)
        said += _other_label_doubts(preview, columns, rules)
    else:
        said += _candidate_doubts(preview, columns)
    if columns.id is not None:
        said += _id_doubts(preview, columns.id)
    chosen = [name for name in _chosen(columns) if name is not None]
    if len(set(chosen)) < len(chosen):
        said.append("One column is chosen twice.")
    return said


def _chosen(columns: Columns) -> tuple[str | None, ...]:
    return (*columns.text.columns, columns.label, columns.id)


def _sheet_doubts(preview: Preview) -> list[str]:
    others = [name for name in preview.sheets if name != preview.format.sheet]
    if not others:
        return []
    return [f"Only the sheet {preview.format.sheet!r} is read, not {_listed(others)}."]


def _text_doubts(preview: Preview, name: str) -> list[str]:
    cells = column_cells(preview.header, preview.sample.rows, name)
    filled = [cell for cell in cells if cell]
    unreadable = sum(_UNREADABLE in cell for cell in cells)
    if unreadable:
        return [
            f"{_rows(unreadable)} of {name} among {preview.sample.where} with the sign"
            f" {_UNREADABLE}: is the encoding right?"
        ]
    if cells and not filled:
        return [f"The text column {name} is empty in {preview.sample.where}."]
    if filled and all(map(_is_number, filled)):
        return [f"The text column {name} holds only numbers."]
    if filled and sum(map(len, filled)) < _FEW_CHARS * len(filled):
        return [f"The texts of {name} are shorter than {_FEW_CHARS} characters on average."]
    if filled and 2 * sum(map(_is_list, filled)) > len(filled):
        return [f"The text column {name} holds lists or objects, not plain text."]
    return []


def _missing_text_doubts(preview: Preview, name: str) -> list[str]:
    cells = column_cells(preview.header, preview.sample.rows, name)
    missing = value_counts([cell for cell in cells if cell.lower() in _NO_TEXTS])
    if not missing:
        return []
    listed = ", ".join(f"{cell!r} ({count:,})" for cell, count in missing[:_NAMED])
    return [
        f"In {name}, {listed} is read as a text: take such rows out of the file if it means that"
        " there is none."
    ]


def _label_doubts(preview: Preview, name: str, rules: LabelRules) -> list[str]:
    cells = column_cells(preview.header, preview.sample.rows, name)
    filled = [cell for cell in cells if cell]
    where = preview.sample.where
    if cells and not filled:
        return [f"The label column {name} is empty in {where}."]
    if len(filled) >= _MIN_LABEL_ROWS and len(set(filled)) == len(filled):
        return [f"The label column {name} has another value in each row: is it an id or a text?"]
    said = _list_doubts(cells, name, where, rules)
    counts = Counter(filter(None, class_cells(cells, rules)))
    if len(counts) == 1 and len(filled) >= _MIN_LABEL_ROWS:
        said.append(
            f"The label column {name} has one value, {_short(next(iter(counts)))}, in {where}."
        )
    return said + _missing_doubts(filled, name, rules) + _class_doubts(counts, preview, rules)


def _list_doubts(cells: list[str], name: str, where: str, rules: LabelRules) -> list[str]:
    unclear = Counter(
        found.unclear for cell in cells if (found := read_label(cell, rules)).unclear is not None
    )
    return [
        f"{_rows(count)} among {where} {'has' if count == 1 else 'have'} {why.value} in {name},"
        " and no class therefore."
        for why, count in unclear.items()
        if why is not None
    ]


def _missing_doubts(filled: list[str], name: str, rules: LabelRules) -> list[str]:
    missing = Counter(
        cell for cell in filled if cell.lower() in MISSING_LABELS and rules.is_missing(cell)
    )
    if not missing:
        return []
    listed = ", ".join(f"{cell!r} ({count:,})" for cell, count in missing.most_common(_NAMED))
    return [f"In {name}, {listed} counts as no label; say so if it is a class."]


def _class_doubts(counts: Counter[str], preview: Preview, rules: LabelRules) -> list[str]:
    """Classes that are one in several spellings, and those of a single row."""
    said = []
    groups = [] if rules.merge_spellings else spelled_groups(counts.elements())
    if groups:
        listed = "; ".join(", ".join(map(_short, group[:_NAMED])) for group in groups[:_NAMED])
        said.append(f"These look like spellings of one class, which can be merged: {listed}.")
    joined = [name for name in counts if _are_joined(name, counts)]
    if joined:
        look = "looks" if len(joined) == 1 else "look"
        said.append(
            f"{_listed(joined)} {look} like several labels in one cell, and each is read as one"
            " class: a row has one class here."
        )
    rare = [name for name, count in counts.items() if count == 1]
    if preview.sample.whole and rare and len(counts) - len(rare) >= 2:
        have = "has a single row" if len(rare) == 1 else "have a single row each"
        said.append(
            f"{_listed(rare)} {have}: a training needs two, and can leave such a class out."
        )
    return said


def _other_label_doubts(preview: Preview, columns: Columns, rules: LabelRules) -> list[str]:
    """Columns with the classes of the label column: a column a label, as in Jigsaw's data."""
    chosen = _chosen(columns)
    classes = {name for name, _ in class_counts(preview, columns.label or "", rules)} - {""}
    others = [
        name
        for name in dict.fromkeys(preview.header)
        if name not in chosen
        and len(classes) > 1
        and classes == {c for c, _ in class_counts(preview, name, rules)} - {""}
    ]
    if not others:
        return []
    columns_have = "has" if len(others) == 1 else "have"
    return [
        f"{_listed(others)} {columns_have} the same classes as the label column {columns.label}: a"
        " row has one label here, and only that column is read."
    ]


def _mixed_doubts(preview: Preview, name: str) -> list[str]:
    """Texts that are UTF-8 in a file that is read in another encoding."""
    encoding = preview.format.encoding
    if encoding is None or encoding.startswith("utf-"):
        return []
    cells = column_cells(preview.header, preview.sample.rows, name)
    found = sum(not cell.isascii() and _is_utf_8(cell, encoding) for cell in cells)
    if found < _FEW_MIXED:
        return []
    return [
        f"{_rows(found)} of {name} among {preview.sample.where} would be UTF-8, and the others are"
        " not: were files of two encodings joined? Save all in one."
    ]


def _is_utf_8(cell: str, encoding: str) -> bool:
    try:
        cell.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return True


def _are_joined(name: str, counts: Counter[str]) -> bool:
    """Whether a class is written as other classes with a sign between them, as doccano does."""
    split = ([part.strip() for part in name.split(sign)] for sign in _JOINING if sign in name)
    return any(all(part in counts for part in parts) for parts in split)


def _conflict_doubts(preview: Preview, columns: Columns, rules: LabelRules) -> list[str]:
    """Texts that several people, or one at several times, have labelled differently."""
    if columns.label is None or columns.label in columns.text.columns:
        return []
    label, rows = preview.header.index(columns.label), preview.sample.rows
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row, text in zip(rows, columns.text.texts(preview.header, rows), strict=True):
        if label < len(row) and text.strip():
            found[text.strip()].add(read_label(row[label].strip(), rules).label or "")
    torn = sum(len(labels - {""}) > 1 for labels in found.values())
    if not torn:
        return []
    texts = "1 text occurs" if torn == 1 else f"{torn:,} texts occur"
    return [f"{texts} with different labels in {preview.sample.where}."]


def _candidate_doubts(preview: Preview, columns: Columns) -> list[str]:
    """Columns that would be labels if they had more than one value where the file was read."""
    names = [n for n in dict.fromkeys(preview.header) if n not in _chosen(columns)]
    for name in names:
        cells = [c for c in column_cells(preview.header, preview.sample.rows, name) if c]
        if cells and 2 * sum(map(_marks_parts, cells)) > len(cells):
            return [f"The column {name} holds labels of parts of the texts, which are no classes."]
    if preview.sample.whole or len(preview.sample.rows) < _MIN_LABEL_ROWS:
        return []
    for name in names:
        if name.lower() in NOT_LABELS:
            continue
        values = {c for c in column_cells(preview.header, preview.sample.rows, name) if c}
        if len(values) == 1:
            value = _short(next(iter(values)))
            return [
                f"The column {name} has one value, {value}, in {preview.sample.where}: choose it"
                " as the label column if others follow."
            ]
    return []


def _id_doubts(preview: Preview, name: str) -> list[str]:
    filled = [c for c in column_cells(preview.header, preview.sample.rows, name) if c]
    repeats = len(filled) - len(set(filled))
    if repeats:
        return [f"The id column {name} has {repeats:,} repeats in {preview.sample.where}."]
    return []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_list(cell: str) -> bool:
    return is_list_like(cell) and listed_label(cell) is not None


def _marks_parts(cell: str) -> bool:
    found = listed_label(cell)
    return found is not None and found.unclear is Unclear.PARTS and cell.startswith("[")


def _short(label: str) -> str:
    return repr(excerpt(label)[:_LABEL_CHARS])


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(map(_short, names[:_NAMED]))
    more = len(names) - _NAMED
    return f"{listed} and {more:,} more" if more > 0 else listed


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
