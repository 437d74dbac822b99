"""One application, dressed once, for all tests of the window."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from crf_app.paths import resources_folder
from crf_app.ui.common.look import Look, dress
from crf_app.words import load_words

_dressed: list[Look] = []


@pytest.fixture
def look(qapp: QApplication) -> Look:
    """The look, in English and light at the start of each test."""
    if not _dressed:
        _dressed.append(dress(qapp, load_words(resources_folder() / "words"), "en", "light"))
    found = _dressed[0]
    found.themes.set_mode("light")
    found.languages.set_language("en")
    found.languages.set_bilingual(False)
    return found
