"""Photographs and documents: chosen, dropped or pasted. The field asks; taking in and storing is done elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QRect, Qt, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from crf_app.clinical.record import ItemRecord
from crf_app.ui.common import sizes
from crf_app.ui.common.ask import Ask, FileQuestion
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.form.fields.base import AttachmentRequest, Field, FieldEntry, Note

_THUMB = 72
_PICTURES = "*.jpg *.jpeg *.png *.tif *.tiff *.heic *.webp *.bmp"


class FileField(Field):
    """Documents kept with an item. `attachment_requested(AttachmentRequest)` for what is to be taken in.

    Space or Enter on the button chooses a file, Ctrl+V pastes, files may be dropped. `ask` is set by the form view.
    """

    thumbnails = False
    icon = "file"

    def build(self) -> None:
        """A button; drops are taken by the whole field."""
        self.ask: Ask | None = None
        self._hashes: tuple[str, ...] = ()
        self._pictures: tuple[QPixmap, ...] = ()
        self.button = Button(self.look, self.look.tr("ui_kit.file.choose"), icon=self.icon, parent=self)
        self.button.clicked.connect(self.choose)
        self.adopt(self.button)
        self.setAcceptDrops(True)

    def editors(self) -> tuple[QWidget, ...]:
        """The button."""
        return (self.button,)

    def control_width(self) -> int:
        """The button."""
        return self.button.sizeHint().width()

    def content(self) -> FieldEntry:
        """The SHA-256 of each file, joined by ";"."""
        return FieldEntry(";".join(self._hashes))

    def display(self, record: ItemRecord, entry: FieldEntry) -> None:
        """What is stored, as small pictures where it is pictures."""
        self._hashes = tuple(part for part in entry.text.split(";") if part)
        self._pictures = tuple(map(self.tools.thumbnail, self._hashes)) if self.thumbnails else ()
        self.button.setText(self.look.tr("ui_kit.file.choose"))
        self.button.resize(self.button.sizeHint())
        said = self.tools.format_value(self.item, record.value, self.lang)
        count = self.look.tr("ui_kit.file.stored", count=len(self._hashes))
        self.button.setAccessibleDescription(count if self._hashes else self.look.tr("ui_kit.file.none"))
        head = said if self._hashes and not self.thumbnails else count if self._hashes else ""
        drop = Note(self.look.tr("ui_kit.file.drop"), "text_tertiary", sizes.SMALL)
        self.set_notes([Note(head, "text_secondary", sizes.SMALL), drop] if head else [drop])

    def height_needed(self, _width: int) -> int:
        """Room for the small pictures."""
        return sizes.FIELD + (_THUMB + 8 if self._pictures else 0)

    @Slot()
    def choose(self) -> None:
        """Ask for files."""
        if self.read_only or self.ask is None or self.record is None:
            return
        kinds = f"{self.look.tr('ui_kit.file.photos')} ({_PICTURES})" if self.thumbnails else ""
        title = self.record.item.label.get(self.lang)
        paths = self.ask.files(self, FileQuestion("attachment", title, kinds, several=True))
        self._request(AttachmentRequest(paths))

    def _request(self, request: AttachmentRequest) -> None:
        if (request.paths or request.content) and not self.read_only:
            self.attachment_requested.emit(request)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+V takes files or a picture from the clipboard."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
            return
        super().keyPressEvent(event)

    def paste(self) -> None:
        """Take what the clipboard holds: files, or a picture as PNG."""
        data = QGuiApplication.clipboard().mimeData()
        paths = tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile())
        if paths:
            self._request(AttachmentRequest(paths))
        elif data.hasImage():
            self._request(AttachmentRequest(content=png_bytes(QGuiApplication.clipboard().image())))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Local files only."""
        if not self.read_only and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them in."""
        paths = tuple(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
        event.acceptProposedAction()
        self._request(AttachmentRequest(paths))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Notes, and the small pictures beneath: true colour, no tint."""
        super().paintEvent(event)
        painter, left = QPainter(self), 0
        for picture in self._pictures:
            frame = QRect(left, sizes.FIELD + 8, _THUMB, _THUMB)
            painter.fillRect(frame, self.look.colour("photo_bed"))
            if not picture.isNull():
                shown = picture.scaled(
                    _THUMB, _THUMB, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
                painter.drawPixmap(
                    left + (_THUMB - shown.width()) // 2, frame.y() + (_THUMB - shown.height()) // 2, shown
                )
            left += _THUMB + sizes.GRID


class PhotoField(FileField):
    """Photographs: files with small pictures."""

    thumbnails = True
    icon = "camera"


def png_bytes(image: QImage) -> bytes:
    """The picture as PNG, pixels unchanged."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, b"PNG")
    return bytes(buffer.data().data())
