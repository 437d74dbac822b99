from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.evaluation import evaluate
from crf_app.clinical.form_state import form_address
from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import FormRecord
from crf_app.clinical.rules.amended import AmendedStudy
from crf_app.clinical.values import BLANK, Value
from crf_app.errors import ExpectedError
from crf_app.services.amendments.impact import SubjectImpact, amendment_impact
from crf_app.services.amendments.loading import activate_version, load_version, loaded_versions, version_of
from crf_app.services.amendments.migrating import migrate_subjects
from crf_app.services.calendar import calendar_entries, read_calendar
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.matrix import read_matrix, subject_row
from crf_app.services.plans import read_plan
from crf_app.services.reading import read_form, signatures_by_record
from crf_app.services.subjects import create_subject
from crf_app.services.workspace import Workspace
from crf_app.services.writing import finding_address
from crf_app.store.findings import read_findings
from crf_app.store.item_values import read_values
from crf_app.store.queries import read_queries
from crf_app.store.subjects import read_subjects
from crf_app.store.verify import verify
from tests.services.amendments.amended import NEW_LABEL, OLD_LABEL, write_amendment
from tests.services.amendments.site import COMPLETED, WEEK_3, WEEK_5, Site

REASON = "Protocol 2.0, approved by the ethics committee"
SUBJECTS = (COMPLETED, WEEK_5, WEEK_3)


@dataclass(frozen=True)
class Held:
    """What the database holds about a subject."""

    findings: dict[tuple[str, str], tuple[object, object]]
    values: dict[str, Value]
    queries: dict[tuple[str, str], str]
    valid: frozenset[str]


def held(work: Workspace, subject: str) -> Held:
    findings = {(one.rule, one.address): (one.parameters["en"], one.parameters["zh"]) for one in read_findings(work.database, subject)}
    values = {key.address: value for key, value in read_values(work.database, subject).items()}
    queries = {(one.rule, one.address): one.state for one in read_queries(work.database, subject)}
    valid = frozenset(record for record, all_of in signatures_by_record(work, subject).items() for one in all_of if one.void_since is None)
    return Held(findings, values, queries, valid)


def lines(impact: SubjectImpact, kind: str) -> dict[tuple[str, str], tuple[str, str]]:
    return {(one.rule, one.address): (one.new.en, one.new.zh) for one in impact.lines if one.kind == kind}


def label(record: FormRecord, oid: str) -> str:
    return next(one.item.label.en for one in record.items() if one.item.oid == oid)


def asks(work: Workspace, form: FormKey, oid: str) -> bool:
    return any(one.item.oid == oid for one in read_form(work, form).items())


def key(subject: str, event: str, form: str) -> FormKey:
    return FormKey(subject, event, 1, form, 1)


def check(work: Workspace) -> None:
    """Stored findings and derived values equal a fresh evaluation of every casebook; the ledger is whole and replays to the same tables."""
    work.forget(settings=True)
    for subject in read_subjects(work.database):
        rules = work.rules_of(subject.number)
        fresh = evaluate(rules, work.casebook(subject.number), None, work.conditions())
        assert fresh.derived == ()
        rules_known = {one for version in rules.members for one in (*version.checks, "HARD", "SOFT", "M-CALC")}
        told = {(one.rule, one.address): one.parameters["en"] for one in read_findings(work.database, subject.number) if one.rule in rules_known and one.state == "open"}
        lasting = {(rule, finding_address(at)): one.message.en for (rule, at), one in fresh.findings.items() if not rules.goes_by_clock(rule, at)}
        assert told.items() <= lasting.items()
        confirmed = {(one.rule, one.address) for one in read_findings(work.database, subject.number) if one.state == "confirmed"}
        assert lasting.keys() - told.keys() <= confirmed
    assert verify(work.database, None).intact


