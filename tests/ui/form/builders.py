"""Small made-up forms for the tests of the window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtGui import QPixmap

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.record import Finding, FormRecord, FormStatus, GroupRecord, ItemRecord, RowRecord, Visibility
from crf_app.clinical.values import Value
from crf_app.study.definition import Code, FormDef, GroupDef, ItemDef, ItemType, Severity
from crf_app.study.texts import EMPTY, Text
from crf_app.ui.form.fields.base import FormTools, LinkOption

FORM = FormKey("01-001", "W4", 1, "VS", 1)
YES_NO = (Code("Y", Text("Yes", "是")), Code("N", Text("No", "否")))
METHODS = (
    Code("TRACING", Text("Tracing", "描记")),
    Code("ELLIPSE", Text("Ellipse", "椭圆法")),
    Code("LXW", Text("L × W", "长×宽")),
)
DRUGS = (
    Code("ORAL", Text("Oral", "口服")),
    Code("GLP1", Text("GLP-1", "GLP-1")),
    Code("INS", Text("Insulin", "胰岛素")),
)
SITES = tuple(Code(f"S{n}", Text(f"Region {n} of the foot", f"足部区域{n}")) for n in range(1, 12))


def shown(item: ItemDef, value: Value, lang: str) -> str:
    """Values as the tests read them: labels for codes, the rest as stored."""
    if value.missing:
        return f"{value.missing}: {value.reason}"
    if item.codes and value.text:
        labels = {one.code: one.text.get(lang) for one in item.codes}
        return "; ".join(labels.get(code, code) for code in value.text.split(";"))
    return value.operator + value.text


def tools() -> FormTools:
    """Tools without a program behind them: pounds count half a kilogram, two rows can be linked."""
    return FormTools(
        format_value=shown,
        convert=lambda item, text, _unit: f"{float(text) / 2:g} {item.unit}" if text.replace(".", "").isdigit() else "",
        link_options=lambda _record, _lang: (
            LinkOption("LOG/AE/AE#1", "2026-03-02 fever"),
            LinkOption("LOG/AE/AE#2", "rash"),
        ),
        thumbnail=lambda _sha: QPixmap(),
        may_confirm=lambda: True,
    )


def item(oid: str, kind: ItemType, en: str, zh: str = "", **more: Any) -> ItemDef:
    """An item of group VS on form VS."""
    return replace(ItemDef(oid, "VS", "VS", Text(en, zh or en), kind), **more)


def record(definition: ItemDef, text: str = "", **more: Any) -> ItemRecord:
    """Its record with a stored text."""
    key = item_key(FORM, definition.group, int(str(more.pop("row", 1))), definition.oid)
    value = more.pop("value", Value(text=text))
    return replace(ItemRecord(key, definition), value=value, **more)


def finding(of: ItemRecord, severity: Severity, en: str, zh: str = "", **more: Any) -> Finding:
    """A finding on that record."""
    return replace(Finding(severity.value, severity, of.key, Text(en, zh or en)), **more)


def group_def(
    oid: str, items: tuple[ItemDef, ...], en: str = "Measurements", zh: str = "测量", **more: Any
) -> GroupDef:
    """A group of those items."""
    owned = tuple(replace(one, group=oid) for one in items)
    return replace(GroupDef(oid, "VS", Text(en, zh), owned), **more)


def form_record(*groups: GroupRecord) -> FormRecord:
    """A form of those groups, in progress."""
    definitions = tuple(one.group for one in groups)
    index = {one.oid: one for group in definitions for one in group.items}
    form = FormDef("VS", "1.0", Text("Vital signs", "生命体征"), definitions, index=index)
    return FormRecord(FORM, form, form.name, FormStatus.IN_PROGRESS, optional=False, groups=groups)


def column(records: tuple[ItemRecord, ...], oid: str = "VS", en: str = "Measurements", zh: str = "测量") -> GroupRecord:
    """A group in one column holding those records."""
    owned = tuple(
        replace(one, item=replace(one.item, group=oid), key=item_key(FORM, oid, 1, one.item.oid)) for one in records
    )
    return GroupRecord(group_def(oid, tuple(one.item for one in owned), en, zh), (RowRecord(1, EMPTY, owned),))


HIDDEN = Visibility.HIDDEN
