"""Text files of cells: which encoding, which delimiter, then row after row."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from crf_app.imports.sheet import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    CellFault,
    RefusedFile,
    Sheet,
    SheetRow,
)

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = (",", "\t", ";", "|")
_MOST_FAULTS = 200


def read_delimited(content: bytes) -> Sheet:
    """The cells of a text file. Raises RefusedFile.

    The encoding is told by the byte order mark, else it is the first of UTF-16, UTF-8 and GB18030 that fits to the last byte.
    """
    encoding = encoding_of(content)
    delimiter = _delimiter(content, encoding)
    csv.field_size_limit(MOST_BYTES)  # longer cells are found afterwards, with their row and column
    rows: list[SheetRow] = []
    faults: list[CellFault] = []
    reader = csv.reader(_lines(content, encoding), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            number, before = before + 1, reader.line_num
            if len(rows) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise RefusedFile("import_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
            rows.append(SheetRow(number, tuple(_cell(text, number, column, faults) for column, text in enumerate(cells))))
    except csv.Error as error:
        raise RefusedFile("import_no_table", row=reader.line_num, detail=str(error)) from error
    shown = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GB18030"}.get(encoding, "UTF-16")
    return Sheet("csv", tuple(rows), tuple(faults[:_MOST_FAULTS]), shown, delimiter)


def _cell(text: str, row: int, column: int, faults: list[CellFault]) -> str:
    if "\x00" in text:
        faults.append(CellFault("nul", row, column))
        return ""
    if len(text) > LONGEST_CELL:
        faults.append(CellFault("too_long", row, column, {"length": len(text), "most": LONGEST_CELL}))
        return ""
    return text.strip()


def encoding_of(content: bytes) -> str:
    """The name of the encoding. Raises RefusedFile "import_encoding" with the line whose bytes no encoding explains."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _fits(content, name)
    wide = _without_mark(content)
    if wide:
        return _fits(content, wide)
    try:
        return _fits(content, "utf-8")
    except RefusedFile:
        return _fits(content, "gb18030")


def _fits(content: bytes, encoding: str) -> str:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RefusedFile("import_encoding", row=content.count(b"\n", 0, error.start) + 1, encoding=encoding) from error
    return encoding


def _without_mark(content: bytes) -> str:
    """UTF-16 without a mark: digits, delimiters and line ends have every other byte zero. A stray NUL is not enough."""
    start = content[:4096]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    least = max(len(start) // 20, 2)
    if odd >= least and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even >= least and odd == 0 else ""


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    """The text line after line, each with its end; only CR and LF end a line."""
    yield from io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _delimiter(content: bytes, encoding: str) -> str:
    """The sign that most of the first lines have equally often, outside quotes."""
    lines = [line for _, line in zip(range(50), _lines(content, encoding), strict=False) if line.strip()]
    best, score = ",", (0, 0)
    for sign in _DELIMITERS:
        counts = Counter(len(next(csv.reader([line], delimiter=sign), [])) for line in lines)
        wide = [(lines_with, cells) for cells, lines_with in counts.items() if cells > 1]
        if wide and max(wide) > score:
            best, score = sign, max(wide)
    return best
