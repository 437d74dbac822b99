"""Reads one item, or one laboratory analyte, of a form definition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crf_app.study.definition import Code, CodeList, ItemDef, ItemType, Limits, RangeDefault
from crf_app.study.landmarks import CONVENTIONS
from crf_app.study.outlines import OUTLINES
from crf_app.study.source import Table
from crf_app.study.texts import Text

_TYPE = re.compile(r"(text|dec)\((\d+)(?:,\s*(\d+))?\)\Z|(int|date|pdate|time|datetime|single|multi|yn|photo|file|map|link)\Z")
_TAGS = frozenset({
    "performed_date", "start", "end", "ongoing", "treatment_date", "visit_date", "consent_date", "birth_date", "not_future", "performed", "row_number",
    "identifier", "clsig", "by_signature", "coded",
}) | CONVENTIONS.keys()  # fmt: skip
ABNORMAL = '("LOW", "HIGH", "ABNORMAL")'


def read_codelists(table: Table) -> dict[str, CodeList]:
    """All lists of a codelists.toml, by name."""
    lists = {}
    for oid in list(table.data):
        inner = table.table(oid)
        if inner is not None:
            lists[oid] = CodeList(oid, inner.text("name", required=True), read_codes(inner, "codes"))
            inner.finish()
    return lists


def read_codes(table: Table, key: str) -> tuple[Code, ...]:
    """Codes written as [{ code, en, zh, .. }]; notes duplicates and missing translations."""
    codes: list[Code] = []
    for one in table.tables(key, name="code"):
        code = one.string("code", required=True)
        for lang in ("en", "zh"):
            if not one.string(lang).strip():
                one.mistake("", "S12-TRANSLATION", f"the {lang} text is missing.", f'Add {lang} = "..".')
        if any(known.code == code for known in codes):
            one.mistake("", "S20-DUPLICATE-CODE", f'the code "{code}" stands twice.', "Remove one or rename it.")
        text = Text(one.string("en"), one.string("zh"))
        codes.append(Code(code, text, one.string("key"), one.text("short"), one.truth("missing"), one.string("sdtm")))
        one.finish()
    if not codes:
        table.mistake(key, "S21-NO-CODES", "has no codes.", "Give at least one code.")
    return tuple(codes)


def read_type(table: Table) -> tuple[ItemType, int, int, int]:
    """The written type, in its parts: type, length of a text, digits of a number, decimals among them."""
    written = table.string("type", required=True)
    match = _TYPE.match(written)
    if match is None:
        if written:
            table.mistake("type", "S23-ITEM-TYPE", f'"{written}" is no item type.', "Use text(n), int, dec(p,s), date, pdate, time, datetime, single, multi, yn, photo, file, map or link.")
        return ItemType.TEXT, 200, 0, 0
    name, first, second, plain = match.groups()
    if name == "text":
        return ItemType.TEXT, int(first), 0, 0
    if name == "dec":
        if second is None or int(second) > int(first):
            table.mistake("type", "S24-DIGITS", f'"{written}" needs all digits and the decimals among them.', "Write dec(5,2): five digits, two of them decimals.")
        return ItemType.DEC, 0, int(first), int(second or 0)
    return (ItemType.SINGLE if plain == "yn" else ItemType(plain)), 0, 0, 0


_STRINGS = ("domain", "unit", "test", "source", "pair", "time_item", "start_item", "ongoing_item", "switch", "identifier", "pattern", "role", "site_list")
"""Keys of an item that are plain strings, empty unless given."""


class ItemReader:
    """Turns item tables into ItemDefs, given the code lists in force."""

    def __init__(self, codelists: Mapping[str, CodeList]) -> None:
        self.codelists = codelists

    def item(self, table: Table, form: str, group: str) -> ItemDef:
        """One item; every mistake is noted and a usable stand-in is put in its place."""
        kind, length, digits, decimals = read_type(table)
        codelist, codes = self._codes(table, kind)
        derive = table.expression("derive")
        tags = frozenset(table.strings("tags"))
        for tag in tags - _TAGS:
            table.mistake("tags", "S22-TAG", f'unknown tag "{tag}".', f"Use one of {', '.join(sorted(_TAGS))}.")
        given = table.data.keys()  # most keys of most items are not given: those are not asked for
        others: dict[str, Any] = {key: table.string(key) for key in _STRINGS if key in given}
        others.update((key, table.strings(key)) for key in ("units", "links") if key in given)
        others.update((key, table.text(key)) for key in ("soft_message", "guide", "hint") if key in given)
        others.update((key, table.expression(key)) for key in ("show", "default", "locked_after") if key in given)
        others.update((key, table.truth(key)) for key in ("computed_unless_typed", "operator", "unique") if key in given)
        item = ItemDef(
            oid=table.oid("oid"), form=form, group=group, label=table.text("label", required=True), type=kind,
            length=length, digits=digits, decimals=decimals, codelist=codelist, codes=codes, tags=tags, derive=derive,
            hard=read_limits(table, "hard"), soft=read_limits(table, "soft"), required=table.expression("required", "false"),
            missing=table.truth("missing", default=not (derive or tags & {"consent_date", "row_number", "coded"})),
            lines=table.integer("lines", 1) or 1, **others,
        )  # fmt: skip
        self._consistent(table, item)
        table.finish()
        return item

    def _codes(self, table: Table, kind: ItemType) -> tuple[str, tuple[Code, ...]]:
        name = "NY" if table.data.get("type") == "yn" else table.string("codelist")
        own = read_codes(table, "options") if table.has("options") else ()
        subset = table.strings("codes")
        if kind is ItemType.MAP and name in OUTLINES and not own:
            return name, ()
        if kind not in (ItemType.SINGLE, ItemType.MULTI):
            if name or own:
                table.mistake("codelist", "S25-NO-CHOICE", "only single and multi items have codes.", "Remove it or change the type; a map names FOOTVIEW or LEGVIEW.")
            return "", ()
        if name and name not in self.codelists:
            table.mistake("codelist", "S26-UNKNOWN-CODELIST", f'there is no code list "{name}".', "Add it to codelists.toml or correct the name.")
            return name, ()
        if not name and not own:
            table.mistake("codelist", "S27-CODES-MISSING", "a choice needs codes.", "Give codelist or options.")
        known = self.codelists[name].codes if name else own
        for code in subset:
            if not any(one.code == code for one in known):
                table.mistake("codes", "S28-UNKNOWN-CODE", f'"{code}" is not in the list.', "Use codes of the list.")
        return name, tuple(one for code in subset for one in known if one.code == code) if subset else known

    def _consistent(self, table: Table, item: ItemDef) -> None:
        numeric = item.type in (ItemType.INT, ItemType.DEC)
        if (item.unit or item.units or item.operator) and not numeric:
            table.mistake("unit", "S29-UNIT-OF-TEXT", f"a {item.type} has no unit or operator.", "Remove unit, units and operator, or make it a number.")
        if item.units and not item.test:
            table.mistake("units", "S30-UNITS-WITHOUT-TEST", "other units need a test code for their conversion.", 'Add test = "..".')
        if item.links and item.type is not ItemType.LINK:
            table.mistake("links", "S31-LINKS", "only link items have links.", "Remove it or make the type link.")
        if item.type is ItemType.LINK and not item.links and not item.derive:
            table.mistake("links", "S31-LINKS", "a link needs to say where it may point.", 'Add links = ["AE.AE"].')
        if item.computed_unless_typed and not item.derive:
            table.mistake("computed_unless_typed", "S32-NOTHING-COMPUTED", "needs a derive.", "Add derive or remove it.")
        if item.identifier not in ("", "direct", "free_text", "quasi"):
            table.mistake("identifier", "S16-CHOICE", f'"{item.identifier}" is not known here.', "Use direct, quasi or free_text.")

    def analyte(self, table: Table, form: str, group: str) -> tuple[tuple[ItemDef, ...], tuple[RangeDefault, ...]]:
        """A laboratory result as its three items (result, flag, significance) and its start-up intervals."""
        test = table.oid("test")
        label = table.text("label", required=True)
        ranges = read_ranges(table, test, table.string("unit"))
        data = {**table.data, "oid": f"{test}_LBORRES", "operator": True}
        data.pop("range", None)
        result = self.item(Table(data, table.file, table.path, table.mistakes), form, group)
        flag = ItemDef(
            oid=f"{test}_LBNRIND", form=form, group=group, label=Text(f"{label.en}: flag", f"{label.zh}：标志"), type=ItemType.SINGLE,
            domain=result.domain, codelist="NRIND", codes=self._list(table, "NRIND"), derive=f"range_flag({test}_LBORRES)", missing=False,
            show=result.show, switch=result.switch,
        )
        judged = f"{test}_LBNRIND in {ABNORMAL}"
        significance = ItemDef(
            oid=f"{test}_LBCLSIG", form=form, group=group, label=Text(f"{label.en}: significance", f"{label.zh}：临床意义"),
            type=ItemType.SINGLE, domain=result.domain, codelist="CLSIG",
            codes=tuple(one for one in self._list(table, "CLSIG") if one.code in ("NCS", "CS")), required=judged,
            show=f"({result.show}) and {judged}" if result.show else judged, switch=result.switch, tags=frozenset({"clsig"}), role="investigator",
        )
        return (result, flag, significance), ranges

    def _list(self, table: Table, name: str) -> tuple[Code, ...]:
        if name not in self.codelists:
            table.mistake("", "S26-UNKNOWN-CODELIST", f'there is no code list "{name}".', "Laboratory panels need NRIND and CLSIG in codelists.toml.")
            return ()
        return self.codelists[name].codes


def read_limits(table: Table, key: str) -> Limits | None:
    """[low, high]: numbers, expressions or "" for open."""
    value = table.raw(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(one, (int, Decimal, str)) for one in value):
        table.mistake(key, "S33-LIMITS", "is no pair of limits.", f'Write {key} = [low, high]; "" is open.')
        return None
    low, high = (str(one) for one in value)
    try:
        if low and high and Decimal(low) > Decimal(high):
            table.mistake(key, "S34-LIMITS-ORDER", f"the lower limit {low} is above the upper {high}.", "Exchange them.")
    except ArithmeticError:
        pass  # one of them is an expression: checked where expressions are
    return Limits(low, high)


def read_ranges(table: Table, test: str, unit: str) -> tuple[RangeDefault, ...]:
    """Start-up reference intervals: { M = [a, b], F = [c, d] }, { ALL = [a, b] } or a list of bands."""
    value = table.raw("range")
    if value is None:
        return ()
    bands: list[RangeDefault] = []
    if isinstance(value, dict):
        value = [{"sex": sex, "low": pair[0], "high": pair[1]} for sex, pair in value.items() if isinstance(pair, list) and len(pair) == 2]
    if isinstance(value, list):
        for one in value:
            if isinstance(one, dict) and one.get("sex", "ALL") in ("M", "F", "ALL"):
                age = one.get("from_age", 0)
                bands.append(RangeDefault(test, unit, str(one.get("sex", "ALL")), age if isinstance(age, int) else 0, str(one.get("low", "")), str(one.get("high", ""))))
    if not bands:
        table.mistake("range", "S35-RANGE", "is no reference interval.", "Write { M = [low, high], F = [low, high] } or { ALL = [low, high] }.")
    return tuple(bands)


def comment_group_items(form: str) -> tuple[ItemDef, ItemDef]:
    """The comment and source document that every form ends with (content, section 5)."""
    comment = ItemDef(
        oid=f"{form}_COVAL", form=form, group="CO", label=Text("Comment", "备注"), type=ItemType.TEXT, domain="CO", length=1000, lines=2,
        missing=False, identifier="free_text",
    )
    document = ItemDef(
        oid=f"{form}_SRCFILE", form=form, group="CO", label=Text("Source document", "原始资料"), type=ItemType.FILE, missing=False, identifier="direct",
    )
    return comment, document


