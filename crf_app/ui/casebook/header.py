"""The head of a casebook: who, how far, the key dates, the next visit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crf_app.clinical.record import SubjectRecord
from crf_app.ui.casebook.navigation import next_visit
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.chips import Chip
from crf_app.ui.common.widgets.labels import Label, LabeledValue

_STATE_MEANING = {
    "screening": "due", "screen_failure": "neutral", "enrolled": "accent", "treatment": "accent", "follow_up": "complete", "completed": "complete",
    "withdrawn": "neutral",
}  # fmt: skip
_FACTS = ("day", "sex", "consent", "first", "next", "version")
_GIVES_WAY = ("version", "consent", "first", "sex", "day", "next")
"""Which fact leaves first where the window is narrow; those without a value leave before any that has one."""


class SubjectHeader(QWidget):
    """`print_requested` when Print is pressed."""

    print_requested = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.number = Label(look, "", "text", sizes.NUMBER, bold=True)
        self.state = Chip(look, "")
        self.facts = {name: LabeledValue(look) for name in _FACTS}
        self.void = Chip(look, "", "error", glyph="signature_void")
        self.hold = Chip(look, "", "neutral", glyph="locked")
        self.queries = Chip(look, "", "query", glyph="query_open")
        self.print = Button(look, look.tr("casebook.print"), icon="print", key="Ctrl P")
        self.print.setObjectName("casebook/print")
        self.print.clicked.connect(self.print_requested)
        self.setFixedHeight(sizes.CASEBOOK_HEAD)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 0, 24, 0)
        line.setSpacing(24)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self.number)
        title.addWidget(self.state)
        line.addLayout(title)
        for fact in self.facts.values():
            line.addWidget(fact, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch()
        chips = QHBoxLayout()
        chips.setSpacing(8)
        for chip in (self.hold, self.void, self.queries):
            chips.addWidget(chip)
        line.addLayout(chips)
        line.addWidget(self.print)

    def show_subject(self, record: SubjectRecord, queries: int, void: int = 0, hold: str = "") -> None:
        """Show a subject's facts, how many forms bear a void signature, and that the subject or study is "frozen" or "locked"."""
        look, facts = self._look, record.facts
        self.number.setText(record.subject)
        self.state.set_text(look.tr(f"casebook.state.{record.state}"), _STATE_MEANING.get(record.state, "neutral"))
        day = facts.get("day", "")
        sex = look.tr(f"casebook.sex.{facts['sex']}") if facts.get("sex") in ("M", "F") else ""
        age = look.tr("casebook.years", n=facts["age"]) if facts.get("age") else ""
        self._fact("day", look.tr("casebook.since_first", n=day) if day else "")
        self._fact("sex", look.tr("casebook.sex_age", sex=sex, age=age) if sex and age else sex or age)
        self._fact("consent", facts.get("consent", ""))
        self._fact("first", facts.get("first_treatment", "")[:10])
        self._fact("next", self._next(record))
        self._fact("version", facts.get("version", ""))
        self.queries.set_text(look.tr("casebook.queries", n=queries))
        self.queries.setVisible(queries > 0)
        self.void.set_text(look.tr("workflow.header.void", n=void))
        self.void.setVisible(void > 0)
        self.hold.set_text(look.tr(f"ui_kit.glyph.{hold}") if hold else "")
        self.hold.setVisible(bool(hold))
        self.print.set_text(look.tr("casebook.print"))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many facts as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A fact is shown whole or, where there is no room for it, not at all: then the number of the subject tells it on pointing and to a reader."""
        layout = self.layout()
        if layout is None:
            return
        for fact in self.facts.values():
            fact.setVisible(True)
        layout.invalidate()
        leaving = sorted(_GIVES_WAY, key=lambda one: self.facts[one].is_empty, reverse=True)
        left = []
        while leaving and layout.sizeHint().width() > self.width():
            left.append(leaving.pop(0))
            self.facts[left[-1]].setVisible(False)
            layout.invalidate()
        told = "\n".join(self.facts[one].accessibleName() for one in _FACTS if one in left and not self.facts[one].is_empty)
        self.number.setToolTip(told)
        self.number.setAccessibleDescription(told)
        layout.activate()

    def _fact(self, name: str, value: str) -> None:
        self.facts[name].set_text(self._look.tr(f"casebook.fact.{name}"), value)

    def _next(self, record: SubjectRecord) -> str:
        event = next_visit(record.events)
        if event is None or event.window.earliest is None or event.window.latest is None:
            return ""
        name = event.event.short.get(self._look.languages.lang)
        first, last = event.window.earliest.isoformat()[5:], event.window.latest.isoformat()[5:]
        return self._look.tr("casebook.next_visit", visit=name, first=first, last=last) if first != last else f"{name}, {first}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line beneath."""
        painter = QPainter(self)
        painter.setPen(self._look.colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
