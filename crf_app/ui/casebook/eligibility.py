"""The eligibility table: each criterion, its live verdict, the values it rests on, the investigator's answer."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from crf_app.services.criteria import CriterionRecord, EligibilityRecord, Evidence
from crf_app.study.item_types import format_value
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.form.unit_text import unit_text
from crf_app.ui.shell.cards import Hairline

_Index = QModelIndex | QPersistentModelIndex
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
_VERDICT_LOOK = {True: ("status_complete", "complete"), False: ("status_impossible", "error"), None: ("status_due", "due")}
_KIND = {"ELIGIBLE": "ok", "INELIGIBLE": "error", "INCOMPLETE": "warn"}
_ID_WIDTH, _VERDICT_WIDTH = 60, 104


class CriteriaModel(QAbstractListModel):
    """The criteria in the order of the protocol."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.records: tuple[CriterionRecord, ...] = ()

    def show(self, records: tuple[CriterionRecord, ...]) -> None:
        """Show the criteria as they stand; the current line stays."""
        if len(records) == len(self.records) and records:
            self.records = records
            self.dataChanged.emit(self.index(0), self.index(len(records) - 1))
            self.layoutChanged.emit()
            return
        self.beginResetModel()
        self.records = records
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """One line a criterion."""
        return 0 if parent.isValid() else len(self.records)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The criterion; for those who hear it with verdict and evidence."""
        if not index.isValid():
            return None
        record = self.records[index.row()]
        text = self._look.languages.text(record.definition.text)
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{record.definition.id} {text}: {self.verdict(record)}. {self.evidence(record)}"
        return None

    def verdict(self, record: CriterionRecord) -> str:
        """The verdict as a word."""
        return self._look.tr(f"casebook.verdict.{record.verdict}")

    def evidence(self, record: CriterionRecord) -> str:
        """The values beside, and where the investigator is asked what the machine suggests."""
        said = "；".join(map(self._one, record.evidence)) if self._look.languages.lang == "zh" else "; ".join(map(self._one, record.evidence))
        if record.definition.klass == "SEMI":
            said += " · " + self._look.tr("casebook.criteria.suggested", verdict=self._look.tr(f"casebook.verdict.{record.suggestion}"))
        return said

    def _one(self, evidence: Evidence) -> str:
        lang = self._look.languages.lang
        value = format_value(evidence.item, evidence.value, lang) or "—"
        unit = unit_text(evidence.value.unit or evidence.item.unit) if evidence.value.text else ""
        return f"{evidence.item.label.get(lang)} {value} {unit}".strip()


class _CriteriaDelegate(QStyledItemDelegate):
    def __init__(self, look: Look, model: CriteriaModel, view: QListView) -> None:
        super().__init__(view)
        self._look = look
        self._model = model
        self._view = view

    def _width(self) -> int:
        return max(self._view.viewport().width() - sizes.FORM_MARGIN - _ID_WIDTH - _VERDICT_WIDTH - 40, 160)

    def _height(self, text: str, pixels: int) -> int:
        return QFontMetrics(self._look.font(pixels)).boundingRect(QRect(0, 0, self._width(), 2000), _WRAP, text).height()

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As high as criterion and evidence need."""
        record = self._model.records[index.row()]
        text = self._look.languages.text(record.definition.text)
        return QSize(self._width(), self._height(text, sizes.BASE) + self._height(self._model.evidence(record), sizes.SMALL) + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Number, criterion with evidence beneath, verdict at the right."""
        look, rect, record = self._look, option.rect, self._model.records[index.row()]
        if option.state & QStyle.StateFlag.State_Selected and self._view.hasFocus():
            painter.fillRect(rect, look.colour("accent_tint"))
            painter.fillRect(QRect(rect.x(), rect.y(), sizes.BAR, rect.height()), look.colour("accent"))
        painter.setPen(look.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        left, top, width = rect.x() + sizes.FORM_MARGIN, rect.y() + 5, self._width()
        painter.setFont(look.font(sizes.SMALL))
        painter.setPen(look.colour("text_secondary"))
        painter.drawText(QRect(left, top + 1, _ID_WIDTH, 18), Qt.AlignmentFlag.AlignLeft, record.definition.id)
        text = look.languages.text(record.definition.text)
        height = self._height(text, sizes.BASE)
        painter.setFont(look.font())
        painter.setPen(look.colour("text"))
        painter.drawText(QRect(left + _ID_WIDTH, top, width, height), _WRAP, text)
        evidence = self._model.evidence(record)
        painter.setFont(look.font(sizes.SMALL))
        painter.setPen(look.colour("text_tertiary"))
        painter.drawText(QRect(left + _ID_WIDTH, top + height, width, self._height(evidence, sizes.SMALL)), _WRAP, evidence)
        self._paint_verdict(painter, QRect(rect.right() - _VERDICT_WIDTH - 12, top, _VERDICT_WIDTH, 18), record)

    def _paint_verdict(self, painter: QPainter, rect: QRect, record: CriterionRecord) -> None:
        icon, role = _VERDICT_LOOK[record.favourable]
        painter.drawPixmap(rect.x(), rect.y() + 1, self._look.pixmap(icon, role, sizes.GLYPH, self._view.devicePixelRatioF()))
        painter.setFont(self._look.font())
        painter.setPen(self._look.colour(role))
        painter.drawText(rect.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, self._model.verdict(record))


class EligibilityView(QWidget):
    """Verdict strip and table. `act_requested(name)`: "confirm" or "decline", to be signed by the investigator."""

    act_requested = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.verdict = ""
        self.strip = InlineMessage(look, self)
        self.strip.setObjectName("eligibility/verdict")
        self.strip.acted.connect(self.act_requested)
        self.model = CriteriaModel(look, self)
        self.list = QListView()
        self.list.setObjectName("eligibility/criteria")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_CriteriaDelegate(look, self.model, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.list, 1)
        column.addWidget(Hairline(look))

    def show_eligibility(self, record: EligibilityRecord, *, confirmed: bool) -> None:
        """Show the verdicts; `confirmed`: the investigator has signed already, nothing is left to ask."""
        look = self._look
        self.verdict = record.verdict
        self.model.show(record.criteria)
        self.list.setAccessibleName(look.tr("casebook.criteria.name"))
        failing = [one.definition.id for one in record.criteria if one.favourable is False]
        unknown = [one.definition.id for one in record.criteria if one.favourable is None]
        words = look.tr(f"casebook.criteria.{record.verdict}", total=len(record.criteria), failing=", ".join(failing), unknown=", ".join(unknown))
        acts = () if confirmed else self._acts(record.verdict)
        self.strip.say(_KIND[record.verdict], words, acts, look.tr(f"casebook.verdict.{record.verdict}"))

    def _acts(self, verdict: str) -> tuple[Act, ...]:
        if verdict == "ELIGIBLE":
            return (Act("confirm", self._look.tr("casebook.criteria.confirm"), "Ctrl E"),)
        return (Act("decline", self._look.tr("casebook.criteria.decline"), "Ctrl E"),) if verdict == "INELIGIBLE" else ()

    @Slot()
    def ask(self) -> None:
        """What the strip offers, by key."""
        for act in self._acts(self.verdict):
            self.act_requested.emit(act.name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words wrap anew."""
        super().resizeEvent(event)
        self.list.scheduleDelayedItemsLayout()
