"""What counts as typing a value."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence


def wants_to_type(event: QEvent) -> bool:
    """Would that key, or the text of an input method, change a value?"""
    if isinstance(event, QInputMethodEvent):
        return bool(event.commitString())
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return False
    control = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    typed = bool(event.text().strip()) and event.text().isprintable() and not control
    return typed or event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) or event.matches(QKeySequence.StandardKey.Paste)