@pytest.mark.parametrize("visit", ["", "W4", "D0"])
def test_what_the_report_says_is_what_happens_and_nothing_else(loaded_site: Site, visit: str) -> None:
    with loaded_site.at_work(Role.DATA_MANAGER) as work:
        head = work.database.head
        impact = amendment_impact(work, "2.0", None, visit)
        assert work.database.head == head, "a report stores nothing"
        going = [one for one in impact.subjects if one.refused is None]
        assert {one.subject for one in going} == set(SUBJECTS)
        before = {one.subject: held(work, one.subject) for one in going}
        migrate_subjects(work, "2.0", [one.subject for one in going], visit, reason=REASON)
        for one in going:
            old, new = before[one.subject], held(work, one.subject)
            fresh = {place: texts for place, texts in new.findings.items() if place not in old.findings}
            assert fresh == {**lines(one, "finding_new"), **lines(one, "required_missing")}
            assert old.findings.keys() - new.findings.keys() == lines(one, "finding_gone").keys()
            both = {place: texts for place, texts in new.findings.items() if place in old.findings and old.findings[place] != texts}
            assert both == lines(one, "finding_changed")
            changed = {address for address, value in new.values.items() if old.values.get(address, BLANK) != value}
            assert changed == {line.address for line in one.lines if line.kind == "derived"}
            assert old.valid - new.valid == {line.address for line in one.lines if line.kind == "signature_void"}
            opened = {place for place in new.queries if place not in old.queries}
            assert opened == lines(one, "required_missing").keys()
            assert all(new.queries[place] in ("closed", "cancelled") for place in lines(one, "finding_gone") if place in old.queries)
        check(work)
    assert visit != "W4" or (impact.count("finding_new") and impact.count("required_missing") and impact.count("derived") and impact.count("code_gone"))


def test_the_report_tells_all_kinds_of_change(loaded_site: Site) -> None:
    with loaded_site.at_work(Role.DATA_MANAGER) as work:
        found = {one.subject: Counter(line.kind for line in one.lines) for one in amendment_impact(work, "2.0", None, "W4").subjects}
        completed = amendment_impact(work, "2.0", [COMPLETED], "W4").subjects[0]
    assert found[WEEK_3].keys() == {"visit_new", "visit_moved", "form_new", "item_new", "item_gone"}
    assert {"visit_new", "form_new", "item_new", "item_gone", "code_gone", "finding_new", "required_missing", "derived", "signature_void"} <= found[COMPLETED].keys()
    gone = next(line for line in completed.lines if line.kind == "item_gone")
    assert (gone.form, gone.address) == ("WND", "WNDODOR")
    assert gone.count > 0
    assert next(line for line in completed.lines if line.kind == "form_new").visits == ("W8",)
    codes = {line.old.en for line in completed.lines if line.kind == "code_gone"}
    assert codes == {"Scant"}


def test_visits_before_keep_their_version(moved_site: Site) -> None:
    with moved_site.at_work(Role.COORDINATOR) as work:
        assert label(read_form(work, key(WEEK_5, "W3", "VS")), "TEMP_VSORRES") == OLD_LABEL
        assert label(read_form(work, key(WEEK_5, "W4", "VS")), "TEMP_VSORRES") == NEW_LABEL
        assert (read_form(work, key(WEEK_5, "W3", "VS")).form_version, read_form(work, key(WEEK_5, "W4", "VS")).form_version) == ("1.0", "2.0")
        assert (asks(work, key(WEEK_5, "W3", "WND"), "WNDODOR"), asks(work, key(WEEK_5, "W3", "WND"), "WNDPAIN")) == (True, False)
        assert (asks(work, key(WEEK_5, "W5", "WND"), "WNDODOR"), asks(work, key(WEEK_5, "W5", "WND"), "WNDPAIN")) == (False, True)
        assert label(read_form(work, key(WEEK_3, "W4", "VS")), "TEMP_VSORRES") == OLD_LABEL, "nobody else is concerned"
        assert [one.event.oid for one in read_plan(work, WEEK_5).visits if one.event.oid == "M6"] == ["M6"]
        assert [one.event.oid for one in read_plan(work, WEEK_3).visits if one.event.oid == "M6"] == []


