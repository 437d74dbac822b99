"""Which column means what: one choice a field, and the name under which it is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from crf_app.services.imports.mapping import ImportMapping, fields_of
from crf_app.ui.common.look import Look
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine

_COLUMNS = 6
_FIXED, _COLUMN = "=", ":"
"""Marks in front of what a choice means: a text for all rows, a column of the file."""


class ColumnChoices(Card):
    """`changed` when the person chose another column, laboratory or mapping; `mapping()` says what is chosen."""

    changed = Signal()
    mapping_chosen = Signal(str)

    def __init__(self, context: UiContext, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(context.look, parent=parent)
        self._context = context
        self._kind = kind
        self._mapping = ImportMapping("", kind)
        look: Look = context.look
        self.known = LabeledChoice(look, f"import/{kind}/mapping")
        self.name = LabeledLine(look, f"import/{kind}/name")
        self.choices = {name: LabeledChoice(look, f"import/{kind}/{name}") for name in fields_of(kind)}
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for place, widget in enumerate((self.known, self.name, *self.choices.values())):
            grid.addWidget(widget, place // _COLUMNS, place % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        for choice in self.choices.values():
            choice.box.setSizeAdjustPolicy(choice.box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.chosen.connect(self._chosen)
        self.known.chosen.connect(self._known_chosen)

    def show_mapping(self, mapping: ImportMapping, heads: Sequence[str], known: Sequence[str], laboratories: Sequence[tuple[str, str]]) -> None:
        """Offer the columns of a file and show which are chosen. `laboratories` are code and name, for a file that does not say."""
        self._mapping = mapping
        names = [one for one in dict.fromkeys(heads) if one]
        none = self._context.tr("ui_import.no_column")
        for name, choice in self.choices.items():
            fixed = [(text, f"{_FIXED}{code}") for code, text in laboratories] if name == "laboratory" else []
            choice.box.clear()
            choice.offer([(none, ""), *((one, f"{_COLUMN}{one}") for one in names), *fixed])
            wanted = f"{_COLUMN}{mapping.columns[name]}" if name in mapping.columns else f"{_FIXED}{mapping.fixed[name]}" if name in mapping.fixed else ""
            choice.box.setCurrentIndex(max(choice.box.findData(wanted), 0))
        self.known.box.clear()
        self.known.offer([(self._context.tr("ui_import.by_names"), ""), *((one, one) for one in known)])
        self.known.box.setCurrentIndex(max(self.known.box.findData(mapping.name), 0))
        if not self.name.edit.hasFocus():
            self.name.edit.setText(mapping.name)

    def mapping(self, tests: Mapping[str, str] | None = None) -> ImportMapping:
        """What is chosen, with the tests that were told apart by hand."""
        chosen = {name: str(choice.data() or "") for name, choice in self.choices.items()}
        columns = {name: text[1:] for name, text in chosen.items() if text.startswith(_COLUMN)}
        fixed = {name: text[1:] for name, text in chosen.items() if text.startswith(_FIXED)}
        return ImportMapping(self.name.text(), self._kind, columns, fixed, self._mapping.tests if tests is None else tests, self._mapping.sheet)

    @Slot()
    def _chosen(self) -> None:
        self.changed.emit()

    @Slot()
    def _known_chosen(self) -> None:
        self.mapping_chosen.emit(str(self.known.data() or ""))

    def retranslate(self) -> None:
        """All words anew."""
        tr = self._context.tr
        self.known.set_label(tr("ui_import.mapping"))
        self.name.set_label(tr("ui_import.remember"), tr("ui_import.remember_hint"))
        for name, choice in self.choices.items():
            choice.set_label(tr(f"import.field.{name}"))
            choice.box.setItemText(0, tr("ui_import.no_column"))
        self.known.box.setItemText(0, tr("ui_import.by_names"))
