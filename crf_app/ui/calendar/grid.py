"""Where the days of a month or a week lie, and which visits of a day fit into its cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QRect

from crf_app.ui.calendar.days import WEEK

HEAD = 28
_NUMBER = {"month": 22, "week": 8}
LINE = {"month": 20, "week": 40}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day and its place."""

    day: date
    rect: QRect


@dataclass(frozen=True, slots=True)
class Line:
    """One visit of a day (`at` counts from 0) and its place; `at` is -1 for the line that says how many more there are."""

    at: int
    rect: QRect


def cells_of(area: QRect, first: date, last: date) -> list[Cell]:
    """The days from `first` to `last`, whole weeks, in rows under the names of the weekdays."""
    count = (last - first).days + 1
    rows, height = count // WEEK, area.height() - HEAD
    found = []
    for number in range(count):
        row, column = divmod(number, WEEK)
        left, right = area.width() * column // WEEK, area.width() * (column + 1) // WEEK
        top, bottom = HEAD + height * row // rows, HEAD + height * (row + 1) // rows
        found.append(Cell(first + timedelta(days=number), QRect(left, top, right - left, bottom - top)))
    return found


def lines_of(cell: Cell, view: str, count: int, pick: int) -> list[Line]:
    """The visits of a day that fit, the one at `pick` among them, and the line for the rest."""
    top, height = cell.rect.top() + _NUMBER[view], LINE[view]
    room = max((cell.rect.bottom() - 2 - top) // height, 1)
    shown = count if count <= room else max(room - 1, 1)
    first = min(max(pick - shown + 1, 0), count - shown)
    place = QRect(cell.rect.left() + 2, top, cell.rect.width() - 5, height)
    found = [Line(first + number, place.translated(0, number * height)) for number in range(shown)]
    if shown < count and room > 1:
        found.append(Line(-1, place.translated(0, shown * height)))
    return found
