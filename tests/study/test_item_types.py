"""parse_value and format_value: what fingers type, what is stored, what people read."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.study.definition import Code, ItemDef, ItemType
from crf_app.study.item_types import EntryContext, editing_text, format_value, missing_value, parse_value, plain_decimal
from crf_app.study.problems import Problem
from crf_app.study.texts import Text
from crf_app.study.values import Value

NOW = datetime(2026, 3, 17, 14, 32)  # noqa: DTZ001  values typed at a site have no zone
ENGLISH, CHINESE = EntryContext(NOW, "en"), EntryContext(NOW, "zh")
YES_NO = (Code("Y", Text("Yes", "是"), key="y"), Code("N", Text("No", "否"), key="n"))
GRADES = tuple(Code(name, Text(en, zh)) for name, en, zh in (("NONE", "None", "无"), ("MILD", "Mild", "轻度"), ("SEVERE", "Severe", "重度")))


def item(kind: ItemType, **more: Any) -> ItemDef:
    return ItemDef("I", "F", "G", Text("Item", "项目"), kind, **more)


NUMBER = item(ItemType.DEC, digits=4, decimals=1, unit="kg", units=("jin",), test="WEIGHT")
RESULT = item(ItemType.DEC, digits=8, decimals=0, unit="g/L", units=("g/dL",), test="HGB", operator=True)
PLAIN = item(ItemType.DEC, digits=3, decimals=1)
WHOLE = item(ItemType.INT)
DATE, PARTIAL, TIME, MOMENT = item(ItemType.DATE), item(ItemType.PDATE), item(ItemType.TIME), item(ItemType.DATETIME)
CHOICE, SEVERAL = item(ItemType.SINGLE, codes=GRADES), item(ItemType.MULTI, codes=GRADES)
QUESTION = item(ItemType.SINGLE, codes=YES_NO)
SHORT, LONG = item(ItemType.TEXT, length=10), item(ItemType.TEXT, length=100, lines=3)


@pytest.mark.parametrize(
    ("one", "typed", "stored"),
    [
        (PLAIN, "12.5", "12.5"), (PLAIN, "１２．５", "12.5"), (PLAIN, "12。5", "12.5"), (PLAIN, "12,5", "12.5"), (PLAIN, " 012.50 "[:6], "12.5"),
        (PLAIN, "-3", "-3"), (PLAIN, "−3", "-3"), (PLAIN, ".5", "0.5"), (PLAIN, "0", "0"), (PLAIN, "-0", "0"), (PLAIN, "+7", "7"),
        (WHOLE, "007", "7"), (WHOLE, "３", "3"), (WHOLE, "5.0", "5"),
        (DATE, "20260105", "2026-01-05"), (DATE, "2026-1-5", "2026-01-05"), (DATE, "2026/01/05", "2026-01-05"), (DATE, "2026年1月5日", "2026-01-05"),
        (DATE, "t", "2026-03-17"), (DATE, "-1", "2026-03-16"), (DATE, "5/11", "2025-11-05"), (DATE, "17/3", "2026-03-17"), (DATE, "２０２６０１０５", "2026-01-05"),
        (PARTIAL, "2023-11", "2023-11"), (PARTIAL, "202311", "2023-11"), (PARTIAL, "2023", "2023"), (PARTIAL, "2023-11-UN", "2023-11"), (PARTIAL, "2023年", "2023"),
        (TIME, "1432", "14:32"), (TIME, "932", "09:32"), (TIME, "14：32", "14:32"), (TIME, "14时32分", "14:32"), (TIME, "n", "14:32"),
        (MOMENT, "2026-03-17 14:32", "2026-03-17T14:32"), (MOMENT, "t 1432", "2026-03-17T14:32"), (MOMENT, "n", "2026-03-17T14:32"),
        (CHOICE, "MILD", "MILD"), (CHOICE, "mild", "MILD"), (CHOICE, "2", "MILD"), (CHOICE, "轻度", "MILD"), (CHOICE, "s", "SEVERE"), (CHOICE, "２", "MILD"),
        (QUESTION, "y", "Y"), (QUESTION, "是", "Y"), (QUESTION, "N", "N"),
        (SEVERAL, "severe; mild", "MILD;SEVERE"), (SEVERAL, "轻度、重度", "MILD;SEVERE"),
        (SHORT, "  a\tb ", "a b"), (LONG, "a\r\nb", "a\nb"), (SHORT, "𠮷", "𠮷"),
        (item(ItemType.MAP), "PLANTAR;LEFT;0.5;0.25;HEEL", "PLANTAR;LEFT;0.5000;0.2500;HEEL"),
        (item(ItemType.LINK), "LOG/AE/AE#3 ; LOG/AE/AE#3", "LOG/AE/AE#3"),
        (item(ItemType.PHOTO), "a" * 64, "a" * 64),
    ],
)  # fmt: skip
def test_text_becomes_its_canonical_value(one: ItemDef, typed: str, stored: str) -> None:
    found = parse_value(one, typed, ENGLISH)
    assert isinstance(found, Value)
    assert found.text == stored


@pytest.mark.parametrize(
    ("one", "typed", "code"),
    [
        (PLAIN, "abc", "not_number"), (PLAIN, "1.25", "decimals"), (PLAIN, "12345", "digits"), (PLAIN, "1,234,5", "not_number"), (PLAIN, "<5", "no_operator"),
        (PLAIN, "1e3", "not_number"), (PLAIN, "٣", "not_number"), (WHOLE, "5.5", "not_integer"), (WHOLE, "five", "not_integer"), (RESULT, "≤5", "operator"),
        (DATE, "2026-02-30", "not_date"), (DATE, "2026-13-01", "not_date"), (DATE, "2026-01", "whole_date"), (DATE, "soon", "not_date"), (DATE, "99999999", "not_date"),
        (PARTIAL, "0000", "not_date"), (TIME, "25:00", "not_time"), (TIME, "12:60", "not_time"), (MOMENT, "2026-03-17", "not_datetime"),
        (CHOICE, "medium", "not_code"), (CHOICE, "4", "not_code"), (SEVERAL, "MILD;X", "not_code"), (SHORT, "x" * 11, "too_long"),
        (SHORT, "a\x00b", "control_character"), (SHORT, "a\x1bb", "control_character"), (item(ItemType.MAP), "PLANTAR;LEFT;2;0", "not_map_point"),
        (item(ItemType.LINK), "AE3", "not_link"), (item(ItemType.FILE), "report.pdf", "not_attachment"),
        (item(ItemType.TEXT, length=4, pattern="[A-Z]{4}"), "ab", "pattern"),
    ],
)  # fmt: skip
def test_text_that_is_no_value_is_refused_with_its_reason(one: ItemDef, typed: str, code: str) -> None:
    found = parse_value(one, typed, ENGLISH)
    assert isinstance(found, Problem)
    assert found.code == code


def test_short_dates_follow_the_order_of_the_language_and_never_lie_ahead() -> None:
    assert parse_value(DATE, "2/3", ENGLISH) == Value("2026-03-02")
    assert parse_value(DATE, "2/3", CHINESE) == Value("2026-02-03")
    assert parse_value(DATE, "12/25", CHINESE) == Value("2025-12-25")


def test_a_unit_keeps_what_was_entered_and_adds_the_standard() -> None:
    assert parse_value(NUMBER, "130", ENGLISH, "jin") == Value("130", unit="jin", standard="65", standard_unit="kg")
    assert parse_value(RESULT, "<10.8", ENGLISH, "g/dL") == Value("10.8", operator="<", unit="g/dL", standard="108", standard_unit="g/L")
    found = parse_value(NUMBER, "1", ENGLISH, "stone")
    assert isinstance(found, Problem)
    assert found.code == "unit"


def test_laboratories_may_report_more_decimals_than_the_form_lists() -> None:
    assert parse_value(RESULT, "108.25", ENGLISH) == Value("108.25", unit="g/L", standard="108.25", standard_unit="g/L")


def test_blank_clears_and_missing_codes_need_their_reason() -> None:
    assert parse_value(PLAIN, "  ", ENGLISH) == Value()
    assert missing_value(PLAIN, "UK", "") == Value(missing="UK")
    assert missing_value(PLAIN, "ND", " device broken ") == Value(missing="ND", reason="device broken")
    for one, code, reason, problem in ((PLAIN, "ND", " ", "missing_reason"), (PLAIN, "XX", "a", "missing_not_allowed"), (item(ItemType.INT, missing=False), "UK", "", "missing_not_allowed")):
        found = missing_value(one, code, reason)
        assert isinstance(found, Problem)
        assert found.code == problem


@pytest.mark.parametrize(
    ("one", "value", "lang", "shown"),
    [
        (CHOICE, Value("MILD"), "zh", "轻度"), (CHOICE, Value("MILD"), "both", "Mild 轻度"), (SEVERAL, Value("MILD;SEVERE"), "en", "Mild; Severe"),
        (CHOICE, Value("GONE"), "en", "GONE"), (PARTIAL, Value("2023"), "en", "2023-UN-UN"), (PARTIAL, Value("2023-11"), "zh", "2023-11-UN"), (DATE, Value("2026-03-17"), "en", "2026-03-17"),
        (MOMENT, Value("2026-03-17T14:32"), "en", "2026-03-17 14:32"), (RESULT, Value("0.5", operator="<"), "en", "<0.5"), (PLAIN, Value("-3"), "en", "−3"),
        (PLAIN, Value(missing="ND", reason="故障"), "zh", "ND 未查: 故障"), (PLAIN, Value(missing="UK"), "en", "UK unknown"), (PLAIN, Value(), "en", ""),
        (item(ItemType.PHOTO), Value("ab" * 32), "en", "abababababab"), (item(ItemType.MAP), Value("PLANTAR;LEFT;0.5000;0.2500;HEEL"), "en", "PLANTAR LEFT (0.50, 0.25) HEEL"),
        (SHORT, Value("a-b"), "en", "a-b"),
    ],
)  # fmt: skip
def test_values_are_read_the_same_everywhere(one: ItemDef, value: Value, lang: str, shown: str) -> None:
    assert format_value(one, value, lang) == shown


@pytest.mark.parametrize("one", [PLAIN, WHOLE, DATE, PARTIAL, TIME, MOMENT, SHORT, RESULT])
@given(typed=st.text(max_size=12))
def test_no_text_is_an_accident_and_editing_an_unchanged_value_changes_nothing(one: ItemDef, typed: str) -> None:
    found = parse_value(one, typed, ENGLISH)
    if isinstance(found, Value) and not found.is_blank:
        assert parse_value(one, editing_text(one, found), ENGLISH, found.unit) == found


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-10**9, max_value=10**9))
def test_plain_decimals_keep_their_value_without_exponent(number: Decimal) -> None:
    text = plain_decimal(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not text.endswith(".")
