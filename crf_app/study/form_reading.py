"""Reads one form definition: groups, items, laboratory panels, included groups, overrides of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crf_app.study.definition import CodeList, FixedRows, FormDef, GroupDef, ItemDef, RangeDefault
from crf_app.study.item_reading import ItemReader, comment_group_items
from crf_app.study.source import Table
from crf_app.study.texts import Text

_REPEATING = ("no", "log", "fixed")
_LAYOUTS = ("column", "table", "lab", "log", "map")
_OVERRIDABLE = ("required", "show", "hard", "soft", "default", "derive", "codes", "options", "label", "guide", "missing", "switch", "links")
_OVERRIDABLE_OF_GROUP = ("show", "rows", "rows_when")


class FormReader:
    """Turns a form's TOML into a FormDef."""

    def __init__(self, codelists: Mapping[str, CodeList], shared_groups: Mapping[str, object], overrides: Table | None) -> None:
        self.items = ItemReader(codelists)
        self.shared_groups = shared_groups
        self.overrides = overrides

    def form(self, source: Table) -> FormDef:
        """The form; mistakes are noted on the way."""
        oid = source.string("oid")
        table = Table(self._prepared(source, oid), source.file, (oid or source.file,), source.mistakes)
        groups: list[GroupDef] = []
        ranges: list[RangeDefault] = []
        for one in table.tables("groups"):
            group, own = self._group(one, oid)
            groups.append(group)
            ranges.extend(own)
        if not groups:
            table.mistake("groups", "S40-NO-GROUPS", "the form asks nothing.", "Add [[groups]] with items.")
        groups = [_tagged(group, table.string("performed")) for group in groups]
        groups.append(GroupDef("CO", oid, Text("Comment and source", "备注与原始资料"), comment_group_items(oid)))
        form = FormDef(
            oid=table.oid("oid"), version=table.string("version", required=True), name=table.text("name", required=True), groups=tuple(groups),
            domain=table.string("domain"), note=table.text("note"), performed=table.string("performed"), date=table.string("date"),
            repeat_for=table.string("repeat_for"), repeat_when=table.expression("repeat_when"), show=table.expression("show"),
            signature=table.string("signature"), switch=table.string("switch"), ranges=tuple(ranges), index=_index(table, groups),
        )
        self._named_items(table, form)
        table.finish()
        return form

    def _prepared(self, source: Table, oid: str) -> dict[str, object]:
        """The form's data with included groups put first and the trial's overrides applied."""
        data = dict(source.data)
        names = data.pop("include", [])
        for name in reversed([names] if isinstance(names, str) else names if isinstance(names, list) else []):
            if name in self.shared_groups:
                groups = data.get("groups", [])
                if isinstance(groups, list):
                    data["groups"] = [self.shared_groups[name], *groups]
            else:
                source.mistake("include", "S41-UNKNOWN-GROUP", f'there is no shared group "{name}".', "Add it to library/groups.toml or correct the name.")
        change = self.overrides.table(oid) if self.overrides is not None and oid and self.overrides.has(oid) else None
        if change is not None:
            data = {key: _copied(value) for key, value in data.items()}  # what other forms share is not changed with it
            _override(data, change)
        return data

    def _group(self, table: Table, form: str) -> tuple[GroupDef, tuple[RangeDefault, ...]]:
        oid = table.oid("oid")
        items: list[ItemDef] = [self.items.item(one, form, oid) for one in table.tables("items")]
        ranges: list[RangeDefault] = []
        for one in table.tables("analytes", name="test"):
            made, own = self.items.analyte(one, form, oid)
            items.extend(made)
            ranges.extend(own)
        repeating = table.choice("repeating", _REPEATING, "no")
        key = table.raw("rows_key")
        keys = (key,) if isinstance(key, str) else tuple(key) if isinstance(key, list) else ()
        group = GroupDef(
            oid=oid, form=form, name=table.text("name", required=True), items=tuple(items), repeating=repeating,
            layout=table.choice("layout", _LAYOUTS, "column"), rows_key=keys, rows=_fixed_rows(table, repeating, keys, items),
            opening=table.string("opening"), row_label=table.strings("row_label"), row_number=table.string("row_number"),
            show=table.expression("show"),
        )
        for name in (*group.row_label, *((group.row_number,) if group.row_number else ()), *keys):
            if group.item(name) is None:
                table.mistake("row_label", "S42-UNKNOWN-ITEM", f'the group has no item "{name}".', "Name an item of this group.")
        if not items:
            table.mistake("items", "S43-NO-ITEMS", "the group asks nothing.", "Add [[groups.items]].")
        table.finish()
        return group, tuple(ranges)

    def _named_items(self, table: Table, form: FormDef) -> None:
        for key, name in (("performed", form.performed), ("date", form.date)):
            if name and name not in form.index:
                table.mistake(key, "S42-UNKNOWN-ITEM", f'the form has no item "{name}".', "Name an item of this form.")
        for group in form.groups:
            if group.opening and group.opening not in form.index:
                table.mistake(group.oid, "S42-UNKNOWN-ITEM", f'the opening question "{group.opening}" is not on the form.', "Name an item of this form.")
            for item in group.items:
                for key, name in (("pair", item.pair), ("time_item", item.time_item), ("start_item", item.start_item), ("ongoing_item", item.ongoing_item)):
                    if name and name not in form.index:
                        table.mistake(f"{group.oid} > {item.oid} > {key}", "S42-UNKNOWN-ITEM", f'the form has no item "{name}".', "Name an item of this form.")


