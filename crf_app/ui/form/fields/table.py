"""Which field shows which item: the one table."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from crf_app.study.definition import ItemDef, ItemType
from crf_app.ui.common.look import Look
from crf_app.ui.form.fields.attachment import FileField, PhotoField
from crf_app.ui.form.fields.base import Field, FormTools
from crf_app.ui.form.fields.choice import ChoiceBox, ChoiceStrip, MultiChoice, fits_strip
from crf_app.ui.form.fields.line import DateField, DateTimeField, MultilineField, NumberField, TextField, TimeField
from crf_app.ui.form.fields.link import LinkField
from crf_app.ui.form.fields.map_field import MapField
from crf_app.ui.form.fields.shown import DerivedField

FIELD_TYPES: Mapping[ItemType, type[Field]] = {
    ItemType.TEXT: TextField,
    ItemType.INT: NumberField,
    ItemType.DEC: NumberField,
    ItemType.DATE: DateField,
    ItemType.PDATE: DateField,
    ItemType.TIME: TimeField,
    ItemType.DATETIME: DateTimeField,
    ItemType.SINGLE: ChoiceStrip,
    ItemType.MULTI: MultiChoice,
    ItemType.PHOTO: PhotoField,
    ItemType.FILE: FileField,
    ItemType.MAP: MapField,
    ItemType.LINK: LinkField,
}


def field_type(item: ItemDef) -> type[Field]:
    """The field class for an item: derived items, long texts and long lists have their own."""
    if item.is_derived and not item.computed_unless_typed:
        return DerivedField
    if item.type is ItemType.TEXT and item.lines > 1:
        return MultilineField
    if item.type is ItemType.SINGLE and not fits_strip(item):
        return ChoiceBox
    return FIELD_TYPES[item.type]


def make_field(look: Look, tools: FormTools, item: ItemDef, parent: QWidget | None = None) -> Field:
    """A new field for the item."""
    return field_type(item)(look, tools, item, parent)
