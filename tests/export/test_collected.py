"""One answer to "does this value count as collected", for every format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crf_app.clinical.record import ChangeRecord, EventStatus, FormRecord, FormStatus, Visibility
from crf_app.clinical.values import BLANK, Value
from crf_app.export.collected import event_counts, form_counts, left_out
from crf_app.study.texts import Text
from tests.export import sample


def _form(status: FormStatus = FormStatus.COMPLETE, value: Value = BLANK, *, deleted: bool = False) -> FormRecord:
    rows = [{"VSNOTE": value}]
    return sample.form("01-001", sample.EVENTS[0], sample.VS, rows, status=status, deleted=[1] if deleted else [])


@pytest.mark.parametrize(
    "group,item,expected",
    [
        (Visibility.SHOWN, Visibility.SHOWN, ""),
        (Visibility.SHOWN, Visibility.UNKNOWN, ""),
        (Visibility.SHOWN, Visibility.HIDDEN, "hidden"),
        (Visibility.SHOWN, Visibility.NOT_ASKED, "not_asked"),
        (Visibility.HIDDEN, Visibility.SHOWN, "hidden"),
        (Visibility.NOT_ASKED, Visibility.SHOWN, "not_asked"),
    ],
)
def test_visibility_decides(group: Visibility, item: Visibility, expected: str) -> None:
    form = _form(value=Value("x"))
    one = replace(form.groups[0], visibility=group)
    record = replace(one.rows[0].items[6], visibility=item)
    assert left_out(form, one, one.rows[0], record) == expected


def test_deleted_rows_and_forms_that_do_not_apply_do_not_count() -> None:
    for form, why in ((_form(deleted=True), "row_deleted"), (_form(FormStatus.NOT_APPLICABLE), "not_applicable")):
        group = form.groups[0]
        assert left_out(form, group, group.rows[0], group.rows[0].items[0]) == why


@pytest.mark.parametrize(
    "status,value,counts",
    [
        (FormStatus.NOT_STARTED, BLANK, False),
        (FormStatus.NOT_STARTED, Value("prefilled"), True),
        (FormStatus.NOT_APPLICABLE, Value("left behind"), False),
        (FormStatus.NOT_DONE, BLANK, True),
        (FormStatus.IN_PROGRESS, BLANK, True),
    ],
)
def test_a_form_counts_when_touched(status: FormStatus, value: Value, counts: bool) -> None:
    form = _form(status, value)
    assert form_counts(form) is counts
    assert event_counts(sample.event(sample.EVENTS[0], [form], status=EventStatus.DUE)) is counts


@pytest.mark.parametrize("stored", [False, True])
def test_the_planned_codes_of_an_untouched_grid_do_not_make_a_form_count(stored: bool) -> None:
    form = _form(FormStatus.NOT_STARTED, Value("given"))
    group = form.groups[0]
    item = next(one for one in group.rows[0].items if one.item.oid == "VSNOTE")
    change = ChangeRecord(item.key, 1, 1, sample.WHEN, "u1", Text("", ""), "", BLANK, item.value, "", "typed")
    row = replace(group.rows[0], items=(replace(item, changes=(change,) if stored else ()),))
    planned = replace(group, group=replace(group.group, rows_key=("VSNOTE",)), rows=(row,))
    assert form_counts(replace(form, groups=(planned,))) is stored, "only what was stored stays in the export"


def test_a_missed_visit_counts_without_forms() -> None:
    assert event_counts(sample.event(sample.EVENTS[0], [], status=EventStatus.MISSED))
    assert not event_counts(sample.event(sample.EVENTS[0], [], status=EventStatus.PLANNED))
