"""Reading clinical values and their history. The only write of one is `Unit.append_item_value`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.values import Value
from crf_app.store.connection import Reader
from crf_app.store.ledger import parse_utc

_OF_SUBJECT = """SELECT subject, event, event_repeat, form, form_repeat, grp, "row", item, text, missing, reason,
 operator, unit, standard, standard_unit, exact, status, code, flags FROM item_current WHERE subject = ?"""
_OF_FORM = _OF_SUBJECT + " AND event = ? AND event_repeat = ? AND form = ? AND form_repeat = ?"
_OF_ITEM = _OF_FORM + ' AND grp = ? AND "row" = ? AND item = ?'
_HISTORY = """SELECT c.subject, c.event, c.event_repeat, c.form, c.form_repeat, c.grp, c."row", c.item, c.text,
 c.missing, c.reason, c.operator, c.unit, c.standard, c.standard_unit, c.exact, c.status, c.code, c.flags,
 c.entry_no, c.change_no,
 c.source, c.change_reason, c.rule, e.utc, e.user_id, e.command, e.body ->> 'offset', e.body ->> 'role',
 e.body ->> 'reason'
 FROM item_change c JOIN ledger_entry e ON e.no = c.entry_no WHERE c.subject = ?"""
_HISTORY_OF_FORM = _HISTORY + " AND c.event = ? AND c.event_repeat = ? AND c.form = ? AND c.form_repeat = ?"
_HISTORY_OF_ITEM = _HISTORY_OF_FORM + ' AND c.grp = ? AND c."row" = ? AND c.item = ?'
_IN_ORDER = " ORDER BY c.entry_no, c.change_no"
_KEY, _VALUE = 8, 19


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One step in the history of a value: what it became, what it was, who, when (aware, in the zone of then) and why.

    `reason` is the reason for this change, or that of its whole command; `rule` the check that prompted it.
    """

    key: ItemKey
    entry_no: int
    change_no: int
    old: Value | None
    new: Value
    at: datetime
    user_id: str
    role: str
    command: str
    source: str
    reason: str
    rule: str


def read_values(db: Reader, subject: str) -> dict[ItemKey, Value]:
    """Every value of a subject, cleared ones (blank) included, in order of their keys."""
    return _values(db.rows(_OF_SUBJECT, (subject,)))


def read_form_values(db: Reader, form: FormKey) -> dict[ItemKey, Value]:
    """Every value of one form, cleared ones (blank) included, in order of their keys."""
    return _values(db.rows(_OF_FORM, form))


def read_value(db: Reader, key: ItemKey) -> Value | None:
    """The current value of one item; None when there never was one."""
    return next(iter(_values(db.rows(_OF_ITEM, key)).values()), None)


def read_defaulted(db: Reader, form: FormKey) -> tuple[ItemKey, ...]:
    """The items of a form that still hold the value given by default, not typed by anybody."""
    return tuple(ItemKey(*row[:_KEY]) for row in db.rows(_OF_FORM + " AND source = 'default'", form))


def read_history(db: Reader, key: ItemKey) -> tuple[ItemChange, ...]:
    """All changes of one item, oldest first."""
    return tuple(_changes(db.rows(_HISTORY_OF_ITEM + _IN_ORDER, key)))


def read_form_history(db: Reader, form: FormKey) -> tuple[ItemChange, ...]:
    """All changes of all items of one form, oldest first."""
    return tuple(_changes(db.rows(_HISTORY_OF_FORM + _IN_ORDER, form)))


def read_subject_history(db: Reader, subject: str) -> tuple[ItemChange, ...]:
    """All changes of all items of a subject, oldest first."""
    return tuple(_changes(db.rows(_HISTORY + _IN_ORDER, (subject,))))


def _values(rows: Iterable[tuple[Any, ...]]) -> dict[ItemKey, Value]:
    return {ItemKey(*row[:_KEY]): Value(*row[_KEY:_VALUE]) for row in rows}


def _changes(rows: Iterable[tuple[Any, ...]]) -> Iterable[ItemChange]:
    """The old value of a change is the new one of the change before it."""
    current: dict[ItemKey, Value] = {}
    for row in rows:
        key, new = ItemKey(*row[:_KEY]), Value(*row[_KEY:_VALUE])
        entry_no, change_no, source, reason, rule, utc, user_id, command, offset, role, of_command = row[_VALUE:]
        at = parse_utc(utc).astimezone(timezone(timedelta(minutes=offset)))
        yield ItemChange(key, entry_no, change_no, current.get(key), new, at, user_id, role, command, source,
                         reason or of_command, rule)
        current[key] = new
