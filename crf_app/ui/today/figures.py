"""The figures beside the worklist: enrolment against the target, visits in window, the next seven days."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from crf_app.services.today import TodayRecord
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.shell.cards import Card

WIDTH = 304


class Bar(QWidget):
    """How much of a whole, as a line."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._share = 0.0
        self.setFixedHeight(8)

    def show_share(self, share: float) -> None:
        """From 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Track and part."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(self.rect())
        painter.setBrush(self._look.colour("line"))
        painter.drawRoundedRect(track, 4, 4)
        track.setWidth(track.width() * self._share)
        painter.setBrush(self._look.colour("accent"))
        painter.drawRoundedRect(track, 4, 4)


class Week(QWidget):
    """Seven days with the number of visits whose target day each is."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._record: TodayRecord | None = None
        self.setFixedHeight(48)

    def show_record(self, record: TodayRecord) -> None:
        """Show the days of a worklist."""
        self._record = record
        self.setAccessibleName(", ".join(f"{self._day(day.isoweekday())} {count}" for day, count in record.next_days))
        self.update()

    def _day(self, number: int) -> str:
        return self._look.tr(f"ui_shell.day.{number}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Names of the days over their boxes."""
        if self._record is None or not self._record.next_days:
            return
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = self.width() / len(self._record.next_days)
        for number, (day, count) in enumerate(self._record.next_days):
            box = QRectF(number * step + 2, 20, step - 4, 28)
            painter.setFont(look.font(sizes.SMALL))
            painter.setPen(look.colour("text_secondary"))
            centre = Qt.AlignmentFlag.AlignCenter
            painter.drawText(QRectF(number * step, 0, step, 18), centre, self._day(day.isoweekday()))
            painter.setPen(Qt.PenStyle.NoPen)
            ground = "sunken" if not count else "accent" if number == 0 else "accent_tint"
            painter.setBrush(look.colour(ground))
            painter.drawRoundedRect(box, sizes.RADIUS, sizes.RADIUS)
            ink = "text_tertiary" if not count else "on_accent" if number == 0 else "accent"
            painter.setPen(look.colour(ink))
            painter.setFont(look.font(bold=bool(count)))
            painter.drawText(box, centre, str(count) if count else "–")


class Figures(QWidget):
    """Three cards; nothing here can be pressed."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedWidth(WIDTH)
        self.enrolled = Label(look, bold=True)
        self.of_target = Label(look, "", "text_secondary")
        self.bar = Bar(look)
        self.screening = Label(look, "", "text_secondary", wrap=True)
        self.percent = Label(look, "", pixels=sizes.RESULT, bold=True)
        self.of_visits = Label(look, "", "text_secondary")
        self.outside = Label(look)
        self.missed = Label(look)
        self.week = Week(look)
        self._heads = [Label(look, "", "text_secondary", bold=True) for _ in range(3)]
        self._names = [Label(look, "", "text_secondary") for _ in range(2)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for card in (self._enrolment(), self._visits(), self._days()):
            column.addWidget(card)
        column.addStretch()

    def _card(self, head: Label) -> tuple[Card, QVBoxLayout]:
        card = Card(self._look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 14, 16, 14)
        inner.setSpacing(8)
        inner.addWidget(head)
        return card, inner

    def _enrolment(self) -> Card:
        card = Card(self._look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 14, 16, 14)
        inner.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._heads[0])
        line.addStretch()
        line.addWidget(self.enrolled)
        line.addWidget(self.of_target)
        inner.addLayout(line)
        inner.addWidget(self.bar)
        inner.addWidget(self.screening)
        return card

    def _visits(self) -> Card:
        card, inner = self._card(self._heads[1])
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.percent)
        line.addWidget(self.of_visits, 0, Qt.AlignmentFlag.AlignBottom)
        line.addStretch()
        inner.addLayout(line)
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, (name, value) in enumerate(zip(self._names, (self.outside, self.missed), strict=True)):
            grid.addWidget(name, number, 0)
            grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignRight)
        inner.addLayout(grid)
        return card

    def _days(self) -> Card:
        card, inner = self._card(self._heads[2])
        inner.addWidget(self.week)
        return card

    def show_record(self, record: TodayRecord) -> None:
        """Show the figures of a day."""
        tr = self._look.tr
        for head, name in zip(self._heads, ("enrolment", "in_window", "next_days"), strict=True):
            head.setText(tr(f"ui_shell.today.{name}"))
        for label, name in zip(self._names, ("outside", "missed"), strict=True):
            label.setText(tr(f"ui_shell.today.{name}"))
        self.enrolled.setText(str(record.enrolled))
        self.of_target.setText(tr("ui_shell.today.of_target", target=record.target))
        self.bar.show_share(record.enrolled / record.target if record.target else 0.0)
        failures = record.screen_failures
        self.screening.setText(tr("ui_shell.today.screening", screening=record.screening, failures=failures))
        share = f"{100 * record.visits_in_window / record.visits_done:.1f} %" if record.visits_done else "—"
        self.percent.setText(share)
        counts = {"inside": record.visits_in_window, "done": record.visits_done}
        self.of_visits.setText(tr("ui_shell.today.of_visits", **counts))
        self.outside.setText(str(record.visits_done - record.visits_in_window))
        self.missed.setText(str(record.visits_missed))
        self.week.show_record(record)
