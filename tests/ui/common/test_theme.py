"""Theme, icons, fonts and words of the window."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from crf_app.paths import resources_folder
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import GLYPH_ROLE


def luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
        for one in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "meaning",
    [
        "text",
        "text_secondary",
        "text_tertiary",
        "accent",
        "due",
        "started",
        "complete",
        "signed",
        "error",
        "query_open",
    ],
)
def test_texts_pass_aa_on_every_ground_they_stand_on(look: Look, mode: str, meaning: str) -> None:
    look.themes.set_mode(mode)
    for ground in ("surface", "accent_tint"):
        assert contrast(look.colour(meaning), look.colour(ground)) >= 4.5


def test_both_themes_name_the_same_meanings(look: Look) -> None:
    light = set(look.themes.theme.colours)
    look.themes.set_mode("dark")
    assert set(look.themes.theme.colours) == light


def test_a_change_of_theme_reaches_the_application(look: Look, qapp: QApplication) -> None:
    before = look.pixmap("check", "accent").toImage()
    look.themes.set_mode("dark")
    assert qapp.palette().color(QPalette.ColorRole.Base) == look.colour("surface")
    assert look.pixmap("check", "accent").toImage() != before


def test_unknown_mode_is_refused(look: Look) -> None:
    with pytest.raises(ValueError, match="sepia"):
        look.themes.set_mode("sepia")


def test_every_icon_draws_something(look: Look) -> None:
    for path in sorted((resources_folder() / "icons").glob("*.svg")):
        image = look.pixmap(path.stem, "text", 20).toImage()
        inked = any(image.pixelColor(x, y).alpha() for x in range(20) for y in range(20))
        assert inked, path.name


def test_pixmaps_are_drawn_once(look: Look) -> None:
    assert look.pixmap("lock", "text", 16).cacheKey() == look.pixmap("lock", "text", 16).cacheKey()
    assert look.pixmap("lock", "text", 16, 2.0).width() == 32


def test_every_status_has_a_glyph_and_a_word_in_both_languages(look: Look) -> None:
    for name, role in GLYPH_ROLE.items():
        assert not look.pixmap(f"status_{name}", role).isNull()
        for lang in ("en", "zh"):
            look.languages.set_language(lang)
            assert look.tr(f"ui_kit.glyph.{name}")


def test_shipped_font_is_there(look: Look) -> None:
    assert "Noto Sans SC" in look.families


def test_language_change_is_told_once(look: Look) -> None:
    told: list[str] = []
    look.languages.changed.connect(lambda: told.append(look.languages.lang))
    look.languages.set_language("zh")
    look.languages.set_language("zh")
    assert told == ["zh"]
    with pytest.raises(ValueError, match="fr"):
        look.languages.set_language("fr")
