"""The subject matrix: one row per subject, one cell per visit, read from one covering index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from crf_app.store.connection import Reader


class MatrixCell(NamedTuple):
    """What one visit shows in the matrix. `out_of_window` is 0 or 1."""

    event: str
    event_repeat: int
    state: str
    visit_date: str
    worst_form_state: str
    open_queries: int
    out_of_window: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A subject with its cells, by event and repeat; visits not planned yet have none."""

    number: str
    ordinal: int
    state: str
    arm: str
    cells: tuple[MatrixCell, ...]


_SUBJECTS = """SELECT number, ordinal, state, arm FROM subject WHERE (? = '' OR state = ?)
 AND (? = '' OR instr(lower(number), lower(?)) > 0) ORDER BY ordinal LIMIT ? OFFSET ?"""
_CELLS = """SELECT subject, event, event_repeat, state, visit_date, worst_form_state, open_queries, out_of_window
 FROM event_state INDEXED BY ix_event_state_matrix"""
_CELLS_OF_ONE = _CELLS + " WHERE subject = ? ORDER BY event, event_repeat"


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """Which subjects: in this state ("" for any), with this text in the number ("" for any)."""

    state: str = ""
    text: str = ""

    def parameters(self) -> tuple[str, str, str, str]:
        """For the statements of this module."""
        return (self.state, self.state, self.text, self.text)


EVERYBODY = MatrixFilter()


def matrix_size(db: Reader, chosen: MatrixFilter = EVERYBODY) -> int:
    """How many subjects the filter lets through."""
    row = db.one("""SELECT count(*) FROM subject WHERE (? = '' OR state = ?)
                 AND (? = '' OR instr(lower(number), lower(?)) > 0)""", chosen.parameters())
    return int(row[0]) if row else 0


def matrix_page(db: Reader, first: int, count: int, chosen: MatrixFilter = EVERYBODY) -> tuple[MatrixRow, ...]:
    """Rows `first` (from 0) to `first + count` in order of creation."""
    subjects = db.rows(_SUBJECTS, (*chosen.parameters(), count, first))
    return tuple(MatrixRow(*(*subject, _cells(db.rows(_CELLS_OF_ONE, (subject[0],))))) for subject in subjects)


def matrix_all(db: Reader) -> tuple[MatrixRow, ...]:
    """The whole matrix in order of creation: 10,000 subjects by 20 visits in about a quarter of a second."""
    cells: dict[str, list[MatrixCell]] = {}
    for row in db.rows(_CELLS + " ORDER BY subject, event, event_repeat"):
        cells.setdefault(row[0], []).append(MatrixCell(*row[1:]))
    return tuple(MatrixRow(*(*subject, tuple(cells.get(subject[0], ()))))
                 for subject in db.rows(_SUBJECTS, (*EVERYBODY.parameters(), -1, 0)))


def _cells(rows: Iterable[tuple[Any, ...]]) -> tuple[MatrixCell, ...]:
    return tuple(MatrixCell(*row[1:]) for row in rows)
