"""The list as a file: what stands in it, who may make it, and that the ledger knows it."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.queries import Priority
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services.queries import NewQuery, answer_query, open_query
from crf_app.services.query_list import ALL_STATES
from crf_app.services.query_output import draw_query_list, export_queries, prepare_query_list
from crf_app.store.ledger_reading import newest_entries
from crf_app.words import Words, load_words
from tests.pdf.reading import Paper
from tests.services.world import World

TEMP = "SCR/VS/VS#1/TEMP"


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words(resources_folder() / "words")


def asked(world: World, *texts: str) -> None:
    for text in texts:
        open_query(world.work, NewQuery(world.key(TEMP), text, priority=Priority.HIGH), actor=world.actor(Role.MONITOR))


def lines(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_csv_is_for_people_and_for_no_formula(world: World, words: Words) -> None:
    asked(world, '=HYPERLINK("file:out")', "第一行\n第二行，“引号”", "plain")
    answer_query(world.work, 1, "@SUM(1+1)")
    head, *rows = lines(export_queries(world.work, words, "csv", "", "en"))
    assert head[:7] == ["No.", "State", "Subject", "Visit", "Form", "Item", "Question"]
    assert head[-1] == "SYNTHETIC DATA"
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert (found["1"]["Question"], found["1"]["Last answer"], found["1"]["State"]) == ("'=HYPERLINK(\"file:out\")", "'@SUM(1+1)", "Answered")
    assert found["2"]["Question"] == "第一行\n第二行，“引号”"
    assert (found["3"]["Asked by"], found["3"]["Priority"], found["3"]["Days"], found["3"]["Item"]) == ("Demo monitor", "High", "0", "TEMP #1")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert lines(export_queries(world.work, words, "csv", "", "zh"))[0][:3] == ["编号", "状态", "受试者"]


def test_the_pdf_holds_every_query_of_the_filter_under_its_subject(world: World, words: Words) -> None:
    asked(world, *(f"question {number} about the chart" for number in range(1, 61)), "体温与病历不一致，请核对。")
    answer_query(world.work, 1, "read again")
    paper = Paper(export_queries(world.work, words, "pdf", "state:all chart", "both"))
    texts = [paper.text(page) for page in range(len(paper))]
    assert len(texts) > 1
    for text in texts:
        assert f"Subject 受试者 {world.subject}" in text
        assert f"/ {len(texts)}" in text
    whole = "\n".join(texts)
    assert all(f"question {number} about" in whole for number in range(1, 61))
    assert "体温与病历" not in whole, "the filter left it out"
    assert "state:all chart" in whole
    assert "Answer: 答复： read again" in whole
    assert "60 queries: 59 open, 1 answered, 0 closed, 0 cancelled" in whole
    only = Paper(export_queries(world.work, words, "pdf", "体温", "zh"))
    assert "体温与病历不一致，请核对。" in only.text(0)


def test_an_empty_list_is_a_page_that_says_so(world: World, words: Words) -> None:
    paper = Paper(export_queries(world.work, words, "pdf", "", "en"))
    assert len(paper) == 1
    assert "No query fits." in paper.text(0)
    assert "Shown: state:unresolved" in paper.text(0)


def test_the_same_records_give_the_same_bytes(world: World, words: Words) -> None:
    asked(world, "once")
    paper = prepare_query_list(world.work, "pdf", "", "both")
    assert draw_query_list(paper, words) == draw_query_list(paper, words)


def test_each_list_is_in_the_ledger(world: World, words: Words) -> None:
    asked(world, "once")
    content = export_queries(world.work, words, "csv", "once", "en", ALL_STATES)
    entry = newest_entries(world.work.database, 1)[0]
    assert entry.command == "export_queries"
    assert (entry.details["sha256"], entry.details["queries"], entry.details["filter"]) == (hashlib.sha256(content).hexdigest(), 1, "once state:all")


def test_who_may_not_print_gets_none_and_a_wrong_filter_is_told(world: World, words: Words) -> None:
    for kind, line, role, code in (
        ("csv", "", Role.ADMINISTRATOR, "no_right"), ("xlsx", "", Role.MONITOR, "unknown_format"), ("csv", "form:nowhere", Role.MONITOR, "query_filter"),
    ):  # fmt: skip
        world.be(role)
        head = world.work.database.head
        with pytest.raises(ExpectedError) as caught:
            export_queries(world.work, words, kind, line, "en")
        assert caught.value.code == code
        assert world.work.database.head == head


def test_drawing_a_long_list_can_be_stopped(world: World, words: Words) -> None:
    asked(world, "once")
    with pytest.raises(ExpectedError) as caught:
        draw_query_list(prepare_query_list(world.work, "pdf", "", "en"), words, cancelled=lambda: True)
    assert caught.value.code == "pdf_cancelled"
