"""The one window of the program. It shows either the log-in (also while locked) or what lies behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QToolTip, QWidget

from crf_app.ui.common.look import Look

SMALLEST = QSize(1280, 720)
USUAL = QSize(1440, 900)


class TopWindow(QMainWindow):
    """Holds a front (log-in, wizard) and a back (the open workspace), of which exactly one is visible.

    `painted` once, after the first paint: then the heavy parts may be loaded. `closing` before it closes.
    """

    painted = Signal()
    closing = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._first = True
        self._room = QWidget(self)
        self._front: QWidget | None = None
        self._back: QWidget | None = None
        self._focus: QWidget | None = None
        self.setCentralWidget(self._room)
        self._room.installEventFilter(self)
        self.setObjectName("top_window")
        self.resize(self._start_size())
        look.languages.changed.connect(self.retitle)
        self.retitle()

    @staticmethod
    def _start_size() -> QSize:
        return USUAL.boundedTo(QGuiApplication.primaryScreen().availableSize())

    @property
    def front(self) -> QWidget | None:
        """The log-in or wizard, when there is one."""
        return self._front

    @property
    def back(self) -> QWidget | None:
        """The open workspace, when there is one, visible or not."""
        return self._back

    @property
    def covered(self) -> bool:
        """Is the workspace out of sight?"""
        return self._front is not None and not self._front.isHidden()

    def retitle(self) -> None:
        """The title names the program alone: titles are read over shoulders and kept by the system."""
        self.setWindowTitle(self._look.tr("ui_shell.program"))

    def show_front(self, page: QWidget, focus: QWidget | None = None) -> None:
        """Show `page` instead of everything, the focus on `focus`.

        The focus goes there as if another window had been opened, so that a half-typed field behind keeps its text and
        stores nothing.
        """
        if self._back is not None and not self._back.isHidden():
            self._focus = QApplication.focusWidget()
            self._hush()
        old, self._front = self._front, page
        page.setParent(self._room)
        page.addAction(self._quit_action(page))
        if self._first:
            page.installEventFilter(self)
        page.setGeometry(self._room.rect())
        page.show()
        page.raise_()
        if focus is not None:
            focus.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        if self._back is not None:
            self._back.hide()
        if old is not None and old is not page:
            old.hide()
            old.deleteLater()

    def _quit_action(self, page: QWidget) -> QAction:
        """Ctrl+Q while no action table is there: before the log-in and while locked."""
        action = QAction(page)
        action.setObjectName("front.quit")
        action.setShortcut(QKeySequence("Ctrl+Q"))
        action.triggered.connect(self.close)
        return action

    @staticmethod
    def _hush() -> None:
        """Nothing of a subject stays in a pop-up, a tooltip or a clipboard of ours."""
        QToolTip.hideText()
        for _ in range(8):
            popup = QApplication.activePopupWidget()
            if popup is None:
                break
            popup.close()
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QDialog):
            modal.reject()
        clipboard = QGuiApplication.clipboard()
        if clipboard.ownsClipboard():
            clipboard.clear()

    def set_back(self, widget: QWidget | None) -> None:
        """Put another workspace (None: none) behind; the one before is discarded."""
        old, self._back, self._focus = self._back, widget, None
        if old is not None and old is not widget:
            old.hide()
            old.deleteLater()
        if widget is not None:
            widget.setParent(self._room)
            widget.setGeometry(self._room.rect())

    def show_back(self) -> bool:
        """Show the workspace and discard the front; the focus returns to where it was, and whether there was such a place."""
        back, front, self._front = self._back, self._front, None
        if back is not None:
            back.setGeometry(self._room.rect())
            back.show()
        if front is not None:
            front.hide()
            front.deleteLater()
        wanted, self._focus = self._focus, None
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        return wanted is not None

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Both parts always fill the room."""
        if self._first and watched is self._front and event.type() == QEvent.Type.Paint:
            # Told when the paint is done: the page covers this window, which is never painted itself.
            self._first = False
            QTimer.singleShot(0, self.painted.emit)
        if watched is self._room and event.type() == QEvent.Type.Resize:
            for part in (self._front, self._back):
                if part is not None:
                    part.setGeometry(self._room.rect())
        return False


    def closeEvent(self, event: QCloseEvent) -> None:
        """The session ends in order."""
        self.closing.emit()
        super().closeEvent(event)
