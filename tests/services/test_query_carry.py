"""Queries of a file from before threads: carried over once, completely, and the ledger says so."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from crf_app.paths import migrations_folder
from crf_app.services.query_carry import carry_over_queries
from crf_app.services.query_reading import read_thread
from crf_app.store.ledger_reading import newest_entries
from crf_app.store.queries import read_queries
from crf_app.store.statements import STATEMENTS
from crf_app.store.verify import verify
from tests.services.world import World
from tests.store.older_format import statements_for

TEMP = "SCR/VS/VS#1/TEMP"
FIRST_QUERY = """CREATE TABLE "query" (id INTEGER NOT NULL, subject TEXT NOT NULL, address TEXT NOT NULL, rule TEXT NOT NULL,
 kind TEXT NOT NULL, state TEXT NOT NULL, text TEXT NOT NULL, answer TEXT NOT NULL, opened_entry INTEGER NOT NULL,
 closed_entry INTEGER NOT NULL, CONSTRAINT pk_query PRIMARY KEY (id),
 CONSTRAINT fk_query_subject FOREIGN KEY(subject) REFERENCES subject (number),
 CONSTRAINT ck_query_kind CHECK (kind IN ('system')),
 CONSTRAINT ck_query_state CHECK (state IN ('open', 'answered', 'closed', 'cancelled')),
 CONSTRAINT ck_query_text_json CHECK (json_valid(text))) WITHOUT ROWID, STRICT"""
FIRST_COLUMNS = ("id", "subject", "address", "rule", "kind", "state", "text", "answer", "opened_entry", "closed_entry")


def run_sql(world: World, *statements: str) -> None:
    for statement in statements:
        world.work.database._connection.execute(statement)


def migrate(world: World) -> None:
    spec = spec_from_file_location("step", migrations_folder() / "versions" / "0005_queries.py")
    assert spec is not None
    assert spec.loader is not None
    step = module_from_spec(spec)
    spec.loader.exec_module(step)
    run_sql(world, *step.STATEMENTS)


def write(world: World, command: str, rule: str, number: int, cells: dict[str, object], reason: str = "") -> None:
    """One command of the older program."""
    work = world.work
    world.clock.advance(timedelta(days=1))
    about, details = f"{world.subject}:{TEMP}", {"rule": rule} if rule else {}
    with work.begin(work.command(command, work.session, about=about, reason=reason, details=details)) as unit:
        numbered = {name: unit.entry_no if name.endswith("_entry") else cell for name, cell in cells.items()}
        if "text" in cells:
            unit.put("query", {"id": number, "subject": world.subject, "address": TEMP, "rule": rule, "opened_entry": unit.entry_no, **numbered})
        else:
            unit.patch("query", (number,), numbered)


def test_old_queries_get_their_place_their_times_and_their_thread(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run_sql(world, "DROP TABLE query_message", "DROP TABLE query", FIRST_QUERY)
    text = {"en": "unusual", "zh": "不常见"}
    with monkeypatch.context() as patched:
        patched.setitem(STATEMENTS, "query", statements_for("query", FIRST_COLUMNS))
        write(world, "complete_form", "SOFT", 1, {"text": text})
        write(world, "confirm_finding", "SOFT", 1, {"state": "answered", "answer": "fever"}, "fever")
        write(world, "enter_items", "", 1, {"state": "closed", "closed_entry": 0})
        write(world, "complete_form", "SOFT", 2, {"text": text})
        write(world, "confirm_finding", "SOFT", 2, {"state": "answered", "answer": "still fever"}, "still fever")
        write(world, "complete_form", "X20", 3, {"text": text})
    migrate(world)
    head = world.work.database.head.no
    carry_over_queries(world.work)
    assert newest_entries(world.work.database, 1)[0].command == "carry_over_queries"
    carry_over_queries(world.work)
    assert world.work.database.head.no == head + 1, "once only"
    first, second, third = (read_thread(world.work, number) for number in (1, 2, 3))
    assert [(str(one.act), one.role, one.said.en) for one in first.lines] == [
        ("open", "system", "unusual"), ("answer", "coordinator", "fever"), ("auto_close", "system", ""),
    ]  # fmt: skip
    assert [(line.when - first.record.opened_at).days for line in first.lines] == [0, 1, 2]
    assert (first.record.state, first.record.age_days, first.record.answer) == ("closed", 2, "fever")
    assert [one.said.zh for one in second.lines] == ["不常见", "still fever"]
    assert second.record.answered_at is not None
    assert [str(one.act) for one in third.lines] == ["open"]
    assert {(one.event, one.form, one.item, one.opened_role) for one in read_queries(world.work.database, world.subject)} == {("SCR", "VS", "TEMP", "system")}


def test_the_ledger_replays_an_older_file_and_what_was_carried_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    triggers = [row[0] for row in world.work.database.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'query_message'")]
    run_sql(world, "DROP TABLE query_message", "DROP TABLE query", FIRST_QUERY)
    with monkeypatch.context() as patched:
        patched.setitem(STATEMENTS, "query", statements_for("query", FIRST_COLUMNS))
        write(world, "complete_form", "SOFT", 1, {"text": {"en": "unusual", "zh": "不常见"}})
        write(world, "confirm_finding", "SOFT", 1, {"state": "answered", "answer": "fever"}, "fever")
    migrate(world)
    run_sql(world, *triggers)
    before = verify(world.work.database, None)
    assert before.intact, before.fault
    carry_over_queries(world.work)
    after = verify(world.work.database, None)
    assert after.intact, after.fault
