"""A small study with every kind of item, for the tests of the printed pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from crf_app.clinical.record import (
    OutputContext,
)
from crf_app.study.definition import Code, EventDef, FormDef, GroupDef, ItemDef, ItemType, StudyDef
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
AMOUNT = codes(
    ("NONE", "None", "无"), ("SCANT", "Scant", "少量"), ("MODERATE", "Moderate", "中量"), ("HEAVY", "Heavy", "大量")
)
TISSUE = codes(
    ("GRAN", "Granulation", "肉芽"),
    ("SLOUGH", "Slough", "腐肉"),
    ("NECR", "Necrotic or eschar", "坏死/焦痂"),
    ("EPI", "Epithelialising", "上皮化"),
    ("BONE", "Exposed tendon or bone", "肌腱/骨外露"),
)
CLSIG = codes(
    ("NCS", "Abnormal, not clinically significant", "异常无临床意义"),
    ("CS", "Abnormal, clinically significant", "异常有临床意义"),
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


def item(form: str, group: str, oid: str, en: str, zh: str, kind: ItemType, **more: Any) -> ItemDef:
    """An item definition; `more` are its further fields."""
    return replace(ItemDef(oid, form, group, Text(en, zh), kind), **more)


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
        item(
            "WND", "M", "WNDWID", "Greatest width at right angles", "最大垂直宽径", ItemType.DEC, decimals=1, unit="cm"
        ),
        item("WND", "M", "WNDUND", "Undermining or sinus", "潜行/窦道", ItemType.DEC, decimals=1, unit="cm"),
        item("WND", "M", "WNDPLAN", "Area by planimetry", "描记面积", ItemType.DEC, decimals=2, unit="cm2"),
        item(
            "WND",
            "M",
            "WNDCHG",
            "Change from baseline",
            "较基线变化率",
            ItemType.DEC,
            decimals=1,
            unit="%",
            derive="D06(A_0 = WNDPLAN@BL, A_T = WNDPLAN)",
        ),
        item(
            "WND",
            "M",
            "WNDSUM",
            "Sum of the sides",
            "边长之和",
            ItemType.DEC,
            decimals=1,
            unit="cm",
            derive="WNDLEN + WNDWID",
        ),
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
        note=Text(
            "one record per ulcer, before debridement or injection of that day", "每处溃疡一份，于当日清创或注射前测量"
        ),
    )


def _vital_signs() -> FormDef:
    head = (
        item("VS", "H", "VSPERF", "Done", "是否检查", ItemType.SINGLE, codes=NY),
        item("VS", "H", "VSDAT", "Date", "日期", ItemType.DATE),
    )
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
        GroupDef(
            "VS", "VS", Text("Measurements", "测量"), table, repeating="fixed", layout="table", rows_key=("VSTPT",)
        ),
    )


ANALYTES = (
    ("WBC", "White cells", "白细胞", "10^9/L", "3.5 – 9.5", "7.21", "NORMAL"),
    ("HGB", "Haemoglobin", "血红蛋白", "g/L", "130 – 175", "102", "LOW"),
    ("PLT", "Platelets", "血小板", "10^9/L", "125 – 350", "410", "HIGH"),
    ("CRP", "C-reactive protein", "C反应蛋白", "mg/L", "0 – 10", "0.5", "NORMAL"),
    ("CREAT", "Creatinine", "肌酐", "umol/L", "57 – 111", "88", "NORMAL"),
)


def _laboratory() -> FormDef:
    items: list[ItemDef] = []
    for stem, en, zh, unit, *_ in ANALYTES:
        items += (
            item(
                "LBHEM",
                "LB",
                f"{stem}_LBORRES",
                en,
                zh,
                ItemType.DEC,
                decimals=2,
                unit=unit,
                units=("mg/dL",),
                operator=True,
            ),
            item(
                "LBHEM",
                "LB",
                f"{stem}_LBNRIND",
                f"{en}: flag",
                f"{zh}：标识",
                ItemType.SINGLE,
                codes=NRIND,
                derive=f"D15({stem})",
            ),
            item("LBHEM", "LB", f"{stem}_LBCLSIG", f"{en}: significance", f"{zh}：意义", ItemType.SINGLE, codes=CLSIG),
        )
    items.append(item("LBHEM", "LB", "LBNAM", "Laboratory", "检测实验室", ItemType.TEXT, length=80))
    return form_def(
        "LBHEM",
        Text("Blood count", "血常规"),
        GroupDef("LB", "LBHEM", Text("Results", "结果"), tuple(items), layout="lab"),
    )


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
        GroupDef(
            "AE",
            "AE",
            Text("Events", "事件"),
            rows,
            repeating="log",
            layout="log",
            opening="AEYN",
            row_label=("AETERM",),
            row_number="AESPID",
        ),
    )


def _medication() -> FormDef:
    rows = (
        item("CM", "CM", "CMTRT", "Medication", "药物", ItemType.TEXT, length=100),
        item("CM", "CM", "CMSTDAT", "Start", "开始", ItemType.PDATE),
        item("CM", "CM", "CMONGO", "Ongoing", "持续", ItemType.SINGLE, codes=NY),
    )
    return form_def(
        "CM",
        Text("Medication", "合并用药"),
        GroupDef("CM", "CM", Text("Medication", "合并用药"), rows, repeating="log", layout="log"),
    )


WOUND, VITAL, LABORATORY, ADVERSE, MEDICATION = (
    _wound(),
    _vital_signs(),
    _laboratory(),
    _adverse_events(),
    _medication(),
)
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
