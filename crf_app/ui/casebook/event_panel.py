"""The adverse event that a result suggests, shown before anything is written: term, start and grade may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from crf_app.services.lab_events import PROPOSED
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.ask_panel import AskPanel

_WIDTHS = (0, 128, 56)
"""Of the fields; 0 takes what is left."""


@dataclass(frozen=True, slots=True)
class EventQuestion:
    """What is proposed: a head, a line that says from where, and the texts by item."""

    head: str
    words: str
    texts: Mapping[str, str]
    labels: Mapping[str, str]


class EventPanel(AskPanel):
    """`given(texts by item)` on Enter, `declined` on Escape. Tab stays inside until it is answered."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "event", PROPOSED, ("add", "adverse_event"), parent)
        self.open = False
        self.add = self.act
        grid = QGridLayout()
        grid.setHorizontalSpacing(sizes.GAP)
        grid.setVerticalSpacing(4)
        for place, (oid, width) in enumerate(zip(PROPOSED, _WIDTHS, strict=True)):
            if width:
                self.fields[oid].setFixedWidth(width)
            grid.addWidget(self.labels[oid], 0, place)
            grid.addWidget(self.fields[oid], 1, place)
        grid.setColumnStretch(0, 1)
        self.build(grid)

    def ask(self, question: EventQuestion) -> None:
        """Show the proposal; the focus goes to the term."""
        look = self._look
        self.open = True
        self.head.setText(question.head)
        self.words.setText(question.words)
        for oid, field in self.fields.items():
            self.labels[oid].setText(question.labels.get(oid, oid))
            field.setAccessibleName(question.labels.get(oid, oid))
            field.setText(question.texts.get(oid, ""))
            field.setCursorPosition(0)
        self.add.set_text(look.tr("casebook.event.add"))
        self.cancel.set_text(look.tr("ui_kit.cancel"))
        self.say("")
        self.setAccessibleName(question.head)
        self.setVisible(True)
        self.take_focus()

    @Slot()
    def take_focus(self) -> None:
        """The term."""
        self.fields[PROPOSED[0]].setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str, oid: str = "") -> None:
        """Say why it was refused, at the field that is meant."""
        self.show_error(text)
        field = self.fields.get(oid)
        if field is not None:
            field.setAccessibleDescription(text)
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Take it away; nothing of it stays."""
        self.open = False
        super().close_panel()

    @Slot()
    def take(self) -> None:
        """Send what stands in the fields."""
        self.given.emit({oid: text.strip() for oid, text in self.texts().items()})
