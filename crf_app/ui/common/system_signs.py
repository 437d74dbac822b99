"""Hears from the desktop that nobody is there any more: the screen was locked, or the machine is about to sleep."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

SCREEN_SAVERS = tuple(f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce"))
_SAID: Any = SLOT("said(bool)")  # the binding takes text, its declaration says bytes
_LOG_IN = "org.freedesktop.login1"


class SystemSigns(QObject):
    """`went_away()` when a desktop on D-Bus says so. Where there is no such bus (Windows, macOS, a bare machine) it never
    comes; there the idle watch alone closes the window, at once after a sleep that it sees by the clocks.
    """

    went_away = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        session, system = QDBusConnection.sessionBus(), QDBusConnection.systemBus()
        for name in SCREEN_SAVERS if session.isConnected() else ():
            session.connect("", "", name, "ActiveChanged", self, _SAID)
        if system.isConnected():
            system.connect(_LOG_IN, "", f"{_LOG_IN}.Manager", "PrepareForSleep", self, _SAID)

    @Slot(bool)
    def said(self, away: bool) -> None:
        """The screen is covered, or the machine goes to sleep (False: it came back)."""
        if away:
            self.went_away.emit()
