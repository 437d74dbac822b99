"""Notices that nobody is there: counts the time since the last key or mouse button in any window of the program."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow

from crf_app.clock import Clock

WARNING_S = 60
_TICK_MS = 1000
_ASLEEP_S = 30.0
"""The wall clock went on so much longer than the monotonic one, which stands still in sleep: the machine was asleep."""
_SIGNS = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.InputMethod,
}


class IdleWatch(QObject):
    """`expiring(seconds left)` each second of the last minute, `expired()` at its end or when the machine was asleep,
    `returned()` when somebody comes back in that minute.

    It listens at the windows, before Qt hands the events on: a filter on the application would see every paint.
    """

    expiring = Signal(int)
    expired = Signal()
    returned = Signal()

    def __init__(self, clock: Clock, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._limit_s = minutes * 60
        self._last = clock.monotonic()
        self._seen = (clock.now(), clock.monotonic())
        self._warned = False
        self._watched: list[QWindow] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to count, from now."""
        self._was_asleep()
        self.touch()
        self._watch(QGuiApplication.focusWindow())
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)
        self._timer.start()

    def stop(self) -> None:
        """Count no longer."""
        self._timer.stop()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and self._watched:
            app.focusWindowChanged.disconnect(self._watch)
        for window in self._watched:
            window.removeEventFilter(self)
        self._watched.clear()

    def set_minutes(self, minutes: int) -> None:
        """Another limit, from the last sign of life."""
        self._limit_s = minutes * 60

    @Slot()
    def touch(self) -> None:
        """Somebody is there."""
        self._last = self._clock.monotonic()
        if self._warned:
            self._warned = False
            self.returned.emit()

    @Slot()
    def look(self) -> None:
        """How long has nobody been there?"""
        left = round(self._limit_s - (self._clock.monotonic() - self._last))
        if self._was_asleep() or left <= 0:
            self._timer.stop()
            self._warned = False
            self.expired.emit()
        elif left <= WARNING_S:
            self._warned = True
            self.expiring.emit(left)

    def _was_asleep(self) -> bool:
        """Was the machine asleep since this was asked last?"""
        (wall, monotonic), self._seen = self._seen, (self._clock.now(), self._clock.monotonic())
        return (self._seen[0] - wall).total_seconds() - (self._seen[1] - monotonic) > _ASLEEP_S

    @Slot(QWindow)
    def _watch(self, window: QWindow | None) -> None:
        if window is not None and window not in self._watched:
            window.installEventFilter(self)
            window.destroyed.connect(self._gone)
            self._watched.append(window)

    @Slot(QObject)
    def _gone(self, window: QObject) -> None:
        self._watched = [one for one in self._watched if one is not window]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """A key or a button is a sign of life; nothing is ever held back."""
        if event.type() in _SIGNS:
            self.touch()
        return False
