"""The names that leave the program: OIDs in ODM, columns and files in CSV. The same item has the same name in both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crf_app.study.definition import FormDef, GroupDef, ItemDef, ItemType, StudyDef

NUMBERS = (ItemType.INT, ItemType.DEC)
RESERVED_FILES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "ITEMS", "CODELISTS", "SUBJECTS", "VISITS", "FORMS", "CHANGES", "REMAINING"}
)
"""Names that Windows gives to devices, and those of our own tables: no form's file can be called so."""

_STRANGE = re.compile(r"[^A-Za-z0-9.]")


def encoded(text: str) -> str:
    """`text` with letters, digits and points only; anything else as _HEX_, so that two texts never become one name.

    A name made of it after a prefix matches `[A-Za-z_][A-Za-z0-9_.]*`, the only OIDs that every reader leaves alone.
    """
    return _STRANGE.sub(lambda found: f"_{ord(found[0]):X}_", text)


@dataclass(frozen=True, slots=True)
class Parts:
    """The names of an item's companions, "" where it can have none: what stands beside its value."""

    missing: str = ""
    reason: str = ""
    operator: str = ""
    unit: str = ""
    standard: str = ""
    standard_unit: str = ""
    exact: str = ""
    status: str = ""
    code: str = ""
    flags: str = ""

    def items(self) -> tuple[tuple[str, str], ...]:
        """(attribute of Value, name) of those that exist, in the order of the columns."""
        pairs = ((attribute, getattr(self, attribute)) for attribute in SUFFIXES)
        return tuple((attribute, name) for attribute, name in pairs if name)


SUFFIXES: Mapping[str, str] = {
    "missing": "MISS",
    "reason": "REASON",
    "operator": "OP",
    "unit": "UNIT",
    "standard": "STD",
    "standard_unit": "STDU",
    "exact": "EXACT",
    "status": "STATUS",
    "code": "CODE",
    "flags": "FLAGS",
}


def wanted_parts(item: ItemDef) -> tuple[str, ...]:
    """Which attributes of a Value this item can carry besides its text."""
    wanted: list[str] = []
    if item.missing and (not item.is_derived or item.computed_unless_typed):
        wanted += ["missing", "reason"]
    if item.operator:
        wanted.append("operator")
    if item.unit or item.units:
        wanted += ["unit", "standard", "standard_unit"]
    if item.is_derived:
        wanted += ["exact", "status", "code", "flags"]
    return tuple(wanted)


def companions(form: FormDef) -> Mapping[str, Parts]:
    """For each item of `form` the names of its companions: ITEM_STD, or ITEM__STD when an item is called ITEM_STD."""
    taken = {item.oid for item in form.items}
    named: dict[str, Parts] = {}
    for item in form.items:
        names = {attribute: _free(item.oid, SUFFIXES[attribute], taken) for attribute in wanted_parts(item)}
        taken.update(names.values())
        named[item.oid] = Parts(**names)
    return named


def _free(item: str, suffix: str, taken: Iterable[str]) -> str:
    name = f"{item}_{suffix}"
    while name in taken:
        name = name.replace(f"_{suffix}", f"__{suffix}")
    return name


def codelist_name(study: StudyDef, item: ItemDef) -> str:
    """The list an item's codes belong to; "" without codes.

    The study's own list when all of it is offered, else FORM.ITEM, a list for this item alone.
    """
    if not item.codes:
        return ""
    shared = study.codelists.get(item.codelist)
    return shared.oid if shared is not None and shared.codes == item.codes else item.name


def csv_file(form: str, group: GroupDef | None) -> str:
    """FORM.csv for what stands once on a form, FORM.GROUP.csv for a repeating group."""
    if group is not None and group.repeating != "no":
        return f"{form}.{group.oid}.csv"
    return f"{form}_.csv" if form.upper() in RESERVED_FILES else f"{form}.csv"


def unit_oid(unit: str) -> str:
    """The OID of a unit."""
    return f"MU.{encoded(unit)}"


def user_oid(user_id: str) -> str:
    """The OID of a user; what no person did is the program's."""
    return f"USR.{encoded(user_id) or 'SYSTEM'}"
