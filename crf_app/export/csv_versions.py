"""Several versions of a study as one layout of columns: what any of them asks has its column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crf_app.study.definition import Code, CodeList, FormDef, GroupDef, ItemDef, StudyDef


def merged_study(studies: Sequence[StudyDef]) -> StudyDef:
    """The newest version (the last), with the forms, groups, items and codes that only earlier ones have after its own."""
    found = studies[-1]
    for older in reversed(studies[:-1]):
        forms = {oid: _form(form, older.forms[oid]) if oid in older.forms else form for oid, form in found.forms.items()}
        lists = {oid: _list(one, older.codelists.get(oid)) for oid, one in found.codelists.items()}
        found = replace(found, forms={**older.forms, **forms}, codelists={**older.codelists, **lists})
    return found


def _list(one: CodeList, older: CodeList | None) -> CodeList:
    return replace(one, codes=_codes(one.codes, older.codes)) if older is not None else one


def _codes(codes: tuple[Code, ...], older: tuple[Code, ...]) -> tuple[Code, ...]:
    known = {one.code for one in codes}
    return (*codes, *(one for one in older if one.code not in known))


def _form(form: FormDef, older: FormDef) -> FormDef:
    names = {one.oid for one in form.groups}
    groups = (*(_group(one, form, older) for one in form.groups), *(_left(one, form) for one in older.groups if one.oid not in names))
    kept = tuple(one for one in groups if one.items)
    return replace(form, groups=kept, index={item.oid: item for group in kept for item in group.items})


def _left(group: GroupDef, form: FormDef) -> GroupDef:
    """A group that only the older version has, without what has moved to another one."""
    return replace(group, items=tuple(item for item in group.items if item.oid not in form.index))


def _group(group: GroupDef, form: FormDef, older: FormDef) -> GroupDef:
    items = tuple(_item(item, older.index.get(item.oid)) for item in group.items)
    left = tuple(item for item in older.items if item.group == group.oid and item.oid not in form.index)
    return replace(group, items=(*items, *left))


def _item(item: ItemDef, older: ItemDef | None) -> ItemDef:
    """The item with every code and unit that either version offers."""
    if older is None:
        return item
    units = tuple(dict.fromkeys((*item.units, *((older.unit,) if older.unit != item.unit else ()), *older.units)))
    return replace(item, codes=_codes(item.codes, older.codes), units=tuple(one for one in units if one and one != item.unit))
