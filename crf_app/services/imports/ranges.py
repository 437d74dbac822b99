"""Reference intervals of a laboratory from a file: the dry run, then one command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crf_app.admin.roles import Right
from crf_app.clinical.intervals import IntervalFault, described, ended_before, gaps, overlap, row_faults, same_band
from crf_app.clinical.references import ReferenceInterval
from crf_app.imports.sheet import CellFault, SheetRow, column_name
from crf_app.services.administration import SiteChange, SiteRecord, site_rows, write_site_rows
from crf_app.services.changes import Changes
from crf_app.services.imports.cells import read_day, read_ends
from crf_app.services.imports.mapping import ImportMapping, Table, keep_mapping, lay
from crf_app.services.imports.names import TestNames, folded, names_of_tests, sex_of, unit_of
from crf_app.services.imports.reports import Consent, ImportReport, Note, RowReport, Verdict
from crf_app.services.imports.result_rows import laboratories_by_name, only_laboratory
from crf_app.services.imports.results import Source, require_consent
from crf_app.services.workspace import Workspace, interval
from crf_app.study.entry_text import halfwidth
from crf_app.study.units import display_unit

KIND = "reference_range"


@dataclass(frozen=True)
class _Row:
    """One interval of the file, and the rows of the table it would write."""

    report: RowReport
    found: ReferenceInterval | None = None
    changes: tuple[SiteChange, ...] = ()

    def judged(self, verdict: Verdict, *notes: Note, stored: str = "") -> _Row:
        """The same with another verdict."""
        return replace(self, report=replace(self.report, verdict=verdict, notes=(*self.report.notes, *notes), stored=stored or self.report.stored))


@dataclass(frozen=True)
class RangePlan:
    """A dry run with the changes behind it."""

    report: ImportReport
    rows: tuple[_Row, ...]

    def changes(self, *verdicts: Verdict) -> tuple[SiteChange, ...]:
        """What rows with these verdicts would write; a row of the table once."""
        found = {one.row_id: one for row in self.rows if row.report.verdict in verdicts for one in row.changes}
        return tuple(found.values())


def plan_ranges(work: Workspace, source: Source, mapping: ImportMapping) -> RangePlan:
    """Read every row, say what would become of it, store nothing. Raises ExpectedError "no_right", "import_*"."""
    work.need(Right.SITE_TABLES)
    names = names_of_tests(work.studies_in_use[-1])
    table = lay(source.sheet, mapping, names)
    known = tuple(one for one in site_rows(work, KIND) if one.active)
    rows = list(_read(work, source, table, mapping, names))
    rows = _among_themselves([_compared(one, known) for one in rows])
    how = {"kind": source.sheet.kind, "encoding": source.sheet.encoding, "sheet": source.sheet.name, "merged": source.sheet.merged}
    report = ImportReport("ranges", source.name, source.sha256, how, tuple(one.report for one in rows), warnings=_gaps(rows, known))
    return RangePlan(report, tuple(rows))


def import_ranges(work: Workspace, source: Source, mapping: ImportMapping, consent: Consent | None = None) -> tuple[ImportReport, Changes]:
    """Plan once more, and store what is new in one command; flags are computed again in it. Importing twice changes nothing.

    Raises ExpectedError, with nothing stored: "import_refused", "import_conflicts", "reason_missing", "no_right", and those of the disk.
    """
    consent = consent or Consent()
    plan = plan_ranges(work, source, mapping)
    report = plan.report
    require_consent(report, consent)
    taken = (Verdict.NEW, Verdict.CONFLICTING) if consent.replace else (Verdict.NEW,)
    changes = plan.changes(*taken)
    if not changes:
        return report, Changes()
    counts = {str(verdict): count for verdict, count in report.counts.items()}
    details = {"file": source.name, "sha256": source.sha256, "mapping": mapping.name, "rows": counts}
    command = work.command("import_ranges", work.session, about=source.name, reason=consent.reason, details=details)
    return report, write_site_rows(work, command, changes, lambda unit: keep_mapping(unit, mapping))


def _read(work: Workspace, source: Source, table: Table, mapping: ImportMapping, names: TestNames) -> Iterator[_Row]:
    laboratories = laboratories_by_name(work)
    faults: dict[int, CellFault] = {}
    for fault in source.sheet.faults:
        faults.setdefault(fault.row, fault)
    for row in table.rows:
        if row.number in faults:
            fault = faults[row.number]
            note = Note(f"import.cell.{fault.code}", fault.parameters, column_name(fault.column))
            yield _Row(RowReport(row.number, Verdict.UNREADABLE, notes=(note,)))
        elif any(row.cells):
            yield _one(row, table, mapping, names, laboratories)


def _one(row: SheetRow, table: Table, mapping: ImportMapping, names: TestNames, laboratories: Mapping[str, str]) -> _Row:
    said = {name: table.text(row, name, mapping) for name in ("laboratory", "test", "unit", "sex", "from_age", "to_age", "low", "high", "interval", "valid_from", "valid_to")}
    code = mapping.tests.get(said["test"]) or names.find(said["test"])[0]
    told = RowReport(row.number, Verdict.NEW, test=code or said["test"])
    test = names.tests.get(code)
    if test is None:
        return _refused(told, Verdict.UNKNOWN_TEST, Note("test", {"text": said["test"]}, table.letters("test")))
    laboratory = laboratories.get(folded(said["laboratory"]), "") if said["laboratory"] else only_laboratory(laboratories)
    if not laboratory:
        return _refused(told, Verdict.UNKNOWN_LABORATORY, Note("laboratory", {"text": said["laboratory"]}, table.letters("laboratory")))
    told = replace(told, place=laboratory)
    unit = unit_of(test.item, said["unit"]) if said["unit"] else test.item.unit
    if unit is None:
        known = ", ".join(display_unit(one, code) for one in (test.item.unit, *test.item.units))
        return _refused(told, Verdict.UNREADABLE, Note("unit", {"unit": said["unit"], "known": known}, table.letters("unit")))
    return _interval(told, table, said, laboratory, code, unit)


def _interval(told: RowReport, table: Table, said: Mapping[str, str], laboratory: str, code: str, unit: str) -> _Row:
    ends = (halfwidth(said["low"]), halfwidth(said["high"])) if said["low"] or said["high"] or not said["interval"] else read_ends(said["interval"])
    if ends is None:
        return _refused(told, Verdict.UNREADABLE, Note("interval", {"text": said["interval"]}, table.letters("interval")))
    sex = sex_of(said["sex"])
    if sex is None:
        return _refused(told, Verdict.UNREADABLE, Note("interval.sex", {"text": said["sex"]}, table.letters("sex")))
    ages: dict[str, int] = {}
    for name in ("from_age", "to_age"):
        text = halfwidth(said[name]).removesuffix("岁").removesuffix("y").strip()
        if text and not (text.isdecimal() and text.isascii()):
            return _refused(told, Verdict.UNREADABLE, Note("age", {"text": said[name]}, table.letters(name)))
        ages[name] = int(text or 0)
    days: dict[str, str] = {}
    for name in ("valid_from", "valid_to"):
        day = read_day(said[name]) if said[name] else None
        if day is not None and day.fault:
            return _refused(told, Verdict.UNREADABLE, Note(day.fault, day.parameters, table.letters(name)))
        days[name] = day.text if day is not None else ""
        told = replace(told, notes=(*told.notes, *(day.notes if day is not None else ())))
    row = ReferenceInterval(laboratory, code, unit, sex, ages["from_age"], ages["to_age"], *ends, days["valid_from"], days["valid_to"])
    told = replace(told, given=described(row))
    fault = next(row_faults(row), None)
    if fault is not None:
        return _refused(told, Verdict.UNREADABLE, _note(fault))
    return _Row(told, row, (SiteChange(KIND, range_id(row), range_content(row)),))


def _refused(told: RowReport, verdict: Verdict, note: Note) -> _Row:
    return _Row(replace(told, verdict=verdict, notes=(*told.notes, note)))


def _note(fault: IntervalFault) -> Note:
    return Note(f"interval.{fault.code}", fault.parameters)


def range_id(row: ReferenceInterval) -> str:
    """The id of an interval among the site's rows: what tells it from others, its beginning included."""
    parts = [row.laboratory, row.test, row.sex, str(row.from_age), row.unit, row.valid_from]
    return "-".join(parts).rstrip("-")


