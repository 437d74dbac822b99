"""Laboratories and their reference intervals: each edit is a new version of the row, the old ones stay on record."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from crf_app.errors import ExpectedError
from crf_app.services.administration import SiteRecord, put_site_row, range_gaps, site_rows
from crf_app.ui.administration.section import Line, LineTable, Section
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.common.widgets.segments import Segment, SegmentSwitch
from crf_app.ui.context import UiContext
from crf_app.ui.imports.panel import ImportPanel
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledLine

LABORATORY = ("code", "zh", "en")
INTERVAL = ("laboratory", "test", "unit", "sex", "from_age", "to_age", "low", "high", "valid_from", "valid_to")
_KINDS = (("laboratory", LABORATORY), ("reference_range", INTERVAL))
_IMPORT = 2
_FAULTY = {
    "interval_wrong": "low", "interval_unit": "unit", "interval_sex": "sex", "interval_ages": "from_age", "interval_date": "valid_from",
    "interval_dates_exchanged": "valid_to", "interval_overlap": "valid_from",
}  # fmt: skip
"""Where a refusal is said."""
_WIDTHS = (120, 100, 110, 64, 96, 96, 104, 104, 116, 116)


class LaboratoriesSection(Section):
    """A switch between the two tables; Enter on a row edits it, "New" makes another one like it."""

    section_name = "laboratories"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        self._record: SiteRecord | None = None
        self.kinds = SegmentSwitch(look, ["", "", ""], "")
        self.kinds.setObjectName("laboratories/kinds")
        self.tables = tuple(LineTable(look, f"laboratories/{kind}", _WIDTHS[: len(names)]) for kind, names in _KINDS)
        self.lines = {name: LabeledLine(look, f"laboratories/{name}") for name in (*LABORATORY, *INTERVAL)}
        self.reason = LabeledLine(look, "laboratories/reason")
        self.active = QCheckBox()
        self.active.setObjectName("laboratories/active")
        self.takes_over = QCheckBox()
        self.takes_over.setObjectName("laboratories/takes_over")
        self.note = Label(look, "", "text_secondary")
        self.gaps = InlineMessage(look)
        self.gaps.setObjectName("laboratories/gaps")
        self.imports = ImportPanel(context, "ranges")
        self.new = Button(look, "", icon="plus")
        self.new.setObjectName("laboratories/new")
        self.store = Button(look, "", "primary")
        self.store.setObjectName("laboratories/store")
        top = QHBoxLayout()
        top.addWidget(self.kinds)
        top.addStretch()
        self.column.addLayout(top)
        self.column.addWidget(self.gaps)
        self._cards = tuple(self.add_table(table) for table in self.tables)
        for table in self.tables:
            table.chosen.connect(self._choose)
            table.opened.connect(self._to_editor)
        self.editor = self._editor()
        self.column.addWidget(self.editor)
        self.column.addWidget(self.imports, 1)
        self.kinds.chosen.connect(self._switch)
        self.new.clicked.connect(self._new)
        self.store.clicked.connect(self._store)
        self.reason.entered.connect(self._store)
        self.retranslate()
        self._switch(0)

    def _editor(self) -> Card:
        card = Card(self.context.look)
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for names in (LABORATORY, INTERVAL):
            for number, name in enumerate(names):
                grid.addWidget(self.lines[name], number // 5, number % 5)
        for column in range(5):
            grid.setColumnStretch(column, 1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.active, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.takes_over, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.note, 1, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.new, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.store, 0, Qt.AlignmentFlag.AlignBottom)
        grid.addLayout(foot, 2, 0, 1, 5)
        return card

    @property
    def kind(self) -> str:
        """The table in sight, or last in sight: "laboratory" or "reference_range"."""
        return _KINDS[min(self.kinds.index, 1)][0]

    @property
    def table(self) -> LineTable:
        """The table in sight, or last in sight."""
        return self.tables[min(self.kinds.index, 1)]

    @property
    def _names(self) -> tuple[str, ...]:
        return _KINDS[min(self.kinds.index, 1)][1]

    def show_import(self) -> None:
        """The import of intervals in place of the tables."""
        self.kinds.set_index(_IMPORT)
        self._switch(_IMPORT)
        self.imports.take_focus()

    @Slot(int)
    def _switch(self, number: int) -> None:
        names = self._names
        self.imports.setVisible(number == _IMPORT)
        self.editor.setVisible(number != _IMPORT)
        self.takes_over.setVisible(number == 1)
        for at, card in enumerate(self._cards):
            card.setVisible(at == number)
        for name, line in self.lines.items():
            line.setVisible(name in names)
        self._record = None
        self.read()

    def read(self) -> None:
        """The newest version of each row."""
        if self.context.work.actor is None:
            return
        names = self._names
        rows = self.context.perform(site_rows, self.context.work, self.kind) or ()
        short = "import.field" if self.kind == "reference_range" else "ui_shell.laboratories"
        heads = [self.context.tr(f"{short}.{name}") for name in names]
        heads.append(self.context.tr("ui_shell.laboratories.state"))
        self.table.show_lines(heads, [self._line(one, names) for one in rows])
        self._show_gaps()

    def _show_gaps(self) -> None:
        """What the intervals in force leave out, over their table."""
        found = self.context.perform(range_gaps, self.context.work) or () if self.kinds.index == 1 else ()
        self.gaps.setVisible(bool(found))
        if found:
            words = self.context.words.text(f"interval.{found[0].code}", self.context.language_hub.lang, **found[0].parameters)
            self.gaps.say("warn", self.context.tr("ui_shell.laboratories.gaps", count=len(found), first=words), ())

    def _line(self, record: SiteRecord, names: tuple[str, ...]) -> Line:
        content = {"code": record.row_id, **record.content}
        assumed = bool(content.get("assumed", False))
        state = "withdrawn" if not record.active else "assumed" if assumed else "confirmed"
        cells = (*(_shown(content, name) for name in names), self.context.tr(f"ui_shell.laboratories.{state}"))
        return Line(cells, record, assumed=assumed and record.active, quiet=not record.active)

    @Slot(object)
    def _choose(self, record: SiteRecord) -> None:
        self._record = record
        content = {"code": record.row_id, **record.content}
        for name in self._names:
            self.lines[name].edit.setText(_shown(content, name))
            self.lines[name].say("")
        self.lines["code"].edit.setReadOnly(True)
        self.active.setChecked(record.active)
        self.reason.edit.clear()
        self.note.setText(self.context.tr("ui_shell.laboratories.version", version=record.version))

    @Slot(object)
    def _to_editor(self, _record: object) -> None:
        name = "zh" if self.kind == "laboratory" else "low"
        self.lines[name].edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _new(self) -> None:
        """What stands there becomes the beginning of another row."""
        self._record = None
        self.active.setChecked(True)
        self.note.setText(self.context.tr("ui_shell.laboratories.is_new"))
        self.lines["code"].edit.setReadOnly(False)
        if self.kind == "laboratory":
            for name in LABORATORY:
                self.lines[name].edit.clear()
        first = "code" if self.kind == "laboratory" else "laboratory"
        self.lines[first].edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _content(self) -> Mapping[str, object]:
        names = self._names
        content: dict[str, object] = {name: self.lines[name].text() for name in names}
        for name in ("from_age", "to_age"):
            if name in content:
                text = str(content[name])
                content[name] = int(text) if text.isdecimal() else 0
        return {**content, "assumed": False}

    def _row_id(self) -> str:
        if self._record is not None:
            return self._record.row_id
        if self.kind == "laboratory":
            return self.lines["code"].text()
        names = ("laboratory", "test", "sex", "from_age", "valid_from")
        return "-".join(self.lines[name].text() for name in names).rstrip("-")

    @Slot()
    def _store(self) -> None:
        context = self.context
        first = self.lines["code" if self.kind == "laboratory" else "test"]
        if not first.text():
            first.say(context.look.later("ui_shell.wizard.needed"))
            first.edit.setFocus()
            return
        act = {"active": self.active.isChecked(), "reason": self.reason.text()}
        try:
            context.perform.strictly(
                put_site_row, context.work, self.kind, self._row_id(), self._content(),
                active=bool(act["active"]), reason=str(act["reason"]), takes_over=self.takes_over.isChecked(),
            )
        except ExpectedError as error:
            line = self.lines.get(_FAULTY.get(error.code, ""), first)
            line.say(said_error(context.look, error))
            line.edit.setFocus()
            return
        self.read()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        names = ("ui_shell.administration.laboratories", "ui_shell.laboratories.intervals")
        self.kinds.set_segments([Segment(tr(name)) for name in (*names, "ui_shell.laboratories.import")])
        self.kinds.setAccessibleName(tr(names[0]))
        for name, line in self.lines.items():
            line.set_label(tr(f"ui_shell.laboratories.{name}"))
        for table, name in zip(self.tables, names, strict=True):
            table.setAccessibleName(tr(name))
        self.reason.set_label(tr("ui_shell.reason"))
        self.active.setText(tr("ui_shell.laboratories.active"))
        self.active.setAccessibleName(tr("ui_shell.laboratories.active"))
        self.takes_over.setText(tr("ui_shell.laboratories.takes_over"))
        self.takes_over.setAccessibleName(tr("ui_shell.laboratories.takes_over"))
        self.imports.retranslate()
        self.new.set_text(tr("ui_shell.laboratories.new"))
        self.store.set_text(tr("ui_shell.laboratories.store"))
        if self.table.lines.rowCount():
            self.read()

    def take_focus(self) -> None:
        """The table in sight."""
        if self.kinds.index == _IMPORT:
            self.imports.take_focus()
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def _shown(content: Mapping[str, object], name: str) -> str:
    value = content.get(name, "")
    return "" if name == "to_age" and not value else str(value)