def _copied(value: object) -> object:
    """What TOML gave, its tables and lists made anew; the values in them never change."""
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _tagged(group: GroupDef, performed: str) -> GroupDef:
    """The group with the tag `performed` on the form's question "done?"."""
    if not performed or group.item(performed) is None:
        return group
    items = tuple(replace(item, tags=item.tags | {"performed"}) if item.oid == performed else item for item in group.items)
    return replace(group, items=items)


def _index(table: Table, groups: list[GroupDef]) -> dict[str, ItemDef]:
    index: dict[str, ItemDef] = {}
    seen: set[str] = set()
    for group in groups:
        if group.oid in seen:
            table.mistake(group.oid, "S44-DUPLICATE-GROUP", f'the group "{group.oid}" stands twice.', "Rename one.")
        seen.add(group.oid)
        for item in group.items:
            if item.oid in index:
                table.mistake(f"{group.oid} > {item.oid}", "S45-DUPLICATE-ITEM", f'the item "{item.oid}" stands twice on the form.', "Rename or remove one.")
            index[item.oid] = item
    return index


def _fixed_rows(table: Table, repeating: str, keys: tuple[str, ...], items: list[ItemDef]) -> tuple[FixedRows, ...]:
    plain = table.raw("rows")
    found = [FixedRows("true", _codes_of(plain))] if plain is not None else []
    for one in table.tables("rows_when", name="when"):
        found.append(FixedRows(one.expression("when", "true"), _codes_of(one.raw("rows"))))
        one.finish()
    if repeating == "fixed" and (not found or not keys):
        table.mistake("rows", "S46-FIXED-ROWS", "a fixed group needs rows_key and rows.", 'Add rows_key = "ITEM" and rows = [["CODE"], ..].')
    by_oid = {item.oid: item for item in items}
    for rows in found:
        for row in rows.rows:
            if len(row) != len(keys):
                table.mistake("rows", "S46-FIXED-ROWS", f"the row {list(row)} does not give one code for each of {list(keys)}.", "Give one code per key item.")
            for name, code in zip(keys, row, strict=False):
                item = by_oid.get(name)
                if item is not None and item.codes and item.code(code) is None:
                    table.mistake("rows", "S28-UNKNOWN-CODE", f'"{code}" is not a code of {name}.', "Use codes of its list.")
    return tuple(found)


def _codes_of(rows: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(rows, list):
        return ()
    return tuple(tuple(str(code) for code in row) if isinstance(row, list) else (str(row),) for row in rows)


def _override(data: dict[str, object], change: Table) -> None:
    """Apply a trial's override in place: remove, change allowed keys, add."""
    groups = [one for one in _as_list(data.get("groups")) if isinstance(one, dict)]
    change.string("form")
    for name in change.strings("remove"):
        if not any(_remove(group, key, name) for group in groups for key in ("items", "analytes")):
            change.mistake("remove", "S47-OVERRIDE-TARGET", f'the library form has no item "{name}".', "Correct the name.")
    changed = change.table("items")
    for name in list(changed.data) if changed is not None else []:
        inner = changed.table(name) if changed is not None else None
        if inner is None:
            continue
        target = _find(groups, name)
        if target is None:
            inner.mistake("", "S47-OVERRIDE-TARGET", f'the library form has no item "{name}".', "Correct the name.")
        for key, value in inner.data.items():
            if key not in _OVERRIDABLE:
                inner.mistake(key, "S48-OVERRIDE-KEY", "a trial may not change this key of a library form.", f"Only {', '.join(_OVERRIDABLE)}; else write the form anew in the trial's folder.")
            elif target is not None:
                target[key] = value
    _override_groups(groups, change)
    for key in ("show", "switch"):
        if change.has(key):
            data[key] = change.raw(key)
    for added in change.tables("add"):
        group, after = added.string("group", required=True), added.string("after")
        item = {key: value for key, value in added.data.items() if key not in ("group", "after")}
        target_group = next((one for one in groups if one.get("oid") == group), None)
        if target_group is None:
            added.mistake("group", "S47-OVERRIDE-TARGET", f'the library form has no group "{group}".', "Correct the name.")
            continue
        items = target_group.setdefault("items", [])
        place = next((number for number, one in enumerate(items, 1) if one.get("oid") == after), len(items))
        items.insert(place, item)
    change.finish()


def _override_groups(groups: list[dict[str, object]], change: Table) -> None:
    """Other rows or another condition for a whole group."""
    changed = change.table("groups")
    for name in list(changed.data) if changed is not None else []:
        inner = changed.table(name) if changed is not None else None
        target = next((one for one in groups if one.get("oid") == name), None)
        if inner is None:
            continue
        if target is None:
            inner.mistake("", "S47-OVERRIDE-TARGET", f'the library form has no group "{name}".', "Correct the name.")
        for key, value in inner.data.items():
            if key not in _OVERRIDABLE_OF_GROUP:
                inner.mistake(key, "S48-OVERRIDE-KEY", "a trial may not change this key of a group of a library form.", f"Only {', '.join(_OVERRIDABLE_OF_GROUP)}.")
            elif target is not None:
                if key in ("rows", "rows_when"):
                    target.pop("rows", None)
                target[key] = value


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _remove(group: dict[str, object], key: str, name: str) -> bool:
    items = _as_list(group.get(key))
    kept = [one for one in items if not (isinstance(one, dict) and name in (one.get("oid"), f"{one.get('test')}_LBORRES" if key == "analytes" else None))]
    if len(kept) == len(items):
        return False
    group[key] = kept
    return True


def _find(groups: list[dict[str, object]], name: str) -> dict[str, object] | None:
    for group in groups:
        for key in ("items", "analytes"):
            for one in _as_list(group.get(key)):
                if isinstance(one, dict) and name in (one.get("oid"), f"{one.get('test')}_LBORRES" if key == "analytes" else None):
                    return one
    return None
