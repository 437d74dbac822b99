"""What expressions give: three-valued logic, kinds of missing, bounds, partial dates, selectors, loops, links."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from crf_app.clinical.rules.kinds import UNKNOWN, Absent, Operand, Span
from crf_app.clinical.rules.run import MAX_STEPS
from crf_app.study.partial_dates import parse_iso
from tests.clinical.small import says

T, F, U = True, False, UNKNOWN
# SEX is blank: "SEX = .." is unknown; 1 = 1 true; 1 = 2 false
WORD = {True: "1 = 1", False: "1 = 2", None: 'DM.SEX = "M"'}


@pytest.mark.parametrize("left", [True, False, None])
@pytest.mark.parametrize("right", [True, False, None])
def test_and_or_not_are_three_valued(left: bool | None, right: bool | None) -> None:
    def shown(sure: bool | None) -> Operand:
        return UNKNOWN if sure is None else sure

    conjunction = False if left is False or right is False else None if None in (left, right) else True
    disjunction = True if left is True or right is True else None if None in (left, right) else False
    assert says(f"({WORD[left]}) and ({WORD[right]})", {}) == shown(conjunction)
    assert says(f"({WORD[left]}) or ({WORD[right]})", {}) == shown(disjunction)
    assert says(f"not ({WORD[left]})", {}) == shown(None if left is None else not left)


M, WOMAN = {"SCR/DM/SEX": "M"}, {"SCR/DM/SEX": "F"}
AE3 = {"LOG/AE/AEYN": "Y", "LOG/AE/AE#1/AESTDAT": "2026-02-01", "LOG/AE/AE#2/AESTDAT": "2026-02", "LOG/AE/AE#3/AETERM": "x", "LOG/AE/AE#1/AESER": "Y", "LOG/AE/AE#2/AESER": "N"}
WEIGHTS = {
    **M, "SCR/SV/VISDAT": "2026-01-20", "D0/SV/VISDAT": "2026-02-01", "W1/SV/VISDAT": "2026-02-08",
    "SCR/VS/WEIGHT": "60", "D0/VS/WEIGHT": "61", "W1/VS/WEIGHT": "62", "W2/VS/WEIGHT": "!ND",
}  # fmt: skip
TREATED = {**WEIGHTS, "D0/INJ/EXPERF": "Y", "D0/INJ/EXSTDAT": "2026-02-01"}
TEMPS = {
    "D0/INJ/EXPERF": "Y", "D0/INJ/EXSTDAT": "2026-02-01", "D0/VS/VSDAT": "2026-02-01", "D0/VS/VS#1/VSTPT": "PRE", "D0/VS/VS#1/TEMP": "36.5",
    "D0/VS/VS#2/VSTPT": "POST15", "D0/VS/VS#2/TEMP": "37.5",
}  # fmt: skip
WOUNDS = {
    "SCR/DFH/ULC#1/ULCTARG": "Y", "SCR/DFH/ULC#2/ULCTARG": "Y", "SCR/WND/WNDAREA": "10", "SCR/WND#2/WND#1/WNDAREA": "4",
    "D0/WND/WNDAREA": "8", "D0/WND#2/WND#1/WNDAREA": "2",
}  # fmt: skip
CMS = {
    "LOG/CM/CMYN": "Y", "LOG/CM/CM#1/CMTRT": "a", "LOG/CM/CM#1/CMDOSE": "5", "LOG/CM/CM#1/CMAENO": "LOG/AE/AE#1", "LOG/CM/CM#1/CMSTDAT": "2026-01-01",
    "LOG/CM/CM#2/CMTRT": "b", "LOG/CM/CM#2/CMDOSE": "7", "LOG/CM/CM#2/CMSTDAT": "2026", "LOG/CM/CM#3/CMTRT": "c", "LOG/CM/CM#3/CMDOSE": "1",
}  # fmt: skip
HB = {"SCR/LB/LBDAT": "2026-01-10", "SCR/LB/LBNAM": "LAB", "SCR/LB/HGB_LBORRES": "120"}

CASES: list[tuple[str, Mapping[str, str], str, object]] = [
    # kinds of missing: blank and coded are unknown, hidden is false
    ('DM.CHILDBP = "Y"', M, "", F), ('DM.CHILDBP <> "Y"', M, "", F), ('DM.CHILDBP in ("Y", "N")', M, "", F),
    ('DM.CHILDBP = "Y"', WOMAN, "", U), ('DM.CHILDBP = "Y"', {}, "", U), ('DM.CHILDBP = "Y"', {**WOMAN, "SCR/DM/CHILDBP": "!NA"}, "", U),
    ("is_blank(DM.CHILDBP)", M, "", F), ("is_blank(DM.CHILDBP)", WOMAN, "", T), ("is_missing(DM.CHILDBP)", M, "", F), ("is_missing(DM.CHILDBP)", {}, "", T),
    ("is_blank(DM.CHILDBP)", {**WOMAN, "SCR/DM/CHILDBP": "!UK"}, "", F), ("is_missing(DM.CHILDBP)", {**WOMAN, "SCR/DM/CHILDBP": "!UK"}, "", T),
    ("missing_code(DM.CHILDBP)", {**WOMAN, "SCR/DM/CHILDBP": "!UK"}, "", "UK"), ("present(DM.SEX)", M, "", T), ("present(DM.SEX)", {}, "", F),
    ("stored(DM.CHILDBP)", {**M, "SCR/DM/CHILDBP": "Y"}, "", T), ("present(DM.CHILDBP)", {**M, "SCR/DM/CHILDBP": "Y"}, "", F),
    ("is_missing(VS.WEIGHT@D0)", {"D0/VS/VSPERF": "N", "D0/VS/WEIGHT": "60", **M}, "", T), ("VS.WEIGHT@D0 > 50", {"D0/VS/VSPERF": "N", "D0/VS/WEIGHT": "60", **M}, "", U),
    # a code that counts as missing equals itself alone
    ('LB.HBSAG = "ND"', {"SCR/LB/HBSAG": "ND"}, "", T), ('LB.HBSAG = "POS"', {"SCR/LB/HBSAG": "ND"}, "", U), ('LB.HBSAG <> "POS"', {"SCR/LB/HBSAG": "ND"}, "", U),
    # results with an operator are bounds
    *[(f"LB.HGB_LBORRES {rule}", {"SCR/LB/HGB_LBORRES": text}, "", wanted) for text, rule, wanted in (
        ("<50", "< 60", T), ("<50", "< 50", T), ("<50", "<= 50", T), ("<50", "< 40", U), ("<50", ">= 50", F), ("<50", "> 50", F), ("<50", "= 50", F),
        ("<50", "= 40", U), ("<50", "<> 60", T), ("<50", "between 60 and 70", F), (">50", "> 50", T), (">50", "> 60", U), (">50", "<= 50", F), ("<50", "in (60, 70)", F))],
    ("number(LB.HGB_LBORRES)", {"SCR/LB/HGB_LBORRES": "<50"}, "", Decimal(50)), ("operator(LB.HGB_LBORRES)", {"SCR/LB/HGB_LBORRES": "<50"}, "", "<"),
    ("detectable(LB.HGB_LBORRES)", {"SCR/LB/HGB_LBORRES": "<50"}, "", F), ("detectable(LB.HGB_LBORRES)", {"SCR/LB/HGB_LBORRES": "50"}, "", T),
    # partial dates are intervals
    *[(f"DM.BRTHDAT {rule}", {"SCR/DM/BRTHDAT": text}, "", wanted) for text, rule, wanted in (
        ("1970", '< date("1971-01-01")', T), ("1970", '< date("1970-06-01")', U), ("1970", '>= date("1970-01-01")', T), ("1970", '> date("1970-12-31")', F),
        ("1970-06", '= date("1970-06-10")', U), ("1970-06", '= date("1970-07-10")', F), ("1970-06-10", '= date("1970-06-10")', T))],
    ('days(DM.BRTHDAT, date("1970-07-10"))', {"SCR/DM/BRTHDAT": "1970-06"}, "", Span(Decimal(10), Decimal(39))),
    ("year(DM.BRTHDAT)", {"SCR/DM/BRTHDAT": "1970-06"}, "", Decimal(1970)), ('add_months(date("2026-08-31"), 6)', {}, "", parse_iso("2027-02-28")),
    # arithmetic is exact; dividing by zero is an error, no value
    ("0.1 + 0.2 = 0.3", {}, "", T), ("1 / 0", {}, "", Absent("error", "ZERO_DENOMINATOR")), ("1 / 0 > 1", {}, "", U), ("round(2.005, 2)", {}, "", Decimal("2.01")),
    ("round(0 - 0.05, 1)", {}, "", Decimal("-0.1")), ("least(3, 1, 2)", {}, "", Decimal(1)), ("greatest(3, 1, 2)", {}, "", Decimal(3)),
    ('coalesce(DM.SEX, "F")', {}, "", "F"), ('if DM.SEX = "M" then 1 else 2', {}, "", U), ('if DM.SEX = "M" then 1 else 2', M, "", Decimal(1)),
    ("param.factor * 2", {}, "", Decimal(4)),
    # selectors
    ("VS.WEIGHT@SCR", WEIGHTS, "", Decimal(60)), ("VS.WEIGHT@FIRST", WEIGHTS, "", Decimal(60)), ("VS.WEIGHT@LAST", WEIGHTS, "", Decimal(62)),
    ("VS.WEIGHT@BL", WEIGHTS, "", Decimal(62)), ("VS.WEIGHT@BL", TREATED, "", Decimal(61)), ("WEIGHT@PREV", WEIGHTS, "W1/VS/VSD#1", Decimal(61)),
    ("WEIGHT@PREV", WEIGHTS, "SCR/VS/VSD#1", Absent("blank")), ("VS.WEIGHT@ANY = 61", WEIGHTS, "", T), ("VS.WEIGHT@ANY > 70", WEIGHTS, "", U),
    ("VS.WEIGHT@ANY > 70", {k: v for k, v in WEIGHTS.items() if v != "!ND"}, "", F), ("70 < VS.WEIGHT@ANY", {**WEIGHTS, "W2/VS/WEIGHT": "71"}, "", T),
    ("VS.WEIGHT@ANY in (62, 63)", WEIGHTS, "", T), ("VS.WEIGHT", TREATED, "", Decimal(61)), ("VS.WEIGHT", TREATED, "W1/SV/SV#1", Decimal(62)),
    ("VS.WEIGHT@UNS", {**WEIGHTS, "UNS/VS/WEIGHT": "70", "UNS#2/VS/WEIGHT": "71"}, "", Decimal(71)),
    ("VS.WEIGHT@UNS", {**WEIGHTS, "UNS/VS/WEIGHT": "70", "UNS#2/VS/WEIGHT": "!UK"}, "", Decimal(70)),
    ("DM.SEX", M, "LOG/CM/CM#1", "M"),
    # an unscheduled visit stands where its date puts it
    ("WEIGHT@PREV", {**WEIGHTS, "UNS/SV/VISDAT": "2026-02-05", "UNS/VS/WEIGHT": "70"}, "W1/VS/VSD#1", Decimal(70)),
    # same day: PRE rows before treatment, POST rows after; a fixed row keeps to itself
    ("VS.TEMP@BL", TEMPS, "", Decimal("36.5")), ("VS.TEMP@LAST", TEMPS, "", Decimal("37.5")),
    ("VS.TEMP@BL", {**TEMPS, "D0/VS/VSDAT": "2026-02-02"}, "", Absent("blank")),
    ("TEMP@PREV", {**TEMPS, "W1/VS/VSDAT": "2026-02-08", "W1/VS/VS#1/VSTPT": "PRE", "W1/VS/VS#1/TEMP": "36"}, "W1/VS/VS#1", Decimal("36.5")),
    # a form that repeats for a wound keeps to its wound
    ("WNDAREA@BL", WOUNDS, "D0/WND", Decimal(8)), ("WNDAREA@PREV", WOUNDS, "D0/WND", Decimal(10)), ("WNDAREA@PREV", WOUNDS, "D0/WND#2", Decimal(4)),
    # loops
    ("count(for CM.CM)", CMS, "", Decimal(3)), ("count(for CM.CM where CMDOSE > 2)", CMS, "", Decimal(2)), ("sum(CMDOSE for CM.CM)", CMS, "", Decimal(13)),
    ("max(CMDOSE for CM.CM)", CMS, "", Decimal(7)), ("min(CMDOSE for CM.CM)", CMS, "", Decimal(1)), ("first(CMTRT for CM.CM)", CMS, "", "a"),
    ("last(CMTRT for CM.CM)", CMS, "", "c"), ("last(CMTRT for CM.CM by CMSTDAT)", CMS, "", "b"), ("list(CMDOSE for CM.CM)", CMS, "", (Decimal(5), Decimal(7), Decimal(1))),
    ("rows(t = CMTRT, d = CMDOSE for CM.CM where CMDOSE > 6)", CMS, "", ({"t": "b", "d": Decimal(7)},)),
    ('any(AESER = "Y" for AE.AE)', AE3, "", T), ('all(AESER = "N" for AE.AE)', AE3, "", F), ('any(AESER = "N" and AETERM = "z" for AE.AE)', AE3, "", U),
    ('all(AESER = "Y" or AESER = "N" for AE.AE)', AE3, "", U), ('count(for AE.AE where AESER = "Y")', AE3, "", Span(Decimal(1), Decimal(2))),
    ('count(for AE.AE where AESER = "Y") >= 1', AE3, "", T), ('count(for AE.AE where AESER = "Y") > 1', AE3, "", U), ('count(for AE.AE where AESER = "Y") > 2', AE3, "", F),
    ("sum(CMDOSE for CM.CM)", {**CMS, "LOG/CM/CM#3/CMDOSE": "!UK"}, "", U), ("sum(CMDOSE for CM.CM where present(CMDOSE))", {**CMS, "LOG/CM/CM#3/CMDOSE": "!UK"}, "", Decimal(12)),
    # an empty log: the opening question decides
    *[(rule, {"LOG/AE/AEYN": "N"}, "", wanted) for rule, wanted in (
        ('any(AESER = "Y" for AE.AE)', F), ('all(AESER = "Y" for AE.AE)', T), ("count(for AE.AE)", Decimal(0)), ("sum(AESPID for AE.AE)", Absent("blank")),
        ("last(AETERM for AE.AE by AESTDAT)", Absent("blank")))],
    *[(rule, opening, "", U) for rule in ('any(AESER = "Y" for AE.AE)', 'all(AESER = "Y" for AE.AE)', "count(for AE.AE)", "sum(AESPID for AE.AE)")
      for opening in ({}, {"LOG/AE/AEYN": "Y"}, {"LOG/AE/AEYN": "!UK"})],
    # the outer row, and links from both ends
    ("count(for CM.CM where CMSTDAT < this.AESTDAT)", {**CMS, **AE3}, "LOG/AE/AE#1", Span(Decimal(1), Decimal(3))),
    ("count(for CM.CM where linked(CMAENO))", {**CMS, **AE3}, "LOG/AE/AE#1", Decimal(1)), ("count(for CM.CM where linked(CMAENO))", {**CMS, **AE3}, "LOG/AE/AE#2", Decimal(0)),
    ("CMAENO -> AESTDAT", {**CMS, **AE3}, "LOG/CM/CM#1", parse_iso("2026-02-01")), ("CMAENO -> AESTDAT", {**CMS, **AE3}, "LOG/CM/CM#2", Absent("blank")),
    ("AESRC -> LBDAT", {**HB, **AE3, "LOG/AE/AE#1/AESRC": "SCR/LB/LBH#1"}, "LOG/AE/AE#1", parse_iso("2026-01-10")),
    ("event.oid", {}, "D0/VS", "D0"), ("event.injection", {}, "D0/VS", T), ("event.injection", {}, "W1/VS", F), ("event.day", {}, "W1/VS", Decimal(7)),
    ("form.required", {}, "UNS/VS", F), ("row.number", CMS, "LOG/CM/CM#2", Decimal(2)), ("any(event.oid = this.event.oid for VS)", WEIGHTS, "D0/SV", T),
    ("planned()", TREATED, "W1/SV", parse_iso("2026-02-08")), ("planned()", WEIGHTS, "W1/SV", Absent("blank")),
    # reference intervals by laboratory, sex, age and date
    ("uln(LB.HGB_LBORRES@SCR)", {**HB, **M}, "", Decimal(175)), ("lln(LB.HGB_LBORRES@SCR)", {**HB, **WOMAN, "SCR/DM/BRTHDAT": "1980-05-05"}, "", Decimal(115)),
    ("lln(LB.HGB_LBORRES@SCR)", {**HB, **WOMAN, "SCR/DM/BRTHDAT": "1940-05-05"}, "", Decimal(110)), ("lln(LB.HGB_LBORRES@SCR)", {**HB, **WOMAN}, "", U),
    ("lln(LB.HGB_LBORRES@SCR)", HB, "", U), ("lln(LB.HGB_LBORRES@SCR)", {**HB, **M, "SCR/LB/LBNAM": "OTHER"}, "", U),
    ("range_flag(LB.HGB_LBORRES@SCR)", {**HB, **M}, "", "LOW"), ("range_flag(LB.HGB_LBORRES@SCR)", {**HB, **M, "SCR/LB/HGB_LBORRES": "<140"}, "", U),
    ("range_flag(LB.HGB_LBORRES@SCR)", {**HB, **M, "SCR/LB/HGB_LBORRES": "<120"}, "", "LOW"), ("range_flag(LB.HGB_LBORRES@SCR)", {**HB, **M, "SCR/LB/HGB_LBORRES": ">170"}, "", U),
    # criteria
    ('criterion("E01")', {}, "", "UNKNOWN"), ('criterion("E01")', {"SCR/IE/E01": "ABSENT"}, "", "ABSENT"), ('criterion("E02")', M, "", "ABSENT"),
    ('criterion("E02")', WOMAN, "", "UNKNOWN"), ("eligibility()", {}, "", "INCOMPLETE"), ("eligibility()", {"SCR/IE/E01": "PRESENT"}, "", "INELIGIBLE"),
    ("screen_failures()", {"SCR/IE/E01": "PRESENT"}, "", "E01"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "values", "place", "wanted"), CASES, ids=[f"{number}-{case[0]}" for number, case in enumerate(CASES)])
def test_expressions(expression: str, values: Mapping[str, str], place: str, wanted: object) -> None:
    assert says(expression, values, place) == wanted


def test_deleted_rows_count_for_nothing() -> None:
    assert says("count(for CM.CM)", CMS, deleted=("LOG/CM/CM#2",)) == Decimal(2)
    assert says("CMAENO -> AESTDAT", {**CMS, **AE3}, "LOG/CM/CM#1", deleted=("LOG/AE/AE#1",)) == Absent("blank")
    assert says("last(CMTRT for CM.CM by CMSTDAT)", CMS, deleted=("LOG/CM/CM#2",)) == "a"


def test_equal_questions_have_equal_answers() -> None:
    for expression, values, place, _ in CASES:
        again = dict(reversed(list(values.items())))
        assert says(expression, values, place) == says(expression, again, place)


def test_an_expression_may_take_so_many_steps_and_no_more() -> None:
    """reliability, section 7: a rule ends after 10 000 steps; then it has no value and no rule fires by it."""
    many = {"LOG/CM/CMYN": "Y", **{f"LOG/CM/CM#{row}/CMDOSE": "1" for row in range(1, MAX_STEPS + 2)}}
    assert says("sum(CMDOSE for CM.CM)", many) == Absent("error", "STEPS")
    del many[f"LOG/CM/CM#{MAX_STEPS + 1}/CMDOSE"]
    assert says("sum(CMDOSE for CM.CM)", many) == Decimal(MAX_STEPS)
