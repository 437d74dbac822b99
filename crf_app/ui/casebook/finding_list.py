"""Findings as a list: what is wrong, where; Enter or a click goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import Finding
from crf_app.study.definition import Severity, StudyDef
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph

_Index = QModelIndex | QPersistentModelIndex
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft


def finding_glyph(finding: Finding) -> str:
    """The glyph of a finding by weight and state."""
    if finding.severity in (Severity.HARD, Severity.STOP):
        return "impossible"
    if finding.confirmed:
        return "unusual_confirmed"
    return "query_open" if finding.query == "open" else "unusual_to_confirm"


class FindingModel(QAbstractListModel):
    """Frozen findings in the order given."""

    def __init__(self, look: Look, study_at: Callable[[FormKey], StudyDef], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._study_at = study_at
        self.findings: tuple[Finding, ...] = ()

    def show(self, findings: Sequence[Finding]) -> None:
        """Show other findings."""
        self.beginResetModel()
        self.findings = tuple(findings)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """One line a finding."""
        return 0 if parent.isValid() else len(self.findings)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The message; for those who hear it with its state and the question it stands at."""
        if not index.isValid():
            return None
        finding = self.findings[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._look.languages.text(finding.message)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            word = self._look.tr(f"ui_kit.glyph.{finding_glyph(finding)}")
            return f"{word}: {self.where(finding)}: {self._look.languages.text(finding.message)}"
        return None

    def where(self, finding: Finding) -> str:
        """The question, and the row in a table."""
        form = self._study_at(finding.key.form_key).forms[finding.key.form]
        item = form.index.get(finding.key.item)
        name = self._look.languages.text(item.label if item is not None else form.name)
        group = form.group(finding.key.group) if finding.key.group else None
        several = group is not None and (group.repeating == "log" or finding.key.row > 1)
        return f"{name} · {finding.key.row}" if several else name

    def detail(self, finding: Finding) -> str:
        """The reason of a confirmation, or that a query is open."""
        if finding.confirmed:
            return self._look.tr("casebook.confirmed_because", reason=finding.reason)
        return self._look.tr("casebook.query_is_open") if finding.query == "open" else ""


class _FindingDelegate(QStyledItemDelegate):
    def __init__(self, look: Look, model: FindingModel, view: FindingList) -> None:
        super().__init__(view)
        self._look = look
        self._model = model
        self._view = view

    def _parts(self, row: int) -> tuple[tuple[str, str, int, bool], ...]:
        finding = self._model.findings[row]
        text = self._look.languages.text(finding.message)
        parts = [(self._model.where(finding), "text_secondary", sizes.SMALL, False), (text, "text", sizes.BASE, False)]
        detail = self._model.detail(finding)
        return (*parts, (detail, "text_tertiary", sizes.SMALL, False)) if detail else tuple(parts)

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As high as its wrapped words."""
        width = max(self._view.viewport().width() - 56, 120)
        height = sum(self._height(text, pixels, width) for text, _, pixels, _ in self._parts(index.row()))
        return QSize(width, height + 14)

    def _height(self, text: str, pixels: int, width: int) -> int:
        return QFontMetrics(self._look.font(pixels)).boundingRect(QRect(0, 0, width, 2000), _WRAP, text).height()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Glyph, place, message, state."""
        look, rect = self._look, option.rect
        if option.state & QStyle.StateFlag.State_Selected and self._view.hasFocus():
            painter.fillRect(rect, look.colour("accent_tint"))
            painter.fillRect(QRect(rect.x(), rect.y(), sizes.BAR, rect.height()), look.colour("accent"))
        paint_glyph(painter, look, finding_glyph(self._model.findings[index.row()]), rect.x() + 16, rect.y() + 8)
        top, width = rect.y() + 6, max(rect.width() - 56, 120)
        for text, role, pixels, bold in self._parts(index.row()):
            height = self._height(text, pixels, width)
            painter.setFont(look.font(pixels, bold))
            painter.setPen(look.colour(role))
            painter.drawText(QRect(rect.x() + 42, top, width, height), _WRAP, text)
            top += height


class FindingList(QListView):
    """`finding_chosen(Finding)` on Enter, Space or click; `declined` on Escape."""

    finding_chosen = Signal(object)
    declined = Signal()

    def __init__(self, look: Look, model: FindingModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings = model
        self._look = look
        self.setObjectName(name)
        self.setModel(model)
        self.setItemDelegate(_FindingDelegate(look, model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.clicked.connect(self._chosen)

    @Slot(QModelIndex)
    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.finding_chosen.emit(self.findings.findings[index.row()])

    def current(self) -> Finding | None:
        """The finding the person is at."""
        row = self.currentIndex().row()
        return self.findings.findings[row] if 0 <= row < len(self.findings.findings) else None

    def height_of_all(self) -> int:
        """The height that shows every line."""
        return sum(self.sizeHintForRow(row) for row in range(self.findings.rowCount())) + 4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space go there, Escape goes back."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and plain:
            self._chosen(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.declined.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.text().strip():
            event.ignore()  # letters are keys of the panel around the list, not a search
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """With nothing to list it says so."""
        super().paintEvent(event)
        if not self.findings.findings:
            painter = QPainter(self.viewport())
            painter.setFont(self._look.font())
            painter.setPen(self._look.colour("text_secondary"))
            painter.drawText(self.viewport().rect().adjusted(16, 16, -16, 0), _WRAP, self._look.tr("casebook.no_findings"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words wrap anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