def test_entries_are_judged_by_the_version_of_their_visit(moved_site: Site) -> None:
    with moved_site.at_work(Role.COORDINATOR) as work:
        for event in ("W3", "W4"):
            address = next(at for at in read_values(work.database, WEEK_5) if (at.event, at.form, at.item) == (event, "VS", "TEMP_VSORRES"))
            assert enter_items(work, [ItemEntry(address, "37.1")], reason="read again").stored
        soft = {one.form.event for one in read_findings(work.database, WEEK_5) if one.rule == "SOFT" and one.address.endswith("TEMP_VSORRES")}
        assert "W4" in soft
        assert "W3" not in soft
        wound = key(WEEK_5, "W6", "WND")
        group = work.study_at(wound).item("WND", "WNDPAIN").group
        healed = work.study_at(wound).item("WND", "WNDHEAL").group
        entries = [ItemEntry(next(iter(read_values(work.database, WEEK_5)))._replace(event="W6", form="WND", form_repeat=1, group=one, row=1, item=oid, event_repeat=1), text)
                   for one, oid, text in ((healed, "WNDHEAL", "N"), (group, "WNDPAIN", "Y"))]  # fmt: skip
        assert enter_items(work, entries).stored
        old = replace(entries[1], key=entries[1].key._replace(event="W3"))
        assert [one.code for one in enter_items(work, [old], reason="x").problems.values()] == ["unknown_item"]
        check(work)


def test_reopened_by_another_it_is_the_same(loaded_site: Site) -> None:
    with loaded_site.at_work(Role.DATA_MANAGER) as work:
        migrate_subjects(work, "2.0", [COMPLETED, WEEK_5], "W4", reason=REASON)
        seen = {subject: [(form, read_form(work, form)) for form in sorted(work.casebook(subject).forms)] for subject in SUBJECTS}
    with loaded_site.at_work(Role.INVESTIGATOR) as work:
        assert {subject: [(form, read_form(work, form)) for form in sorted(work.casebook(subject).forms)] for subject in SUBJECTS} == seen
        check(work)


def test_forward_again_and_new_subjects(loaded_site: Site, tmp_path: Path) -> None:
    third = write_amendment(tmp_path / "third", version="3.0")
    with loaded_site.at_work(Role.ADMINISTRATOR) as work:
        load_version(work, third)
        migrate_subjects(work, "2.0", [WEEK_5], "W5", reason=REASON)
        migrate_subjects(work, "3.0", [WEEK_5], "W6", reason="Protocol 3.0")
        rules = work.rules_of(WEEK_5)
        assert isinstance(rules, AmendedStudy)
        at = {event: rules.at(key(WEEK_5, event, "SV")).study.version for event in ("SCR", "W4", "W5", "W6", "M6")}
        assert at == {"SCR": "1.0", "W4": "1.0", "W5": "2.0", "W6": "3.0", "M6": "3.0"}
        assert rules.at(key(WEEK_5, "LOG", "AE")).study.version == "3.0"
        activate_version(work, "2.0", reason="approved here")
        assert {one.version: (one.active, one.subjects) for one in loaded_versions(work)} == {"1.0": (False, 2), "2.0": (True, 0), "3.0": (False, 1)}
    with loaded_site.at_work(Role.COORDINATOR) as work:
        fresh, _ = create_subject(work, "2026-11-02")
        assert (version_of(work, fresh), version_of(work, WEEK_3), version_of(work, WEEK_5)) == ("2.0", "1.0", "3.0")
        assert label(read_form(work, key(fresh, "SCR", "VS")), "TEMP_VSORRES") == NEW_LABEL
        assert label(read_form(work, key(WEEK_3, "W4", "VS")), "TEMP_VSORRES") == OLD_LABEL
        check(work)


