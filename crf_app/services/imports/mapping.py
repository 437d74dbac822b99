"""Which column means what: guessed from the names, corrected by a person, remembered for each laboratory or source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crf_app.errors import ExpectedError
from crf_app.imports.sheet import Sheet, SheetRow, column_name
from crf_app.services.imports.names import FIELDS, TestNames, field_of, folded
from crf_app.services.workspace import Workspace
from crf_app.store.parameters import read_parameters
from crf_app.store.unit import Unit

_KEPT = "import:"
"""How the settings are called that hold mappings: they stand beside the parameters of the study, whose names have no colon."""
LEFT_OUT = "-"
"""Stands for a test's code where its results are left out on purpose."""
_HEAD_ROWS, _HEAD_HEIGHT = 30, 3
_NEEDED: Mapping[str, tuple[str, ...]] = {"results": ("subject", "date"), "ranges": ("test",)}


@dataclass(frozen=True)
class ImportMapping:
    """How the files of one source are read.

    `columns` field -> name of its column; `fixed` field -> text for all rows (used where the column is blank too); `tests` name in the
    file, of a column or in the test column -> test code, or LEFT_OUT. Names are compared without case, width and outer blanks.
    """

    name: str
    kind: str
    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    tests: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True)
class Table:
    """A sheet under its mapping: where the head stands, what each column is called, which rows hold data."""

    heads: tuple[str, ...]
    first: int
    rows: tuple[SheetRow, ...]
    at: Mapping[str, int]
    """Field -> column, from 0."""

    def text(self, row: SheetRow, name: str, mapping: ImportMapping) -> str:
        """What a row says for a field: its cell, else the fixed text."""
        cell = row.cell(self.at[name]) if name in self.at else ""
        return cell or mapping.fixed.get(name, "")

    def letters(self, name: str) -> str:
        """The letters of a field's column, "" without one."""
        return column_name(self.at[name]) if name in self.at else ""


@dataclass(frozen=True, slots=True)
class Head:
    """The rows that name the columns: index of the first, how many, and the names."""

    first: int
    height: int
    names: tuple[str, ...]


def find_head(sheet: Sheet, kind: str, tests: TestNames, wanted: Sequence[str] = ()) -> Head:
    """The one to three rows that name most columns. With `wanted`, names that must all be there. Raises ExpectedError.

    Errors: "import_no_head" when no row names two columns; "import_columns_missing" with the names that no row has.
    """
    best, score = None, (0, 0, 0)
    for first in range(min(_HEAD_ROWS, len(sheet.rows))):
        for height in range(1, _HEAD_HEIGHT + 1):
            head = _head(sheet, first, height)
            names = {folded(one) for one in head.names}
            count = sum(folded(one) in names for one in wanted) if wanted else sum(bool(_means(one, kind, tests)) for one in head.names)
            if (count, -height, -first) > score and count:
                best, score = head, (count, -height, -first)
    missing = [one for one in wanted if best is None or folded(one) not in {folded(name) for name in best.names}]
    if missing:
        raise ExpectedError("import_columns_missing", columns=", ".join(missing))
    if best is None or score[0] < 2:
        raise ExpectedError("import_no_head")
    return best


def _means(name: str, kind: str, tests: TestNames) -> str:
    return field_of(kind, name) or (tests.find(name)[0] if kind == "results" else "")


def _head(sheet: Sheet, first: int, height: int) -> Head:
    rows = sheet.rows[first : first + height]
    width = max((len(row.cells) for row in rows), default=0)
    names = []
    for column in range(width):
        parts = list(dict.fromkeys(text for row in rows if (text := row.cell(column))))
        names.append(parts[-1] if parts else "")
    return Head(first, len(rows), tuple(_told_apart(names)))


def _told_apart(names: Sequence[str]) -> Iterator[str]:
    """A name that stands twice gets its number: nothing is read from the wrong one of two columns."""
    seen: dict[str, int] = {}
    for name in names:
        number = seen[name] = seen.get(name, 0) + 1
        yield name if number == 1 or not name else f"{name} ({number})"


