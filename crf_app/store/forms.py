"""Reading the states of forms and the rows of their repeating groups."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.clinical.keys import FormKey
from crf_app.store.connection import Reader

_FORMS = """SELECT subject, event, event_repeat, form, form_repeat, form_version, state, answered, total, completed_at,
 completed_by, first_completed_at, reason FROM form_state WHERE subject = ?"""
_ROWS = """SELECT subject, event, event_repeat, form, form_repeat, grp, "row", state, reason FROM group_row
 WHERE subject = ?"""
_THIS_FORM = " AND event = ? AND event_repeat = ? AND form = ? AND form_repeat = ?"


@dataclass(frozen=True, slots=True)
class FormStatus:
    """Where one form stands. Times are ISO texts with zone, "" when it never was complete."""

    key: FormKey
    form_version: str
    state: str
    answered: int
    total: int
    completed_at: str
    completed_by: str
    first_completed_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of a repeating group; `deleted` rows keep their values and their number."""

    form: FormKey
    group: str
    row: int
    deleted: bool
    reason: str


def read_forms(db: Reader, subject: str) -> dict[FormKey, FormStatus]:
    """The states of all forms of a subject, in order of their keys."""
    return {FormKey(*row[:5]): FormStatus(FormKey(*row[:5]), *row[5:]) for row in db.rows(_FORMS, (subject,))}


def read_form(db: Reader, form: FormKey) -> FormStatus | None:
    """The state of one form; None when nothing was ever stored for it."""
    row = db.one(_FORMS + _THIS_FORM, form)
    return FormStatus(FormKey(*row[:5]), *row[5:]) if row else None


def read_group_rows(db: Reader, subject: str) -> tuple[GroupRow, ...]:
    """All rows of all repeating groups of a subject, deleted ones included, in order of their keys."""
    return tuple(GroupRow(FormKey(*row[:5]), row[5], row[6], row[7] == "deleted", row[8])
                 for row in db.rows(_ROWS, (subject,)))


def read_form_rows(db: Reader, form: FormKey) -> tuple[GroupRow, ...]:
    """The rows of the repeating groups of one form, deleted ones included."""
    return tuple(GroupRow(FormKey(*row[:5]), row[5], row[6], row[7] == "deleted", row[8])
                 for row in db.rows(_ROWS + _THIS_FORM, form))
