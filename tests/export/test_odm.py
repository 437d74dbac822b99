"""ODM files are valid, self-contained and hold exactly what was collected, whatever was typed."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odmlib import loader, odm_loader
from odmlib.oid_generator import create_oid_checker
from odmlib.schema_manager import get_schema_path

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.query_trail import QueryTrail
from crf_app.clinical.record import ItemRecord, SubjectRecord
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.export.naming import companions, user_oid
from crf_app.export.odm import write_odm
from crf_app.export.odm_check import check_references
from crf_app.export.odm_seen import OdmCounts
from crf_app.study.definition import ItemType
from crf_app.study.texts import Text
from tests.export import sample, strategies
from tests.export.reading import ODM, collected, read_odm_queries, read_odm_values

SCHEMA = etree.XMLSchema(etree.parse(str(get_schema_path("odm", "1.3.2"))))


def write(folder: Path, *subjects: SubjectRecord) -> tuple[Path, OdmCounts]:
    path = folder / "study.xml"
    with path.open("wb") as stream:
        counts = write_odm(subjects, sample.CONTEXT, stream)
    return path, counts


def expected(records: list[ItemRecord]) -> dict[ItemKey, Value]:
    """What a reader must find: each value, and its companions as items of their own."""
    found: dict[ItemKey, Value] = {}
    for record in records:
        value, key = record.value, record.key
        parts = companions(sample.STUDY.forms[key.form])[key.item]
        main = replace(value, operator="", standard="", standard_unit="", exact="")
        # A derived value without remarks needs no annotation: its status is OK.
        plain = value.status == "OK" and not (value.code or value.flags)
        found[key] = replace(main, status="") if plain else main
        if value.operator:
            found[key._replace(item=parts.operator)] = Value(value.operator)
        if value.standard and record.item.units:
            found[key._replace(item=parts.standard)] = Value(value.standard, unit=value.standard_unit)
        if value.exact:
            found[key._replace(item=parts.exact)] = Value(value.exact)
    return found


def assert_sound(path: Path) -> None:
    document = etree.parse(str(path))
    assert SCHEMA.validate(document), SCHEMA.error_log
    assert check_references(path) == ()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, OdmCounts]:
    return write(tmp_path_factory.mktemp("odm"), sample.subject("01-001"), sample.subject("01-002"))


def test_file_is_valid_and_refers_to_nothing_outside(exported: tuple[Path, OdmCounts]) -> None:
    assert_sound(exported[0])


def independent_check(path: Path) -> bool:
    """Another program's opinion on the references of a file."""
    reader = loader.ODMLoader(odm_loader.XMLODMLoader(model_package="odm_1_3_2"))
    reader.open_odm_document(str(path))
    document = reader.load_odm()
    checker = create_oid_checker("odm_1_3_2")
    document.verify_oids(checker)
    return bool(checker.check_oid_refs())


def test_an_independent_reader_finds_no_dangling_reference(exported: tuple[Path, OdmCounts], tmp_path: Path) -> None:
    assert independent_check(exported[0])
    broken = tmp_path / "broken.xml"
    text = (
        exported[0]
        .read_text(encoding="utf-8")
        .replace('ItemGroupOID="IG.AE.AE" OrderNumber', 'ItemGroupOID="IG.X" OrderNumber')
    )
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"IG\.X"):
        independent_check(broken)


def test_values_read_back_as_they_were(exported: tuple[Path, OdmCounts]) -> None:
    records = list(collected([sample.subject("01-001"), sample.subject("01-002")]))
    assert read_odm_values(exported[0]) == expected(records)


def test_everything_that_can_stand_in_a_casebook_was_counted(exported: tuple[Path, OdmCounts]) -> None:
    counts = exported[1]
    zero = [one.name for one in fields(counts) if one.name != "replaced" and getattr(counts, one.name) == 0]
    assert zero == []
    records = list(collected([sample.subject(), sample.subject()]))
    assert counts.values == sum(bool(one.value.text) for one in records)
    assert counts.missing == sum(bool(one.value.missing) for one in records)
    assert counts.operators == sum(bool(one.value.operator) for one in records)
    assert counts.partial_dates == sum(one.item.type is ItemType.PDATE and len(one.value.text) < 10 for one in records)