def heads_of(sheet: Sheet, kind: str, tests: TestNames) -> tuple[str, ...]:
    """The names of the columns to choose from: of the rows that look like a head, else of the first row that holds anything."""
    try:
        return find_head(sheet, kind, tests).names
    except ExpectedError:
        first = next((number for number, row in enumerate(sheet.rows) if any(row.cells)), 0)
        return _head(sheet, first, 1).names


def guess_mapping(sheet: Sheet, kind: str, tests: TestNames, name: str = "", *, laboratory: str = "") -> ImportMapping:
    """What the names of the columns say. Raises ExpectedError "import_no_head"."""
    head = find_head(sheet, kind, tests)
    columns: dict[str, str] = {}
    found: dict[str, str] = {}
    for one in head.names:
        meaning = field_of(kind, one)
        if meaning and meaning not in columns:
            columns[meaning] = one
        elif kind == "results" and not meaning and tests.find(one)[0]:
            found[one] = tests.find(one)[0]
    return ImportMapping(name, kind, columns, {"laboratory": laboratory} if laboratory else {}, {} if "test" in columns else found, sheet.name)


def lay(sheet: Sheet, mapping: ImportMapping, tests: TestNames) -> Table:
    """The table under a mapping. Raises ExpectedError "import_columns_missing", "import_unmapped", "import_no_head"."""
    _check(mapping)
    wide = [name for name in mapping.tests if "test" not in mapping.columns]
    head = find_head(sheet, mapping.kind, tests, [*mapping.columns.values(), *wide])
    places = {folded(name): column for column, name in reversed(list(enumerate(head.names)))}
    at = {name: places[folded(column)] for name, column in mapping.columns.items()}
    rows = sheet.rows[head.first + head.height :]
    return Table(head.names, head.first, rows, at)


def _check(mapping: ImportMapping) -> None:
    given = {**mapping.columns, **mapping.fixed}
    missing = [one for one in _NEEDED[mapping.kind] if one not in given]
    if mapping.kind == "results":
        missing += ["result"] if "test" in mapping.columns and "result" not in mapping.columns else []
        missing += ["test"] if "test" not in mapping.columns and not mapping.tests else []
    elif not {"low", "high", "interval"} & set(mapping.columns):
        missing.append("interval")
    if missing:
        raise ExpectedError("import_unmapped", fields=", ".join(missing))


def columns_of_tests(table: Table, mapping: ImportMapping) -> tuple[tuple[int, str], ...]:
    """In a file with a column a test: the columns with the names they have."""
    if "test" in mapping.columns:
        return ()
    places = {folded(name): column for column, name in reversed(list(enumerate(table.heads)))}
    return tuple((places[folded(name)], name) for name in mapping.tests)


def read_mappings(work: Workspace, kind: str) -> tuple[ImportMapping, ...]:
    """The mappings remembered for a kind of import, by name."""
    work.need_session()
    start = f"{_KEPT}{kind}:"
    stored = read_parameters(work.database)
    return tuple(_mapping(name.removeprefix(start), kind, stored[name].value) for name in sorted(stored) if name.startswith(start))


def read_mapping(work: Workspace, kind: str, name: str) -> ImportMapping:
    """The mapping of that name. Raises ExpectedError "import_no_mapping"."""
    known = read_mappings(work, kind)
    for one in known:
        if one.name == name:
            return one
    raise ExpectedError("import_no_mapping", name=name, known=", ".join(one.name for one in known) or "-")


def _mapping(name: str, kind: str, value: str) -> ImportMapping:
    told = json.loads(value)
    return ImportMapping(name, kind, told["columns"], told["fixed"], told["tests"], told["sheet"])


def keep_mapping(unit: Unit, mapping: ImportMapping) -> None:
    """Remember a named mapping inside a command that is under way; one that stands there already is left alone."""
    if mapping.name.strip():
        content = {"columns": dict(mapping.columns), "fixed": dict(mapping.fixed), "tests": dict(mapping.tests), "sheet": mapping.sheet}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        unit.put("study_parameter", {"name": f"{_KEPT}{mapping.kind}:{mapping.name.strip()}", "value": text, "confirmed": True, "note": ""})


def named(mapping: ImportMapping, name: str) -> ImportMapping:
    """The same mapping under another name."""
    return replace(mapping, name=name.strip())


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields of a kind of import, in the order they are asked."""
    return FIELDS[kind]
