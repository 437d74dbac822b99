"""Each fault that the schema lets pass is found: one planted fault, one message."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from crf_app.export.odm import write_odm
from crf_app.export.odm_check import check_references
from crf_app.export.odm_rules import value_fault
from tests.export import sample
from tests.export.reading import ODM

Change = Callable[[etree._Element], None]


def find(root: etree._Element, path: str) -> etree._Element:
    """The first element of the path, whose steps need no namespace."""
    found = root.find(".//" + "/".join(ODM + step for step in path.split("/")))
    assert found is not None, path
    return found


def put(path: str, attribute: str, value: str) -> Change:
    return lambda root: find(root, path).set(attribute, value)


def drop(path: str, attribute: str) -> Change:
    def change(root: etree._Element) -> None:
        find(root, path).attrib.pop(attribute)

    return change


def words(path: str, text: str) -> Change:
    return lambda root: setattr(find(root, path), "text", text)


def twice(path: str) -> Change:
    def change(root: etree._Element) -> None:
        element = find(root, path)
        element.addnext(deepcopy(element))

    return change


DATE = "ItemData[@ItemOID='I.VS.VSDAT']"
FAULTS: dict[str, tuple[Change, str]] = {
    "item": (put("ItemRef", "ItemOID", "I.NONE"), "ItemOID 'I.NONE' is defined nowhere"),
    "event": (put("StudyEventRef", "StudyEventOID", "SE.NONE"), "StudyEventOID 'SE.NONE' is defined nowhere"),
    "form": (put("FormRef", "FormOID", "F.NONE"), "FormOID 'F.NONE' is defined nowhere"),
    "group": (put("ItemGroupRef", "ItemGroupOID", "IG.NONE"), "ItemGroupOID 'IG.NONE' is defined nowhere"),
    "codelist": (put("CodeListRef", "CodeListOID", "CL.NONE"), "CodeListOID 'CL.NONE' is defined nowhere"),
    "unit": (put("ItemData/MeasurementUnitRef", "MeasurementUnitOID", "MU.NONE"), "'MU.NONE' is defined nowhere"),
    "user": (put("AuditRecord/UserRef", "UserOID", "USR.NONE"), "UserOID 'USR.NONE' is defined nowhere"),
    "location": (put("SiteRef", "LocationOID", "LOC.NONE"), "LocationOID 'LOC.NONE' is defined nowhere"),
    "signature": (put("SignatureRef", "SignatureOID", "SD.NONE"), "SignatureOID 'SD.NONE' is defined nowhere"),
    "method": (put("ItemRef[@MethodOID]", "MethodOID", "MT.NONE"), "MethodOID 'MT.NONE' is defined nowhere"),
    "condition": (
        put("ItemRef[@CollectionExceptionConditionOID]", "CollectionExceptionConditionOID", "COND.NONE"),
        "'COND.NONE' is defined nowhere",
    ),
    "study": (put("ClinicalData", "StudyOID", "S.NONE"), "StudyOID 'S.NONE' is defined nowhere"),
    "version": (put("ClinicalData", "MetaDataVersionOID", "MDV.NONE"), "'MDV.NONE' is defined nowhere"),
    "multiple": (
        put("Alias[@Context='MultipleChoiceCodeList']", "Name", "CL.NONE"), "code list 'CL.NONE' is defined nowhere",
    ),
    "link": (put("Association/KeySet", "FormOID", "F.NONE"), "FormOID 'F.NONE' is defined nowhere"),
    "oid": (put("Location", "OID", "LOC-01"), "OID 'LOC-01' is not letters"),
    "misplaced": (put("FormData", "FormOID", "F.AE"), "F.AE does not belong into this StudyEventData"),
    "item twice": (twice(DATE), "I.VS.VSDAT stands 2 times"),
    "row twice": (twice("ItemGroupData"), "IG.VS.VS 1 stands 2 times"),
    "no repeat key": (drop("ItemGroupData", "ItemGroupRepeatKey"), "IG.VS.VS has no repeat key"),
    "needless repeat key": (put("StudyEventData", "StudyEventRepeatKey", "1"), "SE.SCR needs no repeat key"),
    "null and value": (put(DATE, "IsNull", "Yes"), "IsNull beside a value"),
    "neither": (drop(DATE, "Value"), "neither a value nor IsNull"),
    "empty": (put(DATE, "Value", ""), "empty value"),
    "type": (put(DATE, "Value", "2026-02-30"), "'2026-02-30' is no date"),
    "code": (put("ItemData[@ItemOID='I.VS.VSPERF']", "Value", "X"), "'X' is not in the code list"),
    "codes": (put("ItemData[@ItemOID='I.WND.TISS']", "Value", "EPI;X"), "'X' is not in the code list"),
    "length": (put("ItemData[@ItemOID='I.AE.AETERM']", "Value", "x" * 201), "201 characters, 200 allowed"),
    "text length": (drop("ItemDef[@OID='I.AE.AETERM']", "Length"), "text without Length"),
    "digits": (drop("ItemDef[@OID='I.VS.TEMP']", "SignificantDigits"), "float without SignificantDigits"),
    "zone": (words("AuditRecord/DateTimeStamp", "2026-03-17T09:30:00"), "'2026-03-17T09:30:00' without zone"),
    "flag": (words("FormData/Annotation/Flag/FlagValue", "gone"), "flag 'gone' is not in CLX.FORM_STATUS"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("odm") / "study.xml"
    with path.open("wb") as stream:
        write_odm([sample.subject()], sample.CONTEXT, stream)
    return path


def test_a_sound_file_has_no_fault(sound: Path) -> None:
    assert check_references(sound) == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named(name: str, sound: Path, tmp_path: Path) -> None:
    change, message = FAULTS[name]
    document = etree.parse(str(sound))
    change(document.getroot())
    broken = tmp_path / "broken.xml"
    document.write(str(broken), encoding="utf-8")
    assert any(message in fault for fault in check_references(broken)), check_references(broken)


@pytest.mark.parametrize(
    "kind,value,right",
    [
        ("integer", "-12", True), ("integer", "1.0", False), ("float", "12.50", True), ("float", "1E+3", False),
        ("date", "2024-02-29", True), ("date", "2026-02", False), ("partialDate", "2026-02", True),
        ("partialDate", "2026", True), ("partialDate", "2026-13", False), ("partialTime", "14:32", True),
        ("partialTime", "24:00", False), ("partialDatetime", "2026-03-17T14:32", True), ("text", "anything", True),
        ("partialDatetime", "2026-02-30T14:32", False), ("time", "14:32", False), ("boolean", "yes", False),
    ],
)  # fmt: skip
def test_data_types(kind: str, value: str, right: bool) -> None:
    assert (value_fault(kind, None, value, None, several=False) == "") is right
