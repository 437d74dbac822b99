"""The left head of a table: what each row is called, and the marks that stand at it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_glyph
from crf_app.ui.form.row_model import RowModel

_STEP, _EDGE = 20, 6
"""From one mark to the next, and beside the first and the last."""


class RowHead(QHeaderView):
    """The gutter of the rows. Logs name their rows in the first cells; rows of a fixed plan have their names here."""

    def __init__(self, look: Look, model: RowModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._look = look
        self._rows = model
        self._named = model.group.repeating == "fixed"
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(sizes.TABLE_ROW)
        self.setDefaultSectionSize(sizes.TABLE_ROW)
        self.setFont(look.font())
        self.setHighlightSections(False)
        self.setSectionsClickable(True)

    def fit(self, widest: int) -> None:
        """The room that the longest name needs, at most `widest`, and that of the most marks at a row."""
        count = self._rows.rowCount()
        metrics = QFontMetrics(self.font())
        names = [metrics.horizontalAdvance(self._rows.row_name(row)) + 24 for row in range(count)] if self._named else []
        most = max((len(self._rows.row_marks(row)) for row in range(count)), default=0)
        self.setFixedWidth(min(max(names, default=0), widest) + self._room(most))
        self.viewport().update()

    def _room(self, marks: int) -> int:
        """A log always keeps the room of one mark, so that its columns stay where they are when the first mark comes."""
        kept = marks if self._named else max(marks, 1)
        return kept * _STEP + _EDGE if kept else 0

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803 Qt's names
        """Line, name, marks."""
        look = self._look
        painter.fillRect(rect, look.colour("header" if self._named else "surface"))
        painter.setPen(look.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        marks = self._rows.row_marks(logicalIndex)
        if self._named:
            room = rect.adjusted(10, 0, -(len(marks) * _STEP + _EDGE), 0)
            painter.setFont(self.font())
            painter.setPen(look.colour("text"))
            name = painter.fontMetrics().elidedText(self._rows.row_name(logicalIndex), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        left = rect.right() - len(marks) * _STEP if self._named else rect.left() + _EDGE // 2
        for number, mark in enumerate(marks):
            paint_glyph(painter, look, mark, left + number * _STEP, rect.center().y() - sizes.GLYPH // 2)
