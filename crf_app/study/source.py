"""Typed access to a TOML table that notes every mistake instead of stopping at the first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from crf_app.study.mistakes import Mistakes
from crf_app.study.texts import EMPTY, Text

OID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def read_toml(path: Path, root: Path, mistakes: Mistakes) -> Table | None:
    """The whole file as a Table (numbers as Decimal), named as it lies under `root`; None and a mistake when it cannot be read."""
    name = path.relative_to(root).as_posix()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        mistakes.add(name, "", "S01-FILE", f"the file cannot be read ({error.strerror}).", "Put it there or remove the reference to it.")
    except UnicodeDecodeError:
        mistakes.add(name, "", "S02-ENCODING", "the file is not UTF-8.", "Save it as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        mistakes.add(name, "", "S03-TOML", f"not valid TOML: {error}.", "Mend the syntax; inline tables stay on one line.")
    else:
        return Table(data, name, (), mistakes)
    return None


class Table:
    """One TOML table at a known place. Each getter names the key it read, so that left-over keys are found by `finish`."""

    __slots__ = ("_used", "data", "file", "mistakes", "path")

    def __init__(self, data: Mapping[str, object], file: str, path: tuple[str, ...], mistakes: Mistakes) -> None:
        self.data = data
        self.file = file
        self.path = path
        self.mistakes = mistakes
        self._used: set[str] = set()

    def mistake(self, key: str, rule: str, message: str, remedy: str) -> None:
        """Note a mistake at `key` of this table ("" = the table itself)."""
        self.mistakes.add(self.file, " > ".join((*self.path, key) if key else self.path), rule, message, remedy)

    def has(self, key: str) -> bool:
        """Is the key given?"""
        return key in self.data

    def raw(self, key: str) -> object:
        """The value as TOML gave it, or None."""
        value = self.data.get(key)
        if value is not None:  # `finish` asks for keys that are there
            self._used.add(key)
        return value

    def text(self, key: str, *, required: bool = False) -> Text:
        """A text in both languages."""
        value = self.raw(key)
        if value is None:
            if required:
                self.mistake(key, "S10-MISSING-KEY", "is not given.", f'Add {key} = {{ en = "..", zh = ".." }}.')
            return EMPTY
        if not isinstance(value, dict):
            self.mistake(key, "S11-NOT-A-TEXT", "is not a text in two languages.", 'Write { en = "..", zh = ".." }.')
            return EMPTY
        english, chinese = value.get("en"), value.get("zh")
        if len(value) == 2 and isinstance(english, str) and isinstance(chinese, str) and english.strip() and chinese.strip():
            return Text(english, chinese)  # as nearly all are
        for lang in ("en", "zh"):
            if not str(value.get(lang, "")).strip():
                self.mistake(key, "S12-TRANSLATION", f"the {lang} text is missing.", f'Add {lang} = "..".')
        for extra in set(value) - {"en", "zh"}:
            self.mistake(key, "S13-LANGUAGE", f'unknown language "{extra}".', "Use en and zh.")
        return Text(str(value.get("en", "")), str(value.get("zh", "")))

    def string(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A plain string."""
        if key not in self.data:  # most keys of most tables are not given
            if required:
                self.mistake(key, "S10-MISSING-KEY", "is not given.", f'Add {key} = "..".')
            return default
        value = self.raw(key)
        if not isinstance(value, str):
            self.mistake(key, "S14-TYPE", f"is {_kind(value)}, not a string.", "Write it in quotes.")
            return default
        return value

    def oid(self, key: str) -> str:
        """An OID, required."""
        value = self.string(key, required=True)
        if value and not OID.match(value):
            self.mistake(key, "S15-OID", f'"{value}" is no OID.', "Use letters, digits and _, not starting with a digit.")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of `choices`; no default means required."""
        value = self.string(key, default, required=not default)
        if value and value not in choices:
            self.mistake(key, "S16-CHOICE", f'"{value}" is not known here.', f"Use one of {', '.join(choices)}.")
            return default or choices[0]
        return value

    def truth(self, key: str, default: bool = False) -> bool:
        """A truth value."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.mistake(key, "S14-TYPE", f"is {_kind(value)}, not true or false.", "Write true or false without quotes.")
            return default
        return value

    def integer(self, key: str, default: int | None = None) -> int | None:
        """A whole number."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.mistake(key, "S14-TYPE", f"is {_kind(value)}, not a whole number.", "Write digits without quotes.")
            return default
        return value

    def expression(self, key: str, default: str = "") -> str:
        """An expression: a string, a number, or true/false; returned as source text."""
        if key not in self.data:
            return default
        value = self.raw(key)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (str, int, Decimal)):
            return str(value)
        self.mistake(key, "S14-TYPE", f"is {_kind(value)}, not an expression.", "Write it in '...'.")
        return default

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.mistake(key, "S14-TYPE", f"is {_kind(value)}, not a list of strings.", 'Write ["A", "B"].')
            return ()
        return tuple(value)

    def table(self, key: str) -> Table | None:
        """An inner table."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.mistake(key, "S14-TYPE", f"is {_kind(value)}, not a table.", f"Write [{key}] or {{ .. }}.")
            return None
        return Table(value, self.file, (*self.path, key), self.mistakes)

    def tables(self, key: str, *, name: str = "oid") -> Iterator[Table]:
        """The tables of an array of tables; each is named in paths by its `name` key, else by its number."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.mistake(key, "S14-TYPE", f"is {_kind(value)}, not a list of tables.", f"Write [[{key}]].")
            return
        for number, one in enumerate(value, 1):
            if isinstance(one, dict):
                yield Table(one, self.file, (*self.path, str(one.get(name, f"{key}[{number}]"))), self.mistakes)
            else:
                self.mistake(f"{key}[{number}]", "S14-TYPE", f"is {_kind(one)}, not a table.", "Write { .. }.")

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.data:
            if key not in self._used:
                self.mistake(key, "S17-UNKNOWN-KEY", "this key is not known here.", "Correct its spelling or remove it; see docs/definition-format.md.")


def _kind(value: object) -> str:
    names = {bool: "a truth value", int: "a whole number", Decimal: "a number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)
