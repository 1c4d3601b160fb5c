"""Files of every kind through the page in a real browser, each checked before it is imported."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from core.data.dataset import list_datasets
from core.jobs.tasks import list_tasks
from core.workspace import Workspace
from tests.dashboard.browsing import MINUTE_MS, Dashboard, open_page

HEADER = ("id", "text", "label")
COUNT = 40
REAL = {
    "quora/labelled.csv": 20_898,
    "banking77/train.csv": 10_003,
    "davidson/all.csv": 24_783,
    "trec/train.csv": 5_452,
    "sms_spam/all.csv": 5_574,
}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


Row = tuple[str, str, str]


def rows_for(path: Path) -> list[Row]:
    """Rows of a file's own: the same content again is not imported again."""
    text = f"question {{}} of {path.name}, **bold** and “quoted”"
    return [(f"r{n}", text.format(n), "ab"[n % 2]) for n in range(COUNT)]


def csv_gz(path: Path) -> Path:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows_for(path)])
    return path


def jsonl(path: Path) -> Path:
    lines = [json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows_for(path)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def parquet(path: Path) -> Path:
    columns = dict(zip(HEADER, map(list, zip(*rows_for(path), strict=True)), strict=True))
    pq.write_table(pa.table(columns), path)
    return path


def excel(path: Path) -> Path:
    """The smallest workbook that Excel takes: one sheet, its texts inside it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(
        "<row>" + "".join(cell.format(escape(text)) for text in row) + "</row>"
        for row in [HEADER, *rows_for(path)]
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>'
        '<sheet name="Questions" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{links}/worksheet" Target="sheet1.xml"/></Relationships>',
        "xl/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


KINDS = {
    "compressed.csv.gz": (csv_gz, "CSV"),
    "lines.jsonl": (jsonl, "JSONL"),
    "columns.parquet": (parquet, "Parquet"),
    "sheet.xlsx": (excel, "Excel"),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("import") / "workspace")


@pytest.fixture(scope="module")
def page(browser: Browser, workspace: Workspace) -> Iterator[Page]:
    dashboard = Dashboard(workspace.root)
    page, outside = open_page(browser, "light")
    page.goto(dashboard.url)
    yield page
    page.context.close()
    dashboard.stop()
    assert outside == []


def do_import(page: Page, workspace: Workspace, rows: int, name: str) -> None:
    before = len(list_tasks(workspace))
    # A double click, as people do: it must not start two imports.
    page.get_by_role("button", name="Import", exact=True).dblclick()
    expect(page.get_by_text(f"Imported {rows:,} rows as {name}.")).to_be_visible(timeout=MINUTE_MS)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{rows:,}")
    assert page.get_by_test_id("stException").count() == 0
    assert len(list_tasks(workspace)) == before + 1


@pytest.mark.parametrize("file_name", KINDS)
def test_a_file_of_each_kind_is_uploaded_checked_and_imported(
    page: Page, workspace: Workspace, tmp_path: Path, file_name: str
) -> None:
    write, kind = KINDS[file_name]
    page.locator("input[type=file]").set_input_files(write(tmp_path / file_name))
    expect(page.get_by_text("This is how it was understood")).to_be_visible()
    expect(page.get_by_role("combobox", name="Format")).to_have_value(kind)
    do_import(page, workspace, COUNT, file_name.partition(".")[0])
    assert list_datasets(workspace)[-1].classes == ("a", "b")


@pytest.mark.parametrize("path", REAL)
def test_a_real_set_is_imported_by_its_path(
    page: Page, workspace: Workspace, shared_data: Path, path: str
) -> None:
    page.get_by_text("Path", exact=True).click()
    box = page.get_by_placeholder("/home/me/questions.csv")
    box.fill(str(shared_data / path))
    box.press("Enter")
    name = page.get_by_label("Name", exact=True).last
    expect(name).to_be_visible()
    do_import(page, workspace, REAL[path], Path(path).stem)
