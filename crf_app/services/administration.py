"""Study parameters, laboratories and reference intervals: kept by the administrator, each change in the ledger (decisions 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crf_app.admin.roles import Right
from crf_app.admin.users import User
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.dictionaries import PARAMETER, need_loaded
from crf_app.services.site_lists import with_site_lists
from crf_app.services.workspace import Workspace
from crf_app.services.writing import Draft, settle
from crf_app.store.parameters import read_parameters, read_study_content
from crf_app.store.references import read_site_row_versions, read_site_rows
from crf_app.store.subjects import read_subjects
from crf_app.study.definition import ItemDef, ItemType, ParameterDef
from crf_app.study.item_types import EntryContext, parse_value
from crf_app.study.problems import Problem
from crf_app.study.released import read_released
from crf_app.study.texts import Text


@dataclass(frozen=True, slots=True)
class ParameterRecord:
    """A parameter with its value here; `confirmed` false = assumed, shown so until the site confirms it against its protocol."""

    definition: ParameterDef
    value: str
    confirmed: bool
    note: str


def read_parameter_records(work: Workspace) -> tuple[ParameterRecord, ...]:
    """All parameters of the study in order of the definition; everybody who is logged in may read them."""
    work.need_session()
    stored = read_parameters(work.database)
    return tuple(
        ParameterRecord(one, stored[one.oid].value, stored[one.oid].confirmed, stored[one.oid].note)
        if one.oid in stored
        else ParameterRecord(one, one.value, not one.assumed, "")
        for one in work.study.parameters
    )


def set_parameter(work: Workspace, oid: str, text: str, *, reason: str = "") -> Changes:
    """Confirm or change a parameter. Changing it after first data needs a reason and recomputes what depends on it in the same transaction.

    Raises ExpectedError "no_right", "unknown_parameter", "parameter_value", "reason_missing", "no_dictionary".
    """
    actor = work.need(Right.PARAMETERS)
    record = next((one for one in read_parameter_records(work) if one.definition.oid == oid), None)
    if record is None:
        raise ExpectedError("unknown_parameter", name=oid)
    value = _checked(record.definition, text, work.clock.now())
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


def put_site_row(work: Workspace, kind: str, row_id: str, content: Mapping[str, object], *, active: bool = True, reason: str = "") -> Changes:
    """Add a row of a site table, or a new version of it; flags that depend on it are computed again in the same transaction.

    Raises ExpectedError "no_right", "row_id_missing", "interval_wrong" (low above high, or no number).
    """
    actor = work.need(Right.SITE_TABLES)
    if not row_id.strip():
        raise ExpectedError("row_id_missing")
    if kind == "reference_range":
        _check_interval(content)
    version = 1 + max((one.version for one in read_site_row_versions(work.database, kind, row_id)), default=0)
    in_force = work.study, work.rules
    try:
        with work.begin(work.command("put_site_row", actor, about=f"{kind}:{row_id}", reason=reason)) as unit:
            unit.put("site_row", {"kind": kind, "row_id": row_id, "version": version, "active": active, "content": dict(content)})
            _read_tables_again(work)
            for subject in read_subjects(work.database) if kind == "reference_range" else ():
                settle(work, unit, Draft(work.casebook(subject.number)), everything=True, reason=reason)
    except BaseException:
        work.study, work.rules = in_force
        raise
    work.forget(settings=True)
    return Changes(everything=True, administration=True, entry_no=work.database.head.no)


# numbers are read the same at any moment
_ANY_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001


def _read_tables_again(work: Workspace) -> None:
    """Choices of forms come from the site's tables: the definition in use is made anew."""
    work.forget(settings=True)
    study = read_released(read_study_content(work.database, work.site.study_oid, work.site.study_version))
    work.study = with_site_lists(study, work.database)
    work.rules = CompiledStudy(work.study)


def _check_interval(content: Mapping[str, object]) -> None:
    ends = [str(content.get(name, "")) for name in ("low", "high")]
    item = ItemDef("P", "P", "P", Text("", ""), ItemType.DEC, digits=14, decimals=5)
    numbers = [parse_value(item, one, EntryContext(_ANY_MOMENT)) for one in ends]
    if any(isinstance(one, Problem) for one in numbers) or not any(ends):
        raise ExpectedError("interval_wrong", low=ends[0], high=ends[1])
    if all(ends) and float(ends[0]) > float(ends[1]):
        raise ExpectedError("interval_wrong", low=ends[0], high=ends[1])


def list_users(work: Workspace) -> tuple[User, ...]:
    """Everybody with an account. Raises ExpectedError "no_right"."""
    work.need(Right.USERS)
    return tuple(work.users.values())
