"""Reads a site's own licensed copy of MedDRA: the ASCII files of one release in one language, checked whole.

Layout: MedDRA Distribution File Format Document (MSSO): fields end with "$", one record a line. Nothing of MedDRA is in this
program. Where a release breaks its own layout every fault is a value with file and line, so that it can be put right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from crf_app.study.terms import Term, Way

RELEASE_FILE = "meddra_release.asc"
_LAYOUT: Mapping[str, tuple[int, ...]] = {
    "llt.asc": (10, 11),
    "pt.asc": (10, 11),
    "hlt.asc": (8, 9),
    "hlgt.asc": (8, 9),
    "soc.asc": (9, 10),
    "hlt_pt.asc": (2,),
    "hlgt_hlt.asc": (2,),
    "soc_hlgt.asc": (2,),
    "mdhier.asc": (11, 12),
}
"""How many fields a record has: with and without the last column, which old releases do not have."""
FILES = (RELEASE_FILE, *_LAYOUT)
_PAIRS = (("hlt_pt.asc", "HLT", "PT"), ("hlgt_hlt.asc", "HLGT", "HLT"), ("soc_hlgt.asc", "SOC", "HLGT"))
_LEVELS = {"soc.asc": "SOC", "hlgt.asc": "HLGT", "hlt.asc": "HLT", "pt.asc": "PT", "llt.asc": "LLT"}
_VERSION = re.compile(r"\d{1,2}\.\d\Z")
_CODE = re.compile(r"\d{1,8}\Z")
_LANGUAGES = {"english": "en", "chinese": "zh", "simplified chinese": "zh", "中文": "zh"}
_MOST_FAULTS = 20
_CJK = re.compile(rb"(?:[\x81-\xfe][\x40-\xfe]){2,}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: `code` says what (words `coding.fault.<code>`, with the remedy), `line` from 1, 0 for the whole file."""

    file: str
    line: int
    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Release:
    """One release in one language. `encoding` is the one the files were read in; `sha256` is over all files by name."""

    version: str
    lang: str
    encoding: str
    sha256: str
    terms: tuple[Term, ...]
    paths: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A release, or everything that is wrong with it. `more` faults beyond those listed were found."""

    release: Release | None
    faults: tuple[Fault, ...] = ()
    more: int = 0


def read_release(files: Mapping[str, bytes]) -> Reading:
    """The release in `files` (by name in lower case; others are passed over). It is used only when nothing is wrong with it."""
    faults = [Fault(name, 0, "missing_file") for name in FILES if name not in files]
    if faults:
        return Reading(None, tuple(faults))
    content = {name: files[name] for name in FILES}
    encoding = detected_encoding(content.values())
    reader = _Reader({name: _decoded(one, encoding) for name, one in content.items()})
    version, lang = reader.release()
    terms, paths = reader.terms(), reader.paths()
    reader.check_pairs()
    if reader.faults:
        return Reading(None, tuple(reader.faults[:_MOST_FAULTS]), max(len(reader.faults) - _MOST_FAULTS, 0))
    return Reading(Release(version, lang, encoding, _hash(content), terms, paths))


def detected_encoding(contents: Iterable[bytes]) -> str:
    """The encoding: "utf-8" when all of it is; else "gb18030" when most bytes beyond ASCII stand together as Chinese does; else "latin-1"."""
    joined = b"\n".join(contents)
    try:
        joined.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    high = sum(byte >= 0x80 for byte in joined)
    together = sum(len(run) for run in _CJK.findall(joined))
    try:
        joined.decode("gb18030")
    except UnicodeDecodeError:
        return "latin-1"
    # an accented letter stands alone between letters of ASCII; Chinese comes in pairs of bytes, many in a row
    return "gb18030" if together * 2 > high else "latin-1"


def _decoded(content: bytes, encoding: str) -> str:
    return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)


def _hash(content: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(content):
        digest.update(f"{name}\t{len(content[name])}\n".encode())
        digest.update(content[name])
    return digest.hexdigest()


class _Reader:
    """Reads the files of one release and notes what is wrong with them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.faults: list[Fault] = []
        self._codes: dict[str, set[str]] = {}

    def _fault(self, file: str, line: int, code: str, /, **parameters: object) -> None:
        self.faults.append(Fault(file, line, code, parameters))

    def _records(self, name: str, counts: tuple[int, ...]) -> Iterator[tuple[int, list[str]]]:
        for number, line in enumerate(self._texts[name].splitlines(), 1):
            if not line.strip():
                continue
            fields = [one.strip() for one in line.split("$")]
            if not line.rstrip().endswith("$"):
                self._fault(name, number, "no_end")
            elif len(fields) - 1 not in counts:
                self._fault(name, number, "fields", found=len(fields) - 1, expected=" / ".join(map(str, counts)))
            else:
                yield number, fields[:-1]

    def release(self) -> tuple[str, str]:
        """Version and language by meddra_release.asc."""
        records = list(self._records(RELEASE_FILE, (2, 3, 4, 5)))
        if not records:
            if not self.faults:
                self._fault(RELEASE_FILE, 0, "empty")
            return "", ""
        line, (version, name, *_) = records[0]
        if not _VERSION.match(version):
            self._fault(RELEASE_FILE, line, "version", version=version)
        lang = _LANGUAGES.get(name.casefold(), "")
        if not lang:
            self._fault(RELEASE_FILE, line, "language", language=name)
        return version, lang

    def terms(self) -> tuple[Term, ...]:
        """Every term from SOC down to LLT; its parent is the SOC of a PT, the PT of an LLT."""
        found: list[Term] = []
        for name, level in _LEVELS.items():
            self._codes[level] = set()
            for line, fields in self._records(name, _LAYOUT[name]):
                if self._is_term(name, line, level, fields):
                    found.append(self._term(name, line, level, fields))
            if not self._codes[level] and not any(one.file == name for one in self.faults):
                self._fault(name, 0, "empty")
        return tuple(found)

    def _is_term(self, name: str, line: int, level: str, fields: list[str]) -> bool:
        code, text = fields[:2]
        if not _CODE.match(code):
            self._fault(name, line, "code", code=code)
        elif not text:
            self._fault(name, line, "no_name", code=code)
        elif code in self._codes[level]:
            self._fault(name, line, "twice", code=code)
        else:
            self._codes[level].add(code)
            return True
        return False

    def _term(self, name: str, line: int, level: str, fields: list[str]) -> Term:
        parent, current = "", True
        if level == "PT":
            parent = self._known(name, line, "SOC", fields[3])
        elif level == "LLT":
            parent, current = self._known(name, line, "PT", fields[2]), fields[9].upper() != "N"
        return Term(level, fields[0], fields[1], parent, current)

    def _known(self, name: str, line: int, level: str, code: str) -> str:
        if code not in self._codes.get(level, ()):
            self._fault(name, line, "reference", code=code, level=level, named=f"{level.lower()}.asc")
        return code

    def check_pairs(self) -> None:
        """The three files of links name only terms that are there."""
        for name, upper, lower in _PAIRS:
            for line, (above, below) in self._records(name, _LAYOUT[name]):
                self._known(name, line, upper, above)
                self._known(name, line, lower, below)

    def paths(self) -> tuple[Way, ...]:
        """The ways from PT to SOC; each PT has one primary way."""
        name, found, primary = "mdhier.asc", [], set()
        for line, fields in self._records(name, _LAYOUT[name]):
            pt, hlt, hlgt, soc = (self._known(name, line, level, code) for level, code in zip(("PT", "HLT", "HLGT", "SOC"), fields[:4], strict=True))
            is_primary = fields[-1].upper() == "Y"
            found.append(Way(pt, hlt, hlgt, soc, is_primary))
            if is_primary:
                primary.add(pt)
        for code in sorted(self._codes.get("PT", set()) - primary):
            self._fault(name, 0, "no_primary", code=code)
        return tuple(found)
