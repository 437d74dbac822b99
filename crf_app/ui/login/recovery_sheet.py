"""The recovery sheet on paper: one page in both languages, to be sealed in the investigator's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from crf_app.study.texts import Text
from crf_app.ui.common.look import Look

_POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on it."""

    code: str
    study: str
    site_code: str
    site: Text
    workspace: str
    made: date


def save_sheet(look: Look, sheet: Sheet, path: str) -> bool:
    """Write the sheet as a PDF; whether that worked."""
    writer = QPdfWriter(path)
    writer.setTitle(f"{sheet.study} {sheet.site_code}")
    return _draw(look, sheet, writer, writer.resolution())


def print_sheet(look: Look, sheet: Sheet) -> str:
    """Print the sheet on the default printer; its name, "" when there is none or it refuses."""
    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        return ""
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    return info.printerName() if _draw(look, sheet, printer, printer.resolution()) else ""


def _draw(look: Look, sheet: Sheet, device: QPagedPaintDevice, resolution: int) -> bool:
    device.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(56, 56, 56, 56))
    )
    painter = QPainter()
    if not painter.begin(device):
        return False
    unit = resolution / _POINTS_PER_INCH
    painter.scale(unit, unit)
    y = 0.0
    for words, points, bold in _lines(look, sheet):
        font = QFont(look.font(bold=bold))
        font.setPixelSize(points)
        painter.setFont(font)
        box = painter.boundingRect(QRectF(0, y, 480, 400), int(Qt.TextFlag.TextWordWrap), words)
        painter.drawText(box, int(Qt.TextFlag.TextWordWrap), words)
        y = box.bottom() + points * 0.6
    painter.setPen(QPen(Qt.GlobalColor.black, 0.6))
    painter.drawRect(QRectF(0, y + 12, 480, 96))
    font = QFont(look.font())
    font.setPixelSize(10)
    painter.setFont(font)
    painter.drawText(QRectF(8, y + 18, 464, 80), int(Qt.TextFlag.TextWordWrap), _both(look, "sealed_by"))
    return painter.end()


def _lines(look: Look, sheet: Sheet) -> list[tuple[str, int, bool]]:
    names = f"{sheet.study}  ·  {sheet.site_code}  {sheet.site.en}  {sheet.site.zh if sheet.site.zh != sheet.site.en else ''}"
    return [
        (_both(look, "title"), 18, True),
        (names, 11, False),
        (f"{sheet.workspace}  ·  {sheet.made.isoformat()}", 9, False),
        (_both(look, "what"), 11, False),
        (sheet.code, 16, True),
        (_both(look, "how"), 11, False),
    ]


def _both(look: Look, name: str) -> str:
    words = look.languages.words
    return "\n".join(words.text(f"ui_shell.recovery.{name}", lang) for lang in ("en", "zh"))
