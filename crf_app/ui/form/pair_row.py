"""Right and left of one thing on one row."""

from __future__ import annotations

import re

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from crf_app.clinical.record import ItemRecord
from crf_app.ui.common import sizes
from crf_app.ui.form.item_row import ItemRow

_SIDE = re.compile(r"\b(?:right|left|R|L)\b|[右左]侧?", re.IGNORECASE)
_LOOSE = " ,，、;：:-–()（）"


class PairRow(ItemRow):
    """Right and left of one thing on one line, each with its own field."""

    def label_texts(self, records: tuple[ItemRecord, ...]) -> tuple[str, str]:
        """What both labels share, without the side."""
        other = "zh" if self.lang == "en" else "en"
        first, second = (common_label(*(one.item.label.get(lang) for one in records)) for lang in (self.lang, other))
        return first, second if self.bilingual and first != second else ""

    def place_cells(self, area: QRect) -> int:
        """Two halves, each after its letter."""
        half, height = area.width() // 2, 0
        for number, cell in enumerate(self.cells):
            wide = half - 24 - (8 if number == 0 else 0)
            height = max(height, cell.height_needed(wide))
            cell.place(QRect(area.left() + number * half + 20, area.top(), wide, cell.height_needed(wide)))
        return height

    def paintEvent(self, event: QPaintEvent) -> None:
        """R and L before the fields."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self.look.font(sizes.SMALL))
        painter.setPen(self.look.colour("text_secondary"))
        for name, cell in zip(("right", "left"), self.cells, strict=False):
            rect = QRect(cell.area.left() - 20, cell.area.top(), 20, sizes.FIELD)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self.look.tr(f"ui_kit.{name}")[:1])


def common_label(first: str, second: str) -> str:
    """A pair's label without its side ("Knee reflex, right": "Knee reflex"); else the words both begin with."""
    bare = _SIDE.sub("", first).strip(_LOOSE)
    if bare and bare != first.strip(_LOOSE):
        return bare
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    return first[:start].strip(_LOOSE) or first
