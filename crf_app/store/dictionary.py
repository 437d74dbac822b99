"""The site's medical dictionaries: one encrypted database for each version beside the workspace's own (docs/adr/0060).

A file is written whole under another name and put in place at once, and never changed: a second language makes it anew. It is
no part of the ledger (the ledger holds its version and hash) and may be loaded again from the licensed files at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlcipher3 import dbapi2

from crf_app.errors import ExpectedError
from crf_app.paths import make_private, sync_folder
from crf_app.store.connection import Reader, connect, expected_errors
from crf_app.study.terms import Term, Way, asked_words, folded, likeness, stored_words

DICTIONARIES = "dictionaries"
LANGUAGES = ("en", "zh")
_MOST_WORDS = 8
_CANDIDATES = 120
"""So many words of a text are looked for, and so many terms that share a word with the text are compared with it."""
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE term (id INTEGER PRIMARY KEY, level TEXT NOT NULL, code TEXT NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL, parent TEXT NOT NULL,
 current INTEGER NOT NULL, folded_en TEXT NOT NULL, folded_zh TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX ix_term_code ON term (level, code);
CREATE TABLE path (pt TEXT NOT NULL, hlt TEXT NOT NULL, hlgt TEXT NOT NULL, soc TEXT NOT NULL, is_primary INTEGER NOT NULL,
 PRIMARY KEY (pt, hlt, hlgt, soc)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5(words, content='', detail=none, tokenize='unicode61 remove_diacritics 0', prefix='2 3 4');
"""
_INDEXES = "CREATE INDEX ix_term_en ON term (folded_en); CREATE INDEX ix_term_zh ON term (folded_zh);"
_TERM = "SELECT level, code, en, zh, parent, current FROM term"
_SHORT_FIRST = "SELECT level, code, en, zh, parent, current FROM term WHERE id IN (SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid LIMIT ?)"


@dataclass(frozen=True, slots=True)
class DictionaryVersion:
    """A version that is loaded: its languages, the hash of the files of each, and how many lowest-level terms it has."""

    version: str
    sha256: Mapping[str, str]
    terms: int

    @property
    def languages(self) -> tuple[str, ...]:
        """Of "en" and "zh", those that are loaded."""
        return tuple(lang for lang in LANGUAGES if lang in self.sha256)


@dataclass(frozen=True, slots=True)
class StoredTerm:
    """A term with its name in each language, "" where that language is not loaded."""

    level: str
    code: str
    en: str
    zh: str
    parent: str
    current: bool


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """An LLT with the PT and the primary SOC it stands under; `exact`: the text is this term in either language."""

    llt: StoredTerm
    pt: StoredTerm
    soc: StoredTerm
    exact: bool = False


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """What one language brings to a version."""

    lang: str
    sha256: str
    terms: Sequence[Term]
    paths: Sequence[Way]


def dictionary_path(folder: Path, version: str) -> Path:
    """Where a version lies. Raises ValueError for a text that is no version: it may come from a value."""
    if not version or set(version) - set("0123456789."):
        raise ValueError(f"not a version: {version!r}")
    return folder / DICTIONARIES / f"meddra-{version}.db"


def loaded_versions(folder: Path) -> tuple[str, ...]:
    """The versions that are there, oldest first."""
    found = [path.stem.removeprefix("meddra-") for path in (folder / DICTIONARIES).glob("meddra-*.db")]
    return tuple(sorted(found, key=version_order))


