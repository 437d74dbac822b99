"""An export carries every query of the workspace with its thread: what a reader finds is what the tables hold."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from lxml import etree
from odmlib.schema_manager import get_schema_path

from crf_app.admin.roles import Role
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.queries import Priority
from crf_app.export.naming import user_oid
from crf_app.export.odm_check import check_references
from crf_app.paths import resources_folder
from crf_app.services.forms import complete_form
from crf_app.services.outputs import export
from crf_app.services.queries import (
    NewQuery,
    answer_query,
    assign_query,
    cancel_query,
    close_query,
    open_query,
    reopen_query,
)
from crf_app.services.query_trail import query_trails
from crf_app.store.ledger import parse_utc
from crf_app.words import load_words
from tests.export.reading import read_odm_queries
from tests.services.world import World, make_world


def with_every_kind(world: World) -> None:
    """Queries of the system and of people in every state, at every kind of place."""
    world.enter({"SCR/DM/SEX": "M", "SCR/VS/VSPERF": "Y", "SCR/VS/VSDAT": "2026-01-06", "LOG/AE/AE#1/AETERM": "fever"})
    complete_form(world.work, world.form("SCR", "VS"))
    world.enter({"SCR/VS/WEIGHT": "70"}, reason="found")  # the system closes its own
    world.be(Role.MONITOR)
    row = world.key("LOG/AE/AE#1/AETERM")._replace(item="")
    asked = [
        open_query(world.work, NewQuery(key, f"Is that so, {number}? <&>"))[1]
        for number, key in enumerate((world.key("SCR/VS/VSDAT"), row, ItemKey(*world.form("SCR", "DM"), "", 1, ""), world.key("W2/SV/VISDAT")._replace(form="", group="", item="")))
    ]
    assign_query(world.work, asked[0], str(Role.INVESTIGATOR), Priority.HIGH)
    world.clock.advance(timedelta(days=2))
    for number in asked[:2]:
        answer_query(world.work, number, "是的，已核对", actor=world.actor(Role.INVESTIGATOR))
    close_query(world.work, asked[0])
    reopen_query(world.work, asked[1], "which page?")
    cancel_query(world.work, asked[2], "asked twice")
    world.be(Role.DATA_MANAGER)


def test_what_the_file_says_is_what_the_tables_hold(tmp_path: Path) -> None:
    world = make_world(tmp_path / "workspace")
    with_every_kind(world)
    target = tmp_path / "study.xml"
    export(world.work, load_words(resources_folder() / "words"), "odm", target)
    schema = etree.XMLSchema(etree.parse(str(get_schema_path("odm", "1.3.2"))))
    assert schema.validate(etree.parse(str(target))), schema.error_log
    assert check_references(target) == ()
    read = [query for _, query in read_odm_queries(target)[world.subject]]
    told = {
        (one.number, one.key.address if one.key.item else ""): (one.state, one.origin, [(m.act, m.user_id, m.role, m.entry_no) for m in one.messages]) for one in read
    }
    stored = {}
    for number, address, state, origin in world.work.database.rows("SELECT id, address, state, opened_role FROM query"):
        rows = world.work.database.rows("SELECT act, user_id, role, entry_no FROM query_message WHERE query_id = ? ORDER BY number", (number,))
        stored[number, address if address.count("/") == 3 and not address.endswith("/") else ""] = (
            state, origin, [(row[0], user_oid(row[1]), row[2], row[3]) for row in rows],
        )  # fmt: skip
    assert told == stored
    assert {state for state, _, _ in told.values()} >= {"open", "closed", "cancelled"}
    assert {origin for _, origin, _ in told.values()} >= {"system", "monitor"}
    times = [m.when for one in read for m in one.messages]
    assert times == [parse_utc(row[0]) for row in world.work.database.rows("SELECT at FROM query_message ORDER BY query_id, number")]
    words = {m.text.en for one in read for m in one.messages}
    assert {"是的，已核对", "which page?", "asked twice", "Is that so, 0? <&>"} <= words
    assert any(m.text.en != m.text.zh for one in read if one.origin == "system" for m in one.messages), "the system speaks both languages"
    world.work.close()


def test_a_trail_is_in_the_order_of_making_and_names_people(tmp_path: Path) -> None:
    world = make_world(tmp_path / "workspace")
    with_every_kind(world)
    trails = query_trails(world.work, world.subject)
    assert [one.number for one in trails] == sorted(one.number for one in trails)
    asked = next(one for one in trails if one.origin == "monitor")
    assert (asked.state, asked.assigned, asked.priority) == ("closed", "investigator", "high")
    assert [(m.act, m.user_name.en) for m in asked.messages] == [
        ("open", "Demo monitor"), ("assign", "Demo monitor"), ("answer", "Demo investigator"), ("close", "Demo monitor"),
    ]  # fmt: skip
    assert json.dumps([m.assigned for m in asked.messages]) == '["coordinator", "investigator", "", ""]'
    world.work.close()
