"""A row of a form: label, control, status gutter, last visit's value; messages and questions open beneath."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from crf_app.clinical.record import Finding, ItemRecord
from crf_app.study.definition import ItemDef, Severity
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.form.cell import Cell
from crf_app.ui.form.fields.base import AttachmentRequest, FieldEntry, FormTools
from crf_app.ui.form.fields.shown import MissingEditor
from crf_app.ui.form.marks import marks_of
from crf_app.ui.form.missing_offer import MissingOffer
from crf_app.ui.form.reason_strip import Reason, ReasonStrip
from crf_app.ui.form.row_label import RowLabel
from crf_app.ui.form.row_parts import paint_left_behind, stacked
from crf_app.ui.form.unit_text import unit_text

_LEFT = sizes.FORM_MARGIN + sizes.LABEL + sizes.GAP
_RIGHT = sizes.GAP + sizes.GUTTER + sizes.GAP + sizes.LAST_VISIT + sizes.FORM_RIGHT
_TO_CONFIRM = (Severity.SOFT, Severity.DEV)
_KIND = {Severity.HARD: "error", Severity.STOP: "error", Severity.SOFT: "warn", Severity.DEV: "warn", Severity.INFO: "info"}


class ItemRow(QWidget):
    """One item. `height_changed` when it grew or shrank; the rest is what a person did, with the ItemKey first."""

    entry_requested = Signal(object, object)
    missing_requested = Signal(object, str, str)
    confirm_requested = Signal(object, str)
    reason_given = Signal(object, object)
    reason_declined = Signal(object)
    attachment_requested = Signal(object, object)
    entered = Signal(object)
    left = Signal(object)
    stepped = Signal(object, int)
    closed_typed = Signal(object)
    height_changed = Signal()

    def __init__(self, look: Look, tools: FormTools, items: tuple[ItemDef, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.tools = tools
        self.items = items
        self.lang = look.languages.lang
        self.bilingual = False
        self.visited_last = self.passed_over = self.pointed = False
        self._label_height = 18
        self._wanted_height = 0
        self._previous = ""
        self._marks: tuple[str, ...] = ()
        self.label = RowLabel(look, self)
        self.cells = tuple(Cell(look, tools, item, self) for item in items)
        self.messages: list[InlineMessage] = []
        self.missing_editor: MissingEditor | None = None
        self.reason_strip: ReasonStrip | None = None
        self.notice: InlineMessage | None = None
        self.missing_button: MissingOffer | None = None
        self._asked: Cell = self.cells[0]
        self._findings: tuple[Finding, ...] = ()
        self.label.setBuddy(self.cells[0].field)
        for cell in self.cells:
            self._connect(cell)

    def _connect(self, cell: Cell) -> None:
        cell.entered.connect(self._entered)
        cell.left.connect(self._left)
        cell.committed.connect(self._committed)
        cell.missing_asked.connect(self.ask_missing)
        cell.stepped.connect(self.stepped)
        cell.closed_typed.connect(self._closed_typed)
        if cell.takes_files:
            cell.attachment_requested.connect(self._attachment)

    # Showing

    def show_records(self, records: tuple[ItemRecord, ...], lang: str, bilingual: bool) -> None:
        """Show one record for each cell, unless it is shown already. Blank items that are not asked are hidden; values left behind are greyed."""
        if self.bilingual == bilingual and all(cell.field.stands(record, lang) for cell, record in zip(self.cells, records, strict=True)):
            return
        self.lang, self.bilingual = lang, bilingual
        same = all(cell.record is not None and cell.record.key == record.key for cell, record in zip(self.cells, records, strict=True))
        for cell, record in zip(self.cells, records, strict=True):
            cell.show_record(record, lang)
        if self.notice is not None and not (same and any(cell.field.read_only for cell in self.cells)):
            self.notice.setVisible(False)
        shown = any(one.collected or not one.value.is_blank for one in records)
        self.setVisible(shown)
        if not shown:
            return
        if self.passed_over and not any(one.value.is_blank for one in records):
            self.passed_over = False
        first, second = self.label_texts(records)
        self._label_height = self.label.set_texts(first, second)
        self._name_marks(self.marks(records))
        self._previous = self.previous_text(records)
        self._show_findings(tuple(finding for one in records for finding in one.findings))
        self.arrange()
        self.update()

    def label_texts(self, records: tuple[ItemRecord, ...]) -> tuple[str, str]:
        """The question in the language in use and, when both are shown, in the other."""
        label = records[0].item.label
        other = "zh" if self.lang == "en" else "en"
        return label.get(self.lang), label.get(other) if self.bilingual and label.en != label.zh else ""

    def marks(self, records: tuple[ItemRecord, ...]) -> tuple[str, ...]:
        """The glyphs of all cells, each once."""
        return tuple(dict.fromkeys(mark for one in records for mark in marks_of(one)))[:3]

    def _name_marks(self, marks: tuple[str, ...]) -> None:
        """Glyphs have their words as a tooltip and for those who do not see them."""
        words = "\n".join(self.look.tr(f"ui_kit.glyph.{mark}") for mark in marks)
        if words != self.toolTip():
            self.setToolTip(words)
            self.setAccessibleDescription(words)
        self._marks = marks

    def previous_text(self, records: tuple[ItemRecord, ...]) -> str:
        """What stood here at the last visit."""
        texts = [self.tools.format_value(one.item, one.previous, self.lang) for one in records]
        return " · ".join(text or "–" for text in texts) if any(texts) else ""

    @property
    def record(self) -> ItemRecord:
        """The first item's record. Raises RuntimeError before anything was shown."""
        record = self.cells[0].record
        if record is None:
            raise RuntimeError("row shown before its record")
        return record

    def cell_of(self, item: str) -> Cell | None:
        """The cell that holds the item with that OID."""
        return next((cell for cell in self.cells if cell.item.oid == item), None)

    def set_error(self, item: str, text: str) -> None:
        """Refuse what was typed, in place, with the reason."""
        cell = self.cell_of(item)
        if cell is not None:
            cell.field.set_error(text)
            self._show_findings(self._findings)
            self.arrange()

    def set_notice(self, words: Said) -> None:
        """Say beneath the item why nothing can be entered; "" takes it back. Nothing is refused by it."""
        if self.notice is None:
            self.notice = InlineMessage(self.look, self)
        if words:
            self.notice.say("info", words)
        else:
            self.notice.setVisible(False)
        self.arrange()

    # Findings

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        self._findings = findings
        errors = [cell.field.error for cell in self.cells if cell.field.error]
        open_ones = [one for one in findings if not one.confirmed]
        while len(self.messages) < len(errors) + len(open_ones):
            message = InlineMessage(self.look, self)
            message.acted.connect(self._acted)
            self.messages.append(message)
        for message in self.messages[len(errors) + len(open_ones) :]:
            message.setVisible(False)
        for message, text in zip(self.messages, errors, strict=False):
            message.say("error", text)
        for message, finding in zip(self.messages[len(errors) :], open_ones, strict=False):
            message.say(_KIND[finding.severity], finding.message.get(self.lang), self._acts(finding))
            message.setProperty("finding", finding)

    def _acts(self, finding: Finding) -> tuple[Act, ...]:
        if finding.severity not in _TO_CONFIRM or not self.tools.may_confirm():
            return ()
        cell = self.cell_of(finding.key.item) or self.cells[0]
        if cell.record is None or cell.record.value.is_blank:
            return (Act("confirm", self.look.tr("ui_kit.confirm_plain")),)
        value = self.tools.format_value(cell.item, cell.record.value, self.lang)
        shown = f"{value} {unit_text(cell.record.value.unit or cell.item.unit)}".strip()
        return (Act("confirm", self.look.tr("ui_kit.confirm", value=shown)),)

    @Slot(str)
    def _acted(self, _name: str) -> None:
        message = self.sender()
        finding = message.property("finding") if isinstance(message, InlineMessage) else None
        if isinstance(finding, Finding):
            self.confirm_requested.emit(finding, "")

    def confirm(self) -> bool:
        """Confirm the first finding that asks for it; False when there is none."""
        for finding in self._findings:
            if finding.severity in _TO_CONFIRM and not finding.confirmed and self.tools.may_confirm():
                self.confirm_requested.emit(finding, "")
                return True
        return False

    # Questions in place

    @Slot(object)
    def ask_missing(self, cell: Cell) -> None:
        """Ask why there is no value."""
        if self.missing_editor is None:
            self.missing_editor = MissingEditor(self.look, self)
            self.missing_editor.given.connect(self._missing_given)
            self.missing_editor.declined.connect(self._missing_declined)
        self._asked = cell
        record = cell.record
        if record is not None and record.item.missing:
            self.missing_editor.ask(record.value)
            self.arrange()

    @Slot(str, str)
    def _missing_given(self, code: str, reason: str) -> None:
        record = self._asked.record
        self._close(self.missing_editor)
        self._asked.field.restore()
        self._asked.focus()
        if record is not None:
            self.missing_requested.emit(record.key, code, reason)

    @Slot()
    def _missing_declined(self) -> None:
        self._close(self.missing_editor)
        self._asked.focus()

    def ask_reason(self, item: str, old: str, new: str) -> None:
        """Ask why `old` becomes `new` (either may be "")."""
        if self.reason_strip is None:
            self.reason_strip = ReasonStrip(self.look, self)
            self.reason_strip.given.connect(self._reason_given)
            self.reason_strip.declined.connect(self._reason_declined)
        self._asked = self.cell_of(item) or self.cells[0]
        which = "change" if old and new else "fill" if new else "clear"
        question = self.look.later(f"ui_kit.reason.{which}", old=old, new=new)
        keys = self.look.later("ui_kit.reason.keys", old=old or self.look.tr("ui_kit.blank"))
        self.reason_strip.ask(question, keys)
        self.arrange()

    @Slot(object)
    def _reason_given(self, reason: Reason) -> None:
        self._close(self.reason_strip)
        if self._asked.record is not None:
            self.reason_given.emit(self._asked.record.key, reason)

    @Slot()
    def _reason_declined(self) -> None:
        self._close(self.reason_strip)
        self._asked.field.restore()
        self._asked.focus()
        if self._asked.record is not None:
            self.reason_declined.emit(self._asked.record.key)

    def _close(self, strip: QWidget | None) -> None:
        if strip is not None:
            strip.setVisible(False)
            self.arrange()

    # News from the cells

    @Slot(object)
    def _entered(self, cell: Cell) -> None:
        self.update()
        self.entered.emit(cell)

    @Slot(object)
    def _closed_typed(self, cell: Cell) -> None:
        if cell.record is not None:
            self.closed_typed.emit(cell.record.key)

    @Slot(object)
    def _left(self, cell: Cell) -> None:
        if self.notice is not None and self.notice.isVisibleTo(self):
            self.set_notice("")
        self.update()
        self.left.emit(cell)

    @Slot(object, object)
    def _committed(self, cell: Cell, entry: FieldEntry) -> None:
        if cell.record is not None:
            self.entry_requested.emit(cell.record.key, entry)

    @Slot(object, object)
    def _attachment(self, cell: Cell, request: AttachmentRequest) -> None:
        if cell.record is not None:
            self.attachment_requested.emit(cell.record.key, request)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns stay; the control takes what is left."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def control_area(self) -> QRect:
        """Where the controls stand; its height is that of one field."""
        return QRect(_LEFT, self._top(), max(self.width() - _LEFT - _RIGHT, sizes.NUMBER_FIELD), sizes.FIELD)

    def _top(self) -> int:
        return (self.row_height() - sizes.FIELD) // 2 if self._label_height <= self.row_height() - 4 else 4

    def row_height(self) -> int:
        """36, or 40 with the second language."""
        return sizes.ROW_BILINGUAL if self.bilingual else sizes.ROW

    def place_cells(self, area: QRect) -> int:
        """Put the cells into the control column; returns the height they take."""
        height = self.cells[0].height_needed(area.width())
        self.cells[0].place(QRect(area.left(), area.top(), area.width(), height))
        return height

    def arrange(self) -> None:
        """Place everything and take the height it needs."""
        if self.width() < sizes.LABEL:
            return
        area = self.control_area()
        taken = self.place_cells(area)
        label_top = max(4, self._top() + (5 if not self.bilingual and self._label_height <= 20 else -4))
        if self._label_height > self.row_height() - 4:
            label_top = 6
        self.label.setGeometry(sizes.FORM_MARGIN, label_top, sizes.LABEL + 8, self._label_height + 2)
        bottom = max(area.top() + taken + 4, self.row_height(), label_top + self._label_height + 2)
        bottom = self._place_below(bottom)
        if bottom != self._wanted_height:
            self._wanted_height = bottom
            self.setFixedHeight(bottom)
            self.height_changed.emit()

    def _place_below(self, top: int) -> int:
        place = QRect(_LEFT, top, self.width() - _LEFT - sizes.FORM_RIGHT, 0)
        return stacked(self, (self.notice, *self.messages, self.missing_editor, self.reason_strip), place)

    # Drawing

    @property
    def is_current(self) -> bool:
        """Is the person in this row, a question beneath it included?"""
        at_work = QApplication.focusWidget()
        return at_work is not None and self.isAncestorOf(at_work)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Tint, bar, diamond, glyphs, last visit."""
        painter = QPainter(self)
        look, current = self.look, self.is_current or self.pointed
        if current:
            painter.fillRect(self.rect(), look.colour("accent_tint"))
        if current or self.visited_last:
            painter.fillRect(0, 0, sizes.BAR, self.height(), look.colour("accent"))
        if self.passed_over and not current:
            pixmap = look.pixmap("passed_over", "due", sizes.GLYPH, self.devicePixelRatioF())
            painter.drawPixmap(5, self._top() + 6, pixmap)
        self._paint_marks(painter)
        paint_left_behind(painter, look, self.cells)
        rect = QRect(self.width() - sizes.FORM_RIGHT - sizes.LAST_VISIT, self._top(), sizes.LAST_VISIT, sizes.FIELD)
        painter.setFont(look.font(sizes.SMALL))
        painter.setPen(look.colour("text_tertiary"))
        text = painter.fontMetrics().elidedText(self._previous, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_marks(self, painter: QPainter) -> None:
        left = self.width() - _RIGHT + sizes.GAP
        for mark in self._marks:
            paint_glyph(painter, self.look, mark, left, self._top() + 6)
            left += sizes.GLYPH + 4

    # The small control for "no value"

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer "no value" while the mouse is here."""
        super().enterEvent(event)
        self._offer_missing(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Take it back."""
        super().leaveEvent(event)
        self._offer_missing(False)

    def _offer_missing(self, offered: bool) -> None:
        cell = self.cells[0]
        wanted = offered and cell.is_stop and bool(cell.item.missing) and len(self.cells) == 1
        if wanted and self.missing_button is None:
            self.missing_button = MissingOffer(self.look, self)
            self.missing_button.clicked.connect(self._missing_clicked)
        if self.missing_button is not None:
            self.missing_button.setGeometry(self.control_area().right() - 24, self._top() + 2, 26, sizes.COMPACT)
            self.missing_button.setVisible(wanted)

    @Slot()
    def _missing_clicked(self) -> None:
        self.ask_missing(self.cells[0])
