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
    faults = [*_check_names(tree)]
    for part, book in _parts(tree):
        faults += [*_check_dangling(part, book), *_check_items(part, book)]
        for data in part.iter(tag("SubjectData")):
            faults += _check_level(data, book, 0)
        faults += _check_flags(part, book)
    return (*faults, *_check_times(tree))


def _parts(tree: etree._ElementTree) -> Iterator[tuple[etree._Element, _Book]]:
    """The file in parts, each with the definitions that hold in it: its own version's, elsewhere those of all versions."""
    root = tree.getroot()
    versions = {one.get("OID", ""): one for one in root.iter(tag("MetaDataVersion"))}
    whole = _Book(root, versions, "")
    books = {oid: _Book(root, versions, oid) for oid in versions} if len(versions) > 1 else dict.fromkeys(versions, whole)
    for child in root:
        if child.tag == tag("Study"):
            yield from ((one, books.get(one.get("OID", ""), whole) if one.tag == tag("MetaDataVersion") else whole) for one in child)
        else:
            yield child, books.get(child.get("MetaDataVersionOID", ""), whole)


class _Book:
    """The definitions of the file by OID; of `versions` only that named `chosen`, "" for all."""

    def __init__(self, root: etree._Element, versions: Mapping[str, etree._Element], chosen: str) -> None:
        names = {name for targets in TARGETS.values() for name in targets}
        others = {one for oid, one in versions.items() if chosen and oid != chosen}
        places = [part for child in root for part in (child if child.tag == tag("Study") else (child,)) if part not in others]
        self.defined: dict[str, dict[str, etree._Element]] = {
            name: {one.get("OID", ""): one for place in places for one in place.iter(tag(name))} for name in names
        }
        self.defined["Study"] = {one.get("OID", ""): one for one in root.iterfind(tag("Study"))}
        self.defined["MetaDataVersion"] = dict(versions)
        self.codes = {oid: _codes(one) for oid, one in self.defined["CodeList"].items()}
        self.lists = {oid: _item_list(one) for oid, one in self.defined["ItemDef"].items()}
        self.members: dict[str, set[str]] = {
            "SubjectData": {_oid(one, "StudyEventOID") for place in places for one in place.iter(tag("StudyEventRef"))}
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


def _check_dangling(part: etree._Element, book: _Book) -> Iterator[str]:
    for one in part.iter("{*}*"):
        for attribute, kinds in TARGETS.items():
            oid = one.get(attribute)
            if oid is not None and not any(oid in book.defined[kind] for kind in kinds):
                yield f"line {one.sourceline}: {attribute} {oid!r} is defined nowhere"
    for oid in (one.get("OID", "") for one in part.iter(tag("ItemDef"))):
        codelist, _several = book.lists[oid]
        if codelist and codelist not in book.defined["CodeList"]:
            yield f"ItemDef {oid!r}: code list {codelist!r} is defined nowhere"


def _check_items(part: etree._Element, book: _Book) -> Iterator[str]:
    for item in part.iter(tag("ItemDef")):
        oid = item.get("OID", "")
        kind = item.get("DataType", "")
        if kind in ("text", "string", "float") and item.get("Length") is None:
            yield f"ItemDef {oid!r}: {kind} without Length"
        if kind == "float" and item.get("SignificantDigits") is None:
            yield f"ItemDef {oid!r}: float without SignificantDigits"
    for one in part.iter(tag("ItemData")):
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


def _check_flags(part: etree._Element, book: _Book) -> Iterator[str]:
    for flag in part.iter(tag("Flag")):
        for said in flag:
            known = book.codes.get(_oid(said, "CodeListOID"))
            if known is not None and (said.text or "") not in known:
                yield f"line {said.sourceline}: flag {said.text!r} is not in {_oid(said, 'CodeListOID')}"


def _oid(element: etree._Element, attribute: str) -> str:
    return element.get(attribute, "")
