"""What an ODM export keeps in mind while it writes: counts, and references for the parts that stand first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from crf_app.clinical.record import ItemRecord
from crf_app.study.texts import Text


@dataclass(slots=True)
class OdmCounts:
    """What was written. Companions are not counted.

    `values` items have a value, `missing` ones ND, UK or NA; `cleared` ones had a value once, `without_result` are
    derived items that gave none. `converted` values were entered in another unit than the standard one. `not_collected`
    values were left out: their item is hidden, was not asked, or stands in a deleted row. `replaced` names the values
    with characters that XML cannot hold.
    """

    subjects: int = 0
    events: int = 0
    forms: int = 0
    rows: int = 0
    values: int = 0
    missing: int = 0
    cleared: int = 0
    partial_dates: int = 0
    operators: int = 0
    repeats: int = 0
    converted: int = 0
    without_result: int = 0
    links: int = 0
    audit_records: int = 0
    signatures: int = 0
    not_collected: int = 0
    queries: int = 0
    messages: int = 0
    replaced: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Seen:
    """What the data referred to, for the parts of the file that stand before it.

    `users` by id with name and role, `flags` the codes by code list, `repeating` the OIDs of visits and forms that came
    twice, `links` (version of the study, where, address) in order,
    `codes` those that an item's version no longer offers, by version, form and item.
    """

    users: dict[str, tuple[Text, str]] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    flags: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    meanings: set[str] = field(default_factory=set)
    repeating: set[str] = field(default_factory=set)
    codes: defaultdict[tuple[str, str, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    links: list[tuple[str, ItemRecord, str]] = field(default_factory=list)
