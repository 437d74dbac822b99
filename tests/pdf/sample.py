"""A subject made by hand with every kind of item, for the tests of the printed pages and their benchmark."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

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
    OutputContext,
    RowRecord,
    SignatureRecord,
    SubjectRecord,
    Visibility,
    Window,
)
from crf_app.clinical.values import BLANK, Value
from crf_app.study.definition import Code, EventDef, FormDef, GroupDef, ItemDef, ItemType, Severity, StudyDef
from crf_app.study.texts import EMPTY, Text

ZONE = timezone(timedelta(hours=8))
WHEN = datetime(2026, 3, 18, 16, 4, 37, tzinfo=ZONE)
COORDINATOR = Text("Demo Coordinator", "演示协调员")
INVESTIGATOR = Text("Demo Investigator", "演示研究者")
SUBJECT = "NJ01-014"
PHOTO = "7f3c91d4" + "0" * 52 + "e08a"


def codes(*members: tuple[str, str, str]) -> tuple[Code, ...]:
    """Code, English, Chinese."""
    return tuple(Code(code, Text(en, zh)) for code, en, zh in members)


NY = codes(("Y", "Yes", "是"), ("N", "No", "否"))
METHOD = codes(("PLANIMETRY", "Tracing", "描记"), ("ELLIPSE", "Ellipse", "椭圆法"), ("LXW", "L × W", "长×宽"))
AMOUNT = codes(("NONE", "None", "无"), ("SCANT", "Scant", "少量"), ("MODERATE", "Moderate", "中量"), ("HEAVY", "Heavy", "大量"))
TISSUE = codes(
    ("GRAN", "Granulation", "肉芽"),
    ("SLOUGH", "Slough", "腐肉"),
    ("NECR", "Necrotic or eschar", "坏死/焦痂"),
    ("EPI", "Epithelialising", "上皮化"),
    ("BONE", "Exposed tendon or bone", "肌腱/骨外露"),
)
CLSIG = codes(
    ("NCS", "Abnormal, not clinically significant", "异常无临床意义"), ("CS", "Abnormal, clinically significant", "异常有临床意义")
)
NRIND = codes(("LOW", "Low", "偏低"), ("NORMAL", "Normal", "正常"), ("HIGH", "High", "偏高"))
POINT = codes(("PRE", "Before", "注射前"), ("POST15", "15 min after", "注射后15分钟"))
GRADE = codes(
    ("1", "Mild", "轻度"),
    ("2", "Moderate", "中度"),
    ("3", "Severe or medically significant", "重度"),
    ("4", "Life-threatening", "危及生命"),
    ("5", "Death", "死亡"),
)
RELATION = codes(
    ("RELATED", "Related", "肯定有关"),
    ("PROBABLE", "Probable", "很可能有关"),
    ("POSSIBLE", "Possible", "可能有关"),
    ("UNLIKELY", "Unlikely", "可能无关"),
    ("NOT RELATED", "Not related", "肯定无关"),
)


def item(form: str, group: str, oid: str, en: str, zh: str, kind: ItemType, **more: object) -> ItemDef:
    """An item definition; `more` are its further fields."""
    return replace(ItemDef(oid, form, group, Text(en, zh), kind), **more)  # type: ignore[arg-type]


def form_def(oid: str, name: Text, *groups: GroupDef, note: Text = EMPTY) -> FormDef:
    """A form with its index."""
    made = FormDef(oid=oid, version="1.2", name=name, groups=groups, note=note)
    return replace(made, index={one.oid: one for one in made.items})


def _wound() -> FormDef:
    measure = (
        item("WND", "M", "WNDDAT", "Date", "日期", ItemType.DATE),
        item("WND", "M", "WNDULC", "Ulcer", "溃疡编号", ItemType.LINK, links=("DFH.ULC",)),
        item("WND", "M", "WNDHEAL", "Healed", "是否愈合", ItemType.SINGLE, codes=NY),
        item("WND", "M", "WNDMETH", "Area method", "测量方法", ItemType.SINGLE, codes=METHOD),
        item("WND", "M", "WNDLEN", "Greatest length", "最长径", ItemType.DEC, decimals=1, unit="cm", units=("mm",)),
        item("WND", "M", "WNDWID", "Greatest width at right angles", "最大垂直宽径", ItemType.DEC, decimals=1, unit="cm"),
        item("WND", "M", "WNDUND", "Undermining or sinus", "潜行/窦道", ItemType.DEC, decimals=1, unit="cm"),
        item("WND", "M", "WNDPLAN", "Area by planimetry", "描记面积", ItemType.DEC, decimals=2, unit="cm2"),
        item("WND", "M", "WNDCHG", "Change from baseline", "较基线变化率", ItemType.DEC, decimals=1, unit="%", derive="D06(A_0 = WNDPLAN@BL, A_T = WNDPLAN)"),
        item("WND", "M", "WNDSUM", "Sum of the sides", "边长之和", ItemType.DEC, decimals=1, unit="cm", derive="WNDLEN + WNDWID"),
        item("WND", "M", "WNDSTART", "First seen", "首次发现", ItemType.PDATE),
        item("WND", "M", "WNDTIM", "Time", "时间", ItemType.TIME),
        item("WND", "M", "WNDDTM", "Photographed at", "拍摄时间", ItemType.DATETIME),
    )
    bed = (
        item("WND", "B", "TISSUE", "Tissue present", "创基组织", ItemType.MULTI, codes=TISSUE),
        item("WND", "B", "EXUDAMT", "Exudate, amount", "渗出量", ItemType.SINGLE, codes=AMOUNT),
        item("WND", "B", "ODOUR", "Odour", "异味", ItemType.SINGLE, codes=NY),
        item("WND", "B", "ODOURTXT", "Odour, describe", "异味描述", ItemType.TEXT, length=200),
        item("WND", "B", "PAINNUM", "Painful points", "压痛点数", ItemType.INT),
        item("WND", "B", "SPOT", "Deepest point", "最深处", ItemType.MAP),
        item("WND", "B", "PHOTO", "Photographs", "照片", ItemType.PHOTO),
        item("WND", "B", "SCAN", "Tracing file", "描记文件", ItemType.FILE),
        item("WND", "B", "WND_COVAL", "Comment", "备注", ItemType.TEXT, length=1000, lines=4),
    )
    return form_def(
        "WND",
        Text("Wound measurement", "创面测量"),
        GroupDef("M", "WND", Text("Measurement", "测量"), measure),
        GroupDef("B", "WND", Text("Wound bed", "创基"), bed),
        note=Text("one record per ulcer, before debridement or injection of that day", "每处溃疡一份，于当日清创或注射前测量"),
    )


def _vital_signs() -> FormDef:
    head = (item("VS", "H", "VSPERF", "Done", "是否检查", ItemType.SINGLE, codes=NY), item("VS", "H", "VSDAT", "Date", "日期", ItemType.DATE))
    table = (
        item("VS", "VS", "VSTPT", "Time point", "时间点", ItemType.SINGLE, codes=POINT),
        item("VS", "VS", "VSTIM", "Time", "时间", ItemType.TIME),
        item("VS", "VS", "SYSBP", "Systolic", "收缩压", ItemType.INT, unit="mmHg"),
        item("VS", "VS", "DIABP", "Diastolic", "舒张压", ItemType.INT, unit="mmHg"),
        item("VS", "VS", "PULSE", "Pulse", "脉搏", ItemType.INT, unit="/min"),
        item("VS", "VS", "TEMP", "Temperature", "体温", ItemType.DEC, decimals=1, unit="degC", units=("degF",)),
    )
    return form_def(
        "VS",
        Text("Vital signs", "生命体征"),
        GroupDef("H", "VS", Text("Examination", "检查"), head),
        GroupDef("VS", "VS", Text("Measurements", "测量"), table, repeating="fixed", layout="table", rows_key=("VSTPT",)),
    )


_ANALYTES = (
    ("WBC", "White cells", "白细胞", "10^9/L", "3.5 – 9.5", "7.21", "NORMAL"),
    ("HGB", "Haemoglobin", "血红蛋白", "g/L", "130 – 175", "102", "LOW"),
    ("PLT", "Platelets", "血小板", "10^9/L", "125 – 350", "410", "HIGH"),
    ("CRP", "C-reactive protein", "C反应蛋白", "mg/L", "0 – 10", "0.5", "NORMAL"),
    ("CREAT", "Creatinine", "肌酐", "umol/L", "57 – 111", "88", "NORMAL"),
)


def _laboratory() -> FormDef:
    items: list[ItemDef] = []
    for stem, en, zh, unit, *_ in _ANALYTES:
        items += (
            item("LBHEM", "LB", f"{stem}_LBORRES", en, zh, ItemType.DEC, decimals=2, unit=unit, units=("mg/dL",), operator=True),
            item("LBHEM", "LB", f"{stem}_LBNRIND", f"{en}: flag", f"{zh}：标识", ItemType.SINGLE, codes=NRIND, derive=f"D15({stem})"),
            item("LBHEM", "LB", f"{stem}_LBCLSIG", f"{en}: significance", f"{zh}：意义", ItemType.SINGLE, codes=CLSIG),
        )
    items.append(item("LBHEM", "LB", "LBNAM", "Laboratory", "检测实验室", ItemType.TEXT, length=80))
    return form_def("LBHEM", Text("Blood count", "血常规"), GroupDef("LB", "LBHEM", Text("Results", "结果"), tuple(items), layout="lab"))


def _adverse_events() -> FormDef:
    head = (item("AE", "AEH", "AEYN", "Any adverse event", "有无不良事件", ItemType.SINGLE, codes=NY),)
    rows = (
        item("AE", "AE", "AESPID", "Number", "编号", ItemType.INT),
        item("AE", "AE", "AETERM", "Event", "事件名称", ItemType.TEXT, length=200),
        item("AE", "AE", "AESTDAT", "Start", "开始日期", ItemType.PDATE),
        item("AE", "AE", "AEENDAT", "End", "结束日期", ItemType.PDATE),
        item("AE", "AE", "AETOXGR", "Grade", "分级", ItemType.SINGLE, codes=GRADE),
        item("AE", "AE", "AEREL", "Relation to the product", "与研究产品的关系", ItemType.SINGLE, codes=RELATION),
        item("AE", "AE", "AESER", "Serious", "是否严重", ItemType.SINGLE, codes=NY),
        item("AE", "AE", "AEACNOTH", "Other action taken", "其他措施", ItemType.TEXT, length=200),
        item("AE", "AE", "AESRC", "Linked finding", "关联发现", ItemType.LINK),
    )
    return form_def(
        "AE",
        Text("Adverse events", "不良事件"),
        GroupDef("AEH", "AE", Text("Overview", "概况"), head),
        GroupDef("AE", "AE", Text("Events", "事件"), rows, repeating="log", layout="log", opening="AEYN", row_label=("AETERM",), row_number="AESPID"),
    )


def _medication() -> FormDef:
    rows = (
        item("CM", "CM", "CMTRT", "Medication", "药物", ItemType.TEXT, length=100),
        item("CM", "CM", "CMSTDAT", "Start", "开始", ItemType.PDATE),
        item("CM", "CM", "CMONGO", "Ongoing", "持续", ItemType.SINGLE, codes=NY),
    )
    return form_def("CM", Text("Medication", "合并用药"), GroupDef("CM", "CM", Text("Medication", "合并用药"), rows, repeating="log", layout="log"))


WOUND, VITAL, LABORATORY, ADVERSE, MEDICATION = _wound(), _vital_signs(), _laboratory(), _adverse_events(), _medication()
FORMS = {one.oid: one for one in (WOUND, VITAL, LABORATORY, ADVERSE, MEDICATION)}
W4 = EventDef("W4", Text("Week 4", "第4周"), Text("W4", "W4"), "scheduled", 4, (), day=28, minus=2, plus=2)
LOG = EventDef("LOG", Text("Logs", "记录表"), Text("Logs", "记录"), "log", 99, ())
STUDY = StudyDef(
    oid="NCT05999656",
    version="1.0",
    registry_id="NCT05999656",
    name=Text("HCBMNC-DF", "HCBMNC-DF"),
    title=Text("Cord-blood mononuclear cells in refractory diabetic foot", "脐血单个核细胞治疗难治性糖尿病足"),
    protocol="V1.2",
    subject_pattern="{site:02}-{seq:003}",
    target_enrolment=30,
    anchor="D0",
    first_treatment="D0",
    events=(W4, LOG),
    forms=FORMS,
    codelists={},
    checks=(),
    criteria=(),
    parameters=(),
)
CONTEXT = OutputContext(
    study=STUDY,
    site_code="NJ01",
    site_name=Text("First Affiliated Hospital, Nanjing Medical University", "南京医科大学第一附属医院"),
    produced_at=WHEN + timedelta(minutes=1),
    produced_by=COORDINATOR,
    data_state=WHEN,
    ledger_no=48377,
    ledger_hash="b61c04ae7d192f83" + "a5" * 22 + "9c55",
    synthetic=True,
    investigator=INVESTIGATOR,
)


def row(form: FormKey, group: GroupDef, number: int, label: Text, values: dict[str, Value]) -> RowRecord:
    """A row with the given values; items not named are blank."""
    return RowRecord(
        number, label, tuple(ItemRecord(item_key(form, group.oid, number, one.oid), one, values.get(one.oid, BLANK)) for one in group.items)
    )


def plain_form(
    definition: FormDef, event: str, values: dict[str, Value], *, repeat: int = 1, status: FormStatus = FormStatus.COMPLETE
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
    "WND_COVAL": Value("Dressing changed by Ms <b>Demo</b> & 𠮷 family; next visit as planned.\n第二行：伤口清洁，无异味。"),
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
    finding = Finding("SOFT", Severity.SOFT, width, Text("2.9 cm is unusual.", "2.9 cm 不常见。"), confirmed=True, reason="measured twice 复测一致")

    def mend(record: ItemRecord) -> ItemRecord:
        if record.key == area:
            return replace(record, changes=(change,), corrected=True)
        if record.key == width:
            return replace(record, findings=(finding,))
        if record.item.oid == "ODOURTXT":
            return replace(record, value=Value("left behind"), visibility=Visibility.HIDDEN)
        return record

    groups = tuple(
        replace(group, rows=tuple(replace(one, items=tuple(map(mend, one.items))) for one in group.rows)) for group in form.groups
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
            "VSTPT": Value(point.code), "VSTIM": Value(f"10:{number}0"), "SYSBP": Value(f"12{number}"), "DIABP": Value("78"),
            "PULSE": Value("66"), "TEMP": Value("97.9", unit="degF", standard="36.6", standard_unit="degC"),
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
    for stem, _, _, unit, _, result, flag in _ANALYTES:
        values[f"{stem}_LBORRES"] = Value(result, operator="<" if stem == "CRP" else "", unit=unit)
        values[f"{stem}_LBNRIND"] = Value(flag, status="OK")
    values["HGB_LBCLSIG"] = Value("NCS")
    form = plain_form(LABORATORY, "W4", values)
    limits = {f"{stem}_LBORRES": Text(interval, interval) for stem, _, _, _, interval, *_ in _ANALYTES}

    def mend(record: ItemRecord) -> ItemRecord:
        hidden = record.item.oid.endswith("_LBCLSIG") and not record.item.oid.startswith(("HGB", "PLT"))
        return replace(
            record,
            limits=limits.get(record.item.oid, EMPTY),
            visibility=Visibility.HIDDEN if hidden else Visibility.SHOWN,
        )

    groups = tuple(
        replace(group, rows=tuple(replace(one, items=tuple(map(mend, one.items))) for one in group.rows)) for group in form.groups
    )
    return replace(form, groups=groups)


def adverse_form(count: int = 2) -> FormRecord:
    """The log of adverse events."""
    key = FormKey(SUBJECT, "LOG", 1, "AE", 1)
    head, log = ADVERSE.groups
    rows = [
        row(key, log, number, Text(f"Headache {number}", f"头痛 {number}"), {
            "AESPID": Value(str(number)), "AETERM": Value("Headache, intermittent 间歇性头痛"), "AESTDAT": Value("2026-02-21"),
            "AEENDAT": Value("2026-03"), "AETOXGR": Value("2"), "AEREL": Value("UNLIKELY"), "AESER": Value("N"),
            "AEACNOTH": Value("rest, more fluid"), "AESRC": Value("W4/VS/VS#1"),
        })
        for number in range(1, count + 1)
    ]  # fmt: skip
    rows.append(replace(row(key, log, count + 1, Text("Cough", "咳嗽"), {"AETERM": Value("Cough")}), deleted=True, reason="entered for another subject"))
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
        row(key, log, number, Text(f"CM {number}", f"用药 {number}"), {"CMTRT": Value(f"Metformin 二甲双胍 {number}"), "CMSTDAT": Value("2024"), "CMONGO": Value("Y")})
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
    facts = {"initials": "DEXU", "sex": "M", "age": "61", "consent": "2026-01-21", "first_treatment": "2026-02-17", "day": "29"}
    void = SignatureRecord(
        "s0", "eligibility", "review", "u2", INVESTIGATOR, "investigator", datetime(2026, 2, 16, 2, tzinfo=UTC), "ab" * 32, 40100,
        void_since=datetime(2026, 2, 17, 1, tzinfo=UTC), reason="",
    )  # fmt: skip
    return SubjectRecord(SUBJECT, "follow_up", (visit, log), facts, (void,))
