"""What every widget needs to draw itself: theme, icons, type and words, in one thing to pass on."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import cache, partial

from PySide6.QtCore import QLibraryInfo, QObject, QTranslator, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from crf_app.paths import resources_folder
from crf_app.ui.common import sizes
from crf_app.ui.common.fonts import base_font, load_fonts
from crf_app.ui.common.languages import LanguageHub, Said
from crf_app.ui.common.style import ClinicalStyle
from crf_app.ui.common.theme import ThemeHub
from crf_app.words import Words


@dataclass(frozen=True, eq=False)
class Look:
    """Theme and language in force. Widgets read it when they paint, so a change asks only for `update()`."""

    themes: ThemeHub
    languages: LanguageHub
    families: tuple[str, ...]

    def colour(self, meaning: str) -> QColor:
        """The colour of that meaning; KeyError when the theme has none."""
        return self.themes.theme[meaning]

    def pixmap(self, name: str, role: str, size: int = sizes.GLYPH, ratio: float = 1.0) -> QPixmap:
        """An icon in the colour `role` (see ThemeHub.pixmap)."""
        return self.themes.pixmap(name, role, size, ratio)

    def icon(self, name: str, role: str = "text", size: int = sizes.BUTTON_ICON) -> QIcon:
        """An icon for buttons and menus."""
        return self.themes.icon(name, role, size)

    def tr(self, key: str, /, **parameters: object) -> str:
        """A sentence of the catalogue in the language in use."""
        return self.languages.say(key, **parameters)

    def later(self, key: str, /, **parameters: object) -> Said:
        """The same for what stays on screen while the language changes."""
        return partial(self.tr, key, **parameters)

    def font(self, pixels: int = sizes.BASE, bold: bool = False) -> QFont:
        """The face of the window in `pixels`, regular (400) or semibold (600). Shared: copy it before changing it."""
        return _font(self.families, pixels, bold)


@cache
def _font(families: tuple[str, ...], pixels: int, bold: bool) -> QFont:
    font = base_font(families)
    font.setPixelSize(pixels)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def dress(app: QApplication, words: Words, lang: str = "en", mode: str = "system", bilingual: bool = False) -> Look:
    """Give the application its fonts, style and palette, now and at each change of theme; return the Look to pass on.

    Raises OSError when a shipped theme or font cannot be read.
    """
    resources = resources_folder()
    look = Look(ThemeHub(resources, mode, app), LanguageHub(words, lang, bilingual, app), load_fonts(resources))
    app.setFont(base_font(look.families))
    app.setStyle(ClinicalStyle(look.themes))
    app.setPalette(look.themes.theme.palette())
    look.themes.changed.connect(_Repaint(app, look.themes).apply)
    look.languages.changed.connect(_QtWords(app, look.languages).follow)
    return look


class _QtWords(QObject):
    """Keeps Qt's own words (file and printer dialogs, the menu of a field) in the language in force."""

    def __init__(self, app: QApplication, languages: LanguageHub) -> None:
        super().__init__(app)
        self._app = app
        self._languages = languages
        self._chinese = QTranslator(self)
        self._chinese.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        self.follow()

    @Slot()
    def follow(self) -> None:
        self._app.removeTranslator(self._chinese)
        if self._languages.lang == "zh":
            self._app.installTranslator(self._chinese)


class _Repaint(QObject):
    """Puts the palette of the theme in force onto the application."""

    def __init__(self, app: QApplication, themes: ThemeHub) -> None:
        super().__init__(app)
        self._app = app
        self._themes = themes

    @Slot()
    def apply(self) -> None:
        self._app.setPalette(self._themes.theme.palette())
        for widget in _every_widget(self._app):
            widget.update()


def _every_widget(app: QApplication) -> list[QWidget]:
    """All widgets there are. While Qt's list is made into Python's, the collector must not run: it could free a widget that still is to be listed."""
    running = gc.isenabled()
    gc.disable()
    try:
        return app.allWidgets()
    finally:
        if running:
            gc.enable()
