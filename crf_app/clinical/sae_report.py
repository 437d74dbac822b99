"""The report of a serious adverse event: one form put together from the event, its report form, and what else was recorded of the subject.

Which parts a report has follows the initial and follow-up reports that Chinese GCP (2020, article 26) and ICH E2A ask for: the event with
its criteria, narrative, treatment, history and concomitant medication, relevant tests, causality, outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crf_app.clinical.keys import FormKey, ItemKey, parse_address
from crf_app.clinical.record import FormRecord, GroupRecord, ItemRecord, RowRecord, SubjectRecord, TableRecord
from crf_app.study.definition import FormDef, GroupDef
from crf_app.study.item_types import format_value
from crf_app.study.partial_dates import earliest, latest, parse_iso
from crf_app.study.texts import EMPTY, Text

EVENT, REPORT, ROWS = "AE", "SAE", "SAEREPORT"
RESULT = "_LBORRES"
BEFORE = timedelta(days=30)
"""Medication that ended longer before the event than this is left out, unless it is linked to the event."""
_SECTIONS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("REP", Text("Report", "报告"), ("SAETYPE", "SAEAWARE", "SAEREP", "SAEREPBY", "SAEHRS", "SAEDUE", "SAELATE", "SAEINST", "SAEEC", "SAEAUTH")),
    ("EVT", Text("Event", "事件"), (
        "AETERM", "SAEDX", "AELLT", "AEDECOD", "AESOC", "AEDICTVR", "AESTDAT", "AESTTIM", "AEONGO", "AEENDAT", "AETOXGR", "AEDY", "AEDUR", "AETE",
        "SAELASTDT",
    )),
    ("SER", Text("Seriousness", "严重性"), (
        "AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE", "SAEADM", "SAEDIS",
    )),
    ("NAR", Text("Narrative, tests, treatment", "事件经过、检查与处理"), ("SAENARR", "SAETEST", "SAETX")),
    ("CAU", Text("Causality and action", "因果关系与措施"), ("AEREL", "AERELPRO", "AEEXP", "SAESUSAR", "AEACN", "AEACNOTH", "AEDISC", "AESI")),
    ("OUT", Text("Outcome", "转归"), ("AEOUT", "DTHDAT", "DTHCAUS", "DTHAUT")),
)  # fmt: skip
_ONLY_WHEN_FILLED = frozenset({
    "AELLT", "AEDECOD", "AESOC", "AEDICTVR", "AESTTIM", "AEENDAT", "SAEADM", "SAEDIS", "AEEXP", "AERELPRO", "AESI", "SAEINST", "SAEEC", "SAEAUTH", "DTHDAT",
    "DTHCAUS", "DTHAUT", "SAETEST",
})  # fmt: skip
"""Items that a report leaves out while they are blank and do not apply."""
_MEDICATION = ("CMTRT", "CMDSTXT", "CMDOSFRQ", "CMROUTE", "CMSTDAT", "CMENDAT", "CMINDC")
_HISTORY = ("MHTERM", "MHSTDAT", "MHENDAT", "MHTRT")
_ONGOING = Text("ongoing", "持续")


@dataclass(frozen=True, slots=True)
class SaeReport:
    """A report ready to be set. `row` is the number of the adverse event, `number` 0 for the initial report and 1, 2 ... for follow-ups."""

    form: FormRecord
    row: int
    number: int
    title: Text


def serious_rows(subject: SubjectRecord) -> tuple[int, ...]:
    """Numbers of the subject's serious events."""
    form = _form(subject, EVENT)
    return tuple(row.number for row in _rows(form) if _text(row, "AESER") == "Y") if form is not None else ()


