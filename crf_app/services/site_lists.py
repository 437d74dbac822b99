"""Fills the choices that a site keeps in its own tables into the definition: which laboratory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crf_app.store.connection import Reader
from crf_app.store.references import read_site_rows
from crf_app.study.definition import Code, FormDef, GroupDef, ItemDef, ItemType, StudyDef
from crf_app.study.texts import Text


def site_lists(study: StudyDef, database: Reader) -> Mapping[str, tuple[Code, ...]]:
    """The rows of every table that the study's items offer, by table."""
    return {kind: _codes(database, kind) for kind in sorted({item.site_list for form in study.forms.values() for item in form.items} - {""})}


def filled_with(study: StudyDef, lists: Mapping[str, tuple[Code, ...]]) -> StudyDef:
    """The study with items marked `site_list` offering these rows; the study itself when there are none. An empty table leaves a free text.

    Rows that were withdrawn stay known, so that values entered earlier keep their words; the only active row of a table is
    also the default.
    """
    if not any(lists.values()):
        return study
    return replace(study, forms={oid: _form(form, lists) for oid, form in study.forms.items()})


def _codes(database: Reader, kind: str) -> tuple[Code, ...]:
    rows = sorted(read_site_rows(database, kind), key=lambda row: (not row.active, row.row_id))
    return tuple(Code(row.row_id, Text(str(row.content.get("en", row.row_id)), str(row.content.get("zh", row.row_id)))) for row in rows)


def _form(form: FormDef, lists: Mapping[str, tuple[Code, ...]]) -> FormDef:
    if not any(item.site_list for item in form.items):
        return form
    groups = tuple(_group(group, lists) for group in form.groups)
    return replace(form, groups=groups, index={item.oid: item for group in groups for item in group.items})


def _group(group: GroupDef, lists: Mapping[str, tuple[Code, ...]]) -> GroupDef:
    return replace(group, items=tuple(_item(item, lists) for item in group.items))


def _item(item: ItemDef, lists: Mapping[str, tuple[Code, ...]]) -> ItemDef:
    codes = lists.get(item.site_list, ()) if item.site_list else ()
    if not codes:
        return item
    default = f'"{codes[0].code}"' if len(codes) == 1 else item.default
    return replace(item, type=ItemType.SINGLE, codes=codes, length=0, default=default)
