"""Reference intervals: kept by hand and taken from files, effective-dated, without overlaps; flags follow in the same command."""

from __future__ import annotations

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.imports.child import read_content
from crf_app.services.administration import put_site_row, range_gaps, site_rows
from crf_app.services.entry import ItemEntry, enter_item
from crf_app.services.imports.files import carry_out, dry_run, mapping_for
from crf_app.services.imports.reports import Consent, ImportReport, Verdict
from crf_app.services.imports.results import Source
from crf_app.services.reading import read_form
from crf_app.services.workspace import interval
from tests.imports.files import xlsx
from tests.services.world import World

HEAD = "项目,单位,性别,年龄下限,年龄上限,参考区间,生效日期,失效日期\n"
ROW = {"laboratory": "SITE", "test": "CREAT", "unit": "umol/L", "sex": "M", "from_age": 0, "to_age": 0, "low": "57", "high": "97", "valid_from": "2026-01-01", "valid_to": ""}


@pytest.fixture
def office(site: World) -> World:
    """The administrator at work."""
    site.be(Role.ADMINISTRATOR)
    return site


def _source(content: bytes | str) -> Source:
    return Source("ranges.csv", "0" * 64, read_content(content.encode() if isinstance(content, str) else content))


def _report(office: World, content: bytes | str) -> ImportReport:
    source = _source(content)
    return dry_run(office.work, "ranges", source, mapping_for(office.work, "ranges", source))


def _import(office: World, content: bytes | str, consent: Consent | None = None) -> bool:
    source = _source(content)
    return bool(carry_out(office.work, "ranges", source, mapping_for(office.work, "ranges", source), consent or Consent())[1].entry_no)


def _own(office: World) -> list[tuple[str, str, str, str]]:
    rows = [interval(one.content) for one in site_rows(office.work, "reference_range") if one.active]
    return sorted((one.test, one.low, one.valid_from, one.valid_to) for one in rows if not one.assumed)


def test_ranges_are_taken_and_flags_follow_in_the_same_command(office: World) -> None:
    office.be(Role.COORDINATOR)
    office.enter({"SCR/LBCHEM/LBDAT": "2026-03-10", "SCR/LBCHEM/CREAT_LBORRES": "100"})
    assert office.text("SCR/LBCHEM/CREAT_LBNRIND") == "HIGH"
    office.be(Role.ADMINISTRATOR)
    file = HEAD + "肌酐,umol/L,男,18,,60～110,2026-01-01,\n肌酐,μmol/L,女,18,,45-84,2026-01-01,\nALT,U/L,不限,,,≤40,46023,\n"
    assert _report(office, file).counts == {Verdict.NEW: 3}
    head = office.work.database.head
    assert _import(office, file)
    assert office.work.database.head.no == head.no + 1
    assert office.text("SCR/LBCHEM/CREAT_LBNRIND") == "NORMAL"
    assert _own(office) == [("ALT", "", "2026-01-01", ""), ("CREAT", "45", "2026-01-01", ""), ("CREAT", "60", "2026-01-01", "")]
    assert _report(office, file).counts == {Verdict.EQUAL: 3}
    after = office.work.database.head
    assert not _import(office, file)
    assert office.work.database.head == after
    office.check()


def test_a_later_interval_ends_the_one_before_it(office: World) -> None:
    put_site_row(office.work, "reference_range", "OLD", ROW)
    report = _report(office, HEAD + "CREAT,umol/L,M,0,,60-100,2026-03-01,\n")
    assert [str(one.verdict) for one in report.rows] == ["new"]
    assert [one.code for one in report.rows[0].notes] == ["ends"]
    assert _import(office, HEAD + "CREAT,umol/L,M,0,,60-100,2026-03-01,\n")
    assert _own(office) == [("CREAT", "57", "2026-01-01", "2026-02-28"), ("CREAT", "60", "2026-03-01", "")]
    office.be(Role.COORDINATOR)
    for day, result, flag in (("2026-02-28", "59", "NORMAL"), ("2026-03-01", "59", "LOW")):
        office.enter({"SCR/LBCHEM/LBDAT": day, "SCR/LBCHEM/CREAT_LBORRES": result})
        assert office.text("SCR/LBCHEM/CREAT_LBNRIND") == flag, "the interval of the sampling day"
    office.check()


def test_overlaps_with_the_table_and_inside_the_file_are_refused(office: World) -> None:
    put_site_row(office.work, "reference_range", "OLD", ROW)
    report = _report(office, HEAD + "CREAT,umol/L,不限,0,,60-100,2026-03-01,\nALT,U/L,M,0,60,0-50,,\nALT,U/L,M,50,,0-40,,\nAST,U/L,M,0,60,0-50,,\n")
    assert [(one.row, str(one.verdict), one.notes[-1].code if one.notes else "") for one in report.rows] == [
        (2, "overlap", "interval.overlap"), (3, "overlap", "overlap_in_file"), (4, "overlap", "overlap_in_file"), (5, "new", ""),
    ]  # fmt: skip
    head = office.work.database.head
    with pytest.raises(ExpectedError, match="import_refused"):
        _import(office, HEAD + "CREAT,umol/L,不限,0,,60-100,2026-03-01,\n")
    assert office.work.database.head == head


