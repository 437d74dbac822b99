"""The subject matrix: one row per subject, one cell per visit, read from one covering index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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


_FIELD, _CELL = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A subject with its cells. They stay packed until they are looked at: a screen shows a few dozen of 10,000 rows."""

    number: str
    ordinal: int
    state: str
    arm: str
    packed: str

    @property
    def cells(self) -> tuple[MatrixCell, ...]:
        """By event and repeat; visits not planned yet have none. Unpacked anew at each call: keep what you paint."""
        return tuple(_cell(text) for text in self.packed.split(_CELL)) if self.packed else ()


@dataclass(frozen=True, slots=True)
class BegunVisits:
    """The first repeats of a subject's visits for which something was entered, packed until one is asked for."""

    packed: str = ""

    def state_of(self, event: str) -> str:
        """The stored state of a visit, "" when it was not begun."""
        head = f"{_CELL}{event}{_FIELD}"
        start = self.packed.find(head)
        return self.packed[start + len(head) : self.packed.index(_FIELD, start + len(head))] if start >= 0 else ""

    def dates(self) -> dict[str, str]:
        """The visit dates by event, "" where there is none."""
        cells = (text.split(_FIELD) for text in self.packed.split(_CELL)[1:])
        return {event: visit_date for event, _, visit_date in cells}


def _cell(text: str) -> MatrixCell:
    event, event_repeat, state, visit_date, worst_form_state, open_queries, out_of_window = text.split(_FIELD)
    return MatrixCell(event, int(event_repeat), state, visit_date, worst_form_state, int(open_queries),
                      int(out_of_window))


_SUBJECTS = """SELECT number, ordinal, state, arm FROM subject WHERE (? = '' OR state = ?)
 AND (? = '' OR instr(lower(number), lower(?)) > 0) ORDER BY ordinal LIMIT ? OFFSET ?"""
# SQLite packs the cells of a subject into one text: a tenth of the time of handing 200,000 rows to Python. The index gives
# them in the order of event and repeat.
_PACKED = """SELECT subject, group_concat(event || char(31) || event_repeat || char(31) || state || char(31) || visit_date
 || char(31) || worst_form_state || char(31) || open_queries || char(31) || out_of_window, char(30))
 FROM event_state INDEXED BY ix_event_state_matrix"""
_PACKED_ALL = _PACKED + " GROUP BY subject"
_PACKED_ONE = _PACKED + " WHERE subject = ? GROUP BY subject"


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """Which subjects: in this state ("" for any), with this text in the number ("" for any)."""

    state: str = ""
    text: str = ""

    def parameters(self) -> tuple[str, str, str, str]:
        """For the statements of this module."""
        return (self.state, self.state, self.text, self.text)


EVERYBODY = MatrixFilter()

_BEGUN = """SELECT subject, group_concat(char(30) || event || char(31) || state || char(31) || visit_date, '')
 FROM event_state INDEXED BY ix_event_state_matrix WHERE event_repeat = 1 AND state NOT IN ('planned', 'due') GROUP BY subject"""
_ON_DAYS = """SELECT subject, event, event_repeat, state, visit_date, worst_form_state, open_queries, out_of_window
 FROM event_state INDEXED BY ix_event_state_matrix WHERE visit_date BETWEEN ? AND ?"""


def matrix_size(db: Reader, chosen: MatrixFilter = EVERYBODY) -> int:
    """How many subjects the filter lets through."""
    row = db.one("""SELECT count(*) FROM subject WHERE (? = '' OR state = ?)
                 AND (? = '' OR instr(lower(number), lower(?)) > 0)""", chosen.parameters())
    return int(row[0]) if row else 0


def matrix_page(db: Reader, first: int, count: int, chosen: MatrixFilter = EVERYBODY) -> tuple[MatrixRow, ...]:
    """Rows `first` (from 0) to `first + count` in order of creation."""
    subjects = db.rows(_SUBJECTS, (*chosen.parameters(), count, first))
    return tuple(MatrixRow(*(*subject, _packed(db, subject[0]))) for subject in subjects)


def matrix_all(db: Reader) -> tuple[MatrixRow, ...]:
    """The whole matrix in order of creation."""
    packed = dict(db.rows(_PACKED_ALL))
    return tuple(MatrixRow(*(*subject, packed.get(subject[0], "")))
                 for subject in db.rows(_SUBJECTS, (*EVERYBODY.parameters(), -1, 0)))


def _packed(db: Reader, subject: str) -> str:
    found = db.one(_PACKED_ONE, (subject,))
    return str(found[1]) if found else ""


def begun_visits(db: Reader) -> dict[str, BegunVisits]:
    """For each subject that has any, the visits that were begun."""
    return {subject: BegunVisits(packed) for subject, packed in db.rows(_BEGUN)}


def visits_between(db: Reader, first: str, last: str) -> tuple[tuple[str, MatrixCell], ...]:
    """Every visit with a date from `first` to `last` (ISO days) and the number of its subject, in no order."""
    return tuple((row[0], MatrixCell(*row[1:])) for row in db.rows(_ON_DAYS, (first, last)))
