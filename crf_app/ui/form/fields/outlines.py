"""The outline drawings of foot and lower leg as paths of the window."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from crf_app.study.outlines import FOOT, LEG, Outline, Region, curve, region_at

__all__ = ["FOOT", "LEG", "Outline", "Region", "place", "region_at", "smooth_path"]


def smooth_path(points: tuple[tuple[float, float], ...], frame: QRectF, mirrored: bool) -> QPainterPath:
    """The closed smooth curve through `points`, scaled into `frame`."""
    path = QPainterPath(place(*points[0], frame, mirrored))
    for first, second, end in curve(points):
        path.cubicTo(*(place(*point, frame, mirrored) for point in (first, second, end)))
    path.closeSubpath()
    return path


def place(x: float, y: float, frame: QRectF, mirrored: bool) -> QPointF:
    """Unit coordinates to pixels in `frame`."""
    across = 1 - x if mirrored else x
    return QPointF(frame.x() + across * frame.width(), frame.y() + y * frame.height())
