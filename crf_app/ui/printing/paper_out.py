"""Pages to a printer, chosen in the system's own dialog."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from crf_app.errors import ExpectedError
from crf_app.ui.common.ask import Ask, Question

_DOTS_PER_POINT = 300 / 72


def print_document(ask: Ask, parent: QWidget, question: Question, content: bytes) -> bool:
    """Ask for a printer and print all pages; False when the person declined. Raises ExpectedError "printer_failed"."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    if not ask.dialog(parent, question, QPrintDialog(printer, parent)):
        return False
    paint_pages(printer, content)
    return True


def paint_pages(printer: QPrinter, content: bytes) -> None:
    """Draw every page at 300 dots an inch. Raises ExpectedError "printer_failed" when the printer does not begin."""
    document = pypdfium2.PdfDocument(content)
    document.init_forms()  # what signatures show stands in fields
    painter = QPainter()
    try:
        if not painter.begin(printer):
            raise ExpectedError("printer_failed", name=printer.printerName())
        for number in range(len(document)):
            if number:
                printer.newPage()
            bitmap = document[number].render(scale=_DOTS_PER_POINT, rev_byteorder=True)
            image = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB888)
            painter.drawImage(QRectF(painter.viewport()), image)
    finally:
        painter.end()
        document.close()
