"""What one version of a study asks, plans and judges otherwise than another: the readable beginning of an amendment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from crf_app.study.definition import CheckDef, Code, FormDef, Limits, StudyDef
from crf_app.study.texts import EMPTY, Text

AREAS = ("study", "parameter", "visit", "grid", "form", "group", "item", "codelist", "code", "check", "criterion", "endpoint", "summary", "chart")
"""In the order in which differences are told."""

_WORDS = frozenset("label name short note guide hint title text message soft_message source lines assumed layout row_label".split())  # noqa: SIM905  read as a line
_EFFECTS = {
    "study": "judges", "parameter": "judges", "visit": "plans", "grid": "asks", "form": "asks", "group": "asks", "item": "asks", "codelist": "asks", "code": "asks",
    "check": "judges", "criterion": "judges", "endpoint": "judges", "summary": "judges",
    "chart": "words",
}  # fmt: skip
_JUDGING = frozenset("hard soft derive decimals tags operator pattern unique locked_after ranges start_item ongoing_item time_item test".split())  # noqa: SIM905  read as a line
_APART = frozenset(("oid", "id", "form", "group", "order", "forms", "groups", "items", "codes", "index", "version", "sha256"))
"""Fields that name a thing, or that are compared in their own way."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `kind` is added, removed or changed; `field` is the key of docs/definition-format.md that changed, `old` and `new` what it said.

    `place` is how rules name it; `visits` are those of the newer version (of the older for what is removed) at which it stands; `effect`: "asks" (what is
    entered), "judges" (findings, verdicts, computed values), "plans" (visits and windows) or "words" (texts alone).
    """

    area: str
    place: str
    name: Text
    kind: str
    effect: str
    field: str = ""
    old: Text = EMPTY
    new: Text = EMPTY
    visits: tuple[str, ...] = ()


def compare_studies(old: StudyDef, new: StudyDef) -> tuple[Difference, ...]:
    """Every difference, by area and in the order of the definition; none when both ask the same."""
    found = [*_fields("study", new.oid, new.name, old, new, ()), *_parts(old, new), *_visits(old, new), *_grid(old, new), *_forms(old, new), *_lists(old, new)]
    return tuple(sorted(found, key=lambda one: AREAS.index(one.area)))


# Parts that have a name and fields, and nothing inside


def _parts(old: StudyDef, new: StudyDef) -> Iterator[Difference]:
    yield from _named("parameter", _by_oid(old.parameters), _by_oid(new.parameters), lambda one: one.label)
    plan = Text("Plan of source data verification", "源数据核查计划")
    yield from _fields("parameter", "verification", plan, old.verification, new.verification, ())
    yield from _named("check", _checks(old), _checks(new), lambda one: one.message, lambda one, study: _standing(study, one.for_each.partition(".")[0]), old, new)
    yield from _named("criterion", {one.id: one for one in old.criteria}, {one.id: one for one in new.criteria}, lambda one: one.text)
    yield from _named("endpoint", _by_oid(old.endpoints), _by_oid(new.endpoints), lambda one: one.label)
    yield from _named("chart", _by_oid(old.charts), _by_oid(new.charts), lambda one: one.label)
    yield from _named("summary", _by_oid(old.summaries), _by_oid(new.summaries), lambda one: one.label)


def _named(
    area: str, old: Mapping[str, Any], new: Mapping[str, Any], name: Callable[[Any], Text],
    where: Callable[[Any, StudyDef], tuple[str, ...]] | None = None, before: StudyDef | None = None, after: StudyDef | None = None,
) -> Iterator[Difference]:  # fmt: skip
    def visits(one: Any, study: StudyDef | None) -> tuple[str, ...]:
        return where(one, study) if where is not None and study is not None else ()

    for place, one in old.items():
        if place not in new:
            yield Difference(area, place, name(one), "removed", _EFFECTS[area], visits=visits(one, before))
    for place, one in new.items():
        if place not in old:
            yield Difference(area, place, name(one), "added", _EFFECTS[area], visits=visits(one, after))
        else:
            yield from _fields(area, place, name(one), old[place], one, visits(one, after))
            yield from _codes(place, getattr(old[place], "codes", ()), getattr(one, "codes", ()))


def _checks(study: StudyDef) -> dict[str, CheckDef]:
    """Checks by id; one rule that stands at several places by place too."""
    found: dict[str, CheckDef] = {}
    often = {one.id for one in study.checks if sum(1 for other in study.checks if other.id == one.id) > 1}
    for one in study.checks:
        place = f"{one.id} {one.for_each} {one.at}".strip() if one.id in often or one.template else one.id
        while place in found:
            place += "'"
        found[place] = one
    return found


# Visits and what stands at them


def _visits(old: StudyDef, new: StudyDef) -> Iterator[Difference]:
    before, after = _by_oid(old.events), _by_oid(new.events)
    yield from _named("visit", before, after, lambda one: one.name)
    yield from _order("visit", "", list(before), list(after), {oid: one.name for oid, one in after.items()}, ())


def _grid(old: StudyDef, new: StudyDef) -> Iterator[Difference]:
    before = {(event.oid, place.form): place for event in old.events for place in event.forms}
    after = {(event.oid, place.form): place for event in new.events for place in event.forms}
    for (event, form), place in before.items():
        if (event, form) not in after and event in _by_oid(new.events) and form in new.forms:
            yield Difference("grid", form, old.forms[form].name, "removed", "asks", visits=(event,))
        elif (event, form) in after:
            yield from _fields("grid", form, new.forms[form].name, place, after[event, form], (event,))
    for event, form in after:
        if (event, form) not in before and event in _by_oid(old.events) and form in old.forms:
            yield Difference("grid", form, new.forms[form].name, "added", "asks", visits=(event,))


def _standing(study: StudyDef, form: str) -> tuple[str, ...]:
    return tuple(event.oid for event in study.events if event.form(form) is not None)


# Forms, groups, items


def _forms(old: StudyDef, new: StudyDef) -> Iterator[Difference]:
    yield from _named("form", old.forms, new.forms, lambda one: one.name, lambda one, study: _standing(study, one.oid), old, new)
    for oid, form in new.forms.items():
        if oid in old.forms:
            yield from _inside(old.forms[oid], form, _standing(new, oid), _changed_codes(old, new))


def _inside(old: FormDef, new: FormDef, visits: tuple[str, ...], told: Mapping[str, frozenset[str]]) -> Iterator[Difference]:
    groups = ({one.oid: one for one in form.groups} for form in (old, new))
    before, after = groups
    for one in (*(before[oid] for oid in before if oid not in after), *(after[oid] for oid in after if oid not in before)):
        yield Difference("group", f"{new.oid}.{one.oid}", one.name, "added" if one.oid in after else "removed", "asks", visits=visits)
    for oid in (one for one in after if one in before):
        yield from _fields("group", f"{new.oid}.{oid}", after[oid].name, before[oid], after[oid], visits)
    first, second = _by_oid(old.items), _by_oid(new.items)
    for item in (*(first[oid] for oid in first if oid not in second), *(second[oid] for oid in second if oid not in first)):
        yield Difference("item", item.name, item.label, "added" if item.oid in second else "removed", "asks", visits=visits)
    for oid in (one for one in second if one in first):
        was, item = first[oid], second[oid]
        yield from _fields("item", item.name, item.label, was, item, visits)
        if was.group != item.group:
            yield Difference("item", item.name, item.label, "changed", "words", "group", _shown(was.group), _shown(item.group), visits)
        # What a code list changed is told once, of the list.
        known = told.get(item.codelist, frozenset()) if was.codelist == item.codelist else frozenset()
        yield from (one for one in _codes(item.name, was.codes, item.codes, visits) if one.place.rpartition(" = ")[2] not in known)
    yield from _order("item", f"{new.oid}.", list(first), list(second), {oid: one.label for oid, one in second.items()}, visits)


# Code lists


def _lists(old: StudyDef, new: StudyDef) -> Iterator[Difference]:
    yield from _named("codelist", old.codelists, new.codelists, lambda one: one.name)


def _changed_codes(old: StudyDef, new: StudyDef) -> dict[str, frozenset[str]]:
    found = {}
    for oid, codelist in new.codelists.items():
        changed = _codes(oid, old.codelists[oid].codes, codelist.codes) if oid in old.codelists else ()
        found[oid] = frozenset(one.place.rpartition(" = ")[2] for one in changed)
    return found


def _codes(place: str, old: Sequence[Code], new: Sequence[Code], visits: tuple[str, ...] = ()) -> Iterator[Difference]:
    before, after = {one.code: one for one in old}, {one.code: one for one in new}
    for code in (*(one for one in before if one not in after), *(one for one in after if one not in before)):
        text = after[code].text if code in after else before[code].text
        yield Difference("code", f"{place} = {code}", text, "added" if code in after else "removed", "asks", visits=visits)
    for code in (one for one in after if one in before):
        yield from _fields("code", f"{place} = {code}", after[code].text, before[code], after[code], visits)
    yield from _order("code", f"{place} = ", list(before), list(after), {code: one.text for code, one in after.items()}, visits)


# What all have in common


def _by_oid(found: Iterable[Any]) -> dict[str, Any]:
    return {one.oid: one for one in found}


def _fields(area: str, place: str, name: Text, old: Any, new: Any, visits: tuple[str, ...]) -> Iterator[Difference]:
    for one in fields(new):
        before, after = getattr(old, one.name), getattr(new, one.name)
        # Parts of a study stand in mappings and tuples of their own; a plain mapping of texts is a field like any other.
        if one.name in _APART or before == after or (area == "study" and not isinstance(after, str | int | Text)):
            continue
        yield Difference(area, place, name, "changed", _effect(area, one.name), one.name, _shown(before), _shown(after), visits)


def _effect(area: str, name: str) -> str:
    if name in _WORDS:
        return "words"
    return "judges" if name in _JUDGING else _EFFECTS[area]


def _order(area: str, prefix: str, old: list[str], new: list[str], names: Mapping[str, Text], visits: tuple[str, ...]) -> Iterator[Difference]:
    """The order of what both have: told once, of the first that moved."""
    before, after = [one for one in old if one in new], [one for one in new if one in old]
    moved = next((now for was, now in zip(before, after, strict=True) if was != now), None)
    if moved is not None:
        yield Difference(area, f"{prefix}{moved}", names[moved], "changed", "words", "order", _shown(", ".join(before)), _shown(", ".join(after)), visits)


def _shown(value: object) -> Text:
    """A value as it is read."""
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return Text("yes", "是") if value else Text("no", "否")
    if isinstance(value, Limits):
        return _shown(f"{value.low or '…'} – {value.high or '…'}")
    if isinstance(value, Enum):
        return _shown(value.value)
    if isinstance(value, Mapping):
        return _shown(", ".join(f"{key} = {_shown(inner).en}" for key, inner in value.items()))
    if isinstance(value, frozenset):
        return _shown(", ".join(sorted(str(one) for one in value)))
    if isinstance(value, tuple):
        parts = [_shown(one) for one in value]
        return Text(", ".join(one.en for one in parts), "，".join(one.zh for one in parts))
    if is_dataclass(value) and not isinstance(value, type):
        return _shown(tuple(getattr(value, one.name) for one in fields(value)))
    text = "" if value is None else str(value)
    return Text(text, text)

