"""Right and left of one thing, or two sides of one question, on one row."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent

from crf_app.clinical.record import ItemRecord
from crf_app.study.pairs import part_labels, shared_label
from crf_app.ui.common import sizes
from crf_app.ui.form.item_row import ItemRow

_LETTER = 13
_APART = 4


class PairRow(ItemRow):
    """Two items on one line, each with its own field behind what tells it from the other: R and L, intensity and frequency."""

    def label_texts(self, records: tuple[ItemRecord, ...]) -> tuple[str, str]:
        """What both labels share."""
        shared = shared_label(*(one.item for one in records))
        first, second = shared.get(self.lang), shared.get("zh" if self.lang == "en" else "en")
        return first, second if self.bilingual and first != second else ""

    def place_cells(self, area: QRect) -> int:
        """Two halves; one above the other where a half would cut something off."""
        half, height, before = area.width() // 2, 0, self._part_width()
        narrow = half - before - _APART
        if any(cell.field.least_width() > narrow for cell in self.cells):
            return self._stacked(area, before)
        for number, cell in enumerate(self.cells):
            wide = narrow if number == 0 else half - before
            height = max(height, cell.height_needed(wide))
            cell.place(QRect(area.left() + number * half + before, area.top(), wide, cell.height_needed(wide)))
        return height

    def _stacked(self, area: QRect, before: int) -> int:
        wide, top = area.width() - before, area.top()
        for cell in self.cells:
            height = cell.height_needed(wide)
            cell.place(QRect(area.left() + before, top, wide, height))
            top += height + _APART
        return top - _APART - area.top()

    def part_names(self) -> tuple[str, ...]:
        """What tells each of the two from the other."""
        return tuple(one.get(self.lang) for one in part_labels(*(cell.item for cell in self.cells)))

    def _part_width(self) -> int:
        metrics = QFontMetrics(self.look.font(sizes.SMALL))
        return max(_LETTER, *(metrics.horizontalAdvance(one) + 5 for one in self.part_names()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """What tells the two apart, before their fields."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self.look.font(sizes.SMALL))
        painter.setPen(self.look.colour("text_secondary"))
        before = self._part_width()
        for name, cell in zip(self.part_names(), self.cells, strict=True):
            rect = QRect(cell.area.left() - before, cell.area.top(), before, sizes.FIELD)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, name)
