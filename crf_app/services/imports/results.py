"""Results of a laboratory: the dry run over a whole file, then one command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crf_app.admin.roles import Right
from crf_app.clinical.keys import ItemKey
from crf_app.errors import ExpectedError
from crf_app.imports.sheet import Sheet
from crf_app.services.changes import Changes
from crf_app.services.entry import Act, ItemEntry, enter_items, judge_entries
from crf_app.services.imports.mapping import ImportMapping, Table, keep_mapping, lay
from crf_app.services.imports.names import folded, names_of_tests
from crf_app.services.imports.reports import Consent, ImportReport, Note, Verdict
from crf_app.services.imports.result_rows import FoundResult, ResultReader
from crf_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its name, hash and table."""

    name: str
    sha256: str
    sheet: Sheet


@dataclass(frozen=True)
class ResultPlan:
    """A dry run with the entries behind it, in the order of the file. Headers of panels stand with the first result of each."""

    report: ImportReport
    results: tuple[FoundResult, ...] = field(repr=False)

    def entries(self, *verdicts: Verdict) -> list[ItemEntry]:
        """What rows with these verdicts would enter; an item once."""
        found = {one.key: one for result in self.results if result.report.verdict in verdicts for one in result.entries}
        return list(found.values())


def plan_results(work: Workspace, source: Source, mapping: ImportMapping) -> ResultPlan:
    """Read every row, say what would become of it, store nothing. Raises ExpectedError "no_right", "import_*"."""
    work.need(Right.ENTER)
    names = names_of_tests(work.studies_in_use[-1])
    table = lay(source.sheet, mapping, names)
    reader = ResultReader(work, source.sheet, table, mapping, names)
    results = _without_contradictions([one for row in table.rows for one in reader.row(row)])
    results, completed = _judged(work, results)
    how = {"kind": source.sheet.kind, "encoding": source.sheet.encoding, "sheet": source.sheet.name, "merged": source.sheet.merged}
    report = ImportReport("results", source.name, source.sha256, how, tuple(one.report for one in results), completed, _unused(table, mapping))
    return ResultPlan(report, tuple(results))


def _unused(table: Table, mapping: ImportMapping) -> tuple[Note, ...]:
    """In a file with a column a test: the columns that are not taken, so that no test is missed unseen."""
    taken = {folded(one) for one in (*mapping.columns.values(), *mapping.tests)}
    left = [one for one in table.heads if one and folded(one) not in taken]
    return (Note("unused_columns", {"columns": ", ".join(left)}),) if left and "test" not in mapping.columns else ()


def import_results(work: Workspace, source: Source, mapping: ImportMapping, consent: Consent | None = None, *, lang: str = "en") -> tuple[ImportReport, Changes]:
    """Plan once more, and store what is new in one command. What is stored already is left alone: importing twice changes nothing.

    Raises ExpectedError, with nothing stored: "import_refused" (rows that cannot be taken, unless `leave_out`), "import_conflicts" (unless
    `replace`), "reason_missing" (for conflicting values, and where forms were complete), "no_right", and those of the disk.
    """
    consent = consent or Consent()
    plan = plan_results(work, source, mapping)
    report = plan.report
    require_consent(report, consent)
    taken = (Verdict.NEW, Verdict.CONFLICTING) if consent.replace else (Verdict.NEW,)
    counts = {str(verdict): count for verdict, count in report.counts.items()}
    act = Act(
        "import_results", source.name, {"file": source.name, "sha256": source.sha256, "mapping": mapping.name, "rows": counts},
        lambda unit: keep_mapping(unit, mapping),
    )  # fmt: skip
    outcome = enter_items(work, plan.entries(*taken), reason=consent.reason, lang=lang, act=act)
    if outcome.stops:
        raise ExpectedError("import_stopped", rules=", ".join(sorted({one.rule for one in outcome.stops})))
    if outcome.reason_required:
        raise ExpectedError("reason_missing")
    if outcome.changes is None:
        raise ExpectedError("import_refused", count=len(outcome.problems), first=0)
    return report, outcome.changes


def require_consent(report: ImportReport, consent: Consent) -> None:
    """Raise ExpectedError for what the person has not agreed to."""
    if report.refused and not consent.leave_out:
        raise ExpectedError("import_refused", count=len(report.refused), first=report.refused[0].row)
    conflicts = report.of(Verdict.CONFLICTING)
    if conflicts and not consent.replace and not consent.leave_out:
        raise ExpectedError("import_conflicts", count=len(conflicts), first=conflicts[0].row)
    if conflicts and consent.replace and not consent.reason.strip():
        raise ExpectedError("reason_missing")


def _without_contradictions(results: Sequence[FoundResult]) -> list[FoundResult]:
    """What the file itself gives twice: the same once more is equal; another value, or another date for one panel, contradicts, and neither is taken."""
    said: dict[ItemKey, tuple[str, str, int]] = {}
    wrong: set[int] = set()
    again: dict[int, int] = {}
    for number, one in enumerate(results):
        for entry in one.says():
            text, unit, first = said.setdefault(entry.key, (entry.text, entry.unit, number))
            if (text, unit) != (entry.text, entry.unit):
                wrong.update((number, first))
            elif entry.key == one.key and first != number:
                again[number] = results[first].report.row
    return [
        one.judged(Verdict.UNREADABLE, Note("contradiction")) if number in wrong
        else one.judged(Verdict.EQUAL, Note("again", {"row": again[number]})) if number in again
        else one
        for number, one in enumerate(results)
    ]  # fmt: skip


def _judged(work: Workspace, results: list[FoundResult]) -> tuple[list[FoundResult], int]:
    """Each subject's entries judged as they would be entered: what the forms refuse is said at its row. Returns how many forms were complete."""
    completed = 0
    open_rows = (Verdict.NEW, Verdict.CONFLICTING)
    for subject in dict.fromkeys(one.report.subject for one in results if one.report.verdict in open_rows):
        mine = [one for one in results if one.report.subject == subject and one.report.verdict in open_rows]
        entries = {entry.key: entry for one in mine for entry in one.entries}
        judged = judge_entries(work, subject, list(entries.values()), "en", work.session)
        completed += len(judged.completed)
        for key, problem in judged.problems.items():
            note = Note(f"problem.{problem.code}", problem.parameters)
            results = [one.judged(Verdict.UNREADABLE, note) if any(entry.key == key for entry in one.entries) else one for one in results]
    return results, completed
