"""EN | 中文, at the same place on every page; takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.segments import SegmentSwitch

_LANGUAGES = ("en", "zh")


class LanguageSwitch(SegmentSwitch):
    """Follows the language in force and changes it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, ["EN", "中文"], look.tr("ui_shell.language"), parent)
        self.setObjectName("language_switch")
        self._follow()
        self.chosen.connect(self._choose)
        look.languages.changed.connect(self._follow)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.look.languages.set_language(_LANGUAGES[index])

    @Slot()
    def _follow(self) -> None:
        self.setAccessibleName(self.look.tr("ui_shell.language"))
        self.set_index(_LANGUAGES.index(self.look.languages.lang))
