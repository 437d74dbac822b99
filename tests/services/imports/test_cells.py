"""Cells as a laboratory writes them: dates, times, numbers, words; each understood or refused with its reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.paths import forms_folder
from crf_app.services.imports.cells import read_clock, read_day, read_ends, read_result
from crf_app.services.imports.names import field_of, names_of_tests, qualitative, sex_of, unit_of
from tests.once import study_of

STUDY = study_of(forms_folder() / "NCT05999656" / "1.0")
NAMES = names_of_tests(STUDY)
WBC = NAMES.tests["WBC"].item
HBSAG = NAMES.tests["HBSAG"].item


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("2026-03-17", "2026-03-17", ""), ("2026/3/7", "2026-03-07", ""), ("20260317", "2026-03-17", ""), ("2026年3月17日", "2026-03-17", ""), ("２０２６－０３－１７", "2026-03-17", ""),
        ("2026-03-17 8:05", "2026-03-17", "08:05"), ("2026-03-17T08:05", "2026-03-17", "08:05"), ("2026/03/17 08:05:59", "2026-03-17", "08:05"), ("46098", "2026-03-17", ""),
        ("46098.354167", "2026-03-17", "08:30"),
    ],
)  # fmt: skip
def test_a_date_is_read(text: str, day: str, clock: str) -> None:
    found = read_day(text)
    assert (found.text, found.time, found.fault) == (day, clock, "")
    assert [one.code for one in found.notes] == (["serial"] if text.startswith("460") else [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("17/03/2026", "day_or_month"), ("3/17/26", "day_or_month"), ("03-04-2026", "day_or_month"), ("2026-03", "date"), ("2026-02-30", "date"), ("yesterday", "date"), ("t", "date"),
        ("-1", "date"), ("", "date"), ("2026-03-17 25:00", "time"), ("123", "date"), ("99999", "date"),
    ],
)  # fmt: skip
def test_a_date_that_is_none_or_could_be_two_is_refused(text: str, fault: str) -> None:
    assert read_day(text).fault in (fault, "date") if fault == "time" else read_day(text).fault == fault


@given(st.dates(date(1970, 1, 2), date(2099, 12, 30)))
def test_a_serial_number_is_the_day_it_stands_for(day: date) -> None:
    assert read_day(str((day - date(1899, 12, 30)).days)).text == day.isoformat()
    assert read_day(day.isoformat()).text == day.isoformat()
    assert read_day(f"{day:%Y/%m/%d}").text == day.isoformat()


@pytest.mark.parametrize(("text", "clock"), [("8:30", "08:30"), ("08:30:59", "08:30"), ("8时30分", "08:30"), ("24:00", ""), ("8", ""), ("08:60", "")])
def test_a_time_is_read_or_refused(text: str, clock: str) -> None:
    assert (read_clock(text).text, bool(read_clock(text).fault)) == (clock, not clock)


@pytest.mark.parametrize(
    ("text", "read"),
    [("5.6", "5.6"), ("<0.5", "<0.5"), ("＜0.5", "<0.5"), ("> 100", "> 100"), ("１２．５", "12.5"), ("5.6↑", "5.6"), ("5.6 H", "5.6"), ("5,6", "5,6")],
)
def test_a_number_is_read_with_its_operator_and_without_the_flag(text: str, read: str) -> None:
    found = read_result(WBC, text)
    assert (found.text, found.fault) == (read, "")
    assert bool(found.notes) is (text[-1] in "↑H")


@pytest.mark.parametrize(
    ("text", "fault"),
    [("阴性", "words_for_number"), ("溶血", "words_for_number"), ("negative", "words_for_number"), ("≤5", "operator"), ("1,234", "thousands"), ("1.2E3", "words_for_number")],
)
def test_what_is_no_number_is_refused_for_a_measured_test(text: str, fault: str) -> None:
    assert read_result(WBC, text).fault == fault


@pytest.mark.parametrize(("text", "code"), [("阴性", "NEG"), ("阴性(-)", "NEG"), ("阴性（－）", "NEG"), ("-", "NEG"), ("Negative", "NEG"), ("+", "POS"), ("阳性", "POS"), ("弱阳性", "IND")])
def test_words_of_a_qualitative_test_are_its_codes(text: str, code: str) -> None:
    assert qualitative(text) == code
    assert read_result(HBSAG, text).text == code


@pytest.mark.parametrize(
    ("text", "ends"),
    [("3.5-9.5", ("3.5", "9.5")), ("3.5～9.5", ("3.5", "9.5")), ("3.5--9.5", ("3.5", "9.5")), ("3.5 至 9.5", ("3.5", "9.5")),
     ("<5.2", ("", "5.2")), ("≤5.2", ("", "5.2")), ("≥1.0", ("1.0", "")), ("阴性", None), ("5.2", None)],
)
def test_an_interval_in_one_cell(text: str, ends: tuple[str, str] | None) -> None:
    assert read_ends(text) == ends


@pytest.mark.parametrize(
    ("text", "unit"),
    [("10^9/L", "10^9/L"), ("×10^9/L", "10^9/L"), ("10*9/L", "10^9/L"), ("10⁹/L", "10^9/L"), ("x10E9/L", "10^9/L"), ("/uL", "/uL"), ("/µL", "/uL"), ("g/L", None), ("", None)],
)
def test_units_are_known_however_they_are_written(text: str, unit: str | None) -> None:
    assert unit_of(WBC, text) == unit


def test_units_of_enzymes_and_micromoles() -> None:
    assert unit_of(NAMES.tests["ALT"].item, "IU/L") == "U/L"
    assert {unit_of(NAMES.tests["CREAT"].item, text) for text in ("μmol/L", "µmol/L", "umol/l")} == {"umol/L"}
    assert unit_of(NAMES.tests["CREAT"].item, "g/L") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [("WBC", ("WBC", "")), ("白细胞", ("WBC", "")), ("白细胞(10^9/L)", ("WBC", "10^9/L")), ("丙氨酸氨基转移酶（ALT）", ("ALT", "")),
     ("谷丙转氨酶(ALT)", ("ALT", "")), ("ALT [U/L]", ("ALT", "U/L")), ("血糖仪", ("", ""))],
)
def test_tests_are_known_by_code_and_label(text: str, found: tuple[str, str]) -> None:
    assert NAMES.find(text) == found


def test_columns_are_known_in_both_languages() -> None:
    assert [field_of("results", one) for one in ("受试者编号*", "Sampling date", "检验结果（数值）", "LBORRESU", "备注")] == ["subject", "date", "result", "unit", ""]
    assert [field_of("ranges", one) for one in ("项目", "参考区间", "Age from", "有效期起")] == ["test", "interval", "from_age", "valid_from"]
    assert [sex_of(one) for one in ("男", "F", "不限", "", "x")] == ["M", "F", "ALL", "ALL", None]


