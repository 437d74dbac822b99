"""What the program looks for in every study, whatever the study calls it.

Each landmark is a tag of that name on an item. Without the tag the item stands under its CDISC name, as in the library
(docs/definition-format.md, "Landmarks"): a study that names it otherwise says so by the tag, and no program changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

CONVENTIONS: Mapping[str, tuple[str, str]] = {
    "consent_date": ("ICF", "RFICDAT"),
    "subject_number": ("DM", "SUBJID"), "initials": ("DM", "SUBJINIT"), "birth_date": ("DM", "BRTHDAT"), "sex": ("DM", "SEX"),
    "visit_date": ("SV", "VISDAT"), "visit_done": ("SV", "SVOCCUR"), "visit_reason": ("SV", "SVREASOC"), "extension": ("SV", "EXT24"),
    "verdict": ("IE", "IEYN"), "confirmed": ("IE", "IEINVYN"), "confirmed_at": ("IE", "IEDAT"),
    "arm": ("RND", "ARMCD"), "allocation_number": ("RND", "RANDNO"), "allocation_date": ("RND", "RANDDAT"), "allocation_time": ("RND", "RANDTIM"),
    "allocation_stratum": ("RND", "RANDSTR"), "allocation_method": ("RND", "RANDMETH"), "allocation_person": ("RND", "RANDBY"),
    "allocation_source": ("RND", "RANDSRC"),
    "study_end": ("DS", "DSSTDAT"), "study_completed": ("DS", "DSCOMP"), "study_end_reason": ("DS", "DSDECOD"),
}  # fmt: skip
"""Landmark to the form and the item that carry it where no item has the tag."""


class _Item(Protocol):
    @property
    def oid(self) -> str: ...

    @property
    def tags(self) -> frozenset[str]: ...


AnyItem = TypeVar("AnyItem", bound=_Item)


def find_landmarks(items: Mapping[str, tuple[AnyItem, ...]]) -> dict[str, AnyItem]:
    """The item of each landmark, from the items of each form: the first that carries the tag, else the one of the conventional name."""
    found: dict[str, AnyItem] = {}
    for name, (form, oid) in CONVENTIONS.items():
        named = next((one for one in items.get(form, ()) if one.oid == oid), None)
        if named is not None:
            found[name] = named
    tagged: dict[str, AnyItem] = {}
    for one in (item for group in items.values() for item in group):
        for tag in one.tags & CONVENTIONS.keys():
            tagged.setdefault(tag, one)
    return found | tagged
