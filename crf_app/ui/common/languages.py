"""The language of the window, switched while it runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from crf_app.study.texts import Text
from crf_app.words import LANGUAGES, Words

Said = str | Callable[[], str]
"""Words as they stand, or what finds them in the language in force: what stays on screen is said anew when that changes."""


def in_words(said: Said) -> str:
    """The words now."""
    return said if isinstance(said, str) else said()


class LanguageHub(QObject):
    """Knows the language in use and whether the second one stands beneath labels; says so when either changes."""

    changed = Signal()

    def __init__(self, words: Words, lang: str = "en", bilingual: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.lang = lang
        self.bilingual = bilingual

    @property
    def other(self) -> str:
        """The language that is not in use."""
        return "zh" if self.lang == "en" else "en"

    def set_language(self, lang: str) -> None:
        """Use "en" or "zh". Raises ValueError for anything else."""
        if lang not in LANGUAGES:
            raise ValueError(f"no such language: {lang}")
        if lang != self.lang:
            self.lang = lang
            self.changed.emit()

    def set_bilingual(self, bilingual: bool) -> None:
        """Show the second language beneath labels, or not."""
        if bilingual != self.bilingual:
            self.bilingual = bilingual
            self.changed.emit()

    def say(self, key: str, /, **parameters: object) -> str:
        """The sentence `key` in the language in use. Raises KeyError for an unknown key."""
        return self.words.text(key, self.lang, **parameters)

    def text(self, text: Text) -> str:
        """A study's text in the language in use."""
        return text.get(self.lang)

    def second(self, text: Text) -> str:
        """What stands beneath: the other language when both are shown and they differ, else ""."""
        return text.get(self.other) if self.bilingual and text.en != text.zh else ""
