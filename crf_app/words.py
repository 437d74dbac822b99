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

        Raises KeyError for an unknown key or a placeholder without a value: both are faults of ours.
        """
        entry = self.entries[key]
        if lang == "both":
            first, second = (entry[one].format(**parameters) for one in LANGUAGES)
            return first if first == second else f"{first} {second}"
        return entry[lang].format(**parameters) if parameters else entry[lang]

    def has(self, key: str) -> bool:
        """Is there such a sentence?"""
        return key in self.entries


def load_words(folder: Path) -> Words:
    """Read every *.toml of `folder` (resources/words). Raises ValueError naming file and key for a missing language."""
    entries: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as stream:
            _collect(tomllib.load(stream), "", path.name, entries)
    return Words(entries)


def _collect(table: Mapping[str, object], prefix: str, file: str, into: dict[str, dict[str, str]]) -> None:
    if set(table) == set(LANGUAGES):
        into[prefix] = {lang: str(table[lang]) for lang in LANGUAGES}
        return
    for name, value in table.items():
        if not isinstance(value, dict):
            raise ValueError(f"{file} > {prefix}.{name}: give both languages, {{ en = \"..\", zh = \"..\" }}")
        _collect(value, f"{prefix}.{name}" if prefix else name, file, into)