def range_content(row: ReferenceInterval) -> dict[str, object]:
    """An interval as a row of the site table; what a laboratory gave is not assumed any more."""
    return {
        "laboratory": row.laboratory, "test": row.test, "unit": row.unit, "sex": row.sex, "from_age": row.from_age, "to_age": row.to_age,
        "low": row.low, "high": row.high, "valid_from": row.valid_from, "valid_to": row.valid_to, "assumed": False,
    }  # fmt: skip


def _compared(row: _Row, known: Sequence[SiteRecord]) -> _Row:
    """Against the table in force: equal, another one for the same people and beginning, or overlapping. An older open one is ended by it."""
    if row.found is None:
        return row
    mine = row.found
    for record in known:
        other = interval(record.content)
        if other.assumed or not (overlap(other, mine) or (same_band(other, mine) and other.valid_from == mine.valid_from)):
            continue
        if same_band(other, mine) and other.valid_from == mine.valid_from:
            row = _same_place(row, record, other)
            continue
        before = ended_before(other, mine.valid_from) if same_band(other, mine) else None
        if before is None:
            return row.judged(Verdict.OVERLAP, Note("interval.overlap", {"first": described(other), "second": described(mine)}), stored=described(other))
        ended = SiteChange(KIND, record.row_id, {**record.content, "valid_to": before.valid_to})
        row = replace(row, changes=(ended, *row.changes)).judged(row.report.verdict, Note("ends", {"other": described(other), "day": before.valid_to}))
    return row


