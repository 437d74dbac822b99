"""Study parameters, laboratories and reference intervals: kept by the administrator, each change in the ledger (decisions 12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crf_app.admin.roles import Right
from crf_app.admin.users import User
from crf_app.clinical.allocation import CONCEALED_PARAMETERS
from crf_app.clinical.intervals import IntervalFault, described, ended_before, gaps, overlap, row_faults, same_band
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.dictionaries import PARAMETER, need_loaded
from crf_app.services.versions import read_rules
from crf_app.services.workspace import Workspace, interval
from crf_app.services.writing import Draft, settle
from crf_app.store.ledger import Command
from crf_app.store.parameters import read_parameters
from crf_app.store.references import read_site_row_versions, read_site_rows
from crf_app.store.subjects import read_subjects
from crf_app.store.unit import Unit
from crf_app.study.definition import ItemDef, ItemType, ParameterDef
from crf_app.study.item_types import EntryContext, parse_value
from crf_app.study.problems import Problem
from crf_app.study.texts import Text


@dataclass(frozen=True, slots=True)
class ParameterRecord:
    """A parameter with its value here; `confirmed` false = assumed, shown so until the site confirms it against its protocol."""

    definition: ParameterDef
    value: str
    confirmed: bool
    note: str

    @property
    def needed(self) -> bool:
        """Must it be entered before the first subject, and is it not?"""
        return self.definition.needed and not self.value


def read_parameter_records(work: Workspace) -> tuple[ParameterRecord, ...]:
    """All parameters of the study in order of the definition; everybody who is logged in may read them.

    Those that would help to guess the next allocation are for who keeps the parameters alone.
    """
    known = {one.oid: one for study in work.studies_in_use for one in study.parameters}
    shown = [one for one in known.values() if one.oid not in CONCEALED_PARAMETERS or work.session.user.may(Right.PARAMETERS)]
    stored = read_parameters(work.database)
    return tuple(
        ParameterRecord(one, stored[one.oid].value, stored[one.oid].confirmed, stored[one.oid].note)
        if one.oid in stored
        else ParameterRecord(one, one.value, not one.assumed, "")
        for one in shown
    )


def set_parameter(work: Workspace, oid: str, text: str, *, reason: str = "") -> Changes:
    """Confirm or change a parameter. Changing it after first data needs a reason and recomputes what depends on it in the same transaction.

    What the study needs is never made blank again. Raises ExpectedError "no_right", "unknown_parameter", "parameter_value", "parameter_blank",
    "reason_missing", "no_dictionary".
    """
    actor = work.need(Right.PARAMETERS)
    record = next((one for one in read_parameter_records(work) if one.definition.oid == oid), None)
    if record is None:
        raise ExpectedError("unknown_parameter", name=oid)
    value = _checked(record.definition, text, work.clock.now())
    if record.definition.needed and not value:
        raise ExpectedError("parameter_blank", name=record.definition.label)
    if oid == PARAMETER:
        need_loaded(work, value)
    subjects = read_subjects(work.database)
    changed = value != record.value
    if changed and subjects and not reason.strip():
        raise ExpectedError("reason_missing")
    command = work.command("set_parameter", actor, about=oid, reason=reason.strip(), details={"from": record.value, "to": value})
    with work.begin(command) as unit:
        unit.put("study_parameter", {"name": oid, "value": value, "confirmed": True, "note": reason.strip()})
        work.forget(settings=True)
        for subject in subjects if changed else ():
            settle(work, unit, Draft(work.casebook(subject.number), forms=set(work.casebook(subject.number).forms)), everything=True, reason=reason.strip())
    work.forget(settings=True)
    return Changes(everything=changed, administration=True, entry_no=work.database.head.no)


def _checked(definition: ParameterDef, text: str, now: datetime) -> str:
    if definition.switch or (definition.type is ItemType.SINGLE and not definition.codes):
        if text not in ("Y", "N"):
            raise ExpectedError("parameter_value", name=definition.oid, text=text)
        return text
    item = ItemDef("P", "P", "P", definition.label, definition.type, length=400, digits=12, decimals=4, codes=definition.codes, unit=definition.unit)
    found = parse_value(item, text, EntryContext(now.replace(tzinfo=None)))
    if isinstance(found, Problem) or (not found.text and text.strip()):
        raise ExpectedError("parameter_value", name=definition.oid, text=text)
    return found.text


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """One row of a site table with its newest version."""

    kind: str
    row_id: str
    version: int
    active: bool
    content: Mapping[str, object]


def site_rows(work: Workspace, kind: str) -> tuple[SiteRecord, ...]:
    """The newest version of each row of a site table: laboratory, reference_range, consent_version, delegate, half_life, storage_limit."""
    work.need_session()
    return tuple(SiteRecord(one.kind, one.row_id, one.version, one.active, one.content) for one in read_site_rows(work.database, kind))


def laboratories(work: Workspace) -> tuple[tuple[str, Text], ...]:
    """Code and name of the laboratories in use."""
    return tuple(
        (one.row_id, Text(str(one.content.get("en", one.row_id)), str(one.content.get("zh", one.row_id)))) for one in site_rows(work, "laboratory") if one.active
    )


@dataclass(frozen=True, slots=True)
class SiteChange:
    """A row of a site table as it shall stand: added, or a new version of what has that id."""

    kind: str
    row_id: str
    content: Mapping[str, object]
    active: bool = True


def put_site_row(
    work: Workspace, kind: str, row_id: str, content: Mapping[str, object], *, active: bool = True, reason: str = "", takes_over: bool = False
) -> Changes:
    """Add a row of a site table, or a new version of it; flags that depend on it are computed again in the same transaction.

    `takes_over`: an interval ends the one before it on the day before it begins. Raises ExpectedError "no_right", "row_id_missing",
    "interval_wrong" (low above high, or no number), "interval_*" (unit, sex, ages, dates; overlap with another interval in force).
    """
    actor = work.need(Right.SITE_TABLES)
    if not row_id.strip():
        raise ExpectedError("row_id_missing")
    change = SiteChange(kind, row_id, content, active)
    changes = changed_ranges(work, change, takes_over=takes_over) if kind == "reference_range" else (change,)
    return write_site_rows(work, work.command("put_site_row", actor, about=f"{kind}:{row_id}", reason=reason), changes)


def write_site_rows(work: Workspace, command: Command, changes: Sequence[SiteChange], also: Callable[[Unit], None] | None = None) -> Changes:
    """Write rows of site tables in one command, with all that follows in every casebook. The caller has asked for the right and checked the rows."""
    in_force = work.study, work.rules
    try:
        with work.begin(command) as unit:
            for one in changes:
                version = 1 + max((row.version for row in read_site_row_versions(work.database, one.kind, one.row_id)), default=0)
                unit.put("site_row", {"kind": one.kind, "row_id": one.row_id, "version": version, "active": one.active, "content": dict(one.content)})
            if also is not None:
                also(unit)
            _read_tables_again(work)
            concerned = any(one.kind == "reference_range" for one in changes)
            for subject in read_subjects(work.database) if concerned else ():
                settle(work, unit, Draft(work.casebook(subject.number)), everything=True, reason=command.reason)
    except BaseException:
        work.study, work.rules = in_force
        raise
    work.forget(settings=True)
    return Changes(everything=True, administration=True, entry_no=work.database.head.no)


def changed_ranges(work: Workspace, change: SiteChange, *, takes_over: bool = False) -> tuple[SiteChange, ...]:
    """The interval with what it ends, checked against those in force. Raises ExpectedError "interval_*"."""
    row = interval(change.content)
    fault = next(row_faults(row), None)
    if fault is not None:
        code = "wrong" if fault.code in ("number", "no_end", "exchanged") else fault.code
        raise ExpectedError(f"interval_{code}", **{"low": row.low, "high": row.high, **fault.parameters})
    if not change.active:
        return (change,)
    ended = []
    for other in read_site_rows(work.database, "reference_range"):
        rival = interval(other.content)
        if not other.active or other.row_id == change.row_id or not overlap(rival, row):
            continue
        before = ended_before(rival, row.valid_from) if takes_over and same_band(rival, row) else None
        if before is None:
            raise ExpectedError("interval_overlap", other=described(rival), valid_from=row.valid_from or "…")
        ended.append(SiteChange("reference_range", other.row_id, {**other.content, "valid_to": before.valid_to}))
    return (*ended, change)


def range_gaps(work: Workspace) -> tuple[IntervalFault, ...]:
    """What the intervals in force leave out (ages, days, one sex), as warnings for who keeps them; each names the row after it."""
    work.need(Right.SITE_TABLES)
    rows = [interval(one.content) for one in read_site_rows(work.database, "reference_range") if one.active]
    return tuple(replace(one, parameters={**one.parameters, "row": described(rows[one.row])}) for one in gaps(rows))


def _read_tables_again(work: Workspace) -> None:
    """Choices of forms come from the site's tables: the definition in use is made anew."""
    work.forget(settings=True)
    work.rules = read_rules(work.database, work.site.study_oid, work.site.study_version)
    work.study = work.rules.study


def list_users(work: Workspace) -> tuple[User, ...]:
    """Everybody with an account. Raises ExpectedError "no_right"."""
    work.need(Right.USERS)
    return tuple(work.users.values())
