"""The small control that offers "no value" at a row while the mouse is there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button


class MissingOffer(Button):
    """Never takes the focus: the keyboard has F4."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, "", "bare", icon="missing", compact=True, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(look.tr("ui_kit.missing_hint"))
        self.setAccessibleName(look.tr("ui_kit.missing_act"))
