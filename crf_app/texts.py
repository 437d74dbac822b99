"""A text that people read, always in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in English and 简体中文."""

    en: str
    zh: str

    def get(self, lang: str) -> str:
        """The text in "en" or "zh"; "both" joins them with a space unless they are the same."""
        if lang == "en":
            return self.en
        if lang == "zh":
            return self.zh
        return self.en if self.en == self.zh else f"{self.en} {self.zh}"


EMPTY = Text("", "")