def test_queries_read_back_with_their_threads_at_the_nearest_element(exported: tuple[Path, OdmCounts]) -> None:
    found = read_odm_queries(exported[0])
    assert set(found) == {"01-001", "01-002"}
    elements = [
        "ItemData", "ItemGroupData", "ItemGroupData", "ItemGroupData", "FormData", "FormData", "FormData", "StudyEventData", "StudyEventData", "SubjectData",
    ]  # fmt: skip
    for subject, read in found.items():
        written = sample.queries(subject)
        assert [element for element, _ in read] == elements
        assert [one for _, one in read] == [named(one) for one in written]
    assert exported[1].queries == 2 * len(elements)
    assert exported[1].messages == sum(len(one.messages) for subject in found for one in sample.queries(subject))


def named(query: QueryTrail) -> QueryTrail:
    """As a reader finds it: people by the OID of their user and both their names."""
    messages = tuple(
        replace(one, user_id=user_oid(one.user_id), user_name=Text(one.user_name.get("both"), one.user_name.get("both"))) for one in query.messages
    )
    return replace(query, messages=messages)


def test_what_was_not_collected_is_not_in_the_file(exported: tuple[Path, OdmCounts]) -> None:
    keys = read_odm_values(exported[0])
    assert not [key for key in keys if key.item == "PULSE" and key.event == "SCR"], "hidden"
    assert not [key for key in keys if key.form == "AE" and key.row == 3], "deleted row"
    events = etree.parse(str(exported[0])).findall(f".//{ODM}StudyEventData[@StudyEventOID='SE.UNS']")
    assert all(not one.findall(f"{ODM}FormData[@FormOID='F.LB']") for one in events), "form not started"


def test_audit_record_tells_who_when_why_and_the_ledger_entry(exported: tuple[Path, OdmCounts]) -> None:
    root = etree.parse(str(exported[0])).getroot()
    audit = root.find(f".//{ODM}ItemData[@ItemOID='I.VS.VSDAT']/{ODM}AuditRecord")
    assert audit is not None
    user = audit.find(f"{ODM}UserRef")
    assert user is not None
    name = root.find(f".//{ODM}User[@OID='{user.get('UserOID')}']/{ODM}DisplayName")
    assert name is not None
    assert name.text == "Demo Coordinator 演示协调员"
    assert audit.findtext(f"{ODM}DateTimeStamp") == "2026-03-17T01:30:00+00:00"
    assert audit.findtext(f"{ODM}ReasonForChange") == "typing error 录入错误"
    assert audit.findtext(f"{ODM}SourceID") == "7/2"


def test_signature_names_the_signer_and_what_was_signed(exported: tuple[Path, OdmCounts]) -> None:
    form = etree.parse(str(exported[0])).find(f".//{ODM}FormData[@FormOID='F.AE']")
    assert form is not None
    assert form.findtext(f"{ODM}Signature/{ODM}CryptoBindingManifest") == "cd" * 32
    comments = [one.text or "" for one in form.iterfind(f"{ODM}Annotation/{ODM}Comment")]
    assert any("void since 2026-03-17" in one for one in comments)


def test_synthetic_data_and_ledger_head_are_marked_in_the_head_and_on_each_subject(
    exported: tuple[Path, OdmCounts],
) -> None:
    root = etree.parse(str(exported[0])).getroot()
    assert "SYNTHETIC" in root.get("Description", "")
    assert f"42:{'ab' * 32}" in root.get("SourceSystem", "")
    for subject in root.iter(f"{ODM}SubjectData"):
        marks = [one.text for one in subject.iterfind(f"{ODM}Annotation/{ODM}Flag/{ODM}FlagValue")]
        assert {"SYNTHETIC", "LEDGER_HEAD"} <= set(marks)


