"""A table as it was read: rows of texts with the numbers a person sees in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_BYTES = 20_000_000
"""No laboratory's file is larger."""
MOST_ROWS = 100_000
MOST_COLUMNS = 500
LONGEST_CELL = 2_000


@dataclass(frozen=True, slots=True)
class CellFault:
    """Something in one cell that cannot be taken: `code` names a sentence (`import.cell.<code>`)."""

    code: str
    row: int
    column: int
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with its number in the file, from 1. Cells are stripped texts; dates are 2026-03-17 or 2026-03-17T08:30."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The text in a column, from 0; "" beyond the end."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `kind` csv, xlsx or xls; `encoding` and `delimiter` for csv; `merged` counts merged areas, whose cells all hold the one text."""

    kind: str
    rows: tuple[SheetRow, ...]
    faults: tuple[CellFault, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    name: str = ""
    names: tuple[str, ...] = ()
    merged: int = 0


class RefusedFile(ValueError):  # noqa: N818 it is an answer
    """A file that is no table we read. `code` names a sentence (`error.<code>`)."""

    def __init__(self, code: str, **parameters: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def column_name(column: int) -> str:
    """The letters over a column in a spreadsheet, from 0: A, B ... Z, AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
