"""Results from a file: every row judged, then all or nothing, and importing twice changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.imports.child import read_content
from crf_app.services.administration import put_site_row
from crf_app.services.entry import EntryOutcome
from crf_app.services.forms import complete_form
from crf_app.services.imports.files import carry_out, dry_run, mapping_for, open_source
from crf_app.services.imports.mapping import LEFT_OUT, ImportMapping, read_mappings
from crf_app.services.imports.reports import Consent, ImportReport, Verdict
from crf_app.services.imports.results import Source, plan_results
from crf_app.store.ledger_reading import newest_entries
from crf_app.store.unit import Unit
from tests.imports.files import Cell, xlsx
from tests.services.world import World

HEAD = "受试者编号,采样日期,检验项目,结果,单位\n"


def _source(content: bytes | str) -> Source:
    raw = content.encode() if isinstance(content, str) else content
    return Source("lab.csv", "0" * 64, read_content(raw))


def _report(site: World, content: bytes | str, **changes: object) -> ImportReport:
    source = _source(content)
    mapping = mapping_for(site.work, "results", source)
    return dry_run(site.work, "results", source, ImportMapping(**{**vars(mapping), **changes}))


def _import(site: World, content: bytes | str, consent: Consent | None = None, name: str = "") -> bool:
    source = _source(content)
    _, changes = carry_out(site.work, "results", source, mapping_for(site.work, "results", source, name), consent or Consent())
    return bool(changes.entry_no)


def _verdicts(report: ImportReport) -> list[tuple[int, str, str]]:
    """Row, verdict and the code of the last note."""
    return [(one.row, str(one.verdict), one.notes[-1].code if one.notes else "") for one in report.rows]


def test_new_results_are_stored_with_their_panel_and_importing_twice_changes_nothing(site: World) -> None:
    file = HEAD + "01-001,2026-03-10,白细胞,11.2,10^9/L\n01-001,2026-03-10,HGB,12.0,g/dL\n01-001,2026-03-10,肌酐,1.0,mg/dL\n01-001,2026-03-10,乙肝表面抗原,阴性,\n"
    report = _report(site, file)
    assert _verdicts(report)[:2] == [(2, "new", ""), (3, "new", "")]
    assert report.counts == {Verdict.NEW: 4}
    head = site.work.database.head
    assert _import(site, file)
    assert site.work.database.head.no == head.no + 1, "one command"
    assert [site.text(f"SCR/LBHEM/{name}") for name in ("LBPERF", "LBDAT", "LBNAM", "WBC_LBORRES", "WBC_LBNRIND", "HGB_LBORRES")] == ["Y", "2026-03-10", "SITE", "11.2", "HIGH", "12.0"]
    value = site.work.casebook(site.subject).value(site.key("SCR/LBHEM/HGB_LBORRES"))
    assert (value.unit, value.standard, value.standard_unit) == ("g/dL", "120", "g/L"), "the unit entered is kept"
    assert site.work.casebook(site.subject).value(site.key("SCR/LBCHEM/CREAT_LBORRES")).standard == "88.4"
    assert site.text("SCR/LBSER/HBSAG_LBORRES") == "NEG"
    after = site.work.database.head
    again = _report(site, file)
    assert again.counts == {Verdict.EQUAL: 4}
    assert not _import(site, file)
    assert site.work.database.head == after
    site.check()


def test_every_row_gets_its_verdict_with_column_and_remedy(site: World) -> None:
    site.enter({"SCR/LBHEM/LBDAT": "2026-03-10", "SCR/LBHEM/LBPERF": "Y", "SCR/LBHEM/WBC_LBORRES": "5.60", "SCR/LBHEM/RBC_LBORRES": "4.4"})
    report = _report(
        site,
        HEAD + "01-001,2026-03-10,WBC,5.6,10^9/L\n" "01-001,2026-03-10,RBC,4.5,10^12/L\n" "01-001,46091,PLAT,200,10^9/L\n" "01-009,2026-03-10,WBC,5,10^9/L\n"
        "01-001,2026-03-10,电泳,5,x\n" "01-001,2025-11-10,HGB,130,g/L\n" "01-001,10/03/2026,HGB,130,g/L\n" "01-001,2026-03-10,HGB,1300,g/L\n" "01-001,2026-03-10,HCT,阴性,L/L\n"
        "01-001,2026-03-10,LYM,<0.5,10^9/L\n" "01-001,2026-03-10,EOS,0.1,mg/dL\n" "01-001,2027-01-01,BASO,0.1,10^9/L\n" "01-001,2026-03-10,MONO,,10^9/L\n" "\n"
        "01-001,2026-03-10,BASO,0.012345678,10^9/L\n",
    )  # fmt: skip
    assert _verdicts(report) == [
        (2, "equal", ""), (3, "conflicting", ""), (4, "new", "serial"), (5, "unknown_subject", "subject"), (6, "unknown_test", "test"), (7, "unknown_visit", "day_unknown"),
        (8, "unreadable", "day_or_month"), (9, "out_of_range", "outside"), (10, "unreadable", "words_for_number"), (11, "new", ""), (12, "unreadable", "unit"),
        (13, "unreadable", "future"), (14, "ignored", "no_result"), (16, "unreadable", "problem.decimals"),
    ]  # fmt: skip
    by_row = {one.row: one for one in report.rows}
    assert [by_row[row].notes[-1].column for row in (5, 6, 8, 9, 12)] == ["A", "C", "B", "D", "E"]
    assert (by_row[3].given, by_row[3].stored) == ("4.5 10¹²/L", "4.4 10¹²/L")


def test_nothing_is_imported_half(site: World) -> None:
    file = HEAD + "01-001,2026-03-10,WBC,5.6,10^9/L\n01-001,2026-03-10,RBC,阴性,10^12/L\n"
    head = site.work.database.head
    with pytest.raises(ExpectedError) as caught:
        _import(site, file)
    assert (caught.value.code, caught.value.parameters) == ("import_refused", {"count": 1, "first": 3})
    assert site.work.database.head == head
    assert site.text("SCR/LBHEM/WBC_LBORRES") == ""
    assert _import(site, file, Consent(leave_out=True))
    assert (site.text("SCR/LBHEM/WBC_LBORRES"), site.text("SCR/LBHEM/RBC_LBORRES")) == ("5.6", "")
    site.check()


def test_a_stored_value_is_replaced_only_with_consent_and_reason(site: World) -> None:
    site.enter({"SCR/LBHEM/LBDAT": "2026-03-10", "SCR/LBHEM/WBC_LBORRES": "5.6"})
    file = HEAD + "01-001,2026-03-10,WBC,6.5,10^9/L\n"
    head = site.work.database.head
    for consent, code in ((Consent(), "import_conflicts"), (Consent(replace=True), "reason_missing"), (Consent(leave_out=True), "")):
        if code:
            with pytest.raises(ExpectedError, match=code):
                _import(site, file, consent)
        else:
            assert not _import(site, file, consent)
        assert site.work.database.head == head
    assert _import(site, file, Consent(replace=True, reason="corrected report"))
    assert site.text("SCR/LBHEM/WBC_LBORRES") == "6.5"
    site.check()


def test_a_complete_panel_asks_why_it_changes(site: World) -> None:
    site.enter({"SCR/LBA1C/LBPERF": "Y", "SCR/LBA1C/LBDAT": "2026-03-10"})
    assert complete_form(site.work, site.form("SCR", "LBA1C")).completed
    file = HEAD + "01-001,2026-03-10,HbA1c,7.1,%\n"
    assert _report(site, file).completed_forms == 1
    with pytest.raises(ExpectedError, match="reason_missing"):
        _import(site, file)
    assert _import(site, file, Consent(reason="report came later"))
    site.check()


def test_a_file_that_contradicts_itself_takes_neither(site: World) -> None:
    file = HEAD + "01-001,2026-03-10,WBC,5.6,10^9/L\n01-001,2026-03-10,WBC,5.7,10^9/L\n01-001,2026-03-10,RBC,4.4,10^12/L\n01-001,2026-03-10,RBC,4.4,10^12/L\n"
    assert _verdicts(_report(site, file)) == [(2, "unreadable", "contradiction"), (3, "unreadable", "contradiction"), (4, "new", ""), (5, "equal", "again")]


def test_a_wide_sheet_with_merged_heads_and_a_title(site: World) -> None:
    rows: list[list[Cell]] = [
        ["检验报告汇总", None, None, None, None], ["受试者编号", "采样日期", "血常规", None, "生化"], [None, None, "白细胞(10^9/L)", "血红蛋白(g/dL)", "ALT"],
        ["01-001", date(2026, 3, 10), 11.2, "12.0↓", 40.0], ["01-002", None, None, None, None],
    ]  # fmt: skip
    report = _report(site, xlsx(rows, ["A1:E1", "A2:A3", "B2:B3", "C2:D2"]))
    assert [(one.row, one.test, str(one.verdict), one.given) for one in report.rows] == [
        (4, "WBC", "new", "11.2 10⁹/L"), (4, "HGB", "new", "12.0 g/dL"), (4, "ALT", "new", "40 U/L"),
    ]  # fmt: skip
    assert [one.code for one in report.rows[1].notes] == ["flag_dropped"]
    assert report.how["merged"] == 4
    assert report.warnings == ()


def test_columns_of_a_wide_sheet_that_nobody_knows_are_named(site: World) -> None:
    report = _report(site, "subject,date,WBC,前白蛋白,备注\n01-001,2026-03-10,5.6,250,x\n")
    assert [(one.test, str(one.verdict)) for one in report.rows] == [("WBC", "new")]
    assert [(one.code, one.parameters["columns"]) for one in report.warnings] == [("unused_columns", "前白蛋白, 备注")]


def test_a_mapping_is_remembered_and_found_again(site: World) -> None:
    file = "Pat,Tag,Was,Wert\n01-001,2026-03-10,Leuko,5.6\n01-001,2026-03-10,Kreatinin-Clearance,80\n"
    source = _source(file)
    with pytest.raises(ExpectedError, match="import_no_head"):
        mapping_for(site.work, "results", source)
    columns = {"subject": "Pat", "date": "Tag", "test": "Was", "result": "Wert"}
    mapping = ImportMapping("Lab B", "results", columns, {"laboratory": "SITE"}, {"Leuko": "WBC", "Kreatinin-Clearance": LEFT_OUT})
    report, changes = carry_out(site.work, "results", source, mapping, Consent())
    assert report.counts == {Verdict.NEW: 1, Verdict.IGNORED: 1}
    assert changes.entry_no
    assert read_mappings(site.work, "results") == (mapping,)
    assert read_mappings(site.work, "ranges") == ()
    assert mapping_for(site.work, "results", source, "Lab B") == mapping
    head = site.work.database.head
    carry_out(site.work, "results", source, mapping, Consent())
    assert site.work.database.head == head
    with pytest.raises(ExpectedError) as caught:
        plan_results(site.work, _source("Pat,Tag,Was\n1,2,3\n"), mapping)
    assert (caught.value.code, caught.value.parameters["columns"]) == ("import_columns_missing", "Wert")


def test_a_mapping_without_what_is_needed_is_refused(site: World) -> None:
    source = _source(HEAD + "01-001,2026-03-10,WBC,5.6,10^9/L\n")
    for columns, missing in (({"subject": "受试者编号"}, "date, test"), ({"subject": "受试者编号", "date": "采样日期", "test": "检验项目"}, "result")):
        with pytest.raises(ExpectedError) as caught:
            plan_results(site.work, source, ImportMapping("", "results", columns))
        assert (caught.value.code, caught.value.parameters["fields"]) == ("import_unmapped", missing)


def test_the_visit_of_a_result_is_named_or_told_by_its_date(site: World) -> None:
    head = "subject,date,test,result,visit\n"
    report = _report(site, head + "01-001,2026-03-01,WBC,5,SCR\n01-001,2026-03-01,WBC,5,W99\n01-001,2026-03-01,WBC,5,\n01-002,2026-03-01,WBC,5,筛选\n")
    assert [(one.row, str(one.verdict), one.place) for one in report.rows] == [(2, "new", "SCR LBHEM"), (3, "unknown_visit", ""), (4, "unknown_visit", ""), (5, "new", "SCR LBHEM")]


def test_several_subjects_are_one_command(site: World) -> None:
    head = site.work.database.head
    assert _import(site, "subject,date,test,result,visit\n01-001,2026-03-01,WBC,5,SCR\n01-002,2026-03-02,WBC,6,SCR\n")
    assert site.work.database.head.no == head.no + 1
    entry = newest_entries(site.work.database, 1)[0]
    assert entry.command == "import_results"
    site.check()


def test_a_laboratory_must_be_named_when_there_are_several(site: World) -> None:
    site.be(Role.ADMINISTRATOR)
    put_site_row(site.work, "laboratory", "B", {"en": "Laboratory B", "zh": "乙实验室"})
    site.be(Role.COORDINATOR)
    head = "subject,date,test,result,laboratory\n"
    report = _report(site, head + "01-001,2026-03-10,WBC,5,乙实验室\n01-001,2026-03-10,RBC,5,\n01-001,2026-03-10,HGB,140,丙\n")
    assert [str(one.verdict) for one in report.rows] == ["new", "unknown_laboratory", "unknown_laboratory"]


def test_what_fails_while_it_is_written_leaves_nothing(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    head = site.work.database.head

    def fail(_unit: Unit) -> None:
        raise ExpectedError("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(Unit, "seal", fail)
        with pytest.raises(ExpectedError, match="disk_full"):
            _import(site, "subject,date,test,result,visit\n01-001,2026-03-01,WBC,5,SCR\n01-002,2026-03-02,WBC,6,SCR\n", name="kept")
    assert site.work.database.head == head
    assert read_mappings(site.work, "results") == ()
    site.check()


def test_significance_is_the_investigators(site: World) -> None:
    assert _import(site, HEAD + "01-001,2026-03-10,WBC,11.2,10^9/L\n")
    outcome: EntryOutcome = site.tries({"SCR/LBHEM/WBC_LBCLSIG": "NCS"})
    assert [one.code for one in outcome.problems.values()] == ["role"]
    assert site.enter({"SCR/LBHEM/WBC_LBCLSIG": "CS"}, role=Role.INVESTIGATOR).stored


def test_a_file_from_disk_goes_the_whole_way(site: World, tmp_path: Path) -> None:
    path = tmp_path / "化验.csv"
    path.write_bytes((HEAD + "01-001,2026-03-10,WBC,<0.5,10^9/L\n").encode("gb18030"))
    source = open_source(path)
    report, changes = carry_out(site.work, "results", source, mapping_for(site.work, "results", source), Consent())
    assert (report.file, report.how["encoding"], changes.entry_no > 0) == ("化验.csv", "GB18030", True)
    value = site.work.casebook(site.subject).value(site.key("SCR/LBHEM/WBC_LBORRES"))
    assert (value.operator, value.text) == ("<", "0.5")