def version_order(version: str) -> tuple[int, ...]:
    """A key that puts 9.1 before 10.0, and "" before all."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def write_dictionary(folder: Path, data_key: bytes, version: str, parts: Sequence[LanguagePart]) -> None:
    """Make the database of a version anew, or not at all. Codes join the languages; the first part decides the ways up.

    Raises ExpectedError "disk_full", "io_error". May run in any thread.
    """
    path = dictionary_path(folder, version)
    scratch = path.with_suffix(".new")
    try:
        path.parent.mkdir(exist_ok=True)
        scratch.unlink(missing_ok=True)
        with expected_errors(), closing(connect(scratch, _key(data_key), create=True)) as connection:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA cache_size = -32768")
            _fill(connection, version, parts)
        make_private(scratch)
        scratch.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
    finally:
        scratch.unlink(missing_ok=True)


def _fill(connection: dbapi2.Connection, version: str, parts: Sequence[LanguagePart]) -> None:
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    about = [("version", version), *((f"sha256_{part.lang}", part.sha256) for part in parts)]
    connection.executemany("INSERT INTO about VALUES (?, ?)", about)
    # short terms first: of those with every word asked for, the index then gives the likeliest without weighing all
    merged = sorted(_merged(parts), key=lambda one: len(stored_words(f"{one.en} {one.zh}")))
    connection.executemany("INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (
        (number, one.level, one.code, one.en, one.zh, one.parent, int(one.current), folded(one.en), folded(one.zh)) for number, one in enumerate(merged, 1)
    ))  # fmt: skip
    connection.executemany("INSERT INTO word (rowid, words) VALUES (?, ?)", (
        (number, " ".join(stored_words(f"{one.en} {one.zh}"))) for number, one in enumerate(merged, 1) if one.level == "LLT" and one.current
    ))  # fmt: skip
    ways = {(one.pt, one.hlt, one.hlgt, one.soc): one.primary for one in reversed([one for part in parts for one in part.paths])}
    connection.executemany("INSERT INTO path VALUES (?, ?, ?, ?, ?)", ((*way, int(primary)) for way, primary in ways.items()))
    connection.executescript(_INDEXES)
    connection.execute("INSERT INTO word (word) VALUES ('optimize')")
    connection.commit()


def _merged(parts: Sequence[LanguagePart]) -> Iterator[StoredTerm]:
    names: dict[tuple[str, str], dict[str, Term]] = {}
    for part in parts:
        for one in part.terms:
            names.setdefault((one.level, one.code), {})[part.lang] = one
    for (level, code), by_lang in names.items():
        first = next(iter(by_lang.values()))
        said = [by_lang[lang].name if lang in by_lang else "" for lang in LANGUAGES]
        yield StoredTerm(level, code, said[0], said[1], first.parent, first.current)


class Dictionary:
    """A version that is open for reading. Made by `open_dictionary`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def about(self) -> DictionaryVersion:
        """Version, languages, hashes, count."""
        rows: dict[str, str] = dict(self._reader.rows("SELECT name, value FROM about"))
        hashes = {name.removeprefix("sha256_"): value for name, value in rows.items() if name.startswith("sha256_")}
        return DictionaryVersion(rows["version"], hashes, int(self._reader.one("SELECT count(*) FROM term WHERE level = 'LLT'")[0]))

    def term(self, level: str, code: str) -> StoredTerm | None:
        """A term by its code."""
        row = self._reader.one(f"{_TERM} WHERE level = ? AND code = ?", (level, code))
        return _term(row) if row else None

    def llt(self, code: str) -> FoundTerm | None:
        """An LLT, current or not, with what it stands under."""
        found = self.term("LLT", code)
        return self._placed(found, exact=False) if found is not None else None

    def part(self, lang: str) -> LanguagePart | None:
        """All that one language brought, to make the version anew with another one; None when it is not loaded."""
        about = self.about()
        if lang not in about.sha256:
            return None
        terms = [_term(row) for row in self._reader.rows(f"{_TERM} WHERE {lang} <> '' ORDER BY id")]  # lang is one of two words
        paths = [Way(pt, hlt, hlgt, soc, bool(primary)) for pt, hlt, hlgt, soc, primary in self._reader.rows("SELECT pt, hlt, hlgt, soc, is_primary FROM path")]
        named = [Term(one.level, one.code, one.en if lang == "en" else one.zh, one.parent, one.current) for one in terms]
        return LanguagePart(lang, about.sha256[lang], named, paths)

    def exact(self, text: str) -> tuple[FoundTerm, ...]:
        """The current LLTs that read like the text in either language, but for width, case and spacing."""
        return tuple(self._placed(one, exact=True) for one in self._exact(folded(text)))

    def _exact(self, wanted: str) -> list[StoredTerm]:
        if not wanted:
            return []
        each = [f"{_TERM} WHERE level = 'LLT' AND folded_{lang} = ? AND current = 1" for lang in LANGUAGES]
        # UNION would walk the whole index of codes to give its rows in order
        rows = dict.fromkeys(self._reader.rows(" UNION ALL ".join(each), (wanted, wanted)))
        return [_term(row) for row in rows]

    def search(self, text: str, most: int = 20) -> tuple[FoundTerm, ...]:
        """Current LLTs like the text, the likeliest first; a code finds the term that bears it."""
        if text.strip().isdecimal():
            found = self.llt(text.strip())
            return (found,) if found is not None else ()
        asked = asked_words(text)[:_MOST_WORDS]
        if not asked:
            return ()
        wanted = folded(text)
        rows = dict.fromkeys([*self._exact(wanted), *self._with_all(asked, _CANDIDATES)])
        for size in (2, 1):
            for words in combinations(asked, size) if len(rows) < most else ():
                rows.update(dict.fromkeys(self._with_all(words, most)))
        judged = sorted((_judged(asked, wanted, row) for row in rows), key=lambda one: one[0])
        return tuple(self._placed(term, exact=rank[0] == 0) for rank, term in judged[:most])

    def _with_all(self, words: Sequence[str], most: int) -> list[StoredTerm]:
        """The shortest terms with all of these words. Weighing every term with any of them by its rare words takes five times as long."""
        query = " AND ".join(f'"{one}"*' if one.isascii() else f'"{one}"' for one in words)
        return [_term(row) for row in self._reader.rows(_SHORT_FIRST, (query, most))]

    def _placed(self, llt: StoredTerm, *, exact: bool) -> FoundTerm:
        pt = self.term("PT", llt.parent) or llt
        return FoundTerm(llt, pt, self.term("SOC", pt.parent) or pt, exact)


def _judged(asked: Sequence[str], wanted: str, term: StoredTerm) -> tuple[tuple[int, float, int, str], StoredTerm]:
    exact = wanted in (folded(term.en), folded(term.zh))
    like = max(likeness(asked, term.en), likeness(asked, term.zh))
    return (0 if exact else 1, -like, len(term.en or term.zh), term.code), term


def _term(row: tuple[str, str, str, str, str, int]) -> StoredTerm:
    return StoredTerm(*row[:5], bool(row[5]))


@contextmanager
def open_dictionary(folder: Path, data_key: bytes, version: str) -> Iterator[Dictionary]:
    """A loaded version, in the thread that reads it. Raises ExpectedError "no_dictionary", "dictionary_unreadable"."""
    path = dictionary_path(folder, version)
    if not path.is_file():
        raise ExpectedError("no_dictionary", version=version)
    with closing(connect(path, _key(data_key), exclusive=False)) as connection:
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -16384")
            connection.execute("SELECT value FROM about").fetchone()
        except dbapi2.DatabaseError as error:
            raise ExpectedError("dictionary_unreadable", version=version, detail=str(error)) from error
        yield Dictionary(Reader(connection))


def _key(data_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"crf-app dictionaries v1").derive(data_key)
