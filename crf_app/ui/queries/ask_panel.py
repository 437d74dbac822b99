"""Asking a new query in place: on the item, its row, the form or the visit; of whom, how urgent, and what."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.admin.roles import ROLE_TEXTS
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.queries import ANSWERERS, Priority, visit_key
from crf_app.errors import ExpectedError
from crf_app.services.queries import NewQuery, open_query
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.context import UiContext
from crf_app.ui.queries.text_box import TextBox

_URGENT = (Priority.NORMAL, Priority.HIGH)


class AskPanel(QWidget):
    """`asked(number)` when the query was stored, `left` on Escape."""

    asked = Signal(int)
    left = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._places: tuple[tuple[str, ItemKey], ...] = ()
        look = context.look
        self.title = Label(look, "", bold=True)
        self.levels, self.assigned, self.priority = Segments(look), Segments(look), Segments(look)
        self.captions = tuple(Label(look, "", "text_secondary", sizes.SMALL) for _ in range(3))
        self.box = TextBox(look, "inspector/ask/text")
        self.message = InlineMessage(look)
        self.ask = Button(look, "", "primary", key="Ctrl ↵")
        self.back = Button(look, "", key="Esc")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addWidget(self.title)
        for caption, segments in zip(self.captions, (self.levels, self.assigned, self.priority), strict=True):
            column.addWidget(caption)
            column.addWidget(segments)
        column.addSpacing(4)
        column.addWidget(self.box)
        column.addWidget(self.message)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.ask)
        buttons.addWidget(self.back)
        buttons.addStretch()
        column.addLayout(buttons)
        column.addStretch()
        named: dict[str, QWidget] = {
            "level": self.levels, "assigned": self.assigned, "priority": self.priority, "send": self.ask, "back": self.back, "message": self.message,
        }  # fmt: skip
        for name, widget in named.items():
            widget.setObjectName(f"inspector/ask/{name}")
        self.box.sent.connect(self.send)
        self.box.left.connect(self.left)
        self.ask.clicked.connect(self.send)
        self.back.clicked.connect(self.left)
        self.message.acted.connect(self._dismiss)

    def begin(self, form: FormKey, item: ItemKey | None) -> None:
        """Ask at an item of the form (None: at the form), and put the focus into the text."""
        places = [("form", ItemKey(*form, "", 1, "")), ("visit", visit_key(form.subject, form.event, form.event_repeat))]
        if item is not None:
            group = self._context.work.study_at(form).forms[form.form].group(item.group)
            row = [("row", item._replace(item=""))] if group.repeating != "no" else []
            places = [("item", item), *row, *places]
        self._places = tuple(places)
        self.levels.set_index(0)
        self.assigned.set_index(-1)
        self.priority.set_index(0)
        self.message.setVisible(False)
        self.retranslate()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        """All words anew."""
        tr, text = self._context.tr, self._context.language_hub.text
        self.title.setText(tr("query.ui.ask_title"))
        self.levels.set_segments([Segment(tr(f"query.ui.level.{name}"), str(at)) for at, (name, _) in enumerate(self._places, 1)])
        self.assigned.set_segments([Segment(text(ROLE_TEXTS[one])) for one in ANSWERERS])
        self.priority.set_segments([Segment(tr(f"query.priority.{one}")) for one in _URGENT])
        for caption, segments, key in zip(self.captions, (self.levels, self.assigned, self.priority), ("about", "of", "urgency"), strict=True):
            caption.setText(tr(f"query.ui.ask.{key}"))
            segments.setAccessibleName(tr(f"query.ui.ask.{key}"))
        self.box.setPlaceholderText(tr("query.ui.ask.text"))
        self.box.setAccessibleName(tr("query.ui.ask.text"))
        self.ask.set_text(tr("query.ui.ask.send"))
        self.back.set_text(tr("ui_kit.cancel"))

    @Slot()
    def send(self) -> None:
        """Store it; a refusal is said here."""
        context = self._context
        if not self._places:
            return
        assigned = str(ANSWERERS[self.assigned.index]) if self.assigned.index >= 0 else ""
        new = NewQuery(self._places[max(self.levels.index, 0)][1], self.box.text(), assigned, _URGENT[max(self.priority.index, 0)])
        try:
            _, number = context.perform.strictly(open_query, context.work, new)
        except ExpectedError as error:
            self.message.say("error", said_error(context.look, error))
            self.box.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.box.clear()
        self.message.setVisible(False)
        self.asked.emit(number)

    @Slot(str)
    def _dismiss(self, _name: str) -> None:
        self.message.setVisible(False)
