"""Which version each visit and form of an amended subject belongs to, and what rules read across them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from crf_app.clinical.evaluation import evaluate, new_run
from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.amended import AmendedStudy, Stage
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.rules.kinds import Absent
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.schedule import event_keys
from crf_app.study.definition import EventDef, Limits, StudyDef
from crf_app.study.texts import Text
from tests.clinical.small import casebook, conditions, form_key, key, small_rules, small_study, value


def event_of(study: StudyDef, oid: str, like: str = "W1") -> EventDef:
    return replace(study.event(like), oid=oid, name=Text(oid, oid), short=Text(oid, oid), show="")


def version(name: str, events: Sequence[EventDef] | None = None, low: str = "") -> CompiledStudy:
    """The small study under another name, with other visits, or with another expected lower limit of the temperature."""
    study = replace(small_study(), version=name)
    if events is not None:
        study = replace(study, events=tuple(replace(one, order=order) for order, one in enumerate(events)))
    if low:
        form = study.forms["VS"]
        groups = tuple(replace(group, items=tuple(replace(item, soft=Limits(low, "42")) if item.oid == "TEMP" else item for item in group.items)) for group in form.groups)
        study = replace(study, forms={**study.forms, "VS": replace(form, version=name, groups=groups, index={item.oid: item for group in groups for item in group.items})})
    return CompiledStudy(study)


def owners(rules: SubjectRules, form: str = "SV") -> Mapping[str, str]:
    return {one.oid: rules.at(form_key(one.oid, form)).study.version for one in rules.study.events}


def without(study: StudyDef, *oids: str) -> list[EventDef]:
    return [one for one in study.events if one.oid not in oids]


def test_visits_before_keep_theirs_and_logs_go_with_the_newest() -> None:
    rules = AmendedStudy([Stage(small_rules()), Stage(version("2"), "W1")])
    assert owners(rules) == {"SCR": "1.0", "D0": "1.0", "W1": "2", "W2": "2", "UNS": "2", "LOG": "2"}
    assert [one.order for one in rules.study.events] == list(range(6))
    assert rules.judge.study.version == "1.0", "eligibility was judged at screening"


def test_a_new_visit_is_asked_from_the_chosen_one_on_alone() -> None:
    study = small_study()
    events = [study.event("SCR"), event_of(study, "D3"), study.event("D0"), study.event("W1"), event_of(study, "W9"), *without(study, "SCR", "D0", "W1")]
    rules = AmendedStudy([Stage(small_rules()), Stage(version("2", events), "W1")])
    assert [one.oid for one in rules.study.events] == ["SCR", "D0", "W1", "W9", "W2", "UNS", "LOG"]


def test_a_visit_that_is_gone_stays_where_it_holds_something() -> None:
    rules = AmendedStudy([Stage(small_rules()), Stage(version("2", without(small_study(), "D0", "W2")), "W1")])
    assert [one.oid for one in rules.study.events] == ["SCR", "D0", "W1", "W2", "UNS", "LOG"]
    assert owners(rules)["D0"] == "1.0", "it stood before"
    empty = new_run(rules, casebook({}).indexed(rules.study), conditions())
    assert "W2" not in [event.oid for event, _ in event_keys(empty)]
    held = new_run(rules, casebook({"W2/VS/VS#1/TEMP": "37"}).indexed(rules.study), conditions())
    assert "W2" in [event.oid for event, _ in event_keys(held)]
    assert held.casebook.instances("VS") == (form_key("W2", "VS"),)


def test_a_form_that_is_gone_from_a_visit_is_asked_no_more() -> None:
    study = small_study()
    w1 = replace(study.event("W1"), forms=tuple(one for one in study.event("W1").forms if one.form != "VS"))
    rules = AmendedStudy([Stage(small_rules()), Stage(version("2", [w1 if one.oid == "W1" else one for one in study.events]), "W1")])
    vitals = form_key("W1", "VS")
    assert (rules.at(vitals).study.version, rules.stands_at("VS", "W1"), rules.is_asked("VS", "W1")) == ("1.0", True, False)
    empty = new_run(rules, casebook({}).indexed(rules.study), conditions())
    assert rules.form_visibility(empty, vitals) is Visibility.HIDDEN
    assert rules.is_optional(empty, "W1", "VS")
    held = new_run(rules, casebook({"W1/VS/VS#1/TEMP": "37"}).indexed(rules.study), conditions())
    assert rules.form_visibility(held, vitals) is Visibility.SHOWN


def test_unscheduled_visits_begun_before_stay_with_the_version_before() -> None:
    rules = AmendedStudy([Stage(small_rules()), Stage(version("2"), "W1", {"UNS": 2}), Stage(version("3"), "W2", {"UNS": 3})])
    assert [rules.at(form_key("UNS", "SV", repeat)).study.version for repeat in (1, 2, 3, 4)] == ["1.0", "1.0", "2", "3"]


@pytest.mark.parametrize(("second", "third", "wanted"), [
    ("W1", "W2", {"SCR": "1.0", "D0": "1.0", "W1": "2", "W2": "3"}),
    ("W2", "D0", {"SCR": "1.0", "D0": "3", "W1": "3", "W2": "3"}),
    ("SCR", "W1", {"SCR": "2", "D0": "2", "W1": "3", "W2": "3"}),
])  # fmt: skip
def test_three_versions(second: str, third: str, wanted: dict[str, str]) -> None:
    found = owners(AmendedStudy([Stage(small_rules()), Stage(version("2"), second), Stage(version("3"), third)]))
    assert {oid: found[oid] for oid in wanted} == wanted
    assert found["LOG"] == "3"


def test_each_form_is_judged_by_its_own_limits() -> None:
    rules = AmendedStudy([Stage(small_rules()), Stage(version("2", low="37.5"), "W1")])
    book = casebook({"D0/VS/VS#1/TEMP": "37", "W1/VS/VS#1/TEMP": "37"}).indexed(rules.study)
    found = evaluate(rules, book, None, conditions())
    fired = {(rule, place.event) for rule, place in found.findings if place.item == "TEMP"}
    assert fired == {("SOFT", "W1")}
    place = key("W1/VS/VS#1/TEMP")
    again = evaluate(rules, found.casebook.with_changes(rules.study, [(place, value(place, "38"))]), [place], conditions())
    assert not [one for one in again.findings if one[1].item == "TEMP"]
    assert ("SOFT", key("D0/VS/VS#1/TEMP")) not in again.checked


def test_what_a_version_did_not_ask_is_unknown() -> None:
    study = small_study()
    form = study.forms["VS"]
    fresh = replace(form.index["TEMP"], oid="TEMP2")
    groups = tuple(replace(group, items=(*group.items, fresh)) if group.oid == fresh.group else group for group in form.groups)
    newer = CompiledStudy(replace(study, version="2", forms={**study.forms, "VS": replace(form, groups=groups, index={**form.index, "TEMP2": fresh})}))
    rules = AmendedStudy([Stage(small_rules()), Stage(newer, "W1")])
    run = new_run(rules, casebook({"D0/VS/VS#1/TEMP": "37", "W1/VS/VS#1/TEMP": "37"}).indexed(rules.study), conditions())
    old, new = (run.read(form_key(event, "VS"), fresh, 1) for event in ("D0", "W1"))
    assert isinstance(old, Absent)
    assert old.why == "unknown"
    assert isinstance(new, Absent)
    assert new.why == "blank"
    assert rules.own_item(form_key("D0", "VS"), "TEMP2") is None