def sae_report(subject: SubjectRecord, row: int, number: int | None = None) -> SaeReport | None:
    """The report of an event, by default the newest one begun (the initial one when none is); None when there is no such event or report."""
    events = _form(subject, EVENT)
    event = next((one for one in _rows(events) if one.number == row), None) if events is not None else None
    form = next((one for one in _forms(subject, REPORT) if one.key.form_repeat == row), None)
    if events is None or event is None or form is None:
        return None
    reports = [one for group in form.groups if group.group.oid == ROWS for one in group.rows if not one.deleted and _holds(one)]
    chosen = len(reports) - 1 if number is None else number
    if chosen >= max(len(reports), 1) or (number or 0) < 0:
        return None
    chosen = max(chosen, 0)
    report = reports[chosen] if reports else _empty_row(form)
    title = _title(chosen, _text(report, "SAETYPE"))
    records = {record.item.oid: record for record in (*event.items, *_plain(form), *report.items)}
    groups = tuple(group for part in _SECTIONS if (group := _section(form.form, *part, records)) is not None)
    definition = replace(form.form, groups=tuple(one.group for one in groups), index={}, note=EMPTY)
    tables = tuple(_tables(subject, event, events.key))
    name = Text(f"{form.form.name.en}: {title.en}", f"{form.form.name.zh}：{title.zh}")
    return SaeReport(replace(form, form=definition, title=name, groups=groups, tables=tables), row, chosen, title)


def _title(number: int, kind: str) -> Text:
    if number == 0:
        return Text("initial report", "首次报告")
    if kind == "FINAL":
        return Text(f"final report (follow-up {number})", f"总结报告（随访 {number}）")
    return Text(f"follow-up report {number}", f"随访报告 {number}")


def _forms(subject: SubjectRecord, oid: str) -> Iterator[FormRecord]:
    for event in subject.events:
        yield from (form for form in event.forms if form.form.oid == oid)


def _form(subject: SubjectRecord, oid: str) -> FormRecord | None:
    return next(_forms(subject, oid), None)


def _rows(form: FormRecord) -> Iterator[RowRecord]:
    """The undeleted rows of the form's log."""
    for group in form.groups:
        if group.group.repeating == "log":
            yield from (row for row in group.rows if not row.deleted)


def _holds(row: RowRecord) -> bool:
    return any(not one.value.is_blank for one in row.items if not one.item.is_derived)


def _empty_row(form: FormRecord) -> RowRecord:
    """A report that nobody has begun: its questions without answers."""
    group = next(one for one in form.form.groups if one.oid == ROWS)
    return RowRecord(1, EMPTY, tuple(ItemRecord(ItemKey(*form.key, group.oid, 1, item.oid), item) for item in group.items))


def _plain(form: FormRecord) -> Iterator[ItemRecord]:
    for group in form.groups:
        if group.group.repeating == "no":
            yield from (record for row in group.rows for record in row.items)


def _text(row: RowRecord, oid: str) -> str:
    return next((one.value.text for one in row.items if one.item.oid == oid), "")


def _section(form: FormDef, oid: str, name: Text, wanted: Sequence[str], records: dict[str, ItemRecord]) -> GroupRecord | None:
    found = tuple(records[one] for one in wanted if one in records and not (one in _ONLY_WHEN_FILLED and records[one].value.is_blank))
    if not found:
        return None
    group = GroupDef(oid, form.oid, name, tuple(record.item for record in found))
    return GroupRecord(group, (RowRecord(1, EMPTY, found),))


def _tables(subject: SubjectRecord, event: RowRecord, form: FormKey) -> Iterator[TableRecord]:
    address = ItemKey(*form, event.items[0].key.group, event.number, "").row_address
    yield _results(subject, [one for one in _text(event, "AESRC").split(";") if one])
    medication = [(row, _is_linked(row, address)) for row in _all_rows(subject, "CM")]
    onset = _text(event, "AESTDAT")
    taken = [(row, linked) for row, linked in medication if linked or _taken(row, onset)]
    yield _table(Text("Concomitant medication", "合并用药"), _MEDICATION, taken, "CM")
    yield _table(Text("Medical history", "既往史"), _HISTORY, [(row, False) for row in _all_rows(subject, "MH")], "MH")


def _all_rows(subject: SubjectRecord, oid: str) -> Iterator[RowRecord]:
    for form in _forms(subject, oid):
        yield from (row for row in _rows(form) if _holds(row))


def _is_linked(row: RowRecord, address: str) -> bool:
    return address in _text(row, "CMAENO").split(";")


