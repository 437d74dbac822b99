"""One catalogue of words for screen, paper and command line, each in English and 简体中文.

Qt's translation files know one language at a time; a bilingual page needs both, and paper needs them without Qt
(docs/adr/0002).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

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
        _read(path, entries)
    return Words(entries)


class Pages(Mapping[str, Mapping[str, str]]):
    """The entries of a folder, each file read when it is needed: the log-in shows words of one file, and need not wait for the others.

    A key is looked for in the file named after its area, then in all others. Raises what `load_words` raises, when it comes to the file.
    May be asked from several threads.
    """

    def __init__(self, folder: Path) -> None:
        self._left = {path.stem: path for path in sorted(folder.glob("*.toml"))}
        self._entries: dict[str, dict[str, str]] = {}
        self._lock = Lock()

    def read_next(self) -> bool:
        """Read one file more; False when all are read."""
        with self._lock:
            if self._left:
                _read(self._left.pop(next(iter(self._left))), self._entries)
            return bool(self._left)

    def __getitem__(self, key: str) -> Mapping[str, str]:
        found = self._entries.get(key)
        if found is None and self._left:
            with self._lock:
                path = self._left.pop(key.partition(".")[0], None)
                if path is not None:
                    _read(path, self._entries)
            found = self._entries.get(key)
        while found is None and self.read_next():
            pass
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        while self.read_next():
            pass
        return iter(self._entries)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _read(path: Path, into: dict[str, dict[str, str]]) -> None:
    with path.open("rb") as stream:
        _collect(tomllib.load(stream), "", path.name, into)


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
