"""A subject made by hand with every kind of item, for the tests of the printed pages and their benchmark."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.record import (
    ChangeRecord,
    EventRecord,
    EventStatus,
    Finding,
    FormRecord,
    FormStatus,
    GroupRecord,
    ItemRecord,
    RowRecord,
    SignatureRecord,
    SubjectRecord,
    Visibility,
    Window,
)
from crf_app.clinical.values import BLANK, Value
from crf_app.study.definition import FormDef, GroupDef, Severity
from crf_app.study.texts import EMPTY, Text
from tests.pdf.sample_study import (
    ADVERSE,
    ANALYTES,
    CONTEXT,
    COORDINATOR,
    FORMS,
    INVESTIGATOR,
    LABORATORY,
    LOG,
    MEDICATION,
    PHOTO,
    POINT,
    STUDY,
    SUBJECT,
    VITAL,
    W4,
    WHEN,
    WOUND,
)

__all__ = [
    "CONTEXT",
    "COORDINATOR",
    "FORMS",
    "LOG",
    "PHOTO",
    "STUDY",
    "SUBJECT",
    "VITAL",
    "W4",
    "WOUND",
    "WOUND_VALUES",
    "adverse_form",
    "laboratory_form",
    "medication_form",
    "plain_form",
    "row",
    "subject_record",
    "vital_form",
    "wound_form",
]


def row(form: FormKey, group: GroupDef, number: int, label: Text, values: dict[str, Value]) -> RowRecord:
    """A row with the given values; items not named are blank."""
    return RowRecord(
        number,
        label,
        tuple(
            ItemRecord(item_key(form, group.oid, number, one.oid), one, values.get(one.oid, BLANK))
            for one in group.items
        ),
    )


def plain_form(
    definition: FormDef,
    event: str,
    values: dict[str, Value],
    *,
    repeat: int = 1,
    status: FormStatus = FormStatus.COMPLETE,
) -> FormRecord:
    """A form whose groups have one row each."""
    key = FormKey(SUBJECT, event, 1, definition.oid, repeat)
    groups = tuple(GroupRecord(group, (row(key, group, 1, EMPTY, values),)) for group in definition.groups)
    return FormRecord(
        key, definition, definition.name, status, optional=False, groups=groups, form_version="1.2",
        completed_at=WHEN - timedelta(hours=5), completed_by=COORDINATOR, first_completed_at=WHEN - timedelta(hours=5),
    )  # fmt: skip


WOUND_VALUES = {
    "WNDDAT": Value("2026-03-17"),
    "WNDULC": Value("LOG/AE/AE#1"),
    "WNDHEAL": Value("N"),
    "WNDMETH": Value("PLANIMETRY"),
    "WNDLEN": Value("41", unit="mm", standard="4.1", standard_unit="cm"),
    "WNDWID": Value("2.9", unit="cm", standard="2.9", standard_unit="cm"),
    "WNDUND": Value(missing="ND", reason="not probed at this visit 本次未探查"),
    "WNDPLAN": Value("8.43", unit="cm2", standard="8.43", standard_unit="cm2"),
    "WNDCHG": Value("-32.0", exact="-32.0161", status="OK"),
    "WNDSUM": Value("", status="MISSING"),
    "WNDSTART": Value("2025-11"),
    "WNDTIM": Value("14:32"),
    "WNDDTM": Value("2026-03-17T14:35"),
    "TISSUE": Value("GRAN;EPI"),
    "EXUDAMT": Value("SCANT"),
    "ODOUR": Value("N"),
    "PAINNUM": Value("3"),
    "SPOT": Value("PLANTAR;LEFT;0.4100;0.7300;MTH1"),
    "PHOTO": Value(PHOTO),
    "WND_COVAL": Value(
        "Dressing changed by Ms <b>Demo</b> & 𠮷 family; next visit as planned.\n第二行：伤口清洁，无异味。"
    ),
}


def wound_form(**changes: Value) -> FormRecord:
    """The wound form of week 4 with a correction, a confirmed finding and a hidden item that still holds a value."""
    form = plain_form(WOUND, "W4", {**WOUND_VALUES, **changes})
    area = item_key(form.key, "M", 1, "WNDPLAN")
    change = ChangeRecord(
        area, 48001, 1, WHEN - timedelta(hours=3), "u1", COORDINATOR, "coordinator", Value("9.43"), Value("8.43"),
        "transcription error: tracing on file reads 8.43 转录错误", "screen",
    )  # fmt: skip
    width = item_key(form.key, "M", 1, "WNDWID")
    finding = Finding(
        "SOFT",
        Severity.SOFT,
        width,
        Text("2.9 cm is unusual.", "2.9 cm 不常见。"),
        confirmed=True,
        reason="measured twice 复测一致",
    )

    def mend(record: ItemRecord) -> ItemRecord:
        if record.key == area:
            return replace(record, changes=(change,), corrected=True)
        if record.key == width:
            return replace(record, findings=(finding,))
        if record.item.oid == "ODOURTXT":
            return replace(record, value=Value("left behind"), visibility=Visibility.HIDDEN)
        return record

    groups = tuple(
        replace(group, rows=tuple(replace(one, items=tuple(map(mend, one.items))) for one in group.rows))
        for group in form.groups
    )
    signature = SignatureRecord(
        "s1", form.key.form, "review", "u2", INVESTIGATOR, "investigator", WHEN, "5a1e77c093b2" + "0" * 52, 48370
    )
    return replace(form, groups=groups, signatures=(signature,))


def vital_form() -> FormRecord:
    """Vital signs: a fixed table with two rows."""
    key = FormKey(SUBJECT, "W4", 1, "VS", 1)
    head, table = VITAL.groups
    rows = tuple(
        row(key, table, number, point.text, {
            "VSTPT": Value(point.code), "VSTIM": Value(f"10:{number}0"), "SYSBP": Value(f"12{number}"),
            "DIABP": Value("78"), "PULSE": Value("66"), "TEMP": Value("97.9", unit="degF", standard="36.6", standard_unit="degC"),
        })
        for number, point in enumerate(POINT, 1)
    )  # fmt: skip
    groups = (
        GroupRecord(head, (row(key, head, 1, EMPTY, {"VSPERF": Value("Y"), "VSDAT": Value("2026-03-17")}),)),
        GroupRecord(table, rows),
    )
    return replace(plain_form(VITAL, "W4", {}), groups=groups, completed_at=None, status=FormStatus.IN_PROGRESS)


def laboratory_form() -> FormRecord:
    """A panel with values inside, below and above their intervals."""
    values: dict[str, Value] = {"LBNAM": Value("Central laboratory 检验科")}
    for stem, _, _, unit, _, result, flag in ANALYTES:
        values[f"{stem}_LBORRES"] = Value(result, operator="<" if stem == "CRP" else "", unit=unit)
        values[f"{stem}_LBNRIND"] = Value(flag, status="OK")
    values["HGB_LBCLSIG"] = Value("NCS")
    form = plain_form(LABORATORY, "W4", values)
    limits = {f"{stem}_LBORRES": Text(interval, interval) for stem, _, _, _, interval, *_ in ANALYTES}

    def mend(record: ItemRecord) -> ItemRecord:
        hidden = record.item.oid.endswith("_LBCLSIG") and not record.item.oid.startswith(("HGB", "PLT"))
        return replace(
            record,
            limits=limits.get(record.item.oid, EMPTY),
            visibility=Visibility.HIDDEN if hidden else Visibility.SHOWN,
        )

    groups = tuple(
        replace(group, rows=tuple(replace(one, items=tuple(map(mend, one.items))) for one in group.rows))
        for group in form.groups
    )
    return replace(form, groups=groups)


def adverse_form(count: int = 2) -> FormRecord:
    """The log of adverse events."""
    key = FormKey(SUBJECT, "LOG", 1, "AE", 1)
    head, log = ADVERSE.groups
    rows = [
        row(key, log, number, Text(f"Headache {number}", f"头痛 {number}"), {
            "AESPID": Value(str(number)), "AETERM": Value("Headache, intermittent 间歇性头痛"),
            "AESTDAT": Value("2026-02-21"),
            "AEENDAT": Value("2026-03"), "AETOXGR": Value("2"), "AEREL": Value("UNLIKELY"), "AESER": Value("N"),
            "AEACNOTH": Value("rest, more fluid"), "AESRC": Value("W4/VS/VS#1"),
        })
        for number in range(1, count + 1)
    ]  # fmt: skip
    rows.append(
        replace(
            row(key, log, count + 1, Text("Cough", "咳嗽"), {"AETERM": Value("Cough")}),
            deleted=True,
            reason="entered for another subject",
        )
    )
    groups = (
        GroupRecord(head, (row(key, head, 1, EMPTY, {"AEYN": Value("Y")}),)),
        GroupRecord(log, tuple(rows)),
    )
    return replace(plain_form(ADVERSE, "LOG", {}), groups=groups, status=FormStatus.IN_PROGRESS, completed_at=None)


def medication_form(count: int = 60) -> FormRecord:
    """A log narrow enough for a table and long enough for two pages."""
    key = FormKey(SUBJECT, "LOG", 1, "CM", 1)
    (log,) = MEDICATION.groups
    rows = tuple(
        row(
            key,
            log,
            number,
            Text(f"CM {number}", f"用药 {number}"),
            {"CMTRT": Value(f"Metformin 二甲双胍 {number}"), "CMSTDAT": Value("2024"), "CMONGO": Value("Y")},
        )
        for number in range(1, count + 1)
    )
    return replace(plain_form(MEDICATION, "LOG", {}), groups=(GroupRecord(log, rows),))


def subject_record(*, wound: FormRecord | None = None) -> SubjectRecord:
    """One visit and the logs."""
    window = Window(date(2026, 3, 17), date(2026, 3, 15), date(2026, 3, 19), "IN_WINDOW")
    visit = EventRecord(
        W4, 1, W4.name, EventStatus.DONE, "2026-03-17", window, (wound or wound_form(), vital_form(), laboratory_form())
    )
    log = EventRecord(LOG, 1, LOG.name, EventStatus.STARTED, "", Window(), (adverse_form(), medication_form()))
    facts = {
        "initials": "DEXU",
        "sex": "M",
        "age": "61",
        "consent": "2026-01-21",
        "first_treatment": "2026-02-17",
        "day": "29",
    }
    void = SignatureRecord(
        "s0", "eligibility", "review", "u2", INVESTIGATOR, "investigator", datetime(2026, 2, 16, 2, tzinfo=UTC),
        "ab" * 32, 40100,
        void_since=datetime(2026, 2, 17, 1, tzinfo=UTC), reason="", void_cause="row", void_address="W4/AE/AE#2",
    )  # fmt: skip
    return SubjectRecord(SUBJECT, "follow_up", (visit, log), facts, (void,))
