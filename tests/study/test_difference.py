"""What one version of a study changes against another: every field of every part is noticed once, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pytest

from crf_app.paths import forms_folder, resources_folder
from crf_app.services.study_difference import difference_lines, sentence
from crf_app.study.chart_definition import ChartDef
from crf_app.study.definition import (
    CheckDef,
    Code,
    CodeList,
    CriterionDef,
    EndpointDef,
    EventDef,
    EventForm,
    FormDef,
    GroupDef,
    ItemDef,
    ItemType,
    Limits,
    ParameterDef,
    Severity,
    StudyDef,
    SummaryDef,
)
from crf_app.study.difference import AREAS, Difference, compare_studies
from crf_app.study.texts import Text
from crf_app.words import load_words
from tests.once import study_of

WORDS = load_words(resources_folder() / "words")
_APART = {"oid", "id", "form", "group", "order", "forms", "groups", "items", "codes", "index", "version", "sha256"}


@cache
def trial() -> StudyDef:
    """A whole trial."""
    return study_of(forms_folder() / "NCT05999656" / "1.0")


def with_form(study: StudyDef, form: FormDef) -> StudyDef:
    """The study with another version of a form."""
    return replace(study, forms={**study.forms, form.oid: form})


def with_group(study: StudyDef, form: str, change: Callable[[GroupDef], GroupDef]) -> StudyDef:
    """The study with the first group of a form changed."""
    was = study.forms[form]
    groups = (change(was.groups[0]), *was.groups[1:])
    return with_form(study, replace(was, groups=groups, index={one.oid: one for group in groups for one in group.items}))


def with_item(study: StudyDef, change: Callable[[ItemDef], ItemDef]) -> StudyDef:
    """The study with the first item of the vital signs changed."""
    return with_group(study, "VS", lambda group: replace(group, items=(change(group.items[0]), *group.items[1:])))


def first(name: str, change: Callable[[Any], Any]) -> Callable[[StudyDef], StudyDef]:
    """Changes the first member of a tuple of the study."""

    def changed(study: StudyDef) -> StudyDef:
        parts: dict[str, Any] = {name: (change(getattr(study, name)[0]), *getattr(study, name)[1:])}
        return replace(study, **parts)

    return changed


PARTS: dict[str, tuple[type, Callable[[Callable[[Any], Any]], Callable[[StudyDef], StudyDef]]]] = {
    "parameter": (ParameterDef, lambda change: first("parameters", change)),
    "visit": (EventDef, lambda change: first("events", change)),
    "check": (CheckDef, lambda change: first("checks", change)),
    "criterion": (CriterionDef, lambda change: first("criteria", change)),
    "endpoint": (EndpointDef, lambda change: first("endpoints", change)),
    "chart": (ChartDef, lambda change: first("charts", change)),
    "summary": (SummaryDef, lambda change: first("summaries", change)),
    "form": (FormDef, lambda change: lambda study: with_form(study, change(study.forms["VS"]))),
    "group": (GroupDef, lambda change: lambda study: with_group(study, "VS", change)),
    "item": (ItemDef, lambda change: lambda study: with_item(study, change)),
    "grid": (EventForm, lambda change: first("events", lambda event: replace(event, forms=(change(event.forms[0]), *event.forms[1:])))),
}
_NAMING = {"check": {"for_each", "at", "template"}}
CASES = [(area, one.name) for area, (kind, _) in PARTS.items() for one in fields(kind) if one.name not in _APART | _NAMING.get(area, set())]


def another(value: Any) -> Any:
    """Some other value of the same type."""
    others: dict[type, Any] = {
        Text: Text("other", "另一"), bool: not value, str: "other", frozenset: frozenset({"other"}), ItemType: ItemType.MAP, Severity: Severity.INFO,
        dict: {"other": "1"}, Limits: Limits("1", "2"),
    }  # fmt: skip
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1
    if value is None:
        return Limits("1", "2")
    if isinstance(value, tuple):
        return value[1:] if value else ("other",)
    return others[type(value)]


@pytest.mark.parametrize(("area", "field"), CASES)
def test_each_field_of_each_part_is_noticed_once_and_has_words(area: str, field: str) -> None:
    old = trial()

    def change(part: Any) -> Any:
        return replace(part, **{field: another(getattr(part, field))})

    new = PARTS[area][1](change)(old)
    found = compare_studies(old, new)
    assert [(one.area, one.kind, one.field) for one in found] == [(area, "changed", field)]
    assert found[0].old != found[0].new
    for lang in ("en", "zh"):
        assert WORDS.text(f"difference.field.{field}", lang) in sentence(found[0], WORDS, lang)
    back = compare_studies(new, old)
    assert [(one.field, one.old, one.new) for one in back] == [(found[0].field, found[0].new, found[0].old)]


def test_a_version_is_no_other_than_itself() -> None:
    assert compare_studies(trial(), trial()) == ()
    renamed = replace(trial(), version="1.1")
    assert compare_studies(trial(), renamed) == ()
    assert list(difference_lines(trial(), renamed, WORDS, "en")) == ["HCBMNC-DF 1.0 to 1.1: no difference"]


def removals(study: StudyDef) -> dict[str, StudyDef]:
    """For each area the study without one part of it."""
    form = study.forms["VS"]
    return {
        "parameter": replace(study, parameters=study.parameters[1:]), "visit": replace(study, events=study.events[1:]), "check": replace(study, checks=study.checks[1:]),
        "criterion": replace(study, criteria=study.criteria[1:]), "endpoint": replace(study, endpoints=study.endpoints[1:]),
        "summary": replace(study, summaries=study.summaries[1:]), "chart": replace(study, charts=study.charts[1:]), "form": replace(
            study, forms={oid: one for oid, one in study.forms.items() if oid != "VS"},
            events=tuple(replace(event, forms=tuple(place for place in event.forms if place.form != "VS")) for event in study.events),
        ),
        "group": with_form(study, replace(form, groups=form.groups[:-1])),
        "grid": first("events", lambda event: replace(event, forms=event.forms[1:]))(study),
        "item": with_group(study, "VS", lambda group: replace(group, items=group.items[1:])),
        "codelist": replace(study, codelists={oid: one for oid, one in study.codelists.items() if oid != "NY"}),
    }  # fmt: skip


@pytest.mark.parametrize("area", [one for one in AREAS if one not in ("study", "code")])
def test_a_part_that_is_gone_or_new_is_told_as_such(area: str) -> None:
    old, new = trial(), removals(trial())[area]
    gone = [one for one in compare_studies(old, new) if one.area == area]
    added = [one for one in compare_studies(new, old) if one.area == area]
    assert [one.kind for one in gone if one.field == ""] == ["removed"]
    assert [(one.place, one.name, one.kind) for one in added if one.field == ""] == [(one.place, one.name, "added") for one in gone if one.field == ""]


def test_a_changed_code_list_is_told_once_and_not_of_every_item() -> None:
    old = trial()
    was = old.codelists["NY"]
    other = CodeList(was.oid, was.name, (*was.codes, Code("M", Text("Maybe", "可能"))))
    forms = {oid: with_codes(form, other) for oid, form in old.forms.items()}
    new = replace(old, codelists={**old.codelists, "NY": other}, forms=forms)
    found = compare_studies(old, new)
    assert [(one.area, one.place, one.kind) for one in found] == [("code", "NY = M", "added")]


def with_codes(form: FormDef, codelist: CodeList) -> FormDef:
    """The form with the codes of a list in all its items that use it whole."""
    groups = tuple(
        replace(group, items=tuple(replace(item, codes=(*item.codes, codelist.codes[-1])) if item.codelist == codelist.oid else item for item in group.items))
        for group in form.groups
    )
    return replace(form, groups=groups, index={one.oid: one for group in groups for one in group.items})


def test_codes_of_one_item_are_told_of_it() -> None:
    old = trial()
    codes = (Code("A", Text("A", "甲")), Code("B", Text("B", "乙")))
    turned = (codes[1], Code("A", Text("a", "甲")))
    before = with_item(old, lambda item: replace(item, codelist="", codes=codes))
    found = compare_studies(before, with_item(old, lambda item: replace(item, codelist="", codes=turned)))
    item = old.forms["VS"].groups[0].items[0].name
    assert {(one.place, one.field) for one in found} == {(f"{item} = A", "text"), (f"{item} = B", "order")}


def test_order_and_place_of_items_are_told_once() -> None:
    old = trial()
    new = with_group(old, "VS", lambda group: replace(group, items=(group.items[1], group.items[0], *group.items[2:])))
    found = compare_studies(old, new)
    assert [(one.area, one.field, one.effect) for one in found] == [("item", "order", "words")]


@pytest.mark.parametrize(
    ("change", "effect"),
    [
        (lambda item: replace(item, label=Text("x", "甲")), "words"), (lambda item: replace(item, soft=Limits("1", "2")), "judges"),
        (lambda item: replace(item, required="true" if item.required != "true" else "false"), "asks"), (lambda item: replace(item, show="false"), "asks"),
    ],
)  # fmt: skip
def test_what_a_change_amounts_to_and_at_which_visits(change: Callable[[ItemDef], ItemDef], effect: str) -> None:
    found = compare_studies(trial(), with_item(trial(), change))
    assert [one.effect for one in found] == [effect]
    assert found[0].visits == tuple(event.oid for event in trial().events if event.form("VS") is not None)


def test_the_lines_count_by_what_a_change_amounts_to_in_both_languages() -> None:
    old = trial()
    new = with_item(first("events", lambda event: replace(event, plus=event.plus + 2))(replace(old, version="1.1")), lambda item: replace(item, label=Text("x", "甲")))
    said = list(difference_lines(old, new, WORDS, "en"))
    assert said[:4] == ["HCBMNC-DF 1.0 to 1.1: 1 of visits and windows, 1 of words alone", "", "Visits", "  SCR  Screening: days after was 27, now 29"]
    assert list(difference_lines(old, new, WORDS, "zh"))[:4] == ["HCBMNC-DF 1.0 至 1.1：访视与时间窗 1 处，仅文字 1 处", "", "访视", "  SCR  筛选：窗后天数原为 27，现为 29"]


def test_every_area_has_its_words() -> None:
    for area in AREAS:
        assert WORDS.has(f"difference.area.{area}")
    assert sentence(Difference("item", "VS.X", Text("X", "甲"), "added", "asks"), WORDS, "en") == "new: VS.X  X"
