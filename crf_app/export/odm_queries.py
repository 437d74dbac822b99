"""Queries in ODM 1.3.2, which has no element for them: annotations at the nearest element that the file holds (docs/adr/0030)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.query_trail import QueryTrail, TrailMessage
from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord, RowRecord, SubjectRecord, Visibility
from crf_app.export.collected import (
    event_counts,
    form_counts,
    given_by_row,
    item_left_out,
    row_left_out,
    says_something,
)
from crf_app.export.odm_markup import is_legal

SUBJECT: Hashable = ()
"""The element of a query whose visit is not in the file."""


def written_items(form: FormRecord, group: GroupRecord, row: RowRecord) -> tuple[list[ItemRecord], list[ItemRecord]]:
    """The items of a row that become ItemData, and those that say something and are left out. A row that only says which one it is has none."""
    whole = row_left_out(form, group, row)
    kept: list[ItemRecord] = []
    left: list[ItemRecord] = []
    for item in row.items:
        if item.changes or says_something(item):
            gone = whole or (item.visibility is not Visibility.SHOWN and item_left_out(item))
            (left if gone else kept).append(item)
    return ([] if all(given_by_row(group.group, item) for item in kept) else kept), left


def by_part(parts: Mapping[str, SubjectRecord], queries: Sequence[QueryTrail]) -> Mapping[str, tuple[QueryTrail, ...]]:
    """Each query once: with the version whose part holds its form, else its visit, else with the newest."""
    found: defaultdict[str, list[QueryTrail]] = defaultdict(list)
    for query in queries:
        at_form = (version for version, part in parts.items() if _form_of(part, query.key) is not None)
        at_visit = (version for version, part in parts.items() if any((one.event.oid, one.repeat) == query.key[1:3] for one in part.events))
        found[next(at_form, None) or next(at_visit, None) or tuple(parts)[-1]].append(query)
    return {version: tuple(ones) for version, ones in found.items()}


def _form_of(part: SubjectRecord, key: ItemKey) -> FormRecord | None:
    return next((form for event in part.events for form in event.forms if form.key == key.form_key), None)


class QueryPlaces:
    """The queries of a subject by the element that carries them: an ItemKey (item or row), a FormKey, visit and repeat, or SUBJECT."""

    def __init__(self, part: SubjectRecord, queries: Sequence[QueryTrail]) -> None:
        self._events = {(one.event.oid, one.repeat): one for one in part.events if event_counts(one)} if queries else {}
        self._at: defaultdict[Hashable, list[QueryTrail]] = defaultdict(list)
        for query in queries:
            self._at[self._element(query.key)].append(query)

    def at(self, element: Hashable) -> Sequence[QueryTrail]:
        """Those of one element, in the order of their numbers."""
        return self._at.get(element, ())

    def _element(self, key: ItemKey) -> Hashable:
        visit = (key.event, key.event_repeat)
        event = self._events.get(visit)
        if event is None:
            return SUBJECT
        form = next((one for one in event.forms if one.key == key.form_key and form_counts(one)), None)
        if form is None:
            return visit
        return self._inside(form, key) or form.key

    @staticmethod
    def _inside(form: FormRecord, key: ItemKey) -> ItemKey | None:
        group = next((one for one in form.groups if one.group.oid == key.group), None)
        row = next((one for one in group.rows if one.number == key.row), None) if group is not None else None
        kept = written_items(form, group, row)[0] if group is not None and row is not None else []
        if not kept:
            return None
        return key if any(one.key == key for one in kept) else key._replace(item="")


def row_element(form: FormKey, group: str, row: int) -> ItemKey:
    """The element of a row."""
    return ItemKey(*form, group, row, "")


def head_comment(query: QueryTrail) -> str:
    """What a query is, as JSON: its number, its place (item, row, form or visit), whom it is assigned to."""
    place = query.key.address if query.key.item else query.key.row_address if query.key.group else query.key.form_key.form_address if query.key.form else query.key.form_key.visit_address
    found = {"query": query.number, "place": place, "rule": query.rule, "assigned": query.assigned, "priority": query.priority, "muted": query.muted}
    return _json({name: value for name, value in found.items() if value})


def message_comment(query: QueryTrail, message: TrailMessage, user_oid: str, stamp: str) -> str:
    """One message as JSON: who, in which role, when, the ledger entry, and the words; the Chinese ones apart where they differ."""
    found = {
        "query": query.number, "message": message.number, "at": stamp, "user": user_oid, "role": message.role, "entry": message.entry_no, "text": message.text.en,
        "text_zh": message.text.zh if message.text.zh != message.text.en else "", "assigned": message.assigned, "priority": message.priority,
    }  # fmt: skip
    return _json({name: value for name, value in found.items() if value})


def _json(content: Mapping[str, object]) -> str:
    """Characters that XML cannot hold are written as JSON escapes, so that nothing is lost."""
    text = json.dumps(content, ensure_ascii=False)
    return text if is_legal(text) else json.dumps(content, ensure_ascii=True)
