"""The process that opens a scan: bytes in on standard input, what its pages say (or one page as a picture) out, then it is gone."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp
from PIL import Image

from crf_app.imports.sheet import RefusedFile
from crf_app.paths import limit_process

MOST_BYTES = 60_000_000
MOST_PAGES = 300
_MOST_PIXELS = 60_000_000
_SCALES = (200 / 72, 300 / 72)
"""Dots to the point at which pages of a PDF are looked at, one after the other until a code is found."""
_LONGEST_SIDE = 1400
Draw = Callable[[float], Image.Image]


@contextmanager
def opened(content: bytes) -> Iterator[list[Draw]]:
    """One function a page that draws it (grey, so many dots to the point). Raises RefusedFile for what is no scan."""
    if not content:
        raise RefusedFile("file_empty")
    if len(content) > MOST_BYTES:
        raise RefusedFile("file_too_large", most=MOST_BYTES // 1_000_000)
    if content[:1024].lstrip().startswith(b"%PDF"):
        with _document(content) as document:
            yield [_pdf_page(document, number) for number in range(len(document))]
        return
    try:
        with Image.open(io.BytesIO(content)) as picture:
            count = getattr(picture, "n_frames", 1)
            if count > MOST_PAGES:
                raise RefusedFile("scan_too_long", most=MOST_PAGES)
            yield [_frame(picture, number) for number in range(count)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise RefusedFile("scan_unreadable") from error


@contextmanager
def _document(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise RefusedFile("scan_unreadable") from error
    try:
        # what runs, or hides other files, is no scan (reliability: strange files)
        if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0 or pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
            raise RefusedFile("scan_active")
        if len(document) > MOST_PAGES:
            raise RefusedFile("scan_too_long", most=MOST_PAGES)
        yield document
    finally:
        document.close()


def _pdf_page(document: Any, number: int) -> Draw:
    def draw(scale: float) -> Image.Image:
        page = document[number]
        try:
            width, height = page.get_size()
            fitting = min(scale, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            picture: Image.Image = page.render(scale=fitting, grayscale=True).to_pil()
        except pypdfium2.PdfiumError as error:
            raise RefusedFile("scan_unreadable") from error
        else:
            return picture
        finally:
            page.close()

    return draw


def _frame(picture: Image.Image, number: int) -> Draw:
    def draw(_scale: float) -> Image.Image:
        if picture.width * picture.height > _MOST_PIXELS:
            raise RefusedFile("image_too_large", most=_MOST_PIXELS // 1_000_000)
        picture.seek(number)
        return picture.convert("L")

    return draw


def page_codes(draw: Draw) -> list[str]:
    """What the QR codes of a page say, whatever they are for; a page is looked at again in finer dots when nothing was found."""
    for scale in _SCALES:
        found = zxingcpp.read_barcodes(draw(scale), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        texts = [str(one.text) for one in found if one.valid]
        if texts:
            return texts
    return []


def page_picture(draw: Draw) -> bytes:
    """A page as PNG, small enough for a screen."""
    picture = draw(110 / 72)
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def answer(content: bytes, page: int) -> bytes:
    """The codes of all pages as JSON (page 0), or one page as PNG; a refusal as JSON."""
    try:
        with opened(content) as pages:
            if page:
                return page_picture(pages[page - 1]) if page <= len(pages) else _refusal(RefusedFile("scan_unreadable"))
            return json.dumps({"pages": [page_codes(draw) for draw in pages]}, ensure_ascii=False).encode()
    except RefusedFile as error:
        return _refusal(error)


def _refusal(error: RefusedFile) -> bytes:
    return json.dumps({"refused": {"code": error.code, "parameters": error.parameters}}, ensure_ascii=False).encode()


def main(memory: int, page: int) -> int:
    """Read standard input with no more than `memory` bytes and answer. 0 whenever there is an answer, a refusal too."""
    limit_process(memory)
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(MOST_BYTES + 1), page))
    return 0


