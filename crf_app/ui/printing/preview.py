"""The pages of a PDF as pictures, one beneath the other."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from crf_app.ui.common.look import Look

_GAP = 16
_MOST_WIDTH = 860
_KEPT = 8


class PagesView(QAbstractScrollArea):
    """Draws only the pages in sight; Up, Down, Page Up, Page Down, Home and End scroll."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._document: pypdfium2.PdfDocument | None = None
        self._sizes: list[tuple[float, float]] = []
        self._pixmaps: dict[tuple[int, int], QPixmap] = {}
        self.setObjectName("print/pages")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.viewport().setAutoFillBackground(True)

    def show_pdf(self, content: bytes) -> None:
        """Show another document, from its first page; b"" shows nothing."""
        if self._document is not None:
            self._document.close()
        self._document = pypdfium2.PdfDocument(content) if content else None
        if self._document is not None:
            self._document.init_forms()  # what signatures show stands in fields
        self._sizes = [self._document.get_page_size(number) for number in range(len(self._document))] if self._document is not None else []
        self._pixmaps.clear()
        self._measure()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return len(self._sizes)

    def _width(self) -> int:
        return max(200, min(_MOST_WIDTH, self.viewport().width() - 2 * _GAP))

    def _height(self, number: int) -> int:
        wide, high = self._sizes[number]
        return round(self._width() * high / wide)

    def _measure(self) -> None:
        total = _GAP + sum(self._height(number) + _GAP for number in range(self.page_count))
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(60)
        bar.setRange(0, max(0, total - self.viewport().height()))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Pages follow the width."""
        self._measure()

    def sizeHint(self) -> QSize:
        """Most of the window."""
        return QSize(_MOST_WIDTH + 2 * _GAP, 600)

    def _pixmap(self, number: int, width: int) -> QPixmap:
        ratio = self.devicePixelRatioF()
        known = self._pixmaps.get((number, width))
        if known is None and self._document is not None:
            page = self._document[number]
            bitmap = page.render(scale=width * ratio / page.get_width(), rev_byteorder=True)
            image = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB888)
            known = QPixmap.fromImage(image)
            known.setDevicePixelRatio(ratio)
            self._pixmaps[(number, width)] = known
            while len(self._pixmaps) > _KEPT:
                self._pixmaps.pop(next(iter(self._pixmaps)))
        return known if known is not None else QPixmap()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pages in sight on their ground."""
        painter = QPainter(self.viewport())
        width, view = self._width(), self.viewport().rect()
        left, top = (view.width() - width) // 2, _GAP - self.verticalScrollBar().value()
        for number in range(self.page_count):
            height = self._height(number)
            if top + height > 0 and top < view.height():
                painter.drawPixmap(left, top, self._pixmap(number, width))
                painter.setPen(QPen(self._look.colour("line_strong"), 1))
                painter.drawRect(left, top, width, height)
            top += height + _GAP

    def show_end(self) -> None:
        """Scroll to the beginning of the last page, where signatures stand."""
        bar, last = self.verticalScrollBar(), self.page_count - 1
        bar.setValue(sum(self._height(number) + _GAP for number in range(max(last, 0))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scrolling by key."""
        bar = self.verticalScrollBar()
        ends = {Qt.Key.Key_Home: bar.minimum(), Qt.Key.Key_End: bar.maximum()}
        if event.key() in ends:
            bar.setValue(ends[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
