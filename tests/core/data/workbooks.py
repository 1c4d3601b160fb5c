"""Small Excel files, written by hand: no library that writes them is among the requirements."""

import base64
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData>{merged}</worksheet>"
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{links}</Relationships>"
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx_bytes(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    hidden: Sequence[str] = (),
    merged: Sequence[str] = (),
) -> bytes:
    """A workbook: rows by the name of their sheet; None leaves a cell out.

    Args:
        sheets: The rows.
        hidden: Sheets that are not shown.
        merged: Ranges of cells that are merged in each sheet, such as A1:A3.
    """
    entries = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"'
        + (' state="hidden"/>' if name in hidden else "/>")
        for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        f' xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>'
    )
    root = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(links=root))
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(links=links))
        for n, rows in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", _sheet(rows, merged))
    return buffer.getvalue()


def _sheet(rows: Sequence[Sequence[object]], merged: Sequence[str]) -> str:
    made = []
    for number, row in enumerate(rows, 1):
        cells = (_cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row))
        made.append(f'<row r="{number}">{"".join(cells)}</row>')
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    cells = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return _SHEET.format(rows="".join(made), merged=cells)


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    text = escape(str(value))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def old_xls_bytes() -> bytes:
    """A workbook of Excel 97, as xlwt wrote it: text, label; café, 1; b, 0.0 on the sheet Old."""
    return zlib.decompress(base64.b85decode(_OLD_XLS))


_OLD_XLS = (
    "c-rk)J!lj`6#i!SHuqz4*^8GzB7`GgqA`uw*d(h$Ol6EViU_)wY(TPH<hVjDG#alI1S`cRkj5rz;}2RW"
    "SXc-VEd)Wh(@Lxa1&ic1Z{E$4i(ZifJyhmf=9{-~-pst+dGqdOUoWRh3-^1<_z5F0Q3>K`snH24@$kk5"
    "wFiL|!#YMK(D<hikI_Q5Sa{O*Dk|4du6G#*?nRyx10SiJ#955b=DbW3ae#erh4f*VSl~8klIUiyI+!P!"
    "w=&;l%csoySaXeem~2bp1eTrg!M!Sqj~jj5mV_MlA@_ODn%(HcOBuzNu8XRzh5h+6uK#y7^hR2-2wJx>"
    "FX!c5zl1a`;3B>U8Q@#EQ=etDzPWk<(*M|~kJi!OFe1Plg3}z}MQp(fQ?{5m>`$$r57Zo%f_JW90lu5{"
    "e7c=<r$19LWD_zc^B%T0?BO<!?N;I`w6mPz2)8LquiW|i=1_LRImMbe&fC@OzFj(m0GDMC>YPN?9SLbW"
    "$h?dB3Xi&t<sRlV#U<7K6P-#pIL|g$xwW6>*~5724AjUwNG^Uk@~F4?$=ONr(pdRIdg-0BK+hj1?*(7;"
    "7!pI`)=i1WPFM?-2|h4)|B@AAhOK-L)K6GDR*_&a#az9UZ$~J5QO91ey&UnPkzjvP{FbG?QODk3dsEr3"
    "zx@%T0}rG?IcgmVXlQ6?XlQ6?XlOJCLjAKh)k(ur=ZC2JuCq#|qCb=Tw>XMfx(akK9Yv1nJkB>1KV7gy"
    "IF{ICpYVI3#4(yZj~QgykC}$!m(G8p_IWnl(f)l~sL}Z=jrjS8=U)S5$HTY"
)
