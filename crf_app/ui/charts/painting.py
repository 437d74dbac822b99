"""A laid-out chart onto a QPainter: colours by meaning, the type of the window. Places come from the layout alone."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen, QPolygonF

from crf_app.clinical.charts.drawing import Disc, Drawing, Ink, Measure, Path, Words
from crf_app.ui.common.look import Look

MEANINGS: Mapping[Ink, str] = {
    Ink.TEXT: "text", Ink.QUIET: "text_secondary", Ink.AXIS: "control_border", Ink.GRID: "line", Ink.SURFACE: "surface", Ink.BAND: "complete_bg", Ink.ZONE: "hover",
    Ink.BAND_EDGE: "complete", Ink.LIMIT: "due", Ink.MOMENT: "signed", Ink.MISSING: "error",
    Ink.SERIES_1: "accent", Ink.SERIES_2: "query_open", Ink.SERIES_3: "signed", Ink.SERIES_4: "text",
    Ink.FILL_0: "surface", Ink.FILL_1: "sunken", Ink.FILL_2: "due_bg", Ink.FILL_3: "query_bg", Ink.FILL_4: "error_bg", Ink.FILL_5: "error",
}  # fmt: skip
"""The colour of each ink. Series are told apart by mark and dashes first; their colours keep apart for colour-blind eyes too."""


def measure_by(look: Look) -> Measure:
    """Widths in the type of the window."""

    def width(text: str, size: float, bold: bool) -> float:
        return QFontMetricsF(look.font(round(size), bold=bold)).horizontalAdvance(text)

    return width


def paint_drawing(painter: QPainter, drawing: Drawing, look: Look) -> None:
    """Draw every shape in its order."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for shape in drawing.shapes:
        if isinstance(shape, Path):
            _path(painter, shape, look)
        elif isinstance(shape, Disc):
            painter.setPen(QPen(look.colour(MEANINGS[shape.ink]), shape.width))
            painter.setBrush(_brush(shape.fill, look))
            painter.drawEllipse(QPointF(shape.x, shape.y), shape.radius, shape.radius)
        elif isinstance(shape, Words):
            painter.setFont(look.font(round(shape.size), bold=shape.bold))
            painter.setPen(look.colour(MEANINGS[shape.ink]))
            painter.drawText(QPointF(shape.x, shape.y), shape.text)


def _brush(fill: Ink | None, look: Look) -> QBrush:
    return QBrush(look.colour(MEANINGS[fill])) if fill is not None else QBrush(Qt.BrushStyle.NoBrush)


def _path(painter: QPainter, shape: Path, look: Look) -> None:
    painter.setPen(_pen(shape, look))
    painter.setBrush(_brush(shape.fill, look))
    places = QPolygonF([QPointF(x, y) for x, y in shape.places])
    if shape.closed:
        painter.drawPolygon(places)
    else:
        painter.drawPolyline(places)


def _pen(shape: Path, look: Look) -> QPen:
    if shape.ink is None:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(look.colour(MEANINGS[shape.ink]), shape.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if shape.dash:
        pen.setDashPattern([one / shape.width for one in shape.dash])  # Qt counts dashes in widths of the pen
    return pen
