"""Fills a workspace with subjects by the thousand, past the one write path (decisions 22): for benchmarks alone."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

from crf_app.admin.roles import Role
from crf_app.clinical.standing import Standing
from crf_app.clock import Clock
from crf_app.services.session import NewWorkspace, add_user, create_workspace, log_out, open_workspace
from crf_app.services.studies import find_study
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import CHEAP
from crf_app.store.ledger import utc_text
from crf_app.store.workflow import pack_visits
from crf_app.study.texts import Text

PASSWORD = "walnut bicycle thunder 7"  # noqa: S105  invented


def bulk_workspace(folder: Path, clock: Clock, subjects: int, visits: int) -> Workspace:
    """A workspace with `subjects` invented subjects of up to `visits` visits each, opened by a coordinator."""
    new = NewWorkspace(
        folder, find_study("NCT05999656"), "01", Text("Demo Hospital", "演示医院"), "admin",
        Text("Demo Administrator", "演示管理员"), PASSWORD, synthetic=True,
    )
    work, _ = create_workspace(new, clock, cost=CHEAP)
    add_user(work, "crc", Text("Demo Coordinator", "演示协调员"), Role.COORDINATOR, PASSWORD + " x", cost=CHEAP)
    _fill(work, clock.today(), subjects, visits)
    log_out(work)
    return open_workspace(folder, "crc", PASSWORD + " x", clock)


def _fill(work: Workspace, today: date, subjects: int, visits: int) -> None:
    """Straight into the tables: no ledger entry stands behind these rows, so `verify` rejects them."""
    events = [one.oid for one in work.study.events if one.kind == "scheduled"][:visits]
    people, states = [], []
    for number in range(1, subjects + 1):
        name, anchor = f"01-{number:05}", today - timedelta(days=number % 150)
        own = {"SCR": anchor - timedelta(days=28), "D0": anchor, "W1": anchor + timedelta(days=7), "W2": anchor + timedelta(days=14)}
        details = {
            "anchor": anchor.isoformat(), "first_treatment": anchor.isoformat(), "initials": "", "consent": "",
            "visits": {event: day.isoformat() for event, day in own.items()}, "within": {},
        }
        people.append((name, number, "follow_up", "", json.dumps(details)))
        done = number % (len(events) + 1)
        states += [
            (name, event, 1, "done", "", "2026-01-02", "complete", int(at % 7 == 3), int(at % 11 == 5), "{}")
            for at, event in enumerate(events[:done] if number % 2 else events)
        ]
    connection = work.database._connection  # noqa: SLF001  the one stated exception to the one write path
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO subject VALUES (?, ?, ?, ?, ?)", people)
    connection.executemany("INSERT INTO event_state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", states)
    connection.execute("COMMIT")


def fill_queries(work: Workspace, count: int) -> None:
    """Invented queries straight into the tables, as many open as answered as closed, each with a thread of one to three messages."""
    subjects = [row[0] for row in work.database.rows("SELECT number FROM subject ORDER BY ordinal")]
    places = [(event.oid, place.form, item) for event in work.study.events if event.kind == "scheduled" for place in event.forms for item in work.study.forms[place.form].items]
    now, queries, messages = work.clock.now(), [], []
    for number in range(1, count + 1):
        event, form, item = places[number * 7 % len(places)]
        state, person = ("open", "answered", "closed")[number % 3], number % 4 == 0
        opened = utc_text(now - timedelta(days=number % 90, minutes=number % 1000))
        text = f"{item.label.en} differs from the source ({number}). Please check."
        said = json.dumps({"en": text, "zh": f"「{item.label.zh}」与原始记录不一致（{number}），请核对。"}, ensure_ascii=False)
        answer, closed = "Measured again, confirmed 复测确认" if state != "open" else "", utc_text(now) if state == "closed" else ""
        queries.append((
            number, subjects[number % len(subjects)], f"{event}/{form}/{item.group}#1/{item.oid}", "" if person else "SOFT", "person" if person else "system", state, said,
            answer, 1, int(state == "closed"), event, 1, form, 1, item.oid, "coordinator" if number % 5 else "investigator", "normal", "u1" if person else "",
            "monitor" if person else "system", opened, utc_text(now) if answer else "", closed, "",
        ))  # fmt: skip
        acts = ("open", "answer", "close")[: 1 + number % 3]
        messages += [(number, at, "u1", "system", opened, act, "", said if act == "open" else "{}", 1) for at, act in enumerate(acts, 1)]
    connection = work.database._connection  # noqa: SLF001  the one stated exception to the one write path
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO query VALUES ({', '.join('?' * 23)})", queries)  # noqa: S608  marks alone
    connection.executemany(f"INSERT INTO query_message VALUES ({', '.join('?' * 9)})", messages)  # noqa: S608  marks alone
    connection.execute("COMMIT")


def bulk_standings(work: Workspace) -> None:
    """How the visits of a bulk workspace stand: signed, verified, changed, in progress, by chance; one subject in fifty is locked."""
    kinds = (Standing.SIGNED, Standing.VERIFIED | Standing.TO_SIGN, Standing.COMPLETE | Standing.TO_SIGN | Standing.TO_CHECK, Standing.STARTED | Standing.COMPLETE,
             Standing.SIGNATURE_VOID | Standing.CHANGED | Standing.TO_SIGN | Standing.TO_CHECK | Standing.COMPLETE)  # fmt: skip
    chance = random.Random(42)
    subjects = [row[0] for row in work.database.rows("SELECT number FROM subject ORDER BY ordinal")]
    events = [one.oid for one in work.study.events if one.kind == "scheduled"][:20]
    rows = [(subject, pack_visits({(event, 1): int(chance.choice(kinds)) for event in events})) for subject in subjects]
    locks = [(subject, "", "locked", "u1", "2026-01-02T00:00:00+00:00", "closed", 1) for subject in subjects[::50]]
    connection = work.database._connection  # noqa: SLF001  the one stated exception to the one write path
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO subject_standing VALUES (?, ?)", rows)
    connection.executemany("INSERT INTO record_lock VALUES (?, ?, ?, ?, ?, ?, ?)", locks)
    connection.execute("COMMIT")
