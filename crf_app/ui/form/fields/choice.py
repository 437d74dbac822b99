"""Choices: a strip of few options, a box for many, check boxes for several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Slot
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QWidget

from crf_app.clinical.record import ItemRecord
from crf_app.study.definition import Code, ItemDef
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.boxes import ChoiceList
from crf_app.ui.common.widgets.segments import Segment, Segments, normalise_key
from crf_app.ui.form.fields.base import Field, FieldEntry
from crf_app.words import LANGUAGES

STRIP_OPTIONS = 6
STRIP_WIDTH = 460


def code_text(code: Code, lang: str) -> str:
    """What an option says on a strip: its short form when it has one."""
    return code.short.get(lang) or code.text.get(lang)


def code_keys(codes: Sequence[Code]) -> tuple[str, ...]:
    """The key of each option: its own, its code when all codes are one digit or Y/N, else its place."""
    if all(one.key for one in codes):
        return tuple(one.key.upper() for one in codes)
    if all(len(one.code) == 1 and one.code.isdigit() for one in codes) or {one.code for one in codes} <= {"Y", "N"}:
        return tuple(one.code for one in codes)
    return tuple(one.key.upper() or (str(place) if place < 10 else "") for place, one in enumerate(codes, 1))


def fits_strip(item: ItemDef) -> bool:
    """At most six options, and short enough in both languages to stand side by side."""
    if not 0 < len(item.codes) <= STRIP_OPTIONS:
        return False
    return all(sum(_text_width(code_text(one, lang)) + 36 for one in item.codes) <= STRIP_WIDTH for lang in LANGUAGES)


def _text_width(text: str) -> int:
    """A generous guess in pixels: 13 for a Han character, 7.5 for a Latin one."""
    return sum(13 if ord(letter) > 0x2E7F else 8 for letter in text)


def segments_of(item: ItemDef, lang: str) -> tuple[Segment, ...]:
    """The item's codes as segments; each can be chosen by key, code or the beginning of its text in either language.

    Its place counts as well where no code or key is a figure; not for yes and no, whose 1 and 0 differ from trial to trial.
    """
    keys = code_keys(item.codes)
    figures = any(text.isdigit() for one, key in zip(item.codes, keys, strict=True) for text in (one.code, key))
    placed = not figures and not {"Y", "N"} & {one.code for one in item.codes}
    places = [(str(place),) if placed else () for place in range(1, len(keys) + 1)]
    same = [key if key != code_text(one, lang) else "" for one, key in zip(item.codes, keys, strict=True)]
    return tuple(
        Segment(code_text(one, lang), shown, (key, one.code, *place, one.text.en, one.text.zh))
        for one, key, shown, place in zip(item.codes, keys, same, places, strict=True)
    )


class ChoiceStrip(Field):
    """One of few options. A key chooses and the choice is committed on leaving; a click is an answer by itself."""

    answers_by_click = True

    def build(self) -> None:
        """The strip."""
        self.strip = Segments(self.look, segments_of(self.item, self.lang), clearable=True, parent=self)
        self.strip.picked.connect(self._picked)
        self.adopt(self.strip)

    def editors(self) -> tuple[QWidget, ...]:
        """The strip."""
        return (self.strip,)

    def least_width(self) -> int:
        """All options, close together and without their keys."""
        return self.strip.least_width()

    def arrange(self) -> None:
        """The options take the room there is."""
        self.strip.fit(self.width())
        super().arrange()

    def content(self) -> FieldEntry:
        """The code chosen."""
        return FieldEntry(self.item.codes[self.strip.index].code if self.strip.index >= 0 else "")

    def display(self, _record: ItemRecord, entry: FieldEntry) -> None:
        """The option of that code."""
        self.strip.set_index(next((n for n, one in enumerate(self.item.codes) if one.code == entry.text), -1))

    def show_record(self, record: ItemRecord, lang: str) -> None:
        """The options speak the language in use."""
        if lang != self.lang:
            self.strip.set_segments(segments_of(self.item, lang))
        super().show_record(record, lang)

    def refresh_state(self) -> None:
        """The strip draws its own border."""
        super().refresh_state()
        state = str(self.strip.property("field_state") or "")
        self.strip.read_only = self.read_only
        self.strip.dimmed = state == "left_behind"
        self.strip.border_role = {"error": "error", "to_confirm": "due", "query": "query_open"}.get(state, "")
        self.strip.setAccessibleDescription(f"{self.strip.text()} {self.error}".strip())

    def type_first(self, text: str) -> None:
        """A key chooses."""
        self.strip.type_text(text)

    @Slot(int)
    def _picked(self, _index: int) -> None:
        self.commit()


class ChoiceBox(Field):
    """One of many options: a box that opens, and finds while one types."""

    def build(self) -> None:
        """An editable combo box with a completer that finds anywhere in the text."""
        self._finds = False
        self.box = ChoiceList(self)
        self.box.setEditable(True)
        self.box.setInsertPolicy(ChoiceList.InsertPolicy.NoInsert)
        self.box.setFixedSize(sizes.TEXT_FIELD, sizes.FIELD)
        self.box.setMaxVisibleItems(14)
        line = self._line()
        line.setTextMargins(3, 0, 3, 0)
        line.setPlaceholderText(self.look.tr("ui_kit.choose_hint"))
        self._fill()
        self.box.activated.connect(self._picked)
        self.adopt(line)
        self.box.installEventFilter(self)  # the box is its line's focus proxy: keys and focus come to the box
        self.box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _line(self) -> QLineEdit:
        line = self.box.lineEdit()
        if line is None:
            raise RuntimeError("an editable combo box has a line edit")
        return line

    def _texts(self) -> list[str]:
        return [one.text.get(self.lang) for one in self.item.codes]

    def _fill(self) -> None:
        texts = self._texts()
        model = QStringListModel(texts, self.box)
        self.box.setModel(model)
        if self._finds:
            self._find_while_typing()

    def _find_while_typing(self) -> None:
        """Made at the first visit only: a form of many lists would wait for them."""
        self._finds = True
        completer = QCompleter(self.box.model(), self.box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.box.setCompleter(completer)

    def editors(self) -> tuple[QWidget, ...]:
        """The line inside the box."""
        return (self._line(),)

    def _name_editors(self, record: ItemRecord, lang: str) -> None:
        """The box has the focus, so it has the name."""
        super()._name_editors(record, lang)
        self.box.setObjectName(record.key.address)
        self.box.setAccessibleName(self.question(record, lang))

    def control_width(self) -> int:
        """The whole box."""
        return self.box.width()

    def arrange(self) -> None:
        """The box, not its line, is placed."""
        self.box.move(0, 0)
        if self.width():
            self.box.setFixedWidth(min(sizes.TEXT_FIELD + 80, self.width()))

    def content(self) -> FieldEntry:
        """The code meant by what is typed; what means none is committed as typed, so that it is refused in place."""
        typed = self._line().text()
        wanted = normalise_key(typed)
        if not wanted:
            return FieldEntry("")
        for one in self.item.codes:
            if wanted in (normalise_key(one.code), normalise_key(one.text.en), normalise_key(one.text.zh)):
                return FieldEntry(one.code)
        inside = [
            one for one, text in zip(self.item.codes, self._texts(), strict=True) if wanted in normalise_key(text)
        ]
        return FieldEntry(inside[0].code if len(inside) == 1 else typed)

    def display(self, _record: ItemRecord, entry: FieldEntry) -> None:
        """The words of that code."""
        found = self.item.code(entry.text)
        text = found.text.get(self.lang) if found is not None else entry.text
        if self._line().text() != text:
            self.box.setCurrentIndex(self.item.codes.index(found) if found is not None else -1)
            self.box.setEditText(text)
            self._line().setCursorPosition(0)

    def show_record(self, record: ItemRecord, lang: str) -> None:
        """The options speak the language in use."""
        if lang != self.lang:
            entry = self.content()
            self.lang = lang
            self._fill()
            self.display(record, entry)
            self._line().setPlaceholderText(self.look.tr("ui_kit.choose_hint"))
        super().show_record(record, lang)

    def refresh_state(self) -> None:
        """The box draws the state of its line."""
        super().refresh_state()
        state = "error" if self.error else str(self.property("field_state") or "")
        self.box.setProperty("field_state", state)
        self.box.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Down opens the list."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.box.showPopup()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down walk the form, not the list, unless the list is open."""
        if isinstance(event, QFocusEvent):
            self.box.update()
            if not self._finds:
                self._find_while_typing()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            wanted = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            completer = self.box.completer()
            popup = completer.popup() if completer is not None else None
            if wanted and not (popup is not None and popup.isVisible()):
                self.keyPressEvent(event)
                return event.isAccepted()
        return super().eventFilter(watched, event)

    @Slot(int)
    def _picked(self, _index: int) -> None:
        self.commit()


