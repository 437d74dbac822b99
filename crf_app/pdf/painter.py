"""Pages onto the canvas: the one file that draws."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from crf_app.clinical.embedded import EmbeddedFile
from crf_app.pdf.archive import Slot, archived
from crf_app.pdf.blocks import Box, Code, Curve, Picture, Placed, Rule, Shape, Strip, Stroke, stacked
from crf_app.pdf.fonts import register_fonts
from crf_app.pdf.frame import Frame
from crf_app.pdf.paging import Page
from crf_app.pdf.styles import MARGIN_LEFT, PAGE_LONG, PAGE_SHORT, REGULAR


class CanvasMaker(Protocol):
    """Makes the canvas to draw on; the benchmark passes one that writes down every call."""

    def __call__(self, stream: io.BytesIO, **options: object) -> Any: ...


def _plain_canvas(stream: io.BytesIO, **options: Any) -> Canvas:
    return Canvas(stream, **options)


class Painter:
    """Draws pages one after the other and gives the finished file.

    The same pages give the same bytes. Only the two embedded faces are referred to. On a canvas of the caller's making
    the file stays as the canvas wrote it; else it is made an archive file (PDF/A).
    """

    def __init__(self, title: str, author: str, lang: str, make: CanvasMaker = _plain_canvas) -> None:
        register_fonts()
        self._stream = io.BytesIO()
        self._canvas = make(
            self._stream,
            pagesize=(PAGE_SHORT, PAGE_LONG),
            invariant=1,
            pageCompression=1,
            initialFontName=REGULAR,
            pdfVersion=(1, 7),
            lang="en" if lang == "en" else "zh-CN",
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("crf-app")
        self._forms: dict[int, str] = {}
        self._plain = make is not _plain_canvas
        self._count = 0
        self._slots: list[Slot] = []

    def outline(self, title: str, key: str, level: int) -> None:
        """A bookmark in the outline; `key` was put on a page."""
        self._canvas.addOutlineEntry(title, key, level, closed=level > 0)

    def page(self, page: Page, number: Sequence[Placed]) -> None:
        """Draw one page and end it."""
        canvas = self._canvas
        canvas.setPageSize(page.frame.size)
        height = page.frame.size[1]
        for key in page.bookmarks:
            canvas.bookmarkPage(key)
        canvas.doForm(self._fixed(page.frame))
        parts = [*page.frame.own, *number]
        parts += [Placed(x, y + top, strip) for top, block in page.placed for x, y, strip in block.parts]
        self._draw(parts, height)
        for top, block in page.placed:
            if block.anchor:
                canvas.bookmarkHorizontal(block.anchor, 0, height - top)
            for link in block.links:
                left, upper = MARGIN_LEFT + link.x, height - top - link.y
                canvas.linkRect("", link.target, (left, upper - link.high, left + link.wide, upper), Border="[0 0 0]")
            for x, y, wide, high, name, said in block.reserved:
                left, upper = MARGIN_LEFT + x, height - top - y
                self._slots.append(Slot(name, self._count, (left, upper - high, left + wide, upper), said))
        canvas.showPage()
        self._count += 1

    def finish(self, files: Sequence[EmbeddedFile] = ()) -> bytes:
        """The whole file: PDF/A-2b, or PDF/A-3b with `files` inside."""
        content = self.raw()
        return content if self._plain else archived(content, files, self._slots)

    def raw(self) -> bytes:
        """The whole file as the canvas writes it."""
        self._canvas.save()
        return self._stream.getvalue()

    def sheet(self, parts: Sequence[Placed], size: tuple[float, float], scale: float) -> None:
        """A page of that size with nothing but `parts`, drawn smaller by `scale` towards its top left corner."""
        self._canvas.setPageSize(size)
        self._canvas.translate(0, size[1] * (1 - scale))
        self._canvas.scale(scale, scale)
        self._draw(parts, size[1])
        self._canvas.showPage()

    def _fixed(self, frame: Frame) -> str:
        """The header as a form of the PDF, drawn once in the file however many pages show it."""
        key = id(frame.fixed)
        if key not in self._forms:
            self._forms[key] = f"fixed{len(self._forms)}"
            self._canvas.beginForm(self._forms[key], 0, 0, *frame.size)
            self._draw(frame.fixed, frame.size[1])
            self._canvas.endForm()
        return self._forms[key]

    def _draw(self, parts: Iterable[Placed], height: float) -> None:
        parts = list(parts)
        shapes = [(x, y, shape) for x, y, strip in parts if strip.shapes for shape in strip.shapes]
        self._shapes(shapes, height)
        self._words(parts, height)

    def _shapes(self, shapes: Sequence[tuple[float, float, Shape]], height: float) -> None:
        canvas = self._canvas
        width = grey = -1.0
        # Grey grounds first, so that no rule is hidden by one.
        for x, y, shape in sorted(shapes, key=_is_ground, reverse=True):
            left, upper = x + MARGIN_LEFT, height - y
            if isinstance(shape, Box) and shape.fill is not None:
                canvas.setFillGray(shape.fill)
                canvas.rect(left + shape.x, upper - shape.y - shape.high, shape.wide, shape.high, stroke=0, fill=1)
                continue
            if isinstance(shape, Picture):
                at = (left + shape.x, upper - shape.y - shape.high)
                canvas.drawImage(ImageReader(io.BytesIO(shape.content)), *at, shape.wide, shape.high)
                continue
            if isinstance(shape, Code):
                self._canvas.addLiteral(_bitmap(shape, left + shape.x, upper - shape.y - shape.size))
                continue
            wanted = shape.grey if isinstance(shape, Rule | Curve | Stroke) else 0.0
            if shape.width != width:
                width = shape.width
                canvas.setLineWidth(width)
            if wanted != grey:
                grey = wanted
                canvas.setStrokeGray(grey)
            if isinstance(shape, Rule):
                canvas.line(left + shape.x1, upper - shape.y1, left + shape.x2, upper - shape.y2)
            elif isinstance(shape, Box):
                canvas.rect(left + shape.x, upper - shape.y - shape.high, shape.wide, shape.high)
            elif isinstance(shape, Curve):
                self._curve(shape, left, upper)
            else:
                self._stroke(shape, left, upper)

    def _stroke(self, stroke: Stroke, left: float, upper: float) -> None:
        path = self._canvas.beginPath()
        path.moveTo(left + stroke.points[0][0], upper - stroke.points[0][1])
        for x, y in stroke.points[1:]:
            path.lineTo(left + x, upper - y)
        if stroke.closed:
            path.close()
        if stroke.fill is not None:
            self._canvas.setFillGray(stroke.fill)
        if stroke.dash:
            self._canvas.setDash(list(stroke.dash))
        self._canvas.drawPath(path, stroke=int(stroke.width > 0), fill=int(stroke.fill is not None))
        if stroke.dash:
            self._canvas.setDash()

    def _curve(self, curve: Curve, left: float, upper: float) -> None:
        path = self._canvas.beginPath()
        path.moveTo(left + curve.start[0], upper - curve.start[1])
        for piece in curve.pieces:
            path.curveTo(*(part for x, y in piece for part in (left + x, upper - y)))
        path.close()
        if curve.fill is not None:
            self._canvas.setFillGray(curve.fill)
        self._canvas.drawPath(path, stroke=1, fill=int(curve.fill is not None))

    def _words(self, parts: Iterable[Placed], height: float) -> None:
        text = self._canvas.beginText()
        font, size, grey = "", 0.0, -1.0
        for x, y, strip in parts:
            for word_x, word_y, said, style in strip.words:
                if style.font != font or style.size != size:
                    font, size = style.font, style.size
                    text.setFont(font, size)
                if style.grey != grey:
                    grey = style.grey
                    text.setFillGray(grey)
                text.setTextOrigin(MARGIN_LEFT + x + word_x, height - y - word_y)
                text.textOut(said)
        self._canvas.drawText(text)


def _bitmap(code: Code, x: float, y: float) -> str:
    """The code as an inline picture of one bit a cell, black where the bit is set (ISO 32000-1, 8.9.7)."""
    size, cells = code.size, code.cells
    return f"q 0 g {size:.2f} 0 0 {size:.2f} {x:.2f} {y:.2f} cm BI /W {cells} /H {cells} /IM true /D [1 0] /F /AHx ID {code.rows.hex()}> EI Q"


def _is_ground(placed: tuple[float, float, Shape]) -> bool:
    return isinstance(placed[2], Box) and placed[2].fill is not None


def drawn_strips(strips: Sequence[Strip], size: tuple[float, float]) -> bytes:
    """Strips under each other on a page of that size with no margin, as the canvas writes it; made smaller where they are too high."""
    painter = Painter("", "", "en")
    high = sum(strip.height for strip in strips)
    painter.sheet(stacked(strips, -MARGIN_LEFT), size, min(1.0, size[1] / high) if high else 1.0)
    return painter.raw()
