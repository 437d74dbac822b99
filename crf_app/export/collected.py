"""Which of the captured data counts as collected: one answer for every exchange format."""

from __future__ import annotations

from crf_app.clinical.record import (
    EventRecord,
    EventStatus,
    FormRecord,
    FormStatus,
    GroupRecord,
    ItemRecord,
    RowRecord,
    Visibility,
)
from crf_app.study.definition import GroupDef

UNTOUCHED = (FormStatus.NOT_STARTED, FormStatus.NOT_APPLICABLE)
HAPPENED = (EventStatus.STARTED, EventStatus.DONE, EventStatus.MISSED, EventStatus.CANCELLED)


def left_out(form: FormRecord, group: GroupRecord, row: RowRecord, item: ItemRecord) -> str:
    """Why the item's value does not count: not_applicable, row_deleted, not_asked, hidden; "" when it was collected."""
    return row_left_out(form, group, row) or item_left_out(item)


def row_left_out(form: FormRecord, group: GroupRecord, row: RowRecord) -> str:
    """Why no value of the row counts; "" when it depends on the item."""
    if form.status is FormStatus.NOT_APPLICABLE:
        return "not_applicable"
    if row.deleted:
        return "row_deleted"
    if group.visibility is Visibility.NOT_ASKED:
        return "not_asked"
    return "hidden" if group.visibility is Visibility.HIDDEN else ""


def item_left_out(item: ItemRecord) -> str:
    """Why the item by itself does not count; "" when it does."""
    if item.visibility is Visibility.SHOWN or item.collected:
        return ""
    return "not_asked" if item.visibility is Visibility.NOT_ASKED else "hidden"


def says_something(item: ItemRecord) -> bool:
    """Is there anything to hand on: a value, a missing code, or the outcome of a derivation that gave no value?"""
    return not item.value.is_blank or bool(item.value.status or item.value.code or item.value.flags)


def given_by_row(group: GroupDef, item: ItemRecord) -> bool:
    """Does the value only say which row it is: a planned code or a number that nobody stored?"""
    return not item.changes and (item.item.oid in group.rows_key or item.item.oid == group.row_number)


def form_counts(form: FormRecord) -> bool:
    """Has the form been touched (its status says so, or a value does that its row does not give by itself)?"""
    if form.status not in UNTOUCHED:
        return True
    return any(
        says_something(item) and not given_by_row(group.group, item) and not left_out(form, group, row, item)
        for group in form.groups
        for row in group.rows
        for item in row.items
    )


def event_counts(event: EventRecord) -> bool:
    """Has the visit happened, been missed or cancelled, or does it hold a form that counts?"""
    return event.status in HAPPENED or any(form_counts(form) for form in event.forms)
