"""The type of the window: the shipped Noto Sans SC behind the platform's Latin face, figures of equal width."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from crf_app.ui.common import sizes

_BEFORE = {"win32": ("Segoe UI", "Microsoft YaHei UI"), "darwin": ("PingFang SC",)}
_LINUX = ("Inter", "Noto Sans")


def load_fonts(resources: Path) -> tuple[str, ...]:
    """Register the faces of resources/fonts; return the families to use in order, only such as exist.

    Simplified Chinese stands before any other CJK family, or Han characters would take Japanese shapes.
    Raises OSError when a shipped face cannot be read: Chinese would show as boxes.
    """
    shipped: list[str] = []
    for path in sorted((resources / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            raise OSError(f"font cannot be read: {path.name}")
        shipped += [family for family in QFontDatabase.applicationFontFamilies(number) if family not in shipped]
    here = set(QFontDatabase.families())
    wanted = (*_BEFORE.get(sys.platform, _LINUX), *shipped)
    return tuple(family for family in wanted if family in here)


def base_font(families: tuple[str, ...]) -> QFont:
    """The application font: 13 px, tabular figures, so that columns of numbers align."""
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(sizes.BASE)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
