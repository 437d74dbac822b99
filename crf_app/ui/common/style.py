"""Fusion with flat borders, our focus and our check marks; everything not named here stays Fusion's.

No style sheet anywhere: it makes forms two to three times slower to show.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QProxyStyle,
    QStyle,
    QStyleFactory,
    QStyleOption,
    QStyleOptionComplex,
    QStyleOptionHeader,
    QStyleOptionSlider,
    QWidget,
)

from crf_app.ui.common import sizes
from crf_app.ui.common.theme import ThemeHub

_Draw = Callable[[QStyleOption, QPainter, QWidget | None], None]
_FIELD_BORDER = {"error": ("error", 2), "to_confirm": ("due", 1), "query": ("query_open", 1)}
_QUIET = ("derived", "locked")
SHORTEST_HANDLE = 24
"""A scroll bar's handle stays large enough to be taken."""


class ClinicalStyle(QProxyStyle):
    """The look of fields (dynamic property `field_state`) and buttons (property `kind`: primary, quiet, danger, link).

    `field_state`: "", error, to_confirm, query, derived, locked, missing or left_behind (value of a hidden item).
    """

    def __init__(self, themes: ThemeHub) -> None:
        super().__init__(QStyleFactory.create("Fusion"))
        self._themes = themes
        element = QStyle.PrimitiveElement
        self._draw: dict[QStyle.PrimitiveElement, _Draw] = {
            element.PE_PanelLineEdit: self._line_edit,
            element.PE_PanelButtonCommand: self._button,
            element.PE_FrameFocusRect: self._nothing,
            element.PE_FrameDefaultButton: self._nothing,
            element.PE_IndicatorCheckBox: self._check_box,
            element.PE_IndicatorItemViewItemCheck: self._check_box,
            element.PE_IndicatorRadioButton: self._radio,
            element.PE_Frame: self._frame,
        }

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Ours when listed, else Fusion's."""
        own = self._draw.get(element)
        if own is None:
            super().drawPrimitive(element, option, painter, widget)
        else:
            own(option, painter, widget)

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Table heads are flat, with one line beneath."""
        if element == QStyle.ControlElement.CE_HeaderSection:
            painter.fillRect(option.rect, self._themes.theme["header"])
            painter.setPen(QPen(self._themes.theme["line_strong"], 1))
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
            return
        if element == QStyle.ControlElement.CE_HeaderLabel and isinstance(option, QStyleOptionHeader):
            painter.setPen(self._themes.theme["text_secondary"])
            rect = option.rect.adjusted(10, 0, -4, 0)
            text = painter.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)
            return
        super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """A combo box is drawn as a field with a chevron, a scroll bar as a plain handle; the rest is Fusion's."""
        if control == QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            self._scroll_bar(option, painter)
            return
        if control == QStyle.ComplexControl.CC_ComboBox and isinstance(widget, QComboBox):
            line = widget.lineEdit()
            if line is not None and line.hasFocus():
                self.box(painter, option.rect, "surface", "focus", sizes.FOCUS)
            else:
                self._line_edit(option, painter, widget)
            pixmap = self._themes.pixmap("chevron_down", "text_secondary", 16, widget.devicePixelRatioF())
            painter.drawPixmap(option.rect.right() - 23, option.rect.center().y() - 7, pixmap)
            return
        super().drawComplexControl(control, option, painter, widget)

    def _scroll_bar(self, option: QStyleOptionSlider, painter: QPainter) -> None:
        """No arrows, no gradients: Fusion's took longer to draw than all the fields of a form."""
        theme = self._themes.theme
        painter.fillRect(option.rect, option.palette.brush(QPalette.ColorRole.Base))
        handle = scroll_bar_part(option, QStyle.SubControl.SC_ScrollBarSlider)
        handle.adjust(*((3, 2, -3, -2) if option.orientation == Qt.Orientation.Vertical else (2, 3, -2, -3)))
        pressed = bool(option.state & (QStyle.StateFlag.State_Sunken | QStyle.StateFlag.State_MouseOver))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["control_border" if pressed else "line_strong"])
        painter.drawRoundedRect(handle, sizes.RADIUS, sizes.RADIUS)
        painter.restore()

    def subControlRect(
        self, control: QStyle.ComplexControl, option: QStyleOptionComplex, part: QStyle.SubControl, widget: QWidget | None = None
    ) -> QRect:  # fmt: skip
        """A scroll bar is all groove: the handle moves from end to end."""
        if control == QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            return scroll_bar_part(option, part)
        return self.baseStyle().subControlRect(control, option, part, widget)

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Check boxes are 16 px."""
        if metric in (
            QStyle.PixelMetric.PM_IndicatorWidth,
            QStyle.PixelMetric.PM_IndicatorHeight,
            QStyle.PixelMetric.PM_ExclusiveIndicatorWidth,
            QStyle.PixelMetric.PM_ExclusiveIndicatorHeight,
        ):
            return sizes.GLYPH
        return super().pixelMetric(metric, option, widget)

    def box(
        self, painter: QPainter, rect: QRect, fill: str, border: str, width: float, *, dashed: bool = False
    ) -> None:
        """A rounded box; "" draws no fill or no border. The border lies inside `rect`, so focus moves nothing."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._themes.theme
        painter.setBrush(theme[fill] if fill else Qt.BrushStyle.NoBrush)
        pen = QPen(theme[border], width) if border else QPen(Qt.PenStyle.NoPen)
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        inset = width / 2
        painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), sizes.RADIUS, sizes.RADIUS)
        painter.restore()

    def _nothing(self, _option: QStyleOption, _painter: QPainter, _widget: QWidget | None) -> None:
        """Focus is a border of the control itself."""

    def _line_edit(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        if isinstance(widget, QLineEdit) and not widget.hasFrame():
            return
        state = str(widget.property("field_state") or "") if widget is not None else ""
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if state in _QUIET and not focused:
            self.box(painter, option.rect, "sunken" if state == "derived" else "", "", 0)
            if state == "derived":
                painter.setPen(QPen(self._themes.theme["line_strong"], 1))
                painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
            return
        if not option.state & QStyle.StateFlag.State_Enabled:
            self.box(painter, option.rect, "sunken", "line_strong", 1)
            return
        border, width = ("focus", sizes.FOCUS) if focused else _FIELD_BORDER.get(state, ("control_border", 1))
        fill = {"missing": "locked_bg", "left_behind": "sunken", "derived": "sunken"}.get(state, "surface")
        self.box(painter, option.rect, fill, border, width, dashed=state == "left_behind" and not focused)

    def _button(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        kind = str(widget.property("kind") or "") if widget is not None else ""
        down = bool(option.state & QStyle.StateFlag.State_Sunken)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        on = bool(option.state & QStyle.StateFlag.State_On)
        if not option.state & QStyle.StateFlag.State_Enabled:
            self.box(painter, option.rect, "", "" if kind in ("link", "bare") else "line_strong", 1)
        elif kind == "primary":
            self.box(painter, option.rect, "accent_pressed" if down else "accent", "accent_pressed", 1)
            if focused:
                self.box(painter, option.rect.adjusted(2, 2, -2, -2), "", "on_accent", 1)
        elif kind in ("link", "bare"):
            self.box(painter, option.rect, "hover" if over or down else "", "focus" if focused else "", sizes.FOCUS)
        else:
            fill = "accent_tint" if on else "hover" if down or over else "surface"
            quiet = "error" if kind == "danger" else "accent" if on else "line_strong"
            self.box(painter, option.rect, fill, "focus" if focused else quiet, sizes.FOCUS if focused else 1)

    def _check_box(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        on = bool(option.state & QStyle.StateFlag.State_On)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        border = "focus" if focused else "accent" if on and enabled else "control_border" if enabled else "disabled"
        fill = ("accent" if enabled else "disabled") if on else "surface"
        self.box(painter, option.rect, fill, border, sizes.FOCUS if focused else 1)
        if on:
            self._tick(painter, QRectF(option.rect), "on_accent")
            if focused:
                self.box(painter, option.rect.adjusted(-3, -3, 3, 3), "", "focus", 1)

    def _tick(self, painter: QPainter, rect: QRectF, role: str) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._themes.theme[role], 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y, side = rect.x(), rect.y(), rect.width()
        points = [QPointF(x + side * u, y + side * v) for u, v in ((0.26, 0.53), (0.43, 0.69), (0.75, 0.33))]
        painter.drawPolyline(QPolygonF(points))
        painter.restore()

    def _radio(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        on = bool(option.state & QStyle.StateFlag.State_On)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        theme = self._themes.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme["surface"])
        painter.setPen(QPen(theme["focus" if focused or on else "control_border"], 2 if focused else 1))
        rect = QRectF(option.rect).adjusted(1, 1, -1, -1)
        painter.drawEllipse(rect)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme["accent"])
            painter.drawEllipse(rect.adjusted(3.5, 3.5, -3.5, -3.5))
        painter.restore()

    def _frame(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        field = widget is not None and bool(widget.property("is_field"))
        if field:
            self._line_edit(option, painter, widget)
            return
        painter.setPen(QPen(self._themes.theme["line"], 1))
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


def scroll_bar_part(option: QStyleOptionSlider, part: QStyle.SubControl) -> QRect:
    """Where a part of a scroll bar lies: the handle, the pages before and after it; arrows take no room."""
    whole, upright = QRect(option.rect), option.orientation == Qt.Orientation.Vertical
    length = whole.height() if upright else whole.width()
    span = option.maximum - option.minimum
    handle = length if span <= 0 else max(length * option.pageStep // (span + option.pageStep), min(SHORTEST_HANDLE, length))
    start = QStyle.sliderPositionFromValue(option.minimum, option.maximum, option.sliderPosition, length - handle, option.upsideDown)
    ends = {
        QStyle.SubControl.SC_ScrollBarSlider: (start, handle),
        QStyle.SubControl.SC_ScrollBarSubPage: (0, start),
        QStyle.SubControl.SC_ScrollBarAddPage: (start + handle, length - start - handle),
        QStyle.SubControl.SC_ScrollBarGroove: (0, length),
    }
    at, long = ends.get(part, (0, 0))
    if upright:
        return QRect(whole.left(), whole.top() + at, whole.width(), long)
    return QRect(whole.left() + at, whole.top(), long, whole.height())
