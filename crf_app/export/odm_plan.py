"""What the writer of clinical data must know of each item, worked out once per export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crf_app.export.naming import NUMBERS, Parts, companions
from crf_app.study.definition import EventDef, FormDef, GroupDef, ItemDef, ItemType, StudyDef


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """The OIDs of an item and of its companions; "" where it has none."""

    oid: str
    item: ItemDef
    operator: str
    standard: str
    exact: str
    counted: bool
    """A kind of item whose values are counted by themselves: partial dates, links."""


def study_plan(study: StudyDef) -> Mapping[tuple[str, str], ItemPlan]:
    """The plan of every item, by form and item."""
    made: dict[tuple[str, str], ItemPlan] = {}
    for form in study.forms.values():
        parts = companions(form)
        made.update({(form.oid, item.oid): _item_plan(form.oid, item, parts[item.oid]) for item in form.items})
    return made


def _item_plan(form: str, item: ItemDef, parts: Parts) -> ItemPlan:
    """Companions in ODM: operator, value in the standard unit, unrounded value; the rest are annotations."""
    exact = parts.exact if item.type in NUMBERS else ""
    return ItemPlan(
        oid=item_oid(form, item.oid),
        item=item,
        operator=item_oid(form, parts.operator) if parts.operator else "",
        standard=item_oid(form, parts.standard) if item.units else "",
        exact=item_oid(form, exact) if exact else "",
        counted=item.type in (ItemType.PDATE, ItemType.LINK),
    )


def item_oid(form: str, item: str) -> str:
    """I.FORM.ITEM (decisions, 15)."""
    return f"I.{form}.{item}"


def group_oid(form: str, group: str) -> str:
    """IG.FORM.GROUP."""
    return f"IG.{form}.{group}"


def form_oid(form: str) -> str:
    """F.FORM."""
    return f"F.{form}"


def event_oid(event: str) -> str:
    """SE.EVENT."""
    return f"SE.{event}"


def repeats(one: EventDef | FormDef | GroupDef) -> bool:
    """May there be several of it in the same place?"""
    if isinstance(one, EventDef):
        return one.kind == "unscheduled"
    if isinstance(one, FormDef):
        return bool(one.repeat_for)
    return one.repeating != "no"
