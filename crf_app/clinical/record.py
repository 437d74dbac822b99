"""A casebook as people read it: definition, value, visibility, history and findings side by side, frozen.

Screen, paper and export read these records and nothing else, so they cannot disagree about what a form holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.query_trail import QueryTrail
from crf_app.clinical.values import BLANK, Value
from crf_app.study.definition import EventDef, FormDef, GroupDef, ItemDef, Severity, StudyDef
from crf_app.study.texts import EMPTY, Text


class FormStatus(StrEnum):
    """The life of a form (decisions 6); verified, signed and locked come with their workflow."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    NOT_DONE = "not_done"
    NOT_APPLICABLE = "not_applicable"


class EventStatus(StrEnum):
    """The life of a visit."""

    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"
    STARTED = "started"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"
    NOT_APPLICABLE = "not_applicable"


class Visibility(StrEnum):
    """Is an item asked? UNKNOWN: what decides it is itself unknown (shown, not required). NOT_ASKED: the form was marked not done."""

    SHOWN = "shown"
    UNKNOWN = "unknown"
    HIDDEN = "hidden"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. `rule` is X23, M-REQ, HARD, SOFT ...; `key` the item (or its row or form, item "") that carries it."""

    rule: str
    severity: Severity
    key: ItemKey
    message: Text
    confirmed: bool = False
    reason: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One entry of an item's history. `entry_no` is the ledger entry, `change_no` its place inside it."""

    key: ItemKey
    entry_no: int
    change_no: int
    when: datetime
    user_id: str
    user_name: Text
    role: str
    old: Value
    new: Value
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class ProposedGrade:
    """A CTCAE grade from 1 to 4 that a result suggests, with its measure: `basis` ULN, LLN or BASELINE, `limit` its value in the standard unit."""

    grade: int
    basis: str
    limit: Decimal


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item of one row. `changes` is oldest first and empty when history was not asked for. `corrected`: changed after the form was first complete.

    `limits` is what a reader compares the value with; `grade` what a laboratory result suggests, decided by nobody yet.
    `query` is "open" or "answered" while a query stands on it, a check's or a person's. `closed`: not editable for who looks, or while
    the form is held, though the item by itself is. `check`: "checked" against the source or by review, "changed" since, else "".
    """

    key: ItemKey
    item: ItemDef
    value: Value = BLANK
    visibility: Visibility = Visibility.SHOWN
    required: bool = False
    editable: bool = True
    prefilled: bool = False
    corrected: bool = False
    changes: tuple[ChangeRecord, ...] = ()
    findings: tuple[Finding, ...] = ()
    previous: Value = BLANK
    previous_event: str = ""
    limits: Text = EMPTY
    grade: ProposedGrade | None = None
    query: str = ""
    closed: bool = False
    check: str = ""

    @property
    def collected(self) -> bool:
        """Does its value count as collected? A value left behind in a hidden item does not."""
        return self.visibility in (Visibility.SHOWN, Visibility.UNKNOWN)


@dataclass(frozen=True, slots=True)
class RowRecord:
    """One row of a group; `number` is the repeat key, `label` says what the row is.

    `findings` and `query` ("open" or "answered") are those on the row itself; what stands on its items is theirs. `void`: a change here
    ended the signature of the form. `held`: "frozen" or "locked" while something holds the form.
    """

    number: int
    label: Text
    items: tuple[ItemRecord, ...]
    deleted: bool = False
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    query: str = ""
    void: bool = False
    held: str = ""


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """An item group with its rows; a hidden group has visibility HIDDEN, a `closed` one takes and loses no rows for who looks."""

    group: GroupDef
    rows: tuple[RowRecord, ...]
    visibility: Visibility = Visibility.SHOWN
    closed: bool = False


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """An electronic signature as it is shown: who, in which role, when (with zone), what it means, still valid or void since."""

    id: str
    record: str
    meaning: str
    user_id: str
    user_name: Text
    role: str
    when: datetime
    digest: str
    entry_no: int
    reason: str = ""
    void_since: datetime | None = None
    void_cause: str = ""
    """value, row, reopened or definition; `void_address` names the value or row."""
    void_address: str = ""


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A table that belongs to a form without being asked on it: the criteria with verdict and evidence on the eligibility form."""

    name: Text
    heads: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class FormRecord:
    """One form at one visit. `title` adds what tells repeats apart (the ulcer)."""

    key: FormKey
    form: FormDef
    title: Text
    status: FormStatus
    optional: bool
    groups: tuple[GroupRecord, ...] = ()
    answered: int = 0
    total: int = 0
    form_version: str = ""
    completed_at: datetime | None = None
    completed_by: Text = EMPTY
    first_completed_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    signatures: tuple[SignatureRecord, ...] = ()
    tables: tuple[TableRecord, ...] = ()
    study_version: str = ""
    """The version of the study that the form belongs to; "" for that of the context."""
    left: tuple[tuple[ItemKey, Value], ...] = ()
    """What was stored on the form under an earlier version for items that this one does not have."""

    def items(self) -> tuple[ItemRecord, ...]:
        """All items of all undeleted rows in the order they are asked."""
        return tuple(item for group in self.groups for row in group.rows if not row.deleted for item in row.items)


@dataclass(frozen=True, slots=True)
class Window:
    """A visit's target and window as dates; `state` NOT_DUE, DUE, OVERDUE, IN_WINDOW, EARLY, LATE or "" without an anchor."""

    target: date | None = None
    earliest: date | None = None
    latest: date | None = None
    state: str = ""
    days_outside: int = 0


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One visit of a subject."""

    event: EventDef
    repeat: int
    title: Text
    status: EventStatus
    visit_date: str
    window: Window
    forms: tuple[FormRecord, ...]
    out_of_window: bool = False
    reason: str = ""
    study_version: str = ""
    """The version of the study that the visit belongs to; "" for that of the context."""


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """Everything captured about one subject."""

    subject: str
    state: str
    events: tuple[EventRecord, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    """consent, first_treatment, day (study day), sex, age, initials, arm: canonical texts, "" when unknown; version in force, and once amended all "versions"."""
    signatures: tuple[SignatureRecord, ...] = ()
    queries: tuple[QueryTrail, ...] = ()
    """All queries with their threads where they were asked for, in the order of their making."""


@dataclass(frozen=True, slots=True)
class OutputContext:
    """What stands around printed or exported data."""

    study: StudyDef
    site_code: str
    site_name: Text
    produced_at: datetime
    produced_by: Text
    data_state: datetime
    ledger_no: int
    ledger_hash: str
    synthetic: bool
    parameters: Mapping[str, str] = field(default_factory=dict)
    investigator: Text = EMPTY
    workspace: str = ""
    versions: tuple[StudyDef, ...] = ()
    """All versions that forms belong to, oldest first; empty while `study` is the only one."""

    @property
    def studies(self) -> tuple[StudyDef, ...]:
        """Every version in use, oldest first."""
        return self.versions or (self.study,)

    def study_at(self, version: str) -> StudyDef:
        """The version with that name; `study` for "" and for one that is not in use."""
        return next((one for one in self.studies if one.version == version), self.study)
