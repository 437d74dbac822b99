"""Colours by meaning, the palette made of them, and icons drawn in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

MODES = ("system", "light", "dark")

_ROLES = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "text"),
    # Quiet texts name a role instead of carrying a palette: a change of theme then costs them nothing.
    (QPalette.ColorRole.BrightText, "text_secondary"),
    (QPalette.ColorRole.LinkVisited, "text_secondary"),
    (QPalette.ColorRole.PlaceholderText, "text_tertiary"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "on_accent"),
    (QPalette.ColorRole.Accent, "accent"),
    (QPalette.ColorRole.Link, "accent"),
    (QPalette.ColorRole.Light, "raised"),
    (QPalette.ColorRole.Midlight, "line"),
    (QPalette.ColorRole.Mid, "line_strong"),
    (QPalette.ColorRole.Dark, "control_border"),
    (QPalette.ColorRole.Shadow, "control_border"),
    (QPalette.ColorRole.ToolTipBase, "raised"),
    (QPalette.ColorRole.ToolTipText, "text"),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, looked up by what they mean ("due", "text_secondary")."""

    name: str
    colours: Mapping[str, QColor]

    def __getitem__(self, meaning: str) -> QColor:
        """The colour of that meaning; KeyError when the theme has none."""
        return self.colours[meaning]

    def palette(self) -> QPalette:
        """The palette for the whole application."""
        palette = QPalette()
        for role, meaning in _ROLES:
            palette.setColor(role, self.colours[meaning])
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colours["disabled"])
        return palette


def load_theme(folder: Path, name: str) -> Theme:
    """Read theme/<name>.toml of the resources. Raises OSError or tomllib.TOMLDecodeError when the file is not sound."""
    with (folder / "theme" / f"{name}.toml").open("rb") as stream:
        raw = tomllib.load(stream)
    return Theme(name, {meaning: QColor(str(value)) for meaning, value in raw.items()})


class ThemeHub(QObject):
    """Holds the theme in force, follows the system when asked to, and draws icons in its colours.

    `changed` is sent after the new theme is in place and the icon cache is empty.
    """

    changed = Signal()

    def __init__(self, resources: Path, mode: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons_folder = resources / "icons"
        self._themes = {name: load_theme(resources, name) for name in ("light", "dark")}
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self.mode = mode
        self.theme = self._themes[self._wanted()]
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def set_mode(self, mode: str) -> None:
        """Use "light", "dark" or what the "system" says. Raises ValueError for anything else."""
        if mode not in MODES:
            raise ValueError(f"no such theme mode: {mode}")
        self.mode = mode
        self._apply()

    @Slot()
    def _follow_system(self) -> None:
        self._apply()

    def _wanted(self) -> str:
        if self.mode in self._themes:
            return self.mode
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def _apply(self) -> None:
        wanted = self._themes[self._wanted()]
        if wanted is self.theme:
            return
        self.theme = wanted
        self._pixmaps.clear()
        self.changed.emit()

    def pixmap(self, name: str, role: str, size: int, ratio: float = 1.0) -> QPixmap:
        """The icon `name`.svg in the colour `role`, `size` device-independent pixels wide and high, from a cache.

        Raises FileNotFoundError for an unknown icon, KeyError for an unknown role.
        """
        key = (name, role, size, ratio)
        known = self._pixmaps.get(key)
        if known is None:
            known = self._pixmaps[key] = self._draw(name, role, size, ratio)
        return known

    def icon(self, name: str, role: str = "text", size: int = 16) -> QIcon:
        """The same as a QIcon at single and double density, with a disabled form."""
        icon = QIcon()
        for ratio in (1.0, 2.0):
            icon.addPixmap(self.pixmap(name, role, size, ratio))
            icon.addPixmap(self.pixmap(name, "disabled", size, ratio), QIcon.Mode.Disabled)
        return icon

    def _draw(self, name: str, role: str, size: int, ratio: float) -> QPixmap:
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = (self._icons_folder / f"{name}.svg").read_text(encoding="utf-8")
        text = source.replace("currentColor", self.theme[role].name()).replace("#surface", self.theme["surface"].name())
        side = round(size * ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