def test_definition_goes_along_in_both_languages(exported: tuple[Path, OdmCounts]) -> None:
    root = etree.parse(str(exported[0])).getroot()
    version = root.find(f".//{ODM}MetaDataVersion")
    assert version is not None
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    question = [
        (one.get(lang), one.text) for one in version.iterfind(f"{ODM}ItemDef[@OID='I.VS.TEMP']/{ODM}Question/*")
    ]
    assert question == [("en", "Temperature"), ("zh-CN", "体温")]
    condition = version.findtext(f"{ODM}ConditionDef[@OID='COND.I.VS.PULSE']/{ODM}FormalExpression")
    assert condition == 'not (VSPERF = "Y")'
    assert version.findtext(f"{ODM}MethodDef[@OID='MT.VS.BMI']/{ODM}FormalExpression") == "D02(W = WT)"
    checks = version.findall(f"{ODM}ItemDef[@OID='I.VS.TEMP']/{ODM}RangeCheck")
    assert [one.get("Comparator") for one in checks] == ["GE", "LE", "GE", None]


def test_a_character_that_xml_cannot_hold_is_seen_and_the_stored_text_kept(tmp_path: Path) -> None:
    scr, bad = sample.EVENTS[0], "bell \x07 and \x00 中"
    form = sample.form(
        "01-009", scr, sample.VS, [{"VSNOTE": Value(bad), "VSDAT": Value(missing="ND", reason="why\x01")}]
    )
    path, counts = write(tmp_path, SubjectRecord("01-009", "", (sample.event(scr, [form]),)))
    assert_sound(path)
    assert counts.replaced == ["01-009 SCR/VS/VS#1/VSDAT", "01-009 SCR/VS/VS#1/VSNOTE"]
    data = etree.parse(str(path)).find(f".//{ODM}ItemData[@ItemOID='I.VS.VSNOTE']")
    assert data is not None
    assert data.get("Value") == "bell \ufffd and \ufffd 中"
    values = read_odm_values(path)
    assert {value.text for value in values.values()} == {bad, ""}
    assert {value.reason for value in values.values()} == {"why\x01", ""}


def test_a_form_that_repeats_against_its_definition_keeps_its_repeat_key(tmp_path: Path) -> None:
    scr = sample.EVENTS[0]
    forms = [
        sample.form("01-001", scr, sample.LB, [{"LBDTC": Value("2026-03-17T08:05")}], form_repeat=n) for n in (1, 2)
    ]
    path, _counts = write(tmp_path, SubjectRecord("01-001", "", (sample.event(scr, forms),)))
    assert {key.form_repeat for key in read_odm_values(path)} == {1, 2}
    assert SCHEMA.validate(etree.parse(str(path)))


def test_an_item_outside_the_definition_is_refused_with_its_place() -> None:
    study = replace(sample.STUDY, forms={name: form for name, form in sample.STUDY.forms.items() if name != "AE"})
    context = replace(sample.CONTEXT, study=replace(study, events=sample.EVENTS[:2]))
    with pytest.raises(ExpectedError) as caught:
        write_odm([sample.subject()], context, io.BytesIO())
    assert caught.value.code == "export_definition"
    assert caught.value.parameters["where"] == "01-001 LOG/AE/AE#1/AESPID"


def test_a_time_without_zone_is_never_written() -> None:
    context = replace(sample.CONTEXT, produced_at=sample.WHEN.replace(tzinfo=None))
    with pytest.raises(ValueError, match="without zone"):
        write_odm([], context, io.BytesIO())


def test_each_element_of_data_stands_on_its_own_line(exported: tuple[Path, OdmCounts]) -> None:
    lines = exported[0].read_text(encoding="utf-8").split("\n")
    items = [line for line in lines if "<ItemData " in line]
    assert items
    assert all(line.count("<ItemData ") == 1 for line in items)


@settings(max_examples=30, deadline=None)
@given(st.lists(strategies.subjects(), min_size=1, max_size=2, unique_by=lambda one: one.subject))
def test_any_casebook_is_valid_and_reads_back_the_same(subjects: list[SubjectRecord]) -> None:
    with TemporaryDirectory() as folder:
        path, _counts = write(Path(folder), *subjects)
        assert_sound(path)
        assert read_odm_values(path) == expected(list(collected(subjects)))
