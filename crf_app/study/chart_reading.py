"""Reads charts.toml: what is drawn of a subject (docs/definition-format.md, "Charts"), the trial's own first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from crf_app.study.chart_definition import ChartBandDef, ChartDef, ChartLineDef
from crf_app.study.definition import FormDef, GroupDef, ItemDef, ItemType
from crf_app.study.mistakes import Mistakes
from crf_app.study.source import Table, read_toml

KINDS = ("items", "laboratory", "events")
MOST_ITEMS = 4
"""Lines in one chart that can still be told apart without colour."""
_NUMBERS = (ItemType.INT, ItemType.DEC)


def read_charts(paths: Sequence[tuple[Path, Path]], forms: Mapping[str, FormDef], mistakes: Mistakes) -> tuple[ChartDef, ...]:
    """The charts of the files that exist, each given with the folder that its mistakes are named from; what needs a form that the study does not use is left out."""
    charts: dict[str, ChartDef] = {}
    for path, root in paths:
        table = read_toml(path, root, mistakes) if path.exists() else None
        if table is None:
            continue
        for one in table.tables("charts"):
            needed = all(form in forms for form in one.strings("needs"))
            made = _Reader(one, forms if needed else None).chart()
            one.finish()
            if made.oid in charts:
                one.mistake("oid", "S64-DUPLICATE-CHART", f'the chart "{made.oid}" stands twice.', "Rename or remove one.")
            if needed:
                charts[made.oid] = made
        table.finish()
    return tuple(charts.values())


class _Reader:
    """One table of a chart. Without forms nothing in it is looked up: the chart will not be used."""

    def __init__(self, table: Table, forms: Mapping[str, FormDef] | None) -> None:
        self.table = table
        self.forms = forms

    def chart(self) -> ChartDef:
        """The chart, every mistake in it noted."""
        table = self.table
        kind = table.choice("kind", KINDS)
        oid, label = table.oid("oid"), table.text("label", required=True)
        if kind == "items":
            items = table.strings("draw")
            self._items(items)
            beside = table.strings("beside")
            self._beside(items, beside)
            return ChartDef(oid, label, kind, items, beside, self._scale(), self._bands(), self._marks())
        if kind == "events":
            group = table.string("rows", required=True)
            named, grade, serious = (table.string(key) for key in ("named", "grade", "serious"))
            self._events(group, {"named": named, "grade": grade, "serious": serious})
            return ChartDef(oid, label, kind, rows=group, named=named, grade=grade, serious=serious)
        return ChartDef(oid, label, kind)

    # Items

    def _items(self, names: Sequence[str]) -> None:
        if not 1 <= len(names) <= MOST_ITEMS:
            self.table.mistake("draw", "S65-CHART-ITEMS", f"{len(names)} items are named.", f"Name 1 to {MOST_ITEMS}; put more into another chart.")
        units: dict[str, str] = {}
        for name in names:
            item = self._find("draw", name)
            if item is None:
                continue
            units.setdefault(item.unit, name)
            if not _is_number(item):
                self.table.mistake("draw", "S67-CHART-NUMBER", f'"{name}" is {item.type}, not a number.', "Name items of type int or dec, or a choice whose codes are numbers.")
            elif self._group(item).repeating == "log":
                self.table.mistake("draw", "S68-CHART-LOG", f'"{name}" stands in a log, which has no row a visit.', 'Use kind = "events" for a log.')
        if len(units) > 1:
            said = ", ".join(f"{name} ({unit or 'no unit'})" for unit, name in units.items())
            self.table.mistake("draw", "S69-CHART-UNITS", f"one axis cannot hold several units: {said}.", "Make a chart for each unit.")

    def _beside(self, items: Sequence[str], names: Sequence[str]) -> None:
        forms = {name.partition(".")[0] for name in items}
        for name in names:
            item = self._find("beside", name)
            if item is not None and item.form not in forms:
                self.table.mistake("beside", "S66-CHART-ITEM", f'"{name}" does not stand on the form of the items drawn.', f"Name an item of {', '.join(sorted(forms))}.")

    def _scale(self) -> tuple[str, ...]:
        found = self.table.raw("scale")
        if found is None:
            return ()
        if not isinstance(found, list) or len(found) != 2 or not all(_is_plain(one) for one in found) or found[0] >= found[1]:
            self.table.mistake("scale", "S70-CHART-SCALE", "is not a low and a high end.", "Write scale = [0, 19].")
            return ()
        return str(found[0]), str(found[1])

    def _bands(self) -> tuple[ChartBandDef, ...]:
        made = []
        for one in self.table.tables("bands"):
            low, high = self._number(one, "low"), self._number(one, "high")
            if low is not None and high is not None and low > high:
                one.mistake("high", "S70-CHART-SCALE", "lies below low.", "Write the lower end first.")
            made.append(ChartBandDef(str(low), str(high), one.text("label", required=True)))
            one.finish()
        return tuple(made)

    def _marks(self) -> tuple[ChartLineDef, ...]:
        made = []
        for one in self.table.tables("marks"):
            made.append(ChartLineDef(str(self._number(one, "at")), one.text("label", required=True)))
            one.finish()
        return tuple(made)

    @staticmethod
    def _number(table: Table, key: str) -> Decimal | None:
        found = table.raw(key)
        if _is_plain(found):
            return Decimal(str(found))
        table.mistake(key, "S14-TYPE" if table.has(key) else "S10-MISSING-KEY", "is not a number.", f"Write {key} = 5 without quotes.")
        return None

    # Events

    def _events(self, name: str, members: Mapping[str, str]) -> None:
        if self.forms is None or not name:
            return
        form, _, oid = name.partition(".")
        group = next((one for one in self.forms[form].groups if one.oid == oid), None) if form in self.forms else None
        if group is None:
            self.table.mistake("rows", "S71-CHART-GROUP", f'"{name}" is not in this study.', "Name FORM.GROUP.")
            return
        if not any("start" in item.tags for item in group.items):
            self.table.mistake("rows", "S71-CHART-GROUP", f'the group "{name}" has no item with the tag start.', 'Give its start date tags = ["start"].')
        for key, member in members.items():
            if member and group.item(member) is None:
                self.table.mistake(key, "S66-CHART-ITEM", f'"{member}" is no item of {name}.', "Name an item of the group.")
        if not members["named"]:
            self.table.mistake("named", "S10-MISSING-KEY", "is not given.", "Name the item that says what the event is.")

    # Looking up

    def _find(self, key: str, name: str) -> ItemDef | None:
        if self.forms is None:
            return None
        form, _, oid = name.partition(".")
        item = self.forms[form].index.get(oid) if form in self.forms else None
        if item is None:
            self.table.mistake(key, "S66-CHART-ITEM", f'"{name}" is not in this study.', "Name FORM.ITEM, or what the chart needs in needs = [..].")
        return item

    def _group(self, item: ItemDef) -> GroupDef:
        return (self.forms or {})[item.form].group(item.group)


def _is_number(item: ItemDef) -> bool:
    if item.type is ItemType.SINGLE:
        return bool(item.codes) and all(one.missing or one.code.lstrip("-").isdecimal() for one in item.codes)
    return item.type in _NUMBERS


def _is_plain(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
