"""Spreadsheets: xlsx and xls through calamine, checked for size before they are opened."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from crf_app.imports.sheet import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, CellFault, RefusedFile, Sheet, SheetRow

XLSX_MARK, XLS_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 300_000_000
_MOST_RATIO = 100
_SMALL = 1_000_000
Cells = list[list[str]]


def read_workbook(content: bytes, name: str = "") -> Sheet:
    """The cells of one sheet: the named one, else the first that is visible and not empty. Raises RefusedFile."""
    kind = "xlsx" if content.startswith(XLSX_MARK) else "xls"
    if kind == "xlsx":
        _check_package(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = tuple(one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible)
        chosen = _sheet(book, names, name)
        return _read(kind, chosen, names)
    except PasswordError as error:
        raise RefusedFile("import_password") from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        if isinstance(error, RefusedFile):
            raise
        raise RefusedFile("import_no_table", row=0, detail=type(error).__name__) from error


def _check_package(content: bytes) -> None:
    """A zip of bearable size that holds a workbook: no bomb, no other kind of package."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise RefusedFile("import_no_table", row=0, detail="zip") from error
    if sum(one.file_size for one in parts) > _MOST_UNPACKED:
        raise RefusedFile("import_bomb")
    if any(one.file_size > _SMALL and one.file_size > _MOST_RATIO * max(one.compress_size, 1) for one in parts):
        raise RefusedFile("import_bomb")
    if "xl/workbook.xml" not in {one.filename for one in parts}:
        raise RefusedFile("import_no_table", row=0, detail="zip")


def _sheet(book: CalamineWorkbook, names: tuple[str, ...], name: str) -> CalamineSheet:
    if name:
        if name not in names:
            raise RefusedFile("import_no_sheet", sheet=name, known=", ".join(names))
        return book.get_sheet_by_name(name)
    for one in names:
        sheet = book.get_sheet_by_name(one)
        if sheet.total_height:
            return sheet
    raise RefusedFile("import_empty")


def _read(kind: str, sheet: CalamineSheet, names: tuple[str, ...]) -> Sheet:
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise RefusedFile("import_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
    faults: list[CellFault] = []
    cells = [[_text(value, row, column, faults) for column, value in enumerate(values)] for row, values in enumerate(sheet.to_python(skip_empty_area=False), 1)]
    merged = list(sheet.merged_cell_ranges or ())
    for area in merged:
        _fill(cells, area)
    return Sheet(kind, tuple(SheetRow(number, tuple(row)) for number, row in enumerate(cells, 1)), tuple(faults), name=sheet.name, names=names, merged=len(merged))


def _fill(cells: Cells, area: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """All cells of a merged area hold its one text."""
    (top, left), (bottom, right) = area
    if top >= len(cells) or left >= len(cells[top]):
        return
    text = cells[top][left]
    for row in range(top, min(bottom + 1, len(cells))):
        for column in range(left, min(right + 1, len(cells[row]))):
            cells[row][column] = text


def _text(value: object, row: int, column: int, faults: list[CellFault]) -> str:
    """A cell as its reader sees it: whole numbers without a point, dates and times as ISO texts."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes") if (value.hour or value.minute or value.second) else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat() if isinstance(value, date) else value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return _plain(str(value), row, column, faults)


def _plain(text: str, row: int, column: int, faults: list[CellFault]) -> str:
    if "\x00" in text:
        faults.append(CellFault("nul", row, column))
        return ""
    if len(text) > LONGEST_CELL:
        faults.append(CellFault("too_long", row, column, {"length": len(text), "most": LONGEST_CELL}))
        return ""
    return text.strip()
