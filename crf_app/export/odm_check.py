"""What the schema of ODM 1.3.2 does not see: references, values against their definitions, repeat keys, time zones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from crf_app.export.odm_elements import tag
from crf_app.export.odm_rules import value_fault

OID = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
ZONE = re.compile(r"T.*(Z|[+-]\d\d:\d\d)$")

TARGETS: Mapping[str, tuple[str, ...]] = {
    "StudyEventOID": ("StudyEventDef",), "FormOID": ("FormDef",), "ItemGroupOID": ("ItemGroupDef",),
    "ItemOID": ("ItemDef",), "CodeListOID": ("CodeList",), "MeasurementUnitOID": ("MeasurementUnit",),
    "MethodOID": ("MethodDef",), "CollectionExceptionConditionOID": ("ConditionDef",), "UserOID": ("User",),
    "LocationOID": ("Location",), "SignatureOID": ("SignatureDef",), "StudyOID": ("Study",),
    "MetaDataVersionOID": ("MetaDataVersion",), "RoleCodeListOID": ("CodeList",),
}  # fmt: skip
"""The attributes that refer, and the elements they may refer to."""
LEVELS = (
    ("StudyEvent", "SubjectData"),
    ("Form", "StudyEventData"),
    ("ItemGroup", "FormData"),
    ("Item", "ItemGroupData"),
)
TIMES = (("ODM", "CreationDateTime"), ("ODM", "AsOfDateTime"))


def check_references(path: Path) -> tuple[str, ...]:
    """Every fault of an ODM 1.3.2 file that its schema lets pass, each with its line; empty when there is none.

    Checked: dangling OIDs; OIDs that some readers rewrite; an element used where its parent does not list it; repeat
    keys that are missing, superfluous or used twice; an item twice in a row; IsNull beside a value, neither, empty;
    text without Length, float without SignificantDigits; a value that is not of its type, too long, or not in its code
    list; flags not in theirs; time stamps without zone. Raises OSError and lxml's XMLSyntaxError.
    """
    tree = etree.parse(str(path), etree.XMLParser(huge_tree=True, no_network=True, resolve_entities=False))
    book = _Book(tree)
    faults = [*_check_names(tree), *_check_dangling(tree, book), *_check_items(tree, book), *_check_times(tree)]
    for data in tree.iter(tag("SubjectData")):
        faults += _check_level(data, book, 0)
    faults += _check_flags(tree, book)
    return tuple(faults)


class _Book:
    """The definitions of the file by OID."""

    def __init__(self, tree: etree._ElementTree) -> None:
        names = {name for targets in TARGETS.values() for name in targets}
        self.defined: dict[str, dict[str, etree._Element]] = {
            name: {one.get("OID", ""): one for one in tree.iter(tag(name))} for name in names
        }
        self.codes = {oid: _codes(one) for oid, one in self.defined["CodeList"].items()}
        self.lists = {oid: _item_list(one) for oid, one in self.defined["ItemDef"].items()}
        self.members: dict[str, set[str]] = {
            "SubjectData": {_oid(one, "StudyEventOID") for one in tree.iter(tag("StudyEventRef"))}
        }
        for kind, child in (("StudyEventDef", "Form"), ("FormDef", "ItemGroup"), ("ItemGroupDef", "Item")):
            for oid, one in self.defined[kind].items():
                self.members[oid] = {_oid(ref, f"{child}OID") for ref in one.iterfind(tag(f"{child}Ref"))}


def _codes(codelist: etree._Element) -> set[str]:
    return {one.get("CodedValue", "") for one in codelist if one.get("CodedValue") is not None}


def _item_list(item: etree._Element) -> tuple[str, bool]:
    """The code list of an item, and whether its value may name several codes."""
    reference = item.find(tag("CodeListRef"))
    if reference is not None:
        return _oid(reference, "CodeListOID"), False
    for alias in item.iterfind(tag("Alias")):
        if alias.get("Context") == "MultipleChoiceCodeList":
            return _oid(alias, "Name"), True
    return "", False


def _check_names(tree: etree._ElementTree) -> Iterator[str]:
    for one in tree.iter("{*}*"):
        oid = one.get("OID")
        if oid is not None and not OID.fullmatch(oid):
            yield f"line {one.sourceline}: OID {oid!r} is not letters, digits, _ and . only"


def _check_dangling(tree: etree._ElementTree, book: _Book) -> Iterator[str]:
    for one in tree.iter("{*}*"):
        for attribute, kinds in TARGETS.items():
            oid = one.get(attribute)
            if oid is not None and not any(oid in book.defined[kind] for kind in kinds):
                yield f"line {one.sourceline}: {attribute} {oid!r} is defined nowhere"
    for oid, (codelist, _several) in book.lists.items():
        if codelist and codelist not in book.defined["CodeList"]:
            yield f"ItemDef {oid!r}: code list {codelist!r} is defined nowhere"


def _check_items(tree: etree._ElementTree, book: _Book) -> Iterator[str]:
    for oid, item in book.defined["ItemDef"].items():
        kind = item.get("DataType", "")
        if kind in ("text", "string", "float") and item.get("Length") is None:
            yield f"ItemDef {oid!r}: {kind} without Length"
        if kind == "float" and item.get("SignificantDigits") is None:
            yield f"ItemDef {oid!r}: float without SignificantDigits"
    for one in tree.iter(tag("ItemData")):
        fault = _data_fault(one, book)
        if fault:
            yield f"line {one.sourceline}: {_oid(one, 'ItemOID')}: {fault}"


def _data_fault(data: etree._Element, book: _Book) -> str:
    value, null = data.get("Value"), data.get("IsNull") == "Yes"
    if null:
        return "IsNull beside a value" if value is not None else ""
    if value is None:
        return "neither a value nor IsNull"
    item = book.defined["ItemDef"].get(_oid(data, "ItemOID"))
    if item is None:
        return ""
    codelist, several = book.lists[_oid(data, "ItemOID")]
    allowed = book.codes.get(codelist)
    length = item.get("Length")
    return value_fault(item.get("DataType", ""), int(length) if length else None, value, allowed, several=several)


def _check_times(tree: etree._ElementTree) -> Iterator[str]:
    root = tree.getroot()
    stamps = [(root, root.get(name, "")) for _element, name in TIMES if root.get(name) is not None]
    stamps += [(one, one.text or "") for one in tree.iter(tag("DateTimeStamp"))]
    for one, text in stamps:
        if not ZONE.search(text):
            yield f"line {one.sourceline}: time {text!r} without zone"


def _check_level(data: etree._Element, book: _Book, level: int) -> Iterator[str]:
    """The children of one element of clinical data: listed by its definition, and each repeat key once."""
    kind, parent = LEVELS[level]
    allowed = book.members.get("SubjectData" if level == 0 else _oid(data, f"{LEVELS[level - 1][0]}OID"), set())
    places: Counter[tuple[str, str]] = Counter()
    for one in data.iterfind(tag(f"{kind}Data")):
        oid = _oid(one, f"{kind}OID")
        if oid not in allowed:
            yield f"line {one.sourceline}: {oid} does not belong into this {parent}"
        key = one.get(f"{kind}RepeatKey", "")
        places[oid, key] += 1
        definition = book.defined[f"{kind}Def"].get(oid)
        if definition is not None and kind != "Item" and (definition.get("Repeating") == "Yes") != bool(key):
            yield f"line {one.sourceline}: {oid} {'has no' if not key else 'needs no'} repeat key"
        if level + 1 < len(LEVELS):
            yield from _check_level(one, book, level + 1)
    yield from (
        f"line {data.sourceline}: {oid} {key} stands {count} times".replace("  ", " ")
        for (oid, key), count in places.items()
        if count > 1
    )


def _check_flags(tree: etree._ElementTree, book: _Book) -> Iterator[str]:
    for flag in tree.iter(tag("Flag")):
        for part in flag:
            known = book.codes.get(_oid(part, "CodeListOID"))
            if known is not None and (part.text or "") not in known:
                yield f"line {part.sourceline}: flag {part.text!r} is not in {_oid(part, 'CodeListOID')}"


def _oid(element: etree._Element, attribute: str) -> str:
    return element.get(attribute, "")
