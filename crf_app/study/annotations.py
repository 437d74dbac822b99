"""The names by which an item is known beyond its form: OID in ODM, variable in CDASH, code list (CDASHIG 2.1, section 3.3)."""

from __future__ import annotations

from typing import NamedTuple

from crf_app.study.definition import FormDef, ItemDef, ItemType


class Annotation(NamedTuple):
    """`variable` DOMAIN.VARIABLE; `where` the test it holds for, "" without one; `own`: a name of the study's, none of CDASH's pattern."""

    oid: str
    variable: str
    where: str
    codelist: str
    size: str
    own: bool


def annotate(form: FormDef, item: ItemDef) -> Annotation:
    """The names of an item. Results are named TEST_VARIABLE in the definitions, so the variable is what follows the test.

    CDASH builds its variables from the two letters of the domain and a fragment (VSORRES, AETERM); an item that does not begin so is
    one of the study's own (a supplemental qualifier or a finding of its own in SDTM).
    """
    domain = item.domain or form.domain or form.oid
    stem, mark, rest = item.oid.rpartition("_")
    split = bool(mark) and rest.startswith(domain[:2])
    variable = rest if split else item.oid
    test = item.test or (stem if split else "")
    where = f"{domain}TESTCD = {test}" if test and split else ""
    return Annotation(f"I.{form.oid}.{item.oid}", f"{domain}.{variable}", where, f"CL.{item.codelist}" if item.codelist else "", _size(item), not variable.startswith(domain[:2]))


def _size(item: ItemDef) -> str:
    """Type and room as a data manager writes them: text(200), int(3), dec(4.1), date."""
    if item.type in (ItemType.INT, ItemType.DEC):
        room = f"{item.digits}.{item.decimals}" if item.type is ItemType.DEC else str(item.digits)
        return f"{item.type.value}({room})" if item.digits else item.type.value
    if item.type is ItemType.TEXT and item.length:
        return f"{item.type.value}({item.length})"
    return item.type.value