def test_what_only_the_old_version_has_stays_where_it_holds_something(site: Site, tmp_path: Path) -> None:
    fewer = write_amendment(tmp_path / "fewer", {"NCT05999656/2.0/schedule.toml": (('VAS = { required = "D0-W12', 'VAS = { required = "D0-W2'),)})
    site.load(fewer)
    with site.at_work(Role.DATA_MANAGER) as work:
        (impact,) = amendment_impact(work, "2.0", [WEEK_5], "W4").subjects
        (gone,) = (line for line in impact.lines if line.kind == "form_gone")
        assert (gone.form, gone.visits[:2]) == ("VAS", ("W4", "W5"))
        assert gone.count > 0
        migrate_subjects(work, "2.0", [WEEK_5], "W4", reason=REASON)
        record = read_form(work, key(WEEK_5, "W5", "VAS"))
        assert any(one.value.text for one in record.items() if one.item.oid == "VASSCORE")
        assert work.study_at(record.key).version == "1.0"
        assert not any(form.event == "W6" and form.form == "VAS" for form in work.casebook(WEEK_5).forms)
        check(work)
    with site.at_work(Role.COORDINATOR) as work:
        first = next(at for at in read_values(work.database, WEEK_5) if (at.event, at.form, at.item) == ("W5", "VAS", "VASPERF"))
        assert [one.code for one in enter_items(work, [ItemEntry(first._replace(event="W6"), "Y")]).problems.values()] == ["unknown_item"]


