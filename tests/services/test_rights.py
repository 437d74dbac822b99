"""Rights below the screen: every use case with every role, from the one table; and nothing at all while locked (decisions 9)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crf_app.admin.roles import RIGHTS, Right, Role
from crf_app.errors import ExpectedError
from crf_app.imports.sheet import Sheet, SheetRow
from crf_app.paths import resources_folder
from crf_app.services.administration import list_users, put_site_row, range_gaps, set_parameter, site_rows
from crf_app.services.amendments.impact import amendment_impact
from crf_app.services.amendments.loading import activate_version, load_version
from crf_app.services.amendments.migrating import migrate_subjects
from crf_app.services.attachments import attach, attachment, attachment_content
from crf_app.services.calendar import Calendar, calendar_entries, read_calendar
from crf_app.services.calendar_file import export_calendar
from crf_app.services.console import mark_seen, reject_form, rejections, sign_forms, sign_items, waiting_subjects
from crf_app.services.criteria import read_eligibility
from crf_app.services.entry import enter_items
from crf_app.services.forms import complete_form, confirm_finding, delete_row, open_points, reopen_form
from crf_app.services.imports.mapping import ImportMapping
from crf_app.services.imports.ranges import import_ranges, plan_ranges
from crf_app.services.imports.results import Source, import_results, plan_results
from crf_app.services.locks import Place, freeze, lock, lock_of, locks_in_force, unfreeze, unlock
from crf_app.services.outputs import export, print_pdf
from crf_app.services.paper import Selection
from crf_app.services.plans import read_plan
from crf_app.services.progress import form_progress
from crf_app.services.queries import (
    NewQuery,
    answer_query,
    assign_query,
    cancel_query,
    close_queries,
    close_query,
    comment_query,
    mute_query,
    open_query,
    reopen_query,
    unmute_query,
)
from crf_app.services.query_list import closable, find, read_page
from crf_app.services.query_reading import ages, read_thread, threads_at, unresolved_by_place
from crf_app.services.reading import blank_events, item_history, output_context, read_form, read_subject_record
from crf_app.services.session import add_user, lock_session, new_password, unlock_session
from crf_app.services.signing import Credentials, confirm_eligibility, override_stop
from crf_app.services.source_check import mark_checked, read_check
from crf_app.services.states import form_states, roll_up, visit_states
from crf_app.services.subjects import create_subject, next_number, next_unscheduled
from crf_app.services.today import today
from crf_app.store.kdf import CHEAP
from crf_app.store.workflow import REVIEW
from crf_app.study.texts import Text
from crf_app.words import Words, load_words
from tests.services.world import PHRASE, START, World, make_world

Act = Callable[[World], object]


def _words() -> Words:
    return load_words(resources_folder() / "words")


def _credentials(world: World) -> Credentials:
    return Credentials(world.work.user.login, PHRASE)


RESULT_COLUMNS = {"subject": "subject", "date": "date", "visit": "visit", "test": "test", "result": "result"}
RANGE_COLUMNS = {"test": "test", "low": "low"}
RESULTS = Source("r.csv", "0" * 64, Sheet("csv", (SheetRow(1, tuple(RESULT_COLUMNS)), SheetRow(2, ("01-001", "2026-01-05", "SCR", "HGB", "140")))))
RANGES = Source("i.csv", "0" * 64, Sheet("csv", (SheetRow(1, ("test", "low")), SheetRow(2, ("HGB", "120")))))
COMMANDS: dict[str, tuple[Right, Act]] = {
    "enter_items": (Right.ENTER, lambda w: enter_items(w.work, w.entries({"SCR/DM/SEX": "F"}))),
    "create_subject": (Right.ENTER, lambda w: create_subject(w.work, "2026-02-02")),
    "complete_form": (Right.ENTER, lambda w: complete_form(w.work, w.form("SCR", "DM"))),
    "reopen_form": (Right.ENTER, lambda w: reopen_form(w.work, w.form("SCR", "ICF"), reason="x")),
    "confirm_finding": (Right.ENTER, lambda w: confirm_finding(w.work, w.subject, "SOFT", "SCR/VS/VS#1/TEMP", "true")),
    "delete_row": (Right.ENTER, lambda w: delete_row(w.work, w.form("LOG", "CM"), "CM", 1, "twice")),
    "attach": (Right.ENTER, lambda w: attach(w.work, w.key("SCR/DM/DM_SRCFILE")._replace(group="CO"), "note.txt", b"demo")),
    "sign": (Right.SIGN, lambda w: sign_forms(w.work, [w.form("SCR", "DM")], "reviewed", _credentials(w))),
    "mark_seen": (Right.SIGN, lambda w: mark_seen(w.work, w.form("SCR", "ICF"))),
    "reject_form": (Right.SIGN, lambda w: reject_form(w.work, w.form("SCR", "DM"), "look again")),
    "waiting_subjects": (Right.SIGN, lambda w: waiting_subjects(w.work)),
    "sign_items": (Right.SIGN, lambda w: sign_items(w.work, w.subject)),
    "check_source": (Right.CHECK_SOURCE, lambda w: mark_checked(w.work, w.subject, ["SCR/ICF"])),
    "review": (Right.REVIEW, lambda w: mark_checked(w.work, w.subject, ["SCR/ICF"], REVIEW)),
    "read_check": (Right.READ, lambda w: read_check(w.work, w.form("SCR", "ICF"))),
    "freeze": (Right.FREEZE, lambda w: freeze(w.work, Place(w.subject, "SCR/DM"), "x")),
    "unfreeze": (Right.FREEZE, lambda w: unfreeze(w.work, Place(w.subject, "SCR/DM"), "x")),
    "lock": (Right.LOCK, lambda w: lock(w.work, Place(w.subject, "SCR/DM"), "x")),
    "unlock": (Right.LOCK, lambda w: unlock(w.work, Place(w.subject, "SCR/DM"), "x", Credentials(Role.INVESTIGATOR, PHRASE))),
    "lock_of": (Right.READ, lambda w: lock_of(w.work, w.form("SCR", "DM"))),
    "locks_in_force": (Right.READ, lambda w: locks_in_force(w.work)),
    "rejections": (Right.READ, lambda w: rejections(w.work)),
    "roll_up": (Right.READ, lambda w: roll_up(w.work)),
    "form_states": (Right.READ, lambda w: form_states(w.work, w.subject)),
    "visit_states": (Right.READ, lambda w: visit_states(w.work, w.subject)),
    "confirm_eligibility": (Right.SIGN, lambda w: confirm_eligibility(w.work, w.form("SCR", "IE"), _credentials(w), eligible=False)),
    "override_stop": (Right.SIGN, lambda w: override_stop(w.work, w.entries({"D0/INJ/EXPERF": "Y"})[0], "urgent", _credentials(w))),
    "print_pdf": (Right.PRINT, lambda w: print_pdf(w.work, _words(), Selection("", "SCR", form="DM"), "en")),
    "export": (Right.EXPORT, lambda w: export(w.work, _words(), "csv", w.work.folder.parent / "out")),
    "export_calendar": (Right.EXPORT, lambda w: export_calendar(w.work, _words(), w.work.folder.parent / "visits.ics", "en")),
    "add_user": (Right.USERS, lambda w: add_user(w.work, "new", Text("New", "新"), Role.MONITOR, PHRASE, cost=CHEAP)),
    "list_users": (Right.USERS, lambda w: list_users(w.work)),
    "set_parameter": (Right.PARAMETERS, lambda w: set_parameter(w.work, "factor", "3", reason="protocol")),
    "load_version": (Right.VERSIONS, lambda w: load_version(w.work, w.work.folder)),
    "activate_version": (Right.VERSIONS, lambda w: activate_version(w.work, "2", reason="x")),
    "amendment_impact": (Right.AMEND, lambda w: amendment_impact(w.work, "2")),
    "migrate_subjects": (Right.AMEND, lambda w: migrate_subjects(w.work, "2", [w.subject], "D0", reason="x")),
    "put_site_row": (Right.SITE_TABLES, lambda w: put_site_row(w.work, "laboratory", "L2", {"en": "Two", "zh": "二"})),
    "import_results": (Right.ENTER, lambda w: import_results(w.work, RESULTS, ImportMapping("", "results", RESULT_COLUMNS))),
    "plan_results": (Right.ENTER, lambda w: plan_results(w.work, RESULTS, ImportMapping("", "results", RESULT_COLUMNS))),
    "import_ranges": (Right.SITE_TABLES, lambda w: import_ranges(w.work, RANGES, ImportMapping("", "ranges", RANGE_COLUMNS))),
    "plan_ranges": (Right.SITE_TABLES, lambda w: plan_ranges(w.work, RANGES, ImportMapping("", "ranges", RANGE_COLUMNS))),
    "range_gaps": (Right.SITE_TABLES, lambda w: range_gaps(w.work)),
    "read_form": (Right.READ, lambda w: read_form(w.work, w.form("SCR", "DM"))),
    "read_subject_record": (Right.READ, lambda w: read_subject_record(w.work, w.subject)),
    "item_history": (Right.READ, lambda w: item_history(w.work, w.key("SCR/DM/SEX"))),
    "read_eligibility": (Right.READ, lambda w: read_eligibility(w.work, w.subject)),
    "form_progress": (Right.READ, lambda w: form_progress(w.work, w.subject)),
    "open_points": (Right.READ, lambda w: open_points(w.work, w.form("SCR", "DM"))),
    "next_unscheduled": (Right.READ, lambda w: next_unscheduled(w.work, w.subject)),
    "today": (Right.READ, lambda w: today(w.work)),
    "read_plan": (Right.READ, lambda w: read_plan(w.work, w.subject)),
    "read_calendar": (Right.READ, lambda w: read_calendar(w.work)),
    "calendar_entries": (Right.READ, lambda w: calendar_entries(w.work, Calendar(), START.date(), START.date())),
    "open_query": (Right.QUERY_OPEN, lambda w: open_query(w.work, NewQuery(w.key("SCR/VS/VS#1/TEMP"), "why?"))),
    "answer_query": (Right.QUERY_ANSWER, lambda w: answer_query(w.work, 1, "so")),
    "comment_query": (Right.QUERY_DISCUSS, lambda w: comment_query(w.work, 1, "so")),
    "assign_query": (Right.QUERY_DISCUSS, lambda w: assign_query(w.work, 1, "investigator")),
    "close_query": (Right.QUERY_CLOSE, lambda w: close_query(w.work, 1)),
    "close_queries": (Right.QUERY_CLOSE, lambda w: close_queries(w.work, [1])),
    "reopen_query": (Right.QUERY_CLOSE, lambda w: reopen_query(w.work, 1, "no")),
    "cancel_query": (Right.QUERY_CLOSE, lambda w: cancel_query(w.work, 1, "mistake")),
    "mute_query": (Right.QUERY_MUTE, lambda w: mute_query(w.work, 1, "known")),
    "unmute_query": (Right.QUERY_MUTE, lambda w: unmute_query(w.work, 1)),
    "find": (Right.READ, lambda w: find(w.work, "")),
    "read_page": (Right.READ, lambda w: read_page(w.work, [1])),
    "closable": (Right.READ, lambda w: closable(w.work, [1])),
    "read_thread": (Right.READ, lambda w: read_thread(w.work, 1)),
    "threads_at": (Right.READ, lambda w: threads_at(w.work, w.key("SCR/DM/SEX"))),
    "unresolved_by_place": (Right.READ, lambda w: unresolved_by_place(w.work, w.form("SCR", "DM"))),
    "ages": (Right.READ, lambda w: ages(w.work)),
    "attachment": (Right.READ, lambda w: attachment(w.work, "0" * 64)),
    "attachment_content": (Right.READ, lambda w: attachment_content(w.work, "0" * 64)),
}  # fmt: skip


def _prepared(folder: Path) -> World:
    world = make_world(folder)
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/VS#1/TEMP": "39", "LOG/CM/CM#1/CMTRT": "a"})
    complete_form(world.work, world.form("SCR", "ICF"))
    return world


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_the_table_says_and_nothing_else(tmp_path: Path, role: Role) -> None:
    world = _prepared(tmp_path / "workspace")
    world.be(role)
    wide = []
    for name, (right, act) in COMMANDS.items():
        head = world.work.database.head
        try:
            act(world)
            refused = False
        except ExpectedError as error:
            refused = error.code == "no_right"
        if refused:
            assert world.work.database.head == head, f"{name} wrote before it refused"
        if refused == (right in RIGHTS[role]):
            wide.append(f"{role} {name} {'refused' if refused else 'allowed'}")
    assert wide == []
    world.work.close()


def test_the_table_is_the_one_decided() -> None:
    entering = {role for role in Role if Right.ENTER in RIGHTS[role]}
    assert entering == {Role.COORDINATOR, Role.INVESTIGATOR}
    assert {role for role in Role if Right.SIGN in RIGHTS[role]} == {Role.INVESTIGATOR}
    assert {role for role in Role if Right.JUDGE in RIGHTS[role]} == {Role.INVESTIGATOR}
    assert {role for role in Role if Right.EXPORT in RIGHTS[role]} == {Role.INVESTIGATOR, Role.DATA_MANAGER}
    assert {role for role in Role if Right.QUERY_OPEN in RIGHTS[role]} == {Role.MONITOR, Role.DATA_MANAGER, Role.INVESTIGATOR}
    assert {role for role in Role if Right.QUERY_ANSWER in RIGHTS[role]} == {Role.COORDINATOR, Role.INVESTIGATOR}
    assert {role for role in Role if Right.QUERY_MUTE in RIGHTS[role]} == {Role.MONITOR, Role.DATA_MANAGER}
    for right in (Right.USERS, Right.PARAMETERS, Right.SITE_TABLES):
        assert {role for role in Role if right in RIGHTS[role]} == {Role.ADMINISTRATOR}
    assert Right.READ not in RIGHTS[Role.ADMINISTRATOR]


OPEN_TO_ALL: dict[str, Act] = {
    "next_number": lambda w: next_number(w.work), "site_rows": lambda w: site_rows(w.work, "laboratory"), "blank_events": lambda w: blank_events(w.work),
    "output_context": lambda w: output_context(w.work), "new_password": lambda w: new_password(w.work, PHRASE, PHRASE + "!", cost=CHEAP),
    "lock_session": lambda w: lock_session(w.work),
}  # fmt: skip


@pytest.mark.parametrize("name", [*COMMANDS, *OPEN_TO_ALL])
def test_while_locked_nothing_can_be_read_or_written(tmp_path: Path, name: str) -> None:
    world = make_world(tmp_path / "workspace")
    lock_session(world.work)
    head = world.work.database.head
    act = COMMANDS[name][1] if name in COMMANDS else OPEN_TO_ALL[name]
    with pytest.raises(ExpectedError) as caught:
        act(world)
    assert caught.value.code == "locked"
    assert world.work.database.head == head
    unlock_session(world.work, Role.COORDINATOR, PHRASE)
    assert read_form(world.work, world.form("SCR", "ICF")).answered == 1
    world.work.close()
