"""Study parameters: each assumed until the site confirms it; a change after first data needs a reason."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.administration import ParameterRecord, read_parameter_records, set_parameter
from crf_app.study.texts import Text
from crf_app.study.units import display_unit
from crf_app.ui.administration.section import Line, LineTable, Section
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.context import UiContext
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine

_HEADS = ("label", "value", "unit", "note", "state")
_SWITCH = (("Y", Text("Yes", "是")), ("N", Text("No", "否")))


class ParametersSection(Section):
    """Everybody may read them; who has the right confirms and changes."""

    section_name = "parameters"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        self._record: ParameterRecord | None = None
        self.table = LineTable(look, "parameters/table", (300, 180, 80, 380, 120))
        self.name = Label(look, bold=True)
        self.note = Label(look, "", "text_secondary", wrap=True)
        self.value = LabeledLine(look, "parameters/value")
        self.choice = LabeledChoice(look, "parameters/choice")
        self.reason = LabeledLine(look, "parameters/reason")
        self.store = Button(look, "", "primary")
        self.store.setObjectName("parameters/store")
        self.missing = InlineMessage(look)
        self.missing.setObjectName("parameters/missing")
        self.column.addWidget(self.missing)
        self.add_table(self.table)
        self.editor = self._editor()
        self.column.addWidget(self.editor)
        if not context.work.user.may(Right.PARAMETERS):
            self.editor.hide()
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._to_editor)
        self.value.entered.connect(self._store)
        self.reason.entered.connect(self._store)
        self.store.clicked.connect(self._store)
        self.retranslate()

    def _editor(self) -> Card:
        card = Card(self.context.look)
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(24)
        grid.addWidget(self.name, 0, 0, 1, 3)
        grid.addWidget(self.note, 1, 0, 1, 3)
        grid.addWidget(self.value, 2, 0)
        grid.addWidget(self.choice, 2, 0)
        grid.addWidget(self.reason, 2, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.store)
        grid.addLayout(foot, 2, 2, Qt.AlignmentFlag.AlignBottom)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 2)
        return card

    def read(self) -> None:
        """All parameters in order of the definition."""
        records = self.context.perform(read_parameter_records, self.context.work) or ()
        heads = [self.context.tr(f"ui_shell.parameters.{name}") for name in _HEADS]
        # what is needed stands first: nothing else can begin without it
        self.table.show_lines(heads, [self._line(one) for one in sorted(records, key=lambda one: not one.needed)])
        self._say_missing([one for one in records if one.needed])

    def _say_missing(self, records: list[ParameterRecord]) -> None:
        if not records:
            self.missing.setVisible(False)
            return
        labels = [one.definition.label for one in records]
        names = Text(", ".join(one.en for one in labels), "、".join(one.zh for one in labels))
        self.missing.say("warn", partial(self._missing_words, names))

    def _missing_words(self, names: Text) -> str:
        return self.context.tr("ui_shell.parameters.needed_note", names=self.context.language_hub.text(names))

    def _options(self, record: ParameterRecord) -> list[tuple[str, object]]:
        text, definition = self.context.language_hub.text, record.definition
        if definition.switch:
            return [(text(words), code) for code, words in _SWITCH]
        if definition.type.value in ("single", "yn") and not definition.codes:
            return [(text(words), code) for code, words in _SWITCH]
        return [(text(code.text), code.code) for code in definition.codes] if definition.type.value == "single" else []

    def _line(self, record: ParameterRecord) -> Line:
        text, definition = self.context.language_hub.text, record.definition
        shown = {str(code): words for words, code in self._options(record)}
        names = {code.code: text(code.text) for code in definition.codes}
        several = definition.type.value == "multi"
        value = ", ".join(names.get(one, one) for one in record.value.split(";")) if several else record.value
        word = "needed" if record.needed else "confirmed" if record.confirmed else "assumed"
        state = self.context.tr(f"ui_shell.parameters.{word}")
        cells = (text(definition.label), shown.get(record.value, value), display_unit(definition.unit), text(definition.note), state)
        return Line(cells, record, assumed=not record.confirmed)

    @Slot(object)
    def _choose(self, record: ParameterRecord) -> None:
        self._record = record
        text, options = self.context.language_hub.text, self._options(record)
        self.name.setText(text(record.definition.label))
        self.note.setText(text(record.definition.note))
        self.value.setVisible(not options)
        self.choice.setVisible(bool(options))
        self.value.edit.setText(record.value)
        self.value.say("")
        self.choice.offer(options)
        self.choice.box.setCurrentIndex(max(self.choice.box.findData(record.value), 0))
        self.reason.edit.clear()
        self.reason.say("")
        self._name_store()

    def _name_store(self) -> None:
        record = self._record
        word = "change" if record is not None and record.confirmed else "enter" if record is not None and record.needed else "confirm"
        self.store.set_text(self.context.tr(f"ui_shell.parameters.{word}"))

    @Slot(object)
    def _to_editor(self, _record: object) -> None:
        (self.value.edit if not self.value.isHidden() else self.choice.box).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _store(self) -> None:
        context, record = self.context, self._record
        if record is None:
            return
        text = self.value.text() if not self.value.isHidden() else str(self.choice.data())
        try:
            context.perform.strictly(
                set_parameter, context.work, record.definition.oid, text, reason=self.reason.text()
            )
        except ExpectedError as error:
            line = self.reason if error.code == "reason_missing" or self.value.isHidden() else self.value
            line.say(said_error(context.look, error))
            line.edit.setFocus()
            return
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.value.set_label(tr("ui_shell.parameters.value"))
        self.choice.set_label(tr("ui_shell.parameters.value"))
        self.reason.set_label(tr("ui_shell.reason"), tr("ui_shell.parameters.reason_hint"))
        self.table.setAccessibleName(tr("ui_shell.administration.parameters"))
        self._name_store()
        if self.context.work.actor is not None and self.table.lines.rowCount():
            self.read()

    def take_focus(self) -> None:
        """The list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
