"""Cells copied from a spreadsheet, read as rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.ui.form.fields.base import FieldEntry


@dataclass(frozen=True, slots=True)
class PasteRequest:
    """Many values at once, in the order of the rows pasted."""

    entries: tuple[tuple[ItemKey, FieldEntry], ...]


@dataclass(frozen=True, slots=True)
class RowAdd:
    """A new row of a group with its first values by item OID, in the order of the items."""

    form: FormKey
    group: str
    entries: tuple[tuple[str, FieldEntry], ...]


def read_block(text: str) -> list[list[str]]:
    """Lines by newline, cells by tab, outer blanks taken away; a last empty line is no row."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return [[cell.strip() for cell in line.split("\t")] for line in lines]
