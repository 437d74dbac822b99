"""The calendar of a demonstration, and its file read back with the library that others read it with."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar as File
from icalendar import Event

from crf_app.admin.roles import Role
from crf_app.clinical.plan import Why
from crf_app.clinical.record import EventStatus
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services.calendar import CalendarEntry, calendar_entries, read_calendar
from crf_app.services.calendar_file import export_calendar
from crf_app.services.demo.build import Demo
from crf_app.services.plans import read_plan, time_left
from crf_app.services.session import identify
from crf_app.services.workspace import Workspace
from crf_app.store.ledger_reading import entries
from crf_app.store.subjects import read_subjects
from crf_app.words import load_words

WORDS = load_words(resources_folder() / "words")
LONG_AGO, FAR = date(2025, 1, 1), date(2027, 12, 31)


def everything(work: Workspace) -> tuple[CalendarEntry, ...]:
    """All entries there are."""
    return calendar_entries(work, read_calendar(work), LONG_AGO, FAR)


def test_the_calendar_says_what_the_plans_of_all_subjects_say(work: Workspace) -> None:
    shown = {(one.subject, one.event.oid, one.repeat): one for one in everything(work)}
    waiting = 0
    for subject in read_subjects(work.database):
        for visit in read_plan(work, subject.number).visits:
            entry = shown.pop((subject.number, visit.event.oid, visit.repeat), None)
            if visit.begun is not None and visit.begun.visit_date:
                assert entry is not None
                assert (entry.made, entry.day.isoformat()) == (True, visit.begun.visit_date)
            elif visit.begun is None and visit.status is not EventStatus.NOT_APPLICABLE and visit.span.day is not None:
                assert entry is not None
                assert (entry.day, entry.earliest, entry.latest, entry.why) == (visit.span.day, visit.span.earliest, visit.span.latest, visit.span.why)
                assert entry.glyph == {"planned": "not_due", "due": "due", "overdue": "overdue"}[visit.status]
                waiting += 1
            elif visit.status is not EventStatus.MISSED:
                assert entry is None
    assert not shown
    assert waiting > 5


def test_a_month_is_the_part_of_all_days_that_lies_in_it_in_order(work: Workspace) -> None:
    calendar, first, last = read_calendar(work), date(2026, 3, 1), date(2026, 3, 31)
    found = calendar_entries(work, calendar, first, last)
    assert found == tuple(one for one in everything(work) if first <= one.day <= last)
    assert found
    assert [one.day for one in found] == sorted(one.day for one in found)


def test_a_subject_in_screening_has_the_days_left_for_the_first_injection(work: Workspace) -> None:
    screened = next(one for one in read_subjects(work.database) if one.state == "screening")
    span = read_plan(work, screened.number).visit("D0").span
    made = read_plan(work, screened.number).visit("SCR").begun
    assert made is not None
    day = date.fromisoformat(made.visit_date)
    assert (span.target, span.earliest, span.latest, span.why) == (None, day + timedelta(days=1), day + timedelta(days=28), Why.EARLIER)


@pytest.mark.parametrize(
    ("days", "en", "zh"),
    [(-2, "overdue by 2 days", "逾期 2 天"), (-1, "overdue by 1 day", "逾期 1 天"), (0, "closes today", "今日截止"), (1, "closes tomorrow", "明日截止"),
     (2, "closes in 2 days", "2 天后截止"), (3, "due, 3 days left", "到期，剩余 3 天")],
)  # fmt: skip
def test_how_long_a_window_lasts_in_words(days: int, en: str, zh: str) -> None:
    assert (time_left(days).en, time_left(days).zh) == (en, zh)


def events_of(path: Path) -> dict[str, Event]:
    """The events of a file by identifier; each identifier once."""
    calendar = File.from_ical(path.read_bytes())
    assert isinstance(calendar, File)
    assert calendar["METHOD"] == "PUBLISH"
    found = list(calendar.events)
    assert len({str(one["UID"]) for one in found}) == len(found)
    return {str(one["UID"]): one for one in found}


def day(event: Event) -> date:
    """The day of an all-day event."""
    assert event.DTSTART + timedelta(days=1) == event.DTEND
    assert type(event.DTSTART) is date
    return event.DTSTART


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_file_holds_every_planned_visit_with_its_window_and_nothing_of_a_person(work: Workspace, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "visits.ics"
    count = export_calendar(work, WORDS, path, lang)
    found = events_of(path)
    assert len(found) == count
    planned = [one for one in everything(work) if not one.made and one.glyph in ("not_due", "due", "overdue")]
    by_title = {str(one["SUMMARY"]): one for one in found.values()}
    for one in planned:
        event = by_title[f"{one.subject} {one.event.name.get(lang)}"]
        assert (day(event), event["STATUS"]) == (one.day, "TENTATIVE")
        assert WORDS.text("export.calendar_window", lang, earliest=one.earliest, latest=one.latest) in str(event["DESCRIPTION"])
    text = path.read_text(encoding="utf-8").replace("\n ", "")
    assert all(str(one.details["initials"]) not in text for one in read_subjects(work.database) if one.details.get("initials"))
    assert WORDS.text("ui_shell.synthetic", lang) in text


def test_the_export_stands_in_the_ledger_with_the_hash_of_the_file(work: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "visits.ics"
    export_calendar(work, WORDS, path, "en")
    last = entries(work.database, work.database.head.no - 1)[-1]
    assert last.command == "export"
    assert last.details == {"format": "calendar", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "identified": False}
    with pytest.raises(ExpectedError) as refused:
        export_calendar(work, WORDS, path, "en")
    assert refused.value.code == "export_exists"


def test_only_the_days_asked_for(work: Workspace, tmp_path: Path) -> None:
    first, last = date(2026, 3, 20), date(2026, 4, 10)
    count = export_calendar(work, WORDS, tmp_path / "some.ics", "en", first=first, last=last)
    days = [day(one) for one in events_of(tmp_path / "some.ics").values()]
    assert len(days) == count > 0
    assert all(first <= one <= last for one in days)


def test_reading_a_later_file_updates_what_an_earlier_one_brought(made: Demo, work: Workspace, tmp_path: Path) -> None:
    """Identifiers stay, the sequence rises, and what a withdrawal ended is cancelled."""
    export_calendar(work, WORDS, tmp_path / "before.ics", "en")
    before = events_of(tmp_path / "before.ics")
    treated = next(one for one in read_subjects(work.database) if one.state in ("treatment", "follow_up"))
    details = {**treated.details}
    with work.begin(work.command("enter_items", work.session), work.session.signer) as unit:
        unit.put("subject", {"number": treated.number, "ordinal": treated.ordinal, "state": "withdrawn", "arm": treated.arm, "details": details})
    export_calendar(work, WORDS, tmp_path / "after.ics", "en")
    after = events_of(tmp_path / "after.ics")
    assert set(before) == set(after)
    assert all(int(str(after[uid]["SEQUENCE"])) > int(str(one["SEQUENCE"])) for uid, one in before.items())
    ended = {uid for uid, one in before.items() if one["STATUS"] == "TENTATIVE" and treated.number in uid}
    assert ended
    assert {str(after[uid]["STATUS"]) for uid in ended} == {"CANCELLED"}
    assert all(day(after[uid]) == day(before[uid]) for uid in ended)
    others = set(before) - ended
    assert all(after[uid]["STATUS"] == before[uid]["STATUS"] for uid in others)


def test_who_may_not_export_gets_no_file(made: Demo, work: Workspace, tmp_path: Path) -> None:
    login = next(one for one in made.logins if one.role is Role.COORDINATOR)
    manager, work.actor = work.actor, identify(work, login.user, login.password)
    with pytest.raises(ExpectedError) as refused:
        export_calendar(work, WORDS, tmp_path / "x.ics", "en")
    assert refused.value.code == "no_right"
    assert not list(tmp_path.glob("*.ics"))
    work.actor = manager
