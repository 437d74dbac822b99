"""Rows of the CSV files beside those of values: visits, forms, history, what does not count as collected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from operator import attrgetter

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import ChangeRecord, EventRecord, FormRecord
from crf_app.clinical.values import Value
from crf_app.export.csv_layout import VALUE_FIELDS

_ALL_FIELDS: Callable[[Value], tuple[str, ...]] = attrgetter(*VALUE_FIELDS)


def value_cells(value: Value) -> tuple[str, ...]:
    """Every attribute of a value, in the order of VALUE_FIELDS."""
    return _ALL_FIELDS(value)


def visit_row(subject: str, event: EventRecord) -> tuple[str, ...]:
    """The line of a visit in visits.csv."""
    window = event.window
    days = (_day(window.target), _day(window.earliest), _day(window.latest))
    outside = str(window.days_outside) if event.visit_date and window.target else ""
    status = event.status.value
    return (
        subject, event.event.oid, str(event.repeat), event.visit_date, status, *days, window.state, outside,
        event.reason,
    )  # fmt: skip


def form_row(form: FormRecord, version: str) -> tuple[str, ...]:
    """The line of a form in forms.csv; `signed` lists the meanings of valid signatures. `version`: the study's where the form names none."""
    signed = ";".join(one.meaning for one in form.signatures if one.void_since is None)
    done = (_moment(form.completed_at), form.completed_by.get("both") if form.completed_at else "")
    return (*_form_place(form.key), form.status.value, form.form_version or form.form.version, *done, signed, form.study_version or version)


def remaining_row(key: ItemKey, value: Value, why: str) -> tuple[str, ...]:
    """The line in remaining.csv of a value that does not stand in the files of collected values."""
    return (*_item_place(key), why, *value_cells(value))


def change_row(change: ChangeRecord) -> tuple[str, ...]:
    """The line of a change in changes.csv."""
    act = (str(change.entry_no), str(change.change_no), change.when.isoformat())
    who = (change.user_id, change.role, change.reason, change.source)
    return (*_item_place(change.key), *act, *who, *value_cells(change.old), *value_cells(change.new))


def _form_place(key: FormKey) -> tuple[str, ...]:
    return (key.subject, key.event, str(key.event_repeat), key.form, str(key.form_repeat))


def _item_place(key: ItemKey) -> tuple[str, ...]:
    return (*_form_place(key.form_key), key.group, str(key.row), key.item)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
