"""One catalogue of words for screen, paper and command line, each in English and 简体中文.

Qt's translation files know one language at a time; a bilingual page needs both, and paper needs them without Qt
(docs/adr/0002).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Words:
    """All sentences, keyed `<area>.<name>`, then by language."""

    entries: Mapping[str, Mapping[str, str]]

    def text(self, key: str, lang: str, /, **parameters: object) -> str:
        """The sentence `key` in `lang` ("en" or "zh", "both" joins them) with its placeholders filled.

        A brace that is meant is written twice. Raises KeyError for an unknown key or language and for a placeholder
        without a value: all are faults of ours.
        """
        entry = self.entries[key]
        if lang == "both":
            first, second = (entry[one].format(**parameters) for one in LANGUAGES)
            return first if first == second else f"{first} {second}"
        return entry[lang].format(**parameters)

    def has(self, key: str) -> bool:
        """Is there such a sentence?"""
        return key in self.entries


def load_words(folder: Path) -> Words:
    """Read every *.toml of `folder` (resources/words).

    Raises ValueError naming file and key for a missing or empty language, and for a key that an earlier file has given.
    """
    entries: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as stream:
            _collect(tomllib.load(stream), "", path.name, entries)
    return Words(entries)


def _collect(table: Mapping[str, object], prefix: str, file: str, into: dict[str, dict[str, str]]) -> None:
    if set(table) == set(LANGUAGES) and not any(isinstance(text, dict) for text in table.values()):
        if prefix in into:
            raise ValueError(f"{file} > {prefix}: another file gives this key already")
        into[prefix] = {lang: _sentence(table[lang], prefix, file) for lang in LANGUAGES}
        return
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if not isinstance(value, dict):
            raise ValueError(f'{file} > {key}: give both languages, {{ en = "..", zh = ".." }}')
        _collect(value, key, file, into)


def _sentence(text: object, key: str, file: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{file} > {key}: each language is a sentence in quotation marks")
    return text