@pytest.mark.parametrize(
    ("role", "version", "subjects", "visit", "reason", "key_of_error"),
    [
        (Role.COORDINATOR, "2.0", [WEEK_5], "W4", REASON, "no_right"),
        (Role.DATA_MANAGER, "2.0", [WEEK_5], "W4", " ", "reason_missing"),
        (Role.DATA_MANAGER, "2.1", [WEEK_5], "W4", REASON, "amendment_unknown"),
        (Role.DATA_MANAGER, "2.0", [WEEK_5], "W99", REASON, "amendment_visit"),
        (Role.DATA_MANAGER, "2.0", [WEEK_5], "LOG", REASON, "amendment_visit"),
        (Role.DATA_MANAGER, "1.0", [WEEK_5], "W4", REASON, "amendment_already"),
        (Role.DATA_MANAGER, "2.0", [], "W4", REASON, "amendment_nobody"),
        (Role.DATA_MANAGER, "2.0", [WEEK_5, "01-999"], "W4", REASON, "no_subject"),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(loaded_site: Site, role: Role, version: str, subjects: list[str], visit: str, reason: str, key_of_error: str) -> None:
    with loaded_site.at_work(role) as work:
        head, before = work.database.head, held(work, WEEK_5)
        with pytest.raises(ExpectedError) as caught:
            migrate_subjects(work, version, subjects, visit, reason=reason)
        assert caught.value.code == key_of_error
        assert (work.database.head, held(work, WEEK_5)) == (head, before)
        assert version_of(work, WEEK_5) == "1.0"


def test_a_value_that_the_new_type_cannot_hold_is_refused_for_all(site: Site, tmp_path: Path) -> None:
    numbers = write_amendment(tmp_path / "numbers", {"NCT05999656/2.0/forms/WND.toml": (('zh = "肿胀/硬结" }\ntype = "yn"', 'zh = "肿胀/硬结" }\ntype = "int"'),)})
    site.load(numbers)
    with site.at_work(Role.DATA_MANAGER) as work:
        head = work.database.head
        (first, second) = amendment_impact(work, "2.0", [WEEK_3, WEEK_5], "W4").subjects
        assert first.refused is None
        assert second.refused is not None
        assert second.refused.code == "amendment_unreadable"
        with pytest.raises(ExpectedError, match="amendment_unreadable"):
            migrate_subjects(work, "2.0", [WEEK_3, WEEK_5], "W4", reason=REASON)
        assert work.database.head == head
        assert version_of(work, WEEK_3) == "1.0"


def test_without_the_right_to_read_the_report_holds_no_values(loaded_site: Site) -> None:
    with loaded_site.at_work(Role.ADMINISTRATOR) as work:
        lines_of = [line for one in amendment_impact(work, "2.0", None, "W4").subjects for line in one.lines]
    told = [line for line in lines_of if line.kind in ("derived", "finding_new", "code_gone")]
    assert told
    assert {(line.old.en, line.new.en) for line in told} == {("…", "…")}


def test_what_can_not_be_loaded(loaded_site: Site, tmp_path: Path, amendment: Path) -> None:
    other = write_amendment(tmp_path / "other", {"NCT05999656/2.0/study.toml": (('oid = "HCBMNC-DF"', 'oid = "OTHER"'),)})
    taken = write_amendment(tmp_path / "taken", {"NCT05999656/2.0/study.toml": (("target_enrolment = 24", "target_enrolment = 30"),)})
    bare = write_amendment(tmp_path / "bare")
    (bare / "released.json").unlink()
    torn = write_amendment(tmp_path / "torn", version="2.5")
    (torn / "released.json").write_bytes((torn / "released.json").read_bytes()[:5000])
    with loaded_site.at_work(Role.ADMINISTRATOR) as work:
        head = work.database.head
        wanted = {"amendment_loaded": amendment, "amendment_other_study": other, "amendment_taken": taken, "amendment_not_released": bare, "amendment_unfit": torn}
        for name, folder in wanted.items():
            with pytest.raises(ExpectedError) as caught:
                load_version(work, folder)
            assert caught.value.code == name
        assert work.database.head == head
    with loaded_site.at_work(Role.DATA_MANAGER) as work, pytest.raises(ExpectedError, match="no_right"):
        load_version(work, amendment)


def test_signatures_of_visits_before_stay_valid(loaded_site: Site) -> None:
    with loaded_site.at_work(Role.DATA_MANAGER) as work:
        before = held(work, COMPLETED).valid
        assert {record.split("/")[0] for record in before} >= {"SCR", "W12"}
        order = work.study.event("W4").order
        moved = {one.oid for one in work.study.events if one.order >= order}
        migrate_subjects(work, "2.0", [COMPLETED], "W4", reason=REASON)
        after = held(work, COMPLETED).valid
    assert {record.split("/")[0] for record in after} >= {"SCR", "D0"}
    assert before - after, "the words of some forms changed"
    assert {record.split("/")[0] for record in before - after} <= moved
    assert form_address(key(COMPLETED, "W12", "DS")) in after, "no word of it changed"


def test_matrix_and_calendar_show_each_subject_its_own_visits(moved_site: Site) -> None:
    with moved_site.at_work(Role.DATA_MANAGER) as work:
        matrix = read_matrix(work)
        columns = [one.oid for one in matrix.columns]
        assert columns.index("M6") == columns.index("W24") + 1
        cells = {one.number: dict(zip(columns, subject_row(work, matrix, one).cells, strict=True)) for one in matrix.subjects}
        assert (cells[WEEK_5]["M6"].glyph, cells[WEEK_3]["M6"].glyph) == ("not_due", "")
        assert (cells[WEEK_5]["W4"].glyph, cells[WEEK_3]["W4"].glyph) != ("", "")
        planned = {(one.subject, one.event.oid): one.day for one in calendar_entries(work, read_calendar(work), date(2026, 1, 1), date(2028, 1, 1))}
        assert (WEEK_5, "M6") in planned
        assert (WEEK_3, "M6") not in planned
        anchors = {one.number: date.fromisoformat(str(one.details["anchor"])) for one in matrix.subjects}
        days = {number: (planned[number, "W7"] - anchors[number]).days for number in (WEEK_5, WEEK_3)}
        assert days == {WEEK_5: 51, WEEK_3: 49}
