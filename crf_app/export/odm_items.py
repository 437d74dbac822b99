"""One item of a study definition as ODM ItemDefs: the item itself and its companions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from crf_app.export import odm_terms
from crf_app.export.naming import codelist_name, unit_oid
from crf_app.export.odm_elements import child, translated
from crf_app.export.odm_plan import ItemPlan
from crf_app.study.definition import ItemDef, ItemType, Limits, StudyDef
from crf_app.study.texts import Text

DATA_TYPES: Mapping[ItemType, str] = {
    ItemType.INT: "integer",
    ItemType.DEC: "float",
    ItemType.DATE: "date",
    ItemType.PDATE: "partialDate",
    # Times are collected to the minute; ODM's own `time` would make seconds up.
    ItemType.TIME: "partialTime",
    ItemType.DATETIME: "partialDatetime",
}
OPEN_LENGTH = 4000
"""Length given where the definition sets none: several codes, links, hashes of attachments, unlimited text."""
EXACT_DIGITS = 28
"""Digits after the point of an unrounded value: the precision of decimal arithmetic in the registry of functions."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def add_item(parent: etree._Element, study: StudyDef, plan: ItemPlan) -> None:
    """Write the ItemDef of an item, then those of its operator, its standard value and its unrounded value."""
    _add_main(parent, study, plan)
    label = plan.item.label
    if plan.operator:
        made = _definition(parent, plan.operator, label, Text("operator", "符号"), {"DataType": "text", "Length": "1"})
        child(made, "CodeListRef", {"CodeListOID": odm_terms.OPERATOR})
    if plan.standard:
        made = _definition(
            parent, plan.standard, label, Text(f"in {plan.item.unit}", f"换算为 {plan.item.unit}"), _exact_number()
        )
        if plan.item.unit:
            child(made, "MeasurementUnitRef", {"MeasurementUnitOID": unit_oid(plan.item.unit)})
    if plan.exact:
        made = _definition(parent, plan.exact, label, Text("not rounded", "未修约"), _exact_number())
        if plan.item.unit:
            child(made, "MeasurementUnitRef", {"MeasurementUnitOID": unit_oid(plan.item.unit)})


def data_type(item: ItemDef) -> str:
    """The ODM DataType of an item's value; choices, links, attachments and map points are text."""
    return DATA_TYPES.get(item.type, "text")


def _add_main(parent: etree._Element, study: StudyDef, plan: ItemPlan) -> None:
    item = plan.item
    attributes = {"OID": plan.oid, "Name": item.oid, "DataType": data_type(item), **_size(item)}
    attributes["Origin"] = "Derived" if item.is_derived else "CRF"
    made = child(parent, "ItemDef", attributes)
    if item.guide.en or item.guide.zh:
        translated(made, "Description", item.guide)
    translated(made, "Question", item.label, item.oid)
    for unit in dict.fromkeys(one for one in (item.unit, *item.units) if one):
        child(made, "MeasurementUnitRef", {"MeasurementUnitOID": unit_oid(unit)})
    _add_limits(made, item, item.hard, "Hard", Text("", ""))
    _add_limits(made, item, item.soft, "Soft", item.soft_message)
    codes = codelist_name(study, item)
    if codes and item.type is not ItemType.MULTI:
        child(made, "CodeListRef", {"CodeListOID": f"CL.{codes}"})
    _add_item_aliases(made, item, codes)


def _add_item_aliases(parent: etree._Element, item: ItemDef, codes: str) -> None:
    aliases = {
        "Type": item.type.value,
        "Domain": item.domain,
        "Test": item.test,
        "Source": item.source,
        "RequiredWhen": item.required if item.required not in ("true", "false") else "",
        "MultipleChoiceCodeList": f"CL.{codes}" if codes and item.type is ItemType.MULTI else "",
        "LinksTo": ";".join(item.links),
        "Identifier": item.identifier,
    }
    for context, name in aliases.items():
        if name:
            child(parent, "Alias", {"Context": context, "Name": name})


def _size(item: ItemDef) -> dict[str, str]:
    kind = data_type(item)
    if kind == "integer":
        return {"Length": str(item.digits or 18)}
    if kind == "float":
        return {"Length": str((item.digits or EXACT_DIGITS) + 2), "SignificantDigits": str(item.decimals)}
    if kind != "text":
        return {}
    if item.type is ItemType.SINGLE and item.codes:
        return {"Length": str(max(len(one.code) for one in item.codes))}
    return {"Length": str(item.length or OPEN_LENGTH)}


def _add_limits(parent: etree._Element, item: ItemDef, limits: Limits | None, weight: str, message: Text) -> None:
    if limits is None:
        return
    for bound, comparator, sign in ((limits.low, "GE", ">="), (limits.high, "LE", "<=")):
        if not bound:
            continue
        if _NUMBER.fullmatch(bound):
            made = child(parent, "RangeCheck", {"Comparator": comparator, "SoftHard": weight})
            child(made, "CheckValue", text=bound)
        else:
            made = child(parent, "RangeCheck", {"SoftHard": weight})
            child(made, "FormalExpression", {"Context": "crf-app"}, f"{item.oid} {sign} ({bound})")
        if item.unit:
            child(made, "MeasurementUnitRef", {"MeasurementUnitOID": unit_oid(item.unit)})
        if message.en or message.zh:
            translated(made, "ErrorMessage", message)


def _definition(parent: etree._Element, oid: str, label: Text, what: Text, size: Mapping[str, str]) -> etree._Element:
    made = child(parent, "ItemDef", {"OID": oid, "Name": oid.rpartition(".")[2], **size, "Origin": "Derived"})
    translated(made, "Question", Text(f"{label.en} ({what.en})", f"{label.zh}（{what.zh}）"))
    return made


def _exact_number() -> dict[str, str]:
    return {"DataType": "float", "Length": str(EXACT_DIGITS + 12), "SignificantDigits": str(EXACT_DIGITS)}
