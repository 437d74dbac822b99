"""The marks at the rows of a table: findings, queries, a signature that ended there, what holds it; those of items without a column too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from crf_app.clinical.record import GroupRecord, ItemRecord, RowRecord
from crf_app.study.definition import ItemType, Severity
from crf_app.study.texts import Text
from crf_app.ui.common.look import Look
from crf_app.ui.form.marks import row_marks
from crf_app.ui.form.row_grid import RowGrid
from crf_app.ui.form.row_model import RowModel
from tests.ui.form.builders import FORM, finding, group_def, item, record, tools

NAMES = tuple(item(f"T{number}", ItemType.TEXT, f"Text {number}") for number in range(9))
STAGED = replace(NAMES[0], locked_after="present(first_treatment)")
WIDE = group_def("AE", NAMES, repeating="log", layout="log")


def row(number: int = 1, of: tuple[ItemRecord, ...] = (), **more: Any) -> RowRecord:
    items = of or tuple(record(replace(one, group="AE"), "x", row=number) for one in NAMES)
    return replace(RowRecord(number, Text("fever", "发热"), items), **more)


def with_item(at: int, **more: Any) -> RowRecord:
    items = list(row().items)
    items[at] = replace(items[at], **more)
    return row(of=tuple(items))


def on_item(severity: Severity, *, confirmed: bool = False) -> RowRecord:
    found = finding(row().items[8], severity, "odd")
    return with_item(8, findings=(replace(found, confirmed=confirmed),))


def on_row(severity: Severity) -> RowRecord:
    found = finding(row().items[0], severity, "odd")
    return row(findings=(replace(found, key=found.key._replace(item="")),))


CASES = {
    "nothing": (row(), ()),
    "a query on the row": (row(query="open"), ("query_open",)),
    "an answered query on the row": (row(query="answered"), ("query_answered",)),
    "a query on an item that has no column": (with_item(8, query="open"), ("query_open",)),
    "an impossible value that has no column": (on_item(Severity.HARD), ("impossible",)),
    "an unusual value": (on_item(Severity.SOFT), ("unusual_to_confirm",)),
    "an unusual value that was confirmed": (on_item(Severity.SOFT, confirmed=True), ()),
    "a finding on the row": (on_row(Severity.DEV), ("unusual_to_confirm",)),
    "a signature that ended here": (row(void=True), ("signature_void",)),
    "frozen": (row(held="frozen"), ("frozen",)),
    "locked": (row(held="locked"), ("locked",)),
    "all of it closed by the stage of the study": (row(of=tuple(replace(one, editable=False, item=STAGED) for one in row().items)), ("locked",)),
    "its name, which nobody types": (row(of=(replace(row().items[0], editable=False),)), ()),
    "one item of it closed": (with_item(0, editable=False), ()),
    "closed for who reads": (row(of=tuple(replace(one, editable=False, closed=True) for one in row().items)), ()),
    "the three most urgent": (replace(on_item(Severity.HARD), query="open", void=True, held="locked"), ("impossible", "query_open", "signature_void")),
    "removed, with a query": (replace(on_item(Severity.HARD), query="open", deleted=True), ("query_open",)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_stands_at_a_row(case: str) -> None:
    found, expected = CASES[case]
    assert row_marks(found) == expected


def test_the_head_of_a_row_says_its_marks_to_those_who_do_not_see_them(look: Look) -> None:
    model = RowModel(look, tools(), WIDE)
    model.show_rows(FORM, GroupRecord(WIDE, (row(query="open"), row(2))), "en")
    said = Qt.ItemDataRole.AccessibleTextRole
    assert model.headerData(0, Qt.Orientation.Vertical, said) == "fever (Query open)"
    assert model.headerData(1, Qt.Orientation.Vertical, said) == "fever"
    assert str(model.data(model.index(0, 0), said)).endswith("(Query open)")
    assert model.row_marks(2) == (), "the empty line"


def test_the_gutter_of_a_log_keeps_its_room_and_grows_with_the_marks(look: Look) -> None:
    model = RowModel(look, tools(), WIDE)
    grid = RowGrid(look, tools(), model)
    widths = []
    for rows in ((row(),), (row(query="open"),), (row(query="open", void=True),)):
        model.show_rows(FORM, GroupRecord(WIDE, rows), "en")
        grid.fit_names(200)
        widths.append(grid.verticalHeader().width())
    assert widths[0] == widths[1] < widths[2]
    grid.show()
    picture = grid.verticalHeader().grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert look.colour("query_open").name() in colours
    grid.close()


def test_a_fixed_plan_has_names_and_marks_in_one_head(look: Look) -> None:
    fixed = group_def("US", NAMES[:2], repeating="fixed", layout="table", rows_key=("T0",))
    plain, marked = (replace(row(of=tuple(record(replace(one, group="US"), "x") for one in NAMES[:2])), query=query) for query in ("", "open"))
    model = RowModel(look, tools(), fixed)
    grid = RowGrid(look, tools(), model)
    widths = []
    for one in (plain, marked):
        model.show_rows(FORM, GroupRecord(fixed, (one,)), "en")
        grid.fit_names(200)
        widths.append(grid.verticalHeader().width())
    assert 0 < widths[0] < widths[1]
