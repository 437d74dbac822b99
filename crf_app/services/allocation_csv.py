"""Reading a sponsor's allocation list from a CSV file, whatever encoding and separator a hospital's spreadsheet gave it."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crf_app.clinical.allocation import PlannedCode, Remark, Scheme, check_codes
from crf_app.study.definition import Code

MOST_BYTES = 2_000_000
MOST_ROWS = 20_000
_COLUMNS: Mapping[str, frozenset[str]] = {
    "number": frozenset({"number", "no", "no.", "randno", "randomisation number", "randomization number", "随机号", "随机编号"}),
    "arm": frozenset({"arm", "armcd", "group", "treatment", "组别", "分组"}),
    "stratum": frozenset({"stratum", "strata", "randstr", "分层", "分层因素"}),
    "block": frozenset({"block", "区组", "区组号"}),
}
_SEPARATORS = (",", ";", "\t", "，")


@dataclass(frozen=True, slots=True)
class ListReport:
    """What a file holds: how it was read, its codes, mistakes (any of which refuses it) and notes."""

    encoding: str
    separator: str
    codes: tuple[PlannedCode, ...]
    mistakes: tuple[Remark, ...]
    notes: tuple[Remark, ...] = ()

    @property
    def good(self) -> bool:
        """May it be imported?"""
        return not self.mistakes


def read_list(content: bytes, scheme: Scheme, arms: Sequence[Code]) -> ListReport:
    """The list in a file, checked against the scheme. `arms`: the arms with the names a file may use for them."""
    if len(content) > MOST_BYTES:
        return _refused("file_large", {"most": MOST_BYTES // 1_000_000})
    encoding, text = _decoded(content)
    if text is None:
        return _refused("encoding")
    if nul := next((number for number, line in enumerate(text.splitlines(), 1) if "\0" in line), 0):
        return _refused("nul", row=nul, encoding=encoding)
    separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        return _refused("csv", {"detail": str(error)}, encoding=encoding)
    while rows and not any(map(str.strip, rows[-1])):
        rows.pop()
    if len(rows) < 2 or len(rows) > MOST_ROWS:
        return _refused("file_empty" if len(rows) < 2 else "file_long", {"most": MOST_ROWS}, encoding=encoding)
    places, mistakes = _header(rows[0])
    if mistakes:
        return ListReport(encoding, separator, (), tuple(mistakes))
    codes, mistakes = _codes(rows, places, arms)
    found, notes = check_codes(scheme, codes)
    return ListReport(encoding, separator, tuple(codes), tuple(sorted((*mistakes, *found), key=lambda one: one.row)), notes)


def _refused(code: str, parameters: Mapping[str, object] | None = None, *, row: int = 0, encoding: str = "") -> ListReport:
    return ListReport(encoding, "", (), (Remark(code, row, "", parameters or {}),))


def _decoded(content: bytes) -> tuple[str, str | None]:
    """Encoding and text: by the mark at the beginning, else by what the bytes can be; the text is None when it is no text at all."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tries = ["utf-16"]
    elif content.startswith(codecs.BOM_UTF8):
        tries = ["utf-8-sig"]
    elif content[1:2] == b"\0" and content[3:4] == b"\0":
        tries = ["utf-16-le"]
    elif content[:1] == b"\0":
        tries = ["utf-16-be"]
    else:
        tries = ["utf-8", "gb18030"]
    for encoding in tries:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "", None


def _header(heads: Sequence[str]) -> tuple[dict[str, int], list[Remark]]:
    places: dict[str, int] = {}
    mistakes = []
    for at, head in enumerate(heads):
        name = _plain(head).casefold()
        column = next((one for one, names in _COLUMNS.items() if name in names), "")
        if not column and name:
            mistakes.append(Remark("column_unknown", 1, head.strip()[:40]))
        elif column in places:
            mistakes.append(Remark("column_twice", 1, column))
        elif column:
            places[column] = at
    mistakes += [Remark("column_missing", 1, one) for one in ("number", "arm") if one not in places]
    return places, mistakes


def _codes(rows: Sequence[Sequence[str]], places: Mapping[str, int], arms: Sequence[Code]) -> tuple[list[PlannedCode], list[Remark]]:
    names = {_plain(name).casefold(): one.code for one in arms for name in (one.code, one.text.en, one.text.zh)}
    codes, mistakes = [], []
    for number, cells in enumerate(rows[1:], 2):
        if not any(map(str.strip, cells)):
            mistakes.append(Remark("row_empty", number))
            continue
        if len(cells) > len(rows[0]) and any(map(str.strip, cells[len(rows[0]) :])):
            mistakes.append(Remark("row_long", number))
        found = {column: _plain(cells[at]) if at < len(cells) else "" for column, at in places.items()}
        arm = names.get(found["arm"].casefold(), found["arm"])
        codes.append(PlannedCode(found["number"], arm, found.get("stratum", ""), found.get("block", ""), number))
    return codes, mistakes


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
