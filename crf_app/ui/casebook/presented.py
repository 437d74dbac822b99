"""A form's record as the screen shows it: what is not asked is left out, what may not be entered is closed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crf_app.clinical.keys import parse_address
from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord, RowRecord, Visibility
from crf_app.services.source_check import FormCheck
from crf_app.study.definition import StudyDef


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks, in which language. `role` answers items kept for a role; without `may_enter` (no right, or the form is held) everything is closed.

    `held`: "frozen" or "locked" while something holds the form.
    """

    role: str
    may_enter: bool
    lang: str
    held: str = ""


def presented(record: FormRecord, study: StudyDef, eyes: Eyes, check: FormCheck | None = None) -> FormRecord:
    """The record for the screen. Spare rows of logs are left out: the table has its own empty line. `check` marks what was checked, and what changed since."""
    if check is not None:
        record = _checked(record, check)
    shorts = {event.oid: event.short.get(eyes.lang) for event in study.events}
    void = _voided(record)
    groups = tuple(_group(group, shorts, eyes, void) for group in record.groups if group.visibility is not Visibility.HIDDEN or _holds(group))
    return replace(record, groups=groups)


def _checked(record: FormRecord, check: FormCheck) -> FormRecord:
    states = {**dict.fromkeys(check.checked, "checked"), **{one.key: "changed" for one in check.changed}}
    if not states:
        return record
    groups = tuple(
        replace(group, rows=tuple(replace(row, items=tuple(replace(one, check=states.get(one.key, "")) for one in row.items)) for row in group.rows))
        for group in record.groups
    )
    return replace(record, groups=groups)


def _holds(group: GroupRecord) -> bool:
    return any(not item.value.is_blank for row in group.rows for item in row.items if item.editable)


def _voided(record: FormRecord) -> frozenset[tuple[str, int]]:
    """Group and row of the change that ended the last signature; nothing once the form is signed again."""
    last = max(record.signatures, key=lambda one: one.entry_no, default=None)
    if last is None or last.void_cause not in ("value", "row") or not last.void_address:
        return frozenset()
    key = parse_address(record.key.subject, last.void_address)
    return frozenset({(key.group, key.row)})


def _group(group: GroupRecord, shorts: dict[str, str], eyes: Eyes, void: frozenset[tuple[str, int]]) -> GroupRecord:
    rows = group.rows
    if group.group.repeating == "log":
        rows = tuple(row for row in rows if row.deleted or not _is_spare(row))
        rows = tuple(sorted(rows, key=lambda row: row.number))
    shown = tuple(
        replace(row, items=tuple(_item(one, shorts, eyes) for one in row.items), void=(group.group.oid, row.number) in void, held=eyes.held) for row in rows
    )
    return replace(group, closed=not eyes.may_enter, rows=shown)


def _is_spare(row: RowRecord) -> bool:
    return all(item.value.is_blank or not item.editable for item in row.items)


def _item(item: ItemRecord, shorts: dict[str, str], eyes: Eyes) -> ItemRecord:
    unsure = item.visibility is Visibility.UNKNOWN and item.value.is_blank
    closed = item.editable and (not eyes.may_enter or (bool(item.item.role) and item.item.role != eyes.role))
    if not unsure and not closed and not item.previous_event:
        return item
    return replace(
        item, visibility=Visibility.HIDDEN if unsure else item.visibility, editable=item.editable and not closed, closed=closed,
        previous_event=shorts.get(item.previous_event, item.previous_event),
    )  # fmt: skip