class _Check(QCheckBox):
    """A check box that takes text committed by an input method, for the field to read."""

    def __init__(self, field: MultiChoice, text: str) -> None:
        super().__init__(text, field)
        self._field = field
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Typed text chooses an option of the field."""
        self._field.type_text(event.commitString())
        event.accept()


class MultiChoice(Field):
    """Several of the options: check boxes, each a tab stop; digits or first letters tick them from anywhere inside."""

    answers_by_click = True

    def build(self) -> None:
        """A check box for each option."""
        self._checks = tuple(_Check(self, one.text.get(self.lang)) for one in self.item.codes)
        for one in self._checks:
            one.setProperty("own_name", True)
            one.clicked.connect(self._clicked)
            self.adopt(one)

    def editors(self) -> tuple[QWidget, ...]:
        """The boxes."""
        return self._checks

    def content(self) -> FieldEntry:
        """The codes ticked, in the order of the list."""
        pairs = zip(self.item.codes, self._checks, strict=True)
        return FieldEntry(";".join(code.code for code, one in pairs if one.isChecked()))

    def display(self, _record: ItemRecord, entry: FieldEntry) -> None:
        """Tick those codes."""
        chosen = entry.text.split(";")
        for code, one in zip(self.item.codes, self._checks, strict=True):
            one.setChecked(code.code in chosen)

    def show_record(self, record: ItemRecord, lang: str) -> None:
        """The options speak the language in use."""
        for code, one in zip(self.item.codes, self._checks, strict=True):
            one.setText(code.text.get(lang))
            one.setAccessibleName(f"{record.item.label.get(lang)}: {code.text.get(lang)}")
        super().show_record(record, lang)

    def refresh_state(self) -> None:
        """Read-only boxes cannot be ticked."""
        super().refresh_state()
        for one in self._checks:
            one.setEnabled(not self.read_only)

    def height_needed(self, width: int) -> int:
        """As many rows of boxes as the width asks for."""
        return max(sizes.FIELD, self._flow(width, place=False))

    def arrange(self) -> None:
        """Boxes flow from left to right."""
        self._flow(self.width(), place=True)

    def _flow(self, width: int, *, place: bool) -> int:
        left = top = 0
        for one in self._checks:
            wide = min(_text_width(one.text()) + 28, max(width, 80))
            if left and left + wide > width:
                left, top = 0, top + 26
            if place:
                one.setGeometry(left, top, wide, sizes.FIELD)
            left += wide + sizes.GAP
        return top + sizes.FIELD

    def type_text(self, text: str) -> bool:
        """Tick or untick the option that `text` names by place, code or beginning."""
        wanted = normalise_key(text)
        if not wanted or self.read_only:
            return False
        keys = [normalise_key(key) for key in code_keys(self.item.codes)]
        names = [
            (normalise_key(one.code), normalise_key(one.text.en), normalise_key(one.text.zh)) for one in self.item.codes
        ]
        found = [n for n, key in enumerate(keys) if key == wanted]
        found = found or [n for n, name in enumerate(names) if any(one.startswith(wanted) for one in name)]
        if len(found) == 1:
            self._checks[found[0]].toggle()
            self._checks[found[0]].setFocus()
        return len(found) == 1

    def type_first(self, text: str) -> None:
        """A key ticks."""
        self.type_text(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and letters tick; Backspace unticks all."""
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self.read_only:
            for one in self._checks:
                one.setChecked(False)
        elif event.text().strip() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not self.type_text(event.text()):
                super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _clicked(self) -> None:
        self.update()