def _same_place(row: _Row, record: SiteRecord, other: ReferenceInterval) -> _Row:
    if row.found is not None and replace(other, assumed=False) == row.found:
        return row.judged(Verdict.EQUAL, stored=described(other))
    changes = tuple(replace(one, row_id=record.row_id) if number == len(row.changes) - 1 else one for number, one in enumerate(row.changes))
    return replace(row, changes=changes).judged(Verdict.CONFLICTING, stored=described(other))


def _among_themselves(rows: list[_Row]) -> list[_Row]:
    """Rows of the file that are twice the same, or overlap with each other."""
    found: list[_Row] = []
    for one in rows:
        mine = one.found
        rival = next((other for other in found if other.found is not None and mine is not None and overlap(other.found, mine)), None)
        if rival is None or rival.found is None or mine is None:
            found.append(one)
        elif rival.found == mine:
            found.append(one.judged(Verdict.EQUAL, Note("again", {"row": rival.report.row})))
        else:
            note = Note("overlap_in_file", {"first": rival.report.row, "second": one.report.row})
            found = [other.judged(Verdict.OVERLAP, note) if other is rival else other for other in found]
            found.append(one.judged(Verdict.OVERLAP, note))
    return found


def _gaps(rows: Sequence[_Row], known: Sequence[SiteRecord]) -> tuple[Note, ...]:
    """What the table would leave out after the import; only of tests in the file."""
    mine = {one.changes[-1].row_id: one.found for one in rows if one.found is not None and one.changes and one.report.verdict is not Verdict.OVERLAP}
    ended = {change.row_id: interval(change.content) for one in rows for change in one.changes[:-1]}
    after = {record.row_id: interval(record.content) for record in known} | ended | mine
    tests = {(one.laboratory, one.test) for one in mine.values()}
    whole = [one for one in after.values() if (one.laboratory, one.test) in tests]
    return tuple(Note(f"interval.{one.code}", {**one.parameters, "row": described(whole[one.row])}) for one in gaps(whole))