def test_gaps_are_warned_of_before_and_after(office: World) -> None:
    file = HEAD + "CREAT,umol/L,M,18,60,60-100,2026-01-01,\nCREAT,umol/L,M,65,,60-111,2026-01-01,\n"
    report = _report(office, file)
    assert [one.code for one in report.warnings] == ["interval.gap_age", "interval.gap_sex"]
    assert _import(office, file), "a gap is a warning"
    assert [one.code for one in range_gaps(office.work)] == ["gap_age", "gap_sex"]


BAD = {
    "unknown test": ("XYZ,U/L,M,0,,1-2,,", "unknown_test", "test"),
    "unit of another test": ("CREAT,U/L,M,0,,1-2,,", "unreadable", "unit"),
    "ends exchanged": ("CREAT,umol/L,M,0,,97-57,,", "unreadable", "interval.exchanged"),
    "no interval": ("CREAT,umol/L,M,0,,阴性,,", "unreadable", "interval"),
    "no end at all": ("CREAT,umol/L,M,0,,,,", "unreadable", "interval.no_end"),
    "no sex": ("CREAT,umol/L,x,0,,1-2,,", "unreadable", "interval.sex"),
    "no age": ("CREAT,umol/L,M,adult,,1-2,,", "unreadable", "age"),
    "ages exchanged": ("CREAT,umol/L,M,60,18,1-2,,", "unreadable", "interval.ages"),
    "no date": ("CREAT,umol/L,M,0,,1-2,1/3/2026,", "unreadable", "day_or_month"),
    "dates exchanged": ("CREAT,umol/L,M,0,,1-2,2026-03-01,2026-02-01", "unreadable", "interval.dates_exchanged"),
    "a NUL": ("CREAT,umol/L,M,0,,1-\x002,,", "unreadable", "import.cell.nul"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_bad_row_is_refused_with_its_reason(office: World, name: str) -> None:
    line, verdict, code = BAD[name]
    head = office.work.database.head
    report = _report(office, HEAD + line + "\n")
    assert [(str(one.verdict), one.notes[-1].code) for one in report.rows] == [(verdict, code)]
    with pytest.raises(ExpectedError, match="import_refused"):
        _import(office, HEAD + line + "\n")
    assert office.work.database.head == head


def test_another_interval_for_the_same_people_is_a_conflict(office: World) -> None:
    file = xlsx([["test", "unit", "sex", "low", "high", "valid from"], ["CREAT", "umol/L", "M", 57.0, 97.0, "2026-01-01"]])
    assert _import(office, file)
    other = xlsx([["test", "unit", "sex", "low", "high", "valid from"], ["CREAT", "umol/L", "M", 57.0, 98.0, "2026-01-01"]])
    assert _report(office, other).counts == {Verdict.CONFLICTING: 1}
    with pytest.raises(ExpectedError, match="import_conflicts"):
        _import(office, other)
    assert _import(office, other, Consent(replace=True, reason="typing error of the laboratory"))
    rows = [one for one in site_rows(office.work, "reference_range") if one.active and not one.content["assumed"]]
    assert [(one.version, one.content["high"]) for one in rows] == [(2, "98")]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"unit": "g/L"}, "interval_unit"), ({"sex": "X"}, "interval_sex"), ({"from_age": 60, "to_age": 18}, "interval_ages"),
     ({"valid_from": "soon"}, "interval_date"), ({"sex": "ALL"}, "interval_overlap")],
)
def test_by_hand_the_same_is_refused(office: World, change: dict[str, object], code: str) -> None:
    put_site_row(office.work, "reference_range", "OWN", ROW)
    head = office.work.database.head
    with pytest.raises(ExpectedError) as caught:
        put_site_row(office.work, "reference_range", "NEXT", {**ROW, **change})
    assert caught.value.code == code
    assert office.work.database.head == head


def test_by_hand_a_new_interval_takes_over_when_it_is_asked_to(office: World) -> None:
    put_site_row(office.work, "reference_range", "OWN", ROW)
    later = {**ROW, "low": "60", "valid_from": "2026-04-01"}
    with pytest.raises(ExpectedError, match="interval_overlap"):
        put_site_row(office.work, "reference_range", "NEXT", later)
    put_site_row(office.work, "reference_range", "NEXT", later, takes_over=True)
    assert _own(office) == [("CREAT", "57", "2026-01-01", "2026-03-31"), ("CREAT", "60", "2026-04-01", "")]


def _limits(office: World) -> str:
    office.be(Role.COORDINATOR)
    record = read_form(office.work, office.form("SCR", "LBHEM"))
    return next(one.limits.en for one in record.items() if one.item.oid == "HGB_LBORRES")


def test_the_interval_beside_a_result_is_in_the_unit_of_the_result(office: World) -> None:
    office.be(Role.COORDINATOR)
    office.enter({"SCR/LBHEM/LBDAT": "2026-03-10", "SCR/LBHEM/HGB_LBORRES": "125"})
    assert _limits(office) == "130–175"
    key = office.key("SCR/LBHEM/HGB_LBORRES")
    assert enter_item(office.work, ItemEntry(key, "12.5", "g/dL")).stored
    assert _limits(office) == "≈ 13–17.5"
    assert office.text("SCR/LBHEM/HGB_LBNRIND") == "LOW"
    office.be(Role.ADMINISTRATOR)
    put_site_row(office.work, "reference_range", "OWN", {**ROW, "test": "HGB", "unit": "g/dL", "low": "12.0", "high": "16.0"})
    assert _limits(office) == "12.0–16.0"
    assert office.text("SCR/LBHEM/HGB_LBNRIND") == "NORMAL", "12.5 g/dL against the laboratory's own 12.0"
    office.check()
