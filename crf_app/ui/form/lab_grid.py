"""A laboratory panel as one grid: analyte, result, unit, reference, flag, significance, grade, previous."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QRect, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord
from crf_app.study.definition import GroupDef, ItemDef
from crf_app.study.texts import Text
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.chips import flag_width, paint_flag, paint_glyph
from crf_app.ui.common.widgets.labels import SectionHead
from crf_app.ui.common.widgets.segments import normalise_key
from crf_app.ui.form.blocks import PasteRequest, read_block
from crf_app.ui.form.fields.base import FieldEntry, FormTools
from crf_app.ui.form.group_view import GroupView
from crf_app.ui.form.item_row import ItemRow

RESULT, FLAG, SIGNIFICANCE = "_LBORRES", "_LBNRIND", "_LBCLSIG"
_NOT_SIGNIFICANT = "NCS"
_FLAGS = {"HIGH": ("H ↑", "flag_high"), "H": ("H ↑", "flag_high"), "LOW": ("L ↓", "flag_low"), "L": ("L ↓", "flag_low")}

# Columns from the right edge: previous, grade, significance, flag, reference; the result takes what is left.
_PREVIOUS = 56
_GRADE_WIDTH = 36
_SIGNIFICANCE = 116
_FLAG_WIDTH = 36
_REFERENCE = 76
_ANALYTE = sizes.LABEL


def lab_lines(items: tuple[ItemDef, ...]) -> list[tuple[ItemDef, ...]]:
    """Result, flag and significance of each analyte together, in the order of the results; other items alone."""
    known = {item.oid: item for item in items}
    lines: list[tuple[ItemDef, ...]] = []
    for item in items:
        test, found, _ = item.oid.rpartition(RESULT)
        if found:
            parts = (item, known.get(test + FLAG), known.get(test + SIGNIFICANCE))
            lines.append(tuple(part for part in parts if part is not None))
        elif not item.oid.endswith((FLAG, SIGNIFICANCE)):
            lines.append((item,))
    return lines


_MARK = 20


def _by_code(item: ItemDef) -> ItemDef:
    """The significance of a result is chosen by its code (NCS, CS), which the column has room for in every language."""
    if not item.oid.endswith(SIGNIFICANCE):
        return item
    return replace(item, codes=tuple(replace(code, short=Text(code.code, code.code)) for code in item.codes))


class LabRow(ItemRow):
    """One analyte: the result and, where it lies outside the interval, its significance."""

    def __init__(self, look: Look, tools: FormTools, items: tuple[ItemDef, ...], parent: QWidget | None = None) -> None:
        self.flag_item = next((one for one in items if one.oid.endswith(FLAG)), None)
        self.flag: ItemRecord | None = None
        self.earlier = ""
        super().__init__(look, tools, tuple(_by_code(one) for one in items if one is not self.flag_item), parent)
        self.cells[0].field.compact = True
        self.cells[0].field.takes_blocks = True

    def show_analyte(self, records: dict[str, ItemRecord], lang: str, bilingual: bool) -> None:
        """Show the analyte's records by item OID."""
        flag = records.get(self.flag_item.oid) if self.flag_item is not None else None
        if flag != self.flag:
            self.flag = flag
            self.update()
        self.show_records(tuple(records[item.oid] for item in self.items), lang, bilingual)
        for cell in self.cells[1:]:
            record = cell.record
            cell.field.setVisible(record is not None and (record.collected or not record.value.is_blank))

    def previous_text(self, records: tuple[ItemRecord, ...]) -> str:
        """Nothing at the place of other forms: the earlier result has a column of its own here."""
        self.earlier = self.tools.format_value(records[0].item, records[0].previous, self.lang)
        return ""

    def row_height(self) -> int:
        """32, as in every table; 40 with the second language."""
        return sizes.ROW_BILINGUAL if self.bilingual else sizes.TABLE_ROW

    def columns(self) -> dict[str, QRect]:
        """Where each column stands in this row."""
        right, top, found = self.width() - sizes.FORM_RIGHT, self._top(), {}
        for name, width in (
            ("previous", _PREVIOUS), ("grade", _GRADE_WIDTH), ("significance", _SIGNIFICANCE), ("flag", _FLAG_WIDTH), ("reference", _REFERENCE),
        ):  # fmt: skip
            right -= width
            found[name] = QRect(right, top, width, sizes.FIELD)
            right -= sizes.GRID
        left = sizes.FORM_MARGIN + _ANALYTE + sizes.GAP  # as on every form: a long name must not touch the field
        found["analyte"] = QRect(sizes.FORM_MARGIN, top, _ANALYTE, sizes.FIELD)
        found["result"] = QRect(left, top, max(right - left, sizes.NUMBER_FIELD), sizes.FIELD)
        return found

    def place_cells(self, area: QRect) -> int:
        """Result in its column, significance in its own."""
        columns = self.columns()
        self.cells[0].place(columns["result"])
        for cell in self.cells[1:]:
            cell.place(columns["significance"])
        return area.height()

    def flag_text(self) -> tuple[str, str]:
        """H ↑ or L ↓ with the colour's meaning; ("", "") inside the interval."""
        text = self.flag.value.text.upper() if self.flag is not None else ""
        return _FLAGS.get(text, ("", ""))

    def grade_text(self) -> str:
        """The proposed CTCAE grade."""
        grade = self.record.grade
        return f"G{grade.grade}" if grade is not None else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The quiet columns of the line."""
        super().paintEvent(event)
        painter, look, columns = QPainter(self), self.look, self.columns()
        painter.setPen(look.colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.setFont(look.font())
        painter.setPen(look.colour("text_secondary"))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(columns["reference"], align, self.record.limits.get(self.lang))
        painter.setFont(look.font(sizes.SMALL))
        painter.setPen(look.colour("text_tertiary"))
        painter.drawText(columns["previous"], Qt.AlignmentFlag.AlignVCenter, self.earlier)
        text, role = self.flag_text()
        if text:
            paint_flag(painter, look, _inside(columns["flag"], flag_width(look, text)), text, role)
        grade = self.grade_text()
        if grade:
            role = "error" if grade >= "G3" else "due" if grade == "G2" else "text_secondary"
            paint_flag(painter, look, _inside(columns["grade"], flag_width(look, grade)), grade, role)

    def _paint_marks(self, painter: QPainter) -> None:
        """Glyphs stand at the end of the result column, as many as there is room for, the most urgent first."""
        result = self.columns()["result"]
        room = (result.width() - self.cells[0].field.control_width() - sizes.UNIT_GAP) // _MARK
        marks = [mark for mark in self._marks if mark != "derived"][: max(room, 1)]
        for number, mark in enumerate(marks):
            paint_glyph(painter, self.look, mark, result.right() - _MARK * (len(marks) - number), self._top() + 6)


def _inside(column: QRect, width: int) -> QRectF:
    return QRectF(column.x(), column.y() + 5, width, 18)


class _GridHead(QWidget):
    """The names of the columns."""

    def __init__(self, look: Look, row: LabRow, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._row = row
        self.event_name = ""
        self.setFixedHeight(sizes.TABLE_HEAD)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and words."""
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.colour("header"))
        painter.setPen(look.colour("line_strong"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.setFont(look.font(sizes.SMALL, bold=True))
        painter.setPen(look.colour("text_secondary"))
        columns = self._row.columns()
        for name in ("analyte", "result", "reference", "flag", "significance", "grade", "previous"):
            column = columns[name]
            side = Qt.AlignmentFlag.AlignRight if name == "reference" else Qt.AlignmentFlag.AlignLeft
            text = self.event_name if name == "previous" else look.tr(f"ui_kit.lab.{name}")
            painter.drawText(QRect(column.x(), 0, column.width(), 28), Qt.AlignmentFlag.AlignVCenter | side, text)


class LabGrid(GroupView):
    """All analytes of a panel. A column copied from a spreadsheet fills the results, by name if names come with it."""

    def __init__(self, look: Look, tools: FormTools, group: GroupDef, parent: QWidget | None = None) -> None:
        super().__init__(look, tools, group, parent)
        self.head = SectionHead(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, sizes.GRID)
        column.setSpacing(0)
        column.addWidget(self.head)
        self._rows: list[ItemRow] = []
        for items in lab_lines(group.items):
            lab = items[0].oid.endswith(RESULT)
            row = LabRow(look, tools, items, self) if lab else ItemRow(look, tools, items, self)
            self.relay(row)
            row.cells[0].field.block_pasted.connect(self._pasted)
            self._rows.append(row)
        first = next((row for row in self._rows if isinstance(row, LabRow)), None)
        self.names = _GridHead(look, first, self) if first is not None else None
        for row in self._rows:
            if row is first and self.names is not None:
                column.addWidget(self.names)
            column.addWidget(row)
        self.rest = Button(look, look.tr("ui_kit.lab.rest"), parent=self)
        self.rest.clicked.connect(self._rest_not_significant)
        column.addSpacing(sizes.GRID)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, sizes.FORM_RIGHT, 0)
        foot.addStretch()
        foot.addWidget(self.rest)
        column.addLayout(foot)

    def rows(self) -> Iterator[ItemRow]:
        """Its rows."""
        return iter(self._rows)

    def show_group(self, form: FormRecord, record: GroupRecord, lang: str, bilingual: bool) -> None:
        """Show the panel's one row of items."""
        self.setVisible(bool(record.rows))
        if not record.rows:
            return
        records = {one.item.oid: one for one in record.rows[0].items}
        for row in self._rows:
            if isinstance(row, LabRow):
                row.show_analyte(records, lang, bilingual)
            else:
                row.show_records(tuple(records[item.oid] for item in row.items), lang, bilingual)
        results = [one for oid, one in records.items() if oid.endswith(RESULT) and one.collected]
        answered = sum(not one.value.is_blank for one in results)
        count = self.look.tr("ui_kit.count", answered=answered, total=len(results))
        self.head.set_text(record.group.name.get(lang), count)
        self.head.setVisible(len(form.groups) > 1)
        if self.names is not None:
            self.names.event_name = next((one.previous_event for one in results if one.previous_event), "")
            self.names.update()
        self.rest.set_text(self.look.tr("ui_kit.lab.rest"))
        self.rest.setVisible(len(self._unjudged()) > 1)

    def _unjudged(self) -> list[ItemRecord]:
        cells = [cell for row in self._rows if isinstance(row, LabRow) for cell in row.cells[1:]]
        found = [cell.record for cell in cells if cell.record is not None and cell.is_stop]
        return [one for one in found if one.value.is_blank and one.item.code(_NOT_SIGNIFICANT) is not None]

    @Slot()
    def _rest_not_significant(self) -> None:
        """Every result outside its interval and not yet judged; each becomes a record of its own."""
        entries = tuple((one.key, FieldEntry(_NOT_SIGNIFICANT)) for one in self._unjudged())
        self.paste_requested.emit(PasteRequest(entries))

    @Slot(str)
    def _pasted(self, text: str) -> None:
        rows = [row for row in self._rows if isinstance(row, LabRow) and row.cells[0].is_stop]
        block = read_block(text)
        here = next((n for n, row in enumerate(rows) if row.cells[0].has_focus), 0)
        entries = by_name(block, rows) or by_place(block, rows[here:])
        if entries:
            self.paste_requested.emit(PasteRequest(tuple(entries)))


def by_name(block: list[list[str]], rows: list[LabRow]) -> list[tuple[ItemKey, FieldEntry]]:
    """Results whose line begins with the name or test code of an analyte; a third cell may name the unit."""
    found: list[tuple[ItemKey, FieldEntry]] = []
    for cells in block:
        row = next((one for one in rows if len(cells) > 1 and _names(one, cells[0])), None)
        if row is not None and cells[1]:
            unit = cells[2] if len(cells) > 2 and cells[2] in row.items[0].units else row.items[0].unit
            found.append((row.record.key, FieldEntry(cells[1], unit if row.items[0].units else "")))
    return found


def _names(row: LabRow, text: str) -> bool:
    item, wanted = row.items[0], normalise_key(text)
    return wanted in {normalise_key(name) for name in (item.label.en, item.label.zh, item.test, item.oid) if name}


def by_place(block: list[list[str]], rows: list[LabRow]) -> list[tuple[ItemKey, FieldEntry]]:
    """One result a line, from the row at work downward; the last filled cell of a line is the result."""
    found: list[tuple[ItemKey, FieldEntry]] = []
    for cells, row in zip(block, rows, strict=False):
        texts = [cell for cell in cells if cell]
        if texts:
            found.append((row.record.key, FieldEntry(texts[-1], row.items[0].unit if row.items[0].units else "")))
    return found
