"""What a row of a form is put together from: strips beneath it, and the sign of a value left behind."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from crf_app.clinical.record import Visibility
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import paint_chip
from crf_app.ui.form.cell import Cell


def stacked(row: QWidget, strips: Iterable[QWidget | None], place: QRect) -> int:
    """Put the strips in sight one beneath the other from the top of `place` on; returns where the last one ends."""
    top = place.top()
    for strip in strips:
        if strip is None or not strip.isVisibleTo(row):
            continue
        layout = strip.layout()
        needed = layout.totalHeightForWidth(place.width()) if layout is not None and layout.hasHeightForWidth() else -1
        height = needed if needed > 0 else strip.sizeHint().height()
        strip.setGeometry(place.left(), top, place.width(), height)
        top += height + sizes.GRID
    return top


def paint_left_behind(painter: QPainter, look: Look, cells: Iterable[Cell]) -> None:
    """A chip behind each value that stands in an item which is not asked any more."""
    for cell in cells:
        record = cell.record
        if record is None or record.visibility is not Visibility.HIDDEN or record.value.is_blank:
            continue
        left = cell.area.left() + cell.field.control_width() + sizes.GRID
        chip = QRect(left, cell.area.top() + 4, sizes.NUMBER_FIELD, sizes.CHIP)
        paint_chip(painter, look, chip, look.tr("ui_kit.not_collected"))
