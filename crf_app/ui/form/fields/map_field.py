"""A point on a drawing of the foot or leg: by click, drag or arrow keys; its region stands beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from crf_app.clinical.record import ItemRecord
from crf_app.study.outlines import drawings
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.form.fields.base import Field, FieldEntry
from crf_app.ui.form.fields.outlines import Outline, place, region_at, smooth_path

_SIDES = ("LEFT", "RIGHT")
_NUDGE = 0.01
_MAP = (180, 240)
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LimbMap(QWidget):
    """The drawing with one point. `view` and `side` say what is drawn; x, y count on the left limb's drawing.

    Right limbs are drawn mirrored and their x counts from the mirrored edge, so that medial stays medial.
    """

    moved = Signal()
    released = Signal()

    def __init__(self, look: Look, views: Mapping[str, Outline], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.views = views
        self.view = next(iter(views))
        self.side = "LEFT"
        self.point: tuple[float, float] | None = None
        self.read_only = False
        self.setFixedSize(*_MAP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def outline(self) -> Outline:
        """The drawing shown."""
        return self.views[self.view]

    def region(self) -> str:
        """The region code under the point, "" without one or outside."""
        return region_at(self.outline, *self.point) if self.point is not None else ""

    def _frame(self) -> QRectF:
        return QRectF(self.rect()).adjusted(10, 22, -10, -8)

    def _unit(self, spot: QPointF) -> tuple[float, float]:
        frame = self._frame()
        x = min(max((spot.x() - frame.x()) / frame.width(), 0.0), 1.0)
        y = min(max((spot.y() - frame.y()) / frame.height(), 0.0), 1.0)
        return (1 - x if self.side == "RIGHT" else x, y)

    def _put(self, point: tuple[float, float] | None) -> None:
        if not self.read_only:
            self.point = point
            self.moved.emit()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click sets the point."""
        self._put(self._unit(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag moves it."""
        self._put(self._unit(event.position()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """The point stays."""
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows nudge (Shift: five times as far), V and S turn the drawing, Backspace takes the point away."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._nudge(*_ARROWS[key], 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key == Qt.Key.Key_V and not self.read_only:
            names = list(self.views)
            self.view = names[(names.index(self.view) + 1) % len(names)]
            self._put(self.point)
        elif key == Qt.Key.Key_S and not self.read_only:
            self.side = _SIDES[1 - _SIDES.index(self.side)]
            self._put(self.point)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._put(None)
        else:
            event.ignore()

    def _nudge(self, across: int, down: int, times: int) -> None:
        x, y = self.point or (0.5, 0.5)
        if self.point is not None:
            x += (-across if self.side == "RIGHT" else across) * _NUDGE * times
            y += down * _NUDGE * times
        self._put((min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The border is the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The border is the focus."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, limb, regions, point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = sizes.FOCUS if self.hasFocus() else 1
        painter.setPen(QPen(self._look.colour("focus" if self.hasFocus() else "control_border"), width))
        painter.setBrush(self._look.colour("sunken"))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), sizes.RADIUS, sizes.RADIUS)
        painter.setFont(self._look.font(sizes.SMALL))
        painter.setPen(self._look.colour("text_secondary"))
        title = f"{self._look.tr(f'ui_kit.map.{self.side}')} · {self._look.tr(f'ui_kit.map.{self.view}')}"
        painter.drawText(QRectF(8, 3, self.width() - 16, 18), Qt.AlignmentFlag.AlignVCenter, title)
        self._paint_limb(painter)
        if self.point is not None:
            self._paint_point(painter)

    def _paint_limb(self, painter: QPainter) -> None:
        frame, mirrored, here = self._frame(), self.side == "RIGHT", self.region()
        line = QPen(self._look.colour("map_line"), 1.25)
        painter.setPen(line)
        painter.setBrush(self._look.colour("map_fill"))
        painter.drawPath(smooth_path(self.outline.points, frame, mirrored))
        dashed = QPen(line)
        dashed.setStyle(Qt.PenStyle.DashLine)
        dashed.setWidthF(0.75)
        for region in self.outline.regions:
            centre = place(region.x, region.y, frame, mirrored)
            painter.setPen(line if region.own_outline else dashed)
            fill = "accent_tint" if region.code == here else "map_fill"
            painter.setBrush(self._look.colour(fill))
            painter.drawEllipse(centre, region.half_width * frame.width(), region.half_height * frame.height())

    def _paint_point(self, painter: QPainter) -> None:
        x, y = self.point or (0.0, 0.0)
        spot = place(x, y, self._frame(), self.side == "RIGHT")
        painter.setPen(QPen(self._look.colour("surface"), 2))
        painter.setBrush(self._look.colour("accent"))
        painter.drawEllipse(spot, 6, 6)


class MapField(Field):
    """The map and, beside it, the region; arrows belong to the map. Its text is "VIEW;SIDE;x;y;REGION"."""

    def build(self) -> None:
        """The map: a leg when the item names the views of one, else a foot."""
        self.map = LimbMap(self.look, drawings(self.item.codelist), self)
        self.map.moved.connect(self._moved)
        self.map.released.connect(self.commit)
        self.adopt(self.map)

    def editors(self) -> tuple[QWidget, ...]:
        """The map."""
        return (self.map,)

    def content(self) -> FieldEntry:
        """The point as stored: four decimals, view, side, region."""
        if self.map.point is None:
            return FieldEntry("")
        x, y = self.map.point
        return FieldEntry(f"{self.map.view};{self.map.side};{x:.4f};{y:.4f};{self.map.region()}")

    def stored(self, record: ItemRecord) -> FieldEntry:
        """The stored point in the same form, so that showing it changes nothing."""
        parts = record.value.text.split(";")
        if len(parts) < 4:
            return FieldEntry("")
        point = (float(parts[2]), float(parts[3]))
        view = parts[0] if parts[0] in self.map.views else self.map.view
        region = region_at(self.map.views[view], *point)
        return FieldEntry(f"{view};{parts[1]};{point[0]:.4f};{point[1]:.4f};{region}")

    def display(self, _record: ItemRecord, entry: FieldEntry) -> None:
        """Turn the drawing and set the point."""
        parts = entry.text.split(";")
        if len(parts) >= 4:
            self.map.view = parts[0]
            self.map.side = parts[1] if parts[1] in _SIDES else "LEFT"
            self.map.point = (float(parts[2]), float(parts[3]))
        else:
            self.map.point = None
        self._moved()

    def refresh_state(self) -> None:
        """A locked map cannot be moved."""
        super().refresh_state()
        self.map.read_only = self.read_only
        self.map.update()

    def height_needed(self, _width: int) -> int:
        """The map."""
        return _MAP[1]

    def region_text(self) -> str:
        """The region in words."""
        if self.map.point is None:
            return self.look.tr("ui_kit.map.none")
        return self.look.tr(f"ui_kit.map.{self.map.region() or 'outside'}")

    def _moved(self) -> None:
        self.map.setAccessibleDescription(self.region_text())
        self.map.setToolTip(self.look.tr("ui_kit.map.keys"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Region and keys, beside the map."""
        painter = QPainter(self)
        rect = self.rect().adjusted(_MAP[0] + 12, 4, 0, 0)
        flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.setFont(self.look.font(bold=True))
        painter.setPen(self.look.colour("text"))
        painter.drawText(rect, flags, self.region_text())
        painter.setFont(self.look.font(sizes.SMALL))
        painter.setPen(self.look.colour("text_tertiary"))
        painter.drawText(rect.adjusted(0, 24, 0, 0), flags, self.look.tr("ui_kit.map.keys"))
