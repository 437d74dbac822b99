"""Small spreadsheets made by hand: what laboratories send, and what they should not."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from crf_app.imports.sheet import column_name

Cell = str | float | date | None
_ZERO = date(1899, 12, 30)
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(rows: Sequence[Sequence[Cell]], merged: Sequence[str] = (), name: str = "Sheet1") -> bytes:
    """A workbook of one sheet; numbers stay numbers, dates are numbers with a date format, areas such as A1:C1 are merged."""
    lines = "".join(f'<row r="{number}">{"".join(_cell(number, column, one) for column, one in enumerate(cells))}</row>' for number, cells in enumerate(rows, 1))
    merges = f'<mergeCells count="{len(merged)}">{"".join(f"""<mergeCell ref="{one}"/>""" for one in merged)}</mergeCells>' if merged else ""
    return package({
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_DOC}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_DOC}/styles" Target="styles.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_DOC}"><sheets><sheet name="{escape(name)}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/styles.xml": f'<styleSheet {_MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{lines}</sheetData>{merges}</worksheet>",
    })  # fmt: skip


def _cell(row: int, column: int, value: Cell) -> str:
    place = f'r="{column_name(column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, datetime):
        return f'<c {place} s="1"><v>{(value.date() - _ZERO).days + (value.hour * 60 + value.minute) / 1440}</v></c>'
    if isinstance(value, date):
        return f'<c {place} s="1"><v>{(value - _ZERO).days}</v></c>'
    return f"<c {place}><v>{value}</v></c>"


def package(parts: dict[str, str]) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def xls(rows: Sequence[Sequence[str | float]]) -> bytes:
    """A workbook of the old kind: BIFF8 records in one stream of a compound file."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for number, cells in enumerate(rows):
        for column, one in enumerate(cells):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(one, str):
                sheet += _record(0x0204, place + struct.pack("<HB", len(one), 1) + one.encode("utf-16-le"))
            else:
                sheet += _record(0x0203, place + struct.pack("<d", one))
    sheet += _record(0x000A, b"")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x0042, struct.pack("<H", 1200))
    bound = len(start) + 4 + 8 + len("Sheet1") + 4
    stream = start + _record(0x0085, struct.pack("<IHBB", bound, 0, 6, 0) + b"Sheet1") + _record(0x000A, b"") + sheet
    return _compound(stream)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    entries = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    return head + table + entries.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return text.ljust(64, b"\0") + struct.pack("<HBBIII16xI8x8xIQ", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, 0, start, size)
