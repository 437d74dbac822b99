"""The rows of a file of results, each understood by itself: whose, when, which test, how much, where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from crf_app.clinical.keys import ItemKey, item_key
from crf_app.clinical.rules.kinds import Absent
from crf_app.clinical.rules.run import Place, Run
from crf_app.clinical.values import Value
from crf_app.imports.sheet import Sheet, SheetRow, column_name
from crf_app.services.entry import ItemEntry
from crf_app.services.imports.cells import Read, read_clock, read_day, read_result
from crf_app.services.imports.mapping import LEFT_OUT, ImportMapping, Table, columns_of_tests
from crf_app.services.imports.names import Test, TestNames, folded, unit_of
from crf_app.services.imports.placing import NoPanel, Panel, panel_for
from crf_app.services.imports.reports import Note, RowReport, Verdict
from crf_app.services.workspace import Workspace
from crf_app.store.references import read_site_rows
from crf_app.store.subjects import read_subjects
from crf_app.study.item_types import EntryContext, format_value, parse_value, plain_decimal
from crf_app.study.problems import Problem
from crf_app.study.units import display_unit

SOURCE = "copied"
"""As what is pasted from a spreadsheet; the command says that it was an import."""
_HEADER = ("LBPERF", "LBDAT", "LBTIM", "LBNAM", "LBREFID")


@dataclass(frozen=True)
class FoundResult:
    """One result of the file with the entries it would make; `own` is the result itself, also where it is stored already."""

    report: RowReport
    entries: tuple[ItemEntry, ...] = ()
    own: ItemEntry | None = None

    @property
    def key(self) -> ItemKey | None:
        """The item of the result; None where nothing can be entered."""
        return self.own.key if self.own is not None else None

    def says(self) -> tuple[ItemEntry, ...]:
        """All that the row says of items, stored or not."""
        return self.entries if self.own is None or self.own in self.entries else (*self.entries, self.own)

    def judged(self, verdict: Verdict, *notes: Note, stored: str = "") -> FoundResult:
        """The same with another verdict."""
        report = replace(self.report, verdict=verdict, notes=(*self.report.notes, *notes), stored=stored or self.report.stored)
        return replace(self, report=report)


class ResultReader:
    """Reads rows one after the other; subjects are looked up once."""

    def __init__(self, work: Workspace, sheet: Sheet, table: Table, mapping: ImportMapping, names: TestNames) -> None:
        self.work = work
        self.table = table
        self.mapping = mapping
        self.names = names
        self.own_tests = {folded(name): code for name, code in mapping.tests.items()}
        self.wide = columns_of_tests(table, mapping)
        self.faults = {(one.row, one.column): one for one in sheet.faults}
        self.faulty_rows = {one.row for one in sheet.faults}
        self.subjects = {folded(one.number): one.number for one in read_subjects(work.database)}
        self.laboratories = laboratories_by_name(work)
        self.runs: dict[str, Run] = {}
        self.context = EntryContext(work.clock.now().replace(tzinfo=None))

    def row(self, row: SheetRow) -> Iterator[FoundResult]:
        """The results of one row: one, or one for each column of a test."""
        for column in range(len(row.cells)) if row.number in self.faulty_rows else ():
            fault = self.faults.get((row.number, column))
            if fault is not None:
                yield _told(row, Verdict.UNREADABLE, Note(f"import.cell.{fault.code}", fault.parameters, column_name(column)))
        if row.number in self.faulty_rows or not any(row.cells):
            return
        if not self.wide:
            yield self._result(row, self._said(row, "test"), self._said(row, "result"), self._said(row, "unit"), "result")
            return
        for column, name in self.wide:
            if row.cell(column):
                yield self._result(row, name, row.cell(column), self.names.find(name)[1], column_name(column))

    def _said(self, row: SheetRow, name: str) -> str:
        return self.table.text(row, name, self.mapping)

    def _result(self, row: SheetRow, name: str, text: str, unit: str, cell: str) -> FoundResult:
        """One result, from the cells that say whose, when, what and how much."""
        letters = self.table.letters(cell) or (cell if self.wide else "")
        code = self.own_tests.get(folded(name)) or self.names.find(name)[0]
        if code == LEFT_OUT or (not text and not name):
            return _told(row, Verdict.IGNORED, Note("left_out", {"test": name}), test=name)
        subject = self.subjects.get(folded(self._said(row, "subject")))
        test = self.names.tests.get(code)
        if subject is None:
            note = Note("subject", {"text": self._said(row, "subject")}, self.table.letters("subject"))
            return _told(row, Verdict.UNKNOWN_SUBJECT, note, test=code or name, given=text)
        if test is None:
            return _told(row, Verdict.UNKNOWN_TEST, Note("test", {"text": name}, self.table.letters("test") or letters), subject=subject, test=name, given=text)
        if not text:
            return _told(row, Verdict.IGNORED, Note("no_result", column=letters), subject=subject, test=code)
        told = RowReport(row.number, Verdict.NEW, subject, code, given=f"{text} {unit}".strip())
        day = read_day(self._said(row, "date"))
        if day.fault:
            return _refused(told, Verdict.UNREADABLE, Note(day.fault, day.parameters, self.table.letters("date")))
        if day.text > self.context.today.isoformat():
            return _refused(told, Verdict.UNREADABLE, Note("future", {"date": day.text}, self.table.letters("date")))
        return self._placed(row, told, test, day, text, unit, letters)

    def _placed(self, row: SheetRow, told: RowReport, test: Test, day: Read, text: str, unit: str, letters: str) -> FoundResult:
        run = self._run(told.subject)
        panel = panel_for(run, test, date.fromisoformat(day.text), self._said(row, "visit"))
        if isinstance(panel, NoPanel):
            return _refused(told, Verdict.UNKNOWN_VISIT, Note(panel.code, panel.parameters, self.table.letters("visit") or self.table.letters("date")))
        repeat = f"#{panel.form.event_repeat}" if panel.form.event_repeat > 1 else ""
        told = replace(told, place=f"{panel.form.event}{repeat} {panel.form.form}", form=panel.form, notes=day.notes)
        laboratory = self._said(row, "laboratory")
        named = self.laboratories.get(folded(laboratory), "") if laboratory else only_laboratory(self.laboratories)
        if not named:
            return _refused(told, Verdict.UNKNOWN_LABORATORY, Note("laboratory", {"text": laboratory}, self.table.letters("laboratory")))
        clock = read_clock(self._said(row, "time")) if self._said(row, "time") else Read(day.time)
        if clock.fault:
            return _refused(told, Verdict.UNREADABLE, Note(clock.fault, clock.parameters, self.table.letters("time")))
        header = {"LBPERF": "Y", "LBDAT": day.text, "LBTIM": clock.text, "LBNAM": named, "LBREFID": self._said(row, "specimen")}
        return self._valued(told, panel, run, header, text, unit, named, letters)

    def _valued(self, told: RowReport, panel: Panel, run: Run, header: Mapping[str, str], text: str, unit: str, laboratory: str, letters: str) -> FoundResult:
        item = panel.item
        chosen = unit_of(item, unit) if unit else self._usual_unit(laboratory, item.test, item.unit)
        if chosen is None:
            known = ", ".join(display_unit(one, item.test) for one in (item.unit, *item.units))
            return _refused(told, Verdict.UNREADABLE, Note("unit", {"unit": unit, "known": known}, self.table.letters("unit")))
        cell = read_result(item, text)
        if cell.fault:
            return _refused(told, Verdict.UNREADABLE, Note(cell.fault, cell.parameters, letters))
        value = parse_value(item, cell.text, self.context, chosen if item.units else "")
        if isinstance(value, Problem):
            return _refused(told, Verdict.UNREADABLE, Note(f"problem.{value.code}", value.parameters, letters))
        notes = (*told.notes, *cell.notes, *((Note("unit_assumed", {"unit": display_unit(chosen, item.test)}),) if not unit and chosen else ()))
        key = item_key(panel.form, item.group, 1, item.oid)
        told = replace(told, notes=notes, given=_shown(run, key, value))
        limits = _outside(run, key, value)
        if limits:
            return _refused(told, Verdict.OUT_OF_RANGE, Note("outside", {"limits": limits}, letters))
        entry = ItemEntry(key, f"{value.operator}{value.text}", chosen if item.units else "", source=SOURCE)
        found = _against_header(FoundResult(told, (entry,), entry), run, panel, header)
        return _compared(found, run, key, value)

    def _usual_unit(self, laboratory: str, test: str, standard: str) -> str:
        """The unit in which the laboratory gives its own intervals, if it is one; else the standard unit."""
        rows = self.work.references.rows
        units = {row.unit for row in rows if row.laboratory == laboratory and row.test == test and not row.assumed}
        return units.pop() if len(units) == 1 else standard

    def _run(self, subject: str) -> Run:
        if subject not in self.runs:
            self.runs[subject] = self.work.run_over(self.work.casebook(subject))
        return self.runs[subject]


def _told(row: SheetRow, verdict: Verdict, note: Note, *, subject: str = "", test: str = "", given: str = "") -> FoundResult:
    return FoundResult(RowReport(row.number, verdict, subject, test, given=given, notes=(note,)))


def _refused(told: RowReport, verdict: Verdict, note: Note) -> FoundResult:
    return FoundResult(replace(told, verdict=verdict, notes=(*told.notes, note)))


def laboratories_by_name(work: Workspace) -> Mapping[str, str]:
    """Code of each laboratory in use, by its code and its names."""
    found: dict[str, str] = {}
    for row in read_site_rows(work.database, "laboratory"):
        if row.active:
            for name in (row.row_id, str(row.content.get("en", "")), str(row.content.get("zh", ""))):
                found.setdefault(folded(name), row.row_id)
    return found


def only_laboratory(laboratories: Mapping[str, str]) -> str:
    """The one laboratory of the site; "" when there are several: then the file has to say which."""
    codes = set(laboratories.values())
    return codes.pop() if len(codes) == 1 else ""


def _shown(run: Run, key: ItemKey, value: Value) -> str:
    item = run.rules.at(key.form_key).study.item(key.form, key.item)
    unit = display_unit(value.unit, item.test) if value.unit else ""
    return f"{format_value(item, value, 'en')} {unit}".strip()


def _outside(run: Run, key: ItemKey, value: Value) -> str:
    """The possible values, when a number lies outside them; "" inside."""
    limits = run.rules.at(key.form_key).limits.get(f"{key.form}.{key.item}")
    if limits is None or not value.text:
        return ""
    place = Place(key.form_key, key.group, key.row)
    low, high = (code(run, place) if code is not None else None for code in (limits.hard_low, limits.hard_high))
    number = Decimal(value.standard or value.text)
    below = isinstance(low, Decimal) and number < low
    above = isinstance(high, Decimal) and number > high
    ends = ["" if end is None or isinstance(end, Absent) else plain_decimal(end) if isinstance(end, Decimal) else str(end) for end in (low, high)]
    return f"{ends[0]}–{ends[1]}" if below or above else ""


def _against_header(found: FoundResult, run: Run, panel: Panel, header: Mapping[str, str]) -> FoundResult:
    """The entries for the head of the panel: what is blank is filled, what says something else is a conflict."""
    entries = []
    for oid in _HEADER:
        item = panel.definition.index.get(oid)
        if item is None or not header.get(oid):
            continue
        key = item_key(panel.form, item.group, 1, oid)
        stored = run.casebook.value(key)
        if stored.is_blank:
            entries.append(ItemEntry(key, header[oid], source=SOURCE))
        elif stored.text != header[oid]:
            note = Note("header", {"item": oid, "stored": stored.text or stored.missing, "given": header[oid]})
            entries.append(ItemEntry(key, header[oid], source=SOURCE))
            found = found.judged(Verdict.CONFLICTING, note)
    return replace(found, entries=(*entries, *found.entries))


def _compared(found: FoundResult, run: Run, key: ItemKey, value: Value) -> FoundResult:
    """New, equal or conflicting with what is stored; 5.60 and 5.6 in one unit are equal."""
    stored = run.casebook.value(key)
    if stored.is_blank:
        return found
    shown = _shown(run, key, stored)
    if not _same(stored, value):
        return found.judged(Verdict.CONFLICTING, stored=shown)
    entries = tuple(one for one in found.entries if one.key != key)
    alike = replace(found, entries=entries)
    verdict = Verdict.EQUAL if found.report.verdict is Verdict.NEW and not entries else found.report.verdict
    return alike.judged(verdict, stored=shown)


def _same(stored: Value, value: Value) -> bool:
    if stored.missing or (stored.operator, stored.unit) != (value.operator, value.unit):
        return False
    try:
        return Decimal(stored.text) == Decimal(value.text)
    except ArithmeticError:
        return stored.text == value.text