def _taken(row: RowRecord, onset: str) -> bool:
    """Was it taken at the event's beginning, shortly before it, or later? What is not known counts as taken."""
    day, end = _day(onset, first=True), _day(_text(row, "CMENDAT"), first=False)
    return day is None or end is None or end >= day - BEFORE


def _day(text: str, *, first: bool) -> date | None:
    try:
        found = parse_iso(text)
    except ValueError:
        return None
    return earliest(found) if first else latest(found)


def _table(name: Text, items: Sequence[str], rows: Iterable[tuple[RowRecord, bool]], prefix: str) -> TableRecord:
    """Rows of a log as a table; those linked to the event are marked."""
    found = [(row, linked, {one.item.oid: one for one in row.items}) for row, linked in rows]
    if not found:
        return TableRecord(name, (Text("none recorded", "无记录"),), ())
    heads = [next(one[2][oid].item.label for one in found if oid in one[2]) for oid in items if any(oid in one[2] for one in found)]
    wanted = [oid for oid in items if any(oid in one[2] for one in found)]
    cells = [tuple(_cell(records, oid, prefix, marked=linked and oid == items[0]) for oid in wanted) for _, linked, records in found]
    return TableRecord(name, tuple(heads), tuple(cells))


def _cell(records: dict[str, ItemRecord], oid: str, prefix: str, *, marked: bool) -> Text:
    record = records[oid]
    ongoing = records.get(f"{prefix}ONGO")
    if oid == f"{prefix}ENDAT" and record.value.is_blank and ongoing is not None and ongoing.value.text == "Y":
        return _ONGOING
    said = [format_value(record.item, record.value, lang) for lang in ("en", "zh")]
    unit = records.get("CMDOSU") if oid == "CMDSTXT" else None
    if unit is not None and said[0]:
        said = [f"{one} {format_value(unit.item, unit.value, lang)}".strip() for one, lang in zip(said, ("en", "zh"), strict=True)]
    return Text(f"● {said[0]} (for this event)", f"● {said[1]}（用于本事件）") if marked else Text(said[0], said[1])


def _results(subject: SubjectRecord, addresses: Sequence[str]) -> TableRecord:
    """The laboratory values that the event is linked to: the one named, else the abnormal ones of the panel, else all of it."""
    name = Text("Linked test results", "关联检验结果")
    rows = tuple(cells for address in addresses for cells in _linked(subject, address))
    heads = (Text("Visit", "访视"), Text("Test", "检查项目"), Text("Result", "结果"), Text("Reference interval", "参考区间"), Text("Flag", "标识"))
    return TableRecord(name, heads, rows) if rows else TableRecord(name, (Text("none linked", "无关联结果"),), ())


def _linked(subject: SubjectRecord, address: str) -> Iterator[tuple[Text, ...]]:
    try:
        key = parse_address(subject.subject, address)
    except ValueError:
        return
    for event in subject.events:
        form = next((one for one in event.forms if one.key == key.form_key), None)
        results = [one for one in form.items() if one.item.oid.endswith(RESULT) and not one.value.is_blank] if form is not None else []
        flags = {one.item.oid: one for one in form.items()} if form is not None else {}
        named = [one for one in results if key.item and one.item.oid.rpartition("_")[0] == key.item.rpartition("_")[0]]
        abnormal = [one for one in results if (flag := _flag(one, flags)) is not None and flag.value.text not in ("", "NORMAL")]
        for one in named or abnormal or results:
            flag = _flag(one, flags)
            said = Text(*(format_value(flag.item, flag.value, lang) for lang in ("en", "zh"))) if flag is not None else EMPTY
            yield Text(f"{event.event.short.en} {event.visit_date}", f"{event.event.short.zh} {event.visit_date}"), one.item.label, _result(one), one.limits, said


def _flag(record: ItemRecord, records: dict[str, ItemRecord]) -> ItemRecord | None:
    return records.get(record.item.oid.rpartition("_")[0] + "_LBNRIND")


def _result(record: ItemRecord) -> Text:
    unit = record.value.unit or record.item.unit
    return Text(*(f"{format_value(record.item, record.value, lang)} {unit}".strip() for lang in ("en", "zh")))
