"""A small study with every kind of item, and subjects made by hand: what the tests of all exchange formats write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from crf_app.clinical.keys import FormKey, ItemKey, item_key, parse_address
from crf_app.clinical.query_trail import QueryTrail, TrailMessage
from crf_app.clinical.record import (
    ChangeRecord,
    EventRecord,
    EventStatus,
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
from crf_app.study.definition import (
    Code,
    CodeList,
    EventDef,
    EventForm,
    FormDef,
    GroupDef,
    ItemDef,
    ItemType,
    Limits,
    StudyDef,
)
from crf_app.study.texts import Text

SITE_ZONE = timezone(timedelta(hours=8))
WHEN = datetime(2026, 3, 17, 9, 30, tzinfo=SITE_ZONE)
USER = Text("Demo Coordinator", "演示协调员")

NY = CodeList("NY", Text("Yes/No", "是/否"), (Code("Y", Text("Yes", "是")), Code("N", Text("No", "否"))))
TISSUE = CodeList(
    "TISSUE",
    Text("Tissue", "组织"),
    (
        Code("GRAN", Text("Granulation", "肉芽")),
        Code("SLOUGH", Text("Slough", "腐肉")),
        Code("EPI", Text("Epithelium", "上皮")),
    ),
)


def _form(oid: str, name: Text, group: GroupDef, *, show: str = "", repeat_for: str = "", switch: str = "") -> FormDef:
    made = FormDef(oid=oid, version="1.0", name=name, groups=(group,), show=show, repeat_for=repeat_for, switch=switch)
    return replace(made, index={item.oid: item for item in made.items})


VS_ITEMS = (
    ItemDef(
        "VSPERF",
        "VS",
        "VS",
        Text("Done?", "是否检查"),
        ItemType.SINGLE,
        codelist="NY",
        codes=NY.codes,
        required="true",
        missing=False,
    ),
    ItemDef("VSDAT", "VS", "VS", Text("Date", "日期"), ItemType.DATE, required="true"),
    ItemDef("VSTIM", "VS", "VS", Text("Time", "时间"), ItemType.TIME),
    ItemDef(
        "TEMP",
        "VS",
        "VS",
        Text("Temperature", "体温"),
        ItemType.DEC,
        digits=4,
        decimals=1,
        unit="degC",
        units=("degF",),
        test="TEMP",
        hard=Limits("15.0", "46.0"),
        soft=Limits("35.5", "uln(TEMP)"),
        soft_message=Text("Unusual.", "不常见。"),
    ),
    ItemDef("PULSE", "VS", "VS", Text("Pulse", "脉搏"), ItemType.INT, digits=3, unit="/min", show='VSPERF = "Y"'),
    ItemDef(
        "BMI",
        "VS",
        "VS",
        Text("Body mass index", "体重指数"),
        ItemType.DEC,
        digits=4,
        decimals=1,
        unit="kg/m2",
        derive="D02(W = WT)",
    ),
    ItemDef("VSNOTE", "VS", "VS", Text("Comment", "备注"), ItemType.TEXT, length=1000, identifier="free_text"),
)
LB_ITEMS = (
    ItemDef(
        "CRP_LBORRES",
        "LB",
        "LB",
        Text("CRP", "C反应蛋白"),
        ItemType.DEC,
        digits=6,
        decimals=2,
        unit="mg/L",
        units=("mg/dL",),
        operator=True,
    ),
    ItemDef(
        "CRP_LBORRES_STD", "LB", "LB", Text("An item with an awkward name", "名称特殊的条目"), ItemType.TEXT, length=20
    ),
    ItemDef("LBDTC", "LB", "LB", Text("Sampling", "采样时间"), ItemType.DATETIME),
)
AE_ITEMS = (
    ItemDef("AESPID", "AE", "AE", Text("No.", "编号"), ItemType.INT, digits=3, missing=False),
    ItemDef("AETERM", "AE", "AE", Text("Adverse event", "不良事件"), ItemType.TEXT, length=200),
    ItemDef("AESTDAT", "AE", "AE", Text("Start", "开始日期"), ItemType.PDATE, tags=frozenset({"start"})),
    ItemDef("AESRC", "AE", "AE", Text("Seen in", "来源"), ItemType.LINK, links=("LB", "VS.VS")),
)
WND_ITEMS = (
    ItemDef("TISS", "WND", "WND", Text("Tissue", "组织"), ItemType.MULTI, codelist="TISSUE", codes=TISSUE.codes),
    ItemDef("METH", "WND", "WND", Text("Method", "方法"), ItemType.SINGLE, codelist="TISSUE", codes=TISSUE.codes[:2]),
    ItemDef("WNDPHOTO", "WND", "WND", Text("Photograph", "照片"), ItemType.PHOTO),
    ItemDef("WNDMAP", "WND", "WND", Text("Place", "部位"), ItemType.MAP),
)

VS = _form(
    "VS",
    Text("Vital signs", "生命体征"),
    GroupDef("VS", "VS", Text("Measurements", "测量"), VS_ITEMS, repeating="fixed"),
)
LB = _form(
    "LB", Text("Laboratory", "实验室"), GroupDef("LB", "LB", Text("Results", "结果"), LB_ITEMS), show='DM.SEX = "F"'
)
AE = _form(
    "AE",
    Text("Adverse events", "不良事件"),
    GroupDef("AE", "AE", Text("Events", "事件"), AE_ITEMS, repeating="log", show='AEYN = "Y"'),
)
WND = _form(
    "WND",
    Text("Wound", "创面"),
    GroupDef("WND", "WND", Text("Wound", "创面"), WND_ITEMS),
    repeat_for="DFH.ULC",
    switch="wounds",
)

EVENTS = (
    EventDef(
        "SCR",
        Text("Screening", "筛选"),
        Text("SCR", "筛选"),
        "scheduled",
        1,
        (EventForm("VS", False), EventForm("LB", True), EventForm("WND", True)),
        day=-14,
        minus=7,
        plus=0,
    ),
    EventDef(
        "UNS",
        Text("Unscheduled", "计划外"),
        Text("UNS", "计划外"),
        "unscheduled",
        2,
        (EventForm("VS", True), EventForm("LB", True)),
        show='SV.GO = "Y"',
    ),
    EventDef("LOG", Text("Logs", "日志"), Text("LOG", "日志"), "log", 3, (EventForm("AE", False),)),
)
STUDY = StudyDef(
    oid="DEMO-01",
    version="1.0",
    registry_id="DEMO-01",
    name=Text("Demo", "演示"),
    title=Text("A study of nothing", "演示研究"),
    protocol="DEMO-01",
    subject_pattern="{site:02}-{seq:003}",
    target_enrolment=10,
    anchor="VS.VSDAT",
    first_treatment="VS.VSDAT",
    events=EVENTS,
    forms={form.oid: form for form in (VS, LB, AE, WND)},
    codelists={"NY": NY, "TISSUE": TISSUE},
    checks=(),
    criteria=(),
    parameters=(),
    sha256="0" * 64,
)
CONTEXT = OutputContext(
    study=STUDY,
    site_code="01",
    site_name=Text("Demo Site", "演示中心"),
    produced_at=WHEN,
    produced_by=USER,
    data_state=WHEN,
    ledger_no=42,
    ledger_hash="ab" * 32,
    synthetic=True,
    parameters={"wounds": "Y"},
)


def change(key_record: ItemRecord, number: int = 1, reason: str = "") -> ItemRecord:
    """The record with one change that made its value."""
    made = ChangeRecord(
        key_record.key,
        7,
        number,
        WHEN.astimezone(UTC),
        "coord",
        USER,
        "coordinator",
        BLANK,
        key_record.value,
        reason,
        "screen",
    )
    return replace(key_record, changes=(*key_record.changes, made))


def row(
    form: FormKey,
    group: GroupDef,
    number: int,
    values: Mapping[str, Value],
    *,
    hidden: Iterable[str] = (),
    deleted: bool = False,
) -> RowRecord:
    """A row with the values given; items in `hidden` keep theirs but are hidden."""
    items = []
    for place, item in enumerate(group.items, 1):
        seen = Visibility.HIDDEN if item.oid in hidden else Visibility.SHOWN
        record = ItemRecord(item_key(form, group.oid, number, item.oid), item, values.get(item.oid, BLANK), seen)
        items.append(
            change(record, place, "typing error 录入错误" if place == 2 else "") if item.oid in values else record
        )
    return RowRecord(number, Text(f"row {number}", f"第{number}行"), tuple(items), deleted)


def form(
    subject: str,
    event: EventDef,
    definition: FormDef,
    rows: Iterable[Mapping[str, Value]],
    *,
    event_repeat: int = 1,
    form_repeat: int = 1,
    status: FormStatus = FormStatus.COMPLETE,
    hidden: Iterable[str] = (),
    deleted: Iterable[int] = (),
) -> FormRecord:
    """A form of one group with the rows given; row numbers in `deleted` are deleted ones."""
    key = FormKey(subject, event.oid, event_repeat, definition.oid, form_repeat)
    group = definition.groups[0]
    made = tuple(
        row(key, group, number, one, hidden=hidden, deleted=number in deleted) for number, one in enumerate(rows, 1)
    )
    return FormRecord(
        key,
        definition,
        definition.name,
        status,
        False,
        (GroupRecord(group, made),),
        completed_at=WHEN if status is FormStatus.COMPLETE else None,
        completed_by=USER,
    )


def event(
    definition: EventDef, forms: Iterable[FormRecord], repeat: int = 1, status: EventStatus = EventStatus.DONE
) -> EventRecord:
    """A visit of 2026-03-17."""
    return EventRecord(definition, repeat, definition.name, status, "2026-03-17", Window(), tuple(forms))


HOSTILE = "=1+1 <b>&amp; \"q\" 'a' \t tab \n line \r\n ]]> 中文 𠮷 \u2028 \u00a0 ﷽"


def subject(name: str = "01-001") -> SubjectRecord:
    """One subject with every trap: missing codes, partial dates, operators, repeats, converted units, hostile text."""
    scr, uns, log = EVENTS
    first = {
        "VSPERF": Value("Y"),
        "VSDAT": Value("2026-03-17"),
        "VSTIM": Value("14:32"),
        "TEMP": Value("98.60", unit="degF", standard="37.0", standard_unit="degC"),
        "PULSE": Value("72", unit="/min", standard="72", standard_unit="/min"),
        "BMI": Value("24.3", unit="kg/m2", exact="24.2512345", status="OK", flags="METHOD_MISMATCH;NO_RESPONSE"),
        "VSNOTE": Value(HOSTILE),
    }
    second = {
        "VSPERF": Value("N"),
        "VSDAT": Value(missing="ND", reason="equipment broken 设备故障"),
        "PULSE": Value("99", unit="/min"),
        "BMI": Value(status="MISSING", code="TOO_FEW"),
        "VSNOTE": BLANK,
    }
    lab = {
        "CRP_LBORRES": Value("0.5", operator="<", unit="mg/dL", standard="5.0", standard_unit="mg/L"),
        "LBDTC": Value("2026-03-17T08:05"),
        "CRP_LBORRES_STD": Value("plain"),
    }
    events = [
        {
            "AESPID": Value(str(n)),
            "AETERM": Value(f"Event {n} 事件"),
            "AESTDAT": Value(day),
            "AESRC": Value("SCR/LB/LB#1;UNS#2/VS/VS#2/PULSE" if n == 1 else ""),
        }
        for n, day in enumerate(("2026", "2026-02", "2026-02-28"), 1)
    ]
    signed = SignatureRecord(
        "s1", "AE", "approval", "inv", Text("Demo Investigator", "演示研究者"), "investigator", WHEN, "cd" * 32, 41
    )
    ae = replace(form(name, log, AE, events, deleted=(3,)), signatures=(replace(signed, void_since=WHEN), signed))
    wounds = [
        form(
            name,
            scr,
            WND,
            [
                {
                    "TISS": Value("GRAN;EPI"),
                    "METH": Value("SLOUGH"),
                    "WNDPHOTO": Value("ef" * 32),
                    "WNDMAP": Value("FOOT;L;0.25;0.5;HEEL"),
                }
            ],
            form_repeat=n,
        )
        for n in (1, 2)
    ]
    return SubjectRecord(
        name,
        "enrolled",
        (
            event(scr, [form(name, scr, VS, [first, second], hidden=("PULSE",)), form(name, scr, LB, [lab]), *wounds]),
            event(uns, [form(name, uns, LB, [{}], status=FormStatus.NOT_STARTED)]),
            event(uns, [form(name, uns, VS, [first, second], event_repeat=2)], repeat=2),
            event(log, [ae]),
        ),
        queries=queries(name),
    )


PLACES = {
    "an item": "SCR/VS/VS#1/VSDAT", "an item that holds nothing": "SCR/VS/VS#1/TEMP2", "an item that is hidden": "SCR/VS/VS#1/PULSE",
    "a row": "LOG/AE/AE#1", "a row that was deleted": "LOG/AE/AE#3", "an item of a deleted row": "LOG/AE/AE#3/AETERM",
}  # fmt: skip


def queries(subject: str) -> tuple[QueryTrail, ...]:
    """A query at every kind of place, each with a thread; one by the system, one with hostile words."""
    scr = FormKey(subject, "SCR", 1, "VS", 1)
    keys = {name: parse_address(subject, address) for name, address in PLACES.items()}
    keys |= {"a form": ItemKey(*scr, "", 1, ""), "a form that was not begun": ItemKey(subject, "UNS", 1, "LB", 1, "", 1, "")}
    keys |= {"a visit": ItemKey(subject, "SCR", 1, "", 1, "", 1, ""), "a visit without anything": ItemKey(subject, "UNS", 9, "", 1, "", 1, "")}
    return tuple(trail(number, key) for number, key in enumerate(keys.values(), 1))


def trail(number: int, key: ItemKey) -> QueryTrail:
    """A query asked by the monitor, answered and reopened; the second one is the system's, closed by itself."""
    if number == 2:
        said = (
            TrailMessage(1, "open", WHEN, "coord", USER, "system", 51, Text("WEIGHT is blank.", "体重未填。")),
            TrailMessage(2, "auto_close", WHEN, "coord", USER, "system", 55),
        )
        return QueryTrail(number, key, "M-REQ", "system", "closed", "coordinator", "normal", said, "known at this site")
    monitor = Text("Demo Monitor", "演示监查员")
    messages = (
        TrailMessage(1, "open", WHEN, "cra", monitor, "monitor", 60, Text(f"{HOSTILE}\x01 {number}", f"{HOSTILE}\x01 {number}")),
        TrailMessage(2, "assign", WHEN, "cra", monitor, "monitor", 61, assigned="investigator", priority="high"),
        TrailMessage(3, "answer", WHEN + timedelta(days=1), "coord", USER, "coordinator", 70, Text("checked 已核对", "checked 已核对")),
        TrailMessage(4, "reopen", WHEN + timedelta(days=2), "cra", monitor, "monitor", 71, Text("which page?", "which page?")),
    )
    return QueryTrail(number, key, "", "monitor", "open", "investigator", "high", messages)
