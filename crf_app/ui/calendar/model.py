"""The visits in sight as rows of a list model, and by day for painting."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.services.calendar import Calendar, CalendarEntry, calendar_entries
from crf_app.ui.context import UiContext

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)
_SPOKEN = (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole))


class CalendarModel(QAbstractListModel):
    """Rows are the entries of the days loaded, in order. Other days are loaded when they come into sight."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._calendar = Calendar()
        self._rows: tuple[CalendarEntry, ...] = ()
        self._by_day: dict[date, list[CalendarEntry]] = {}
        self.first = self.last = date.min

    @property
    def calendar(self) -> Calendar:
        """What was read."""
        return self._calendar

    def show_calendar(self, calendar: Calendar) -> None:
        """Show other data for the same days."""
        self._calendar = calendar
        self._load()

    def show_days(self, first: date, last: date) -> None:
        """Load the days from `first` to `last`, unless they are those loaded. Raises ExpectedError "locked" when nobody is logged in."""
        if (first, last) != (self.first, self.last):
            self.first, self.last = first, last
            self._load()

    def _load(self) -> None:
        self.beginResetModel()
        self._rows = calendar_entries(self._context.work, self._calendar, self.first, self.last) if self.first > date.min else ()
        self._by_day = {}
        for one in self._rows:
            self._by_day.setdefault(one.day, []).append(one)
        self.endResetModel()

    def on(self, day: date) -> list[CalendarEntry]:
        """The entries of a day, in order."""
        return self._by_day.get(day, [])

    def days(self) -> list[date]:
        """The days that have entries, in order."""
        return list(self._by_day)

    def between(self, first: date, last: date) -> list[CalendarEntry]:
        """The entries loaded from `first` to `last`."""
        return [one for step in range((last - first).days + 1) for one in self.on(first + timedelta(days=step))]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Entries of the days loaded."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The entry itself, and how it reads aloud."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        entry = self._rows[index.row()]
        return entry if role == ENTRY_ROLE else self.words(entry) if role in _SPOKEN else None

    def title(self, entry: CalendarEntry) -> str:
        """Subject and short name of the visit; an unscheduled one with its number."""
        short = self._context.language_hub.text(entry.event.short)
        number = f" {entry.repeat}" if entry.event.kind == "unscheduled" else ""
        return f"{entry.subject}  {short}{number}"

    def note(self, entry: CalendarEntry) -> str:
        """The window with what decided it, or that the visit took place; whether it lay outside."""
        tr = self._context.tr
        if not entry.made:
            return tr("ui_calendar.window", earliest=entry.earliest, latest=entry.latest, why=tr(f"ui_calendar.why.{entry.why}"))
        return tr("ui_kit.glyph.out_of_window") if entry.out_of_window else ""

    def words(self, entry: CalendarEntry) -> str:
        """The whole entry in a sentence."""
        tr, text = self._context.tr, self._context.language_hub.text
        state = tr("ui_calendar.entry", subject=entry.subject, visit=text(entry.event.name), state=tr(f"ui_kit.glyph.{entry.glyph}"))
        queries = tr("ui_shell.subjects.queries", count=entry.open_queries) if entry.open_queries else ""
        made = tr("ui_calendar.made") if entry.made else ""
        return ", ".join(part for part in (state, made, text(entry.when), self.note(entry), queries) if part)
