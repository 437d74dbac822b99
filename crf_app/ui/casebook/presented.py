"""A form's record as the screen shows it: what is not asked is left out, what may not be entered is closed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord, RowRecord, Visibility
from crf_app.clinical.rules.grades import suggested_grade
from crf_app.clinical.rules.run import Run

_RESULT = "_LBORRES"


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks, in which language. `role` answers items kept for a role; without `may_enter` everything is closed."""

    role: str
    may_enter: bool
    lang: str


def presented(record: FormRecord, run: Run, eyes: Eyes) -> FormRecord:
    """The record for the screen. Spare rows of logs are left out: the table has its own empty line. Laboratory results carry the grade they suggest."""
    shorts = {event.oid: event.short.get(eyes.lang) for event in run.study.events}
    groups = tuple(_group(group, shorts, eyes) for group in record.groups if group.visibility is not Visibility.HIDDEN or _holds(group))
    return replace(record, groups=tuple(_with_grades(group, run) if group.group.layout == "lab" else group for group in groups))


def _with_grades(group: GroupRecord, run: Run) -> GroupRecord:
    return replace(group, rows=tuple(replace(row, items=tuple(_graded(one, run) for one in row.items)) for row in group.rows))


def _graded(item: ItemRecord, run: Run) -> ItemRecord:
    if item.value.is_blank or not item.item.oid.endswith(_RESULT):
        return item
    return replace(item, grade=suggested_grade(run, item.key.form_key, item.item, item.key.row))


def _holds(group: GroupRecord) -> bool:
    return any(not item.value.is_blank for row in group.rows for item in row.items if item.editable)


def _group(group: GroupRecord, shorts: dict[str, str], eyes: Eyes) -> GroupRecord:
    rows = group.rows
    if group.group.repeating == "log":
        rows = tuple(row for row in rows if row.deleted or not _is_spare(row))
        rows = tuple(sorted(rows, key=lambda row: row.number))
    return replace(group, rows=tuple(replace(row, items=tuple(_item(one, shorts, eyes) for one in row.items)) for row in rows))


def _is_spare(row: RowRecord) -> bool:
    return all(item.value.is_blank or not item.editable for item in row.items)


def _item(item: ItemRecord, shorts: dict[str, str], eyes: Eyes) -> ItemRecord:
    unsure = item.visibility is Visibility.UNKNOWN and item.value.is_blank
    closed = item.editable and (not eyes.may_enter or (bool(item.item.role) and item.item.role != eyes.role))
    if not unsure and not closed and not item.previous_event:
        return item
    return replace(
        item, visibility=Visibility.HIDDEN if unsure else item.visibility, editable=item.editable and not closed,
        previous_event=shorts.get(item.previous_event, item.previous_event),
    )  # fmt: skip
