"""Asking a new query in place: on the item, its row, the form or the visit; of whom, how urgent, and what."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.admin.roles import ROLE_TEXTS
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.queries import ANSWERERS, Priority, visit_key
from crf_app.clinical.record import FormRecord, ItemRecord
from crf_app.errors import ExpectedError
from crf_app.services.queries import NewQuery, open_query
from crf_app.study.item_types import format_value
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.boxes import ChoiceList
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
        self._record: FormRecord | None = None
        self._items: tuple[ItemRecord, ...] = ()
        look = context.look
        self.title = Label(look, "", bold=True)
        self.levels, self.assigned, self.priority = Segments(look), Segments(look), Segments(look)
        self.items = ChoiceList()
        self.items.setObjectName("inspector/ask/item")
        self.items.setFixedHeight(sizes.FIELD)
        self.items.setSizeAdjustPolicy(ChoiceList.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.items.setMinimumContentsLength(16)
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
            if segments is self.levels:
                column.addWidget(self.items)
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
        self.levels.chosen.connect(self._show_items)
        self.items.currentIndexChanged.connect(self._show_levels)
        self.box.sent.connect(self.send)
        self.box.left.connect(self.left)
        self.ask.clicked.connect(self.send)
        self.back.clicked.connect(self.left)
        self.message.acted.connect(self._dismiss)

    def begin(self, record: FormRecord, item: ItemKey | None) -> None:
        """Ask at an item of the form (None: at the form), and put the focus into the text."""
        self._record, self._items = record, tuple(one for one in record.items() if one.collected)
        at = next((number for number, one in enumerate(self._items) if one.key == item), -1)
        self._fill(max(at, 0))
        self.retranslate()
        self.levels.set_index(0 if at >= 0 else self._levels().index("form"))
        self._show_items()
        self.assigned.set_index(-1)
        self.priority.set_index(0)
        self.message.setVisible(False)
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fill(self, at: int) -> None:
        """Every item of the form by its question and value, so that one is found by typing its first letters."""
        lang = self._context.language_hub.lang
        self.items.blockSignals(True)
        self.items.clear()
        self.items.addItems([self._named(one, lang) for one in self._items])
        self.items.setCurrentIndex(at if self._items else -1)
        self.items.blockSignals(False)

    def _named(self, one: ItemRecord, lang: str) -> str:
        row = f" #{one.key.row}" if self._repeats(one) else ""
        value = format_value(one.item, one.value, lang)
        return f"{one.item.label.get(lang)}{row}" + (f" · {value}" if value else "")

    def _repeats(self, one: ItemRecord) -> bool:
        return self._context.work.study_at(one.key.form_key).forms[one.key.form].group(one.key.group).repeating != "no"

    @property
    def item(self) -> ItemRecord | None:
        """The item chosen."""
        at = self.items.currentIndex()
        return self._items[at] if 0 <= at < len(self._items) else None

    def _levels(self) -> list[str]:
        """What can be asked about: a row only where the item chosen stands in one."""
        at = self.item
        if at is None:
            return ["form", "visit"]
        return ["item", "row", "form", "visit"] if self._repeats(at) else ["item", "form", "visit"]

    @property
    def level(self) -> str:
        """What is asked about."""
        levels = self._levels()
        return levels[min(max(self.levels.index, 0), len(levels) - 1)]

    def _key(self) -> ItemKey | None:
        if self._record is None:
            return None
        form, at, level = self._record.key, self.item, self.level
        if level == "visit":
            return visit_key(form.subject, form.event, form.event_repeat)
        if level == "form" or at is None:
            return ItemKey(*form, "", 1, "")
        return at.key if level == "item" else at.key._replace(item="")

    @Slot()
    def _show_items(self) -> None:
        self.items.setVisible(self.level in ("item", "row"))

    @Slot()
    def _show_levels(self) -> None:
        """Another item may stand in a row, or not."""
        level = self.level
        self._name_levels()
        levels = self._levels()
        self.levels.set_index(levels.index(level) if level in levels else 0)

    def _name_levels(self) -> None:
        self.levels.set_segments([Segment(self._context.tr(f"query.ui.level.{name}"), str(at)) for at, name in enumerate(self._levels(), 1)])

    def retranslate(self) -> None:
        """All words anew."""
        tr, text = self._context.tr, self._context.language_hub.text
        self.title.setText(tr("query.ui.ask_title"))
        self._fill(self.items.currentIndex())
        self._name_levels()
        self.items.setAccessibleName(tr("query.ui.level.item"))
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
        key = self._key()
        if key is None:
            return
        assigned = str(ANSWERERS[self.assigned.index]) if self.assigned.index >= 0 else ""
        new = NewQuery(key, self.box.text(), assigned, _URGENT[max(self.priority.index, 0)])
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
