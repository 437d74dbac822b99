"""Every mistake in a definition is found, named with its rule, its file and its path."""

from __future__ import annotations

from pathlib import Path

import pytest

from crf_app.paths import forms_folder
from crf_app.study.loading import load_study
from crf_app.study.mistakes import DefinitionError, Mistake
from tests.study.mini import write_study

VS, DM, LB, CM = (f"library/forms/{name}.toml" for name in ("VS", "DM", "LB", "CM"))
CHECKS, CODES = "library/checks.toml", "library/codelists.toml"
PARAMETER = 'value = "Y"\nswitch = true'
"""The end of the first parameter: a table may follow."""
STUDY, SCHEDULE, CRITERIA, OVERRIDES = (f"T/1.0/{name}.toml" for name in ("study", "schedule", "eligibility", "overrides"))
ENDPOINTS = "T/1.0/endpoints.toml"
CHARTS, OWN_CHARTS = "library/charts.toml", "T/1.0/charts.toml"

# file to spoil, text, replacement, rule, file named, path named
BROKEN: tuple[tuple[str, str, str, str, str, str], ...] = (
    (VS, 'version = "1.0"\n', "version = \n", "S03-TOML", VS, ""),
    (VS, 'label = { en = "Height", zh = "身高" }', "", "S10-MISSING-KEY", VS, "VS > VS > HEIGHT > label"),
    (VS, 'label = { en = "Height", zh = "身高" }', 'label = "Height"', "S11-NOT-A-TEXT", VS, "VS > VS > HEIGHT > label"),
    (VS, 'label = { en = "Height", zh = "身高" }', 'label = { en = "Height", zh = "" }', "S12-TRANSLATION", VS, "VS > VS > HEIGHT > label"),
    (VS, 'label = { en = "Height", zh = "身高" }', 'label = { en = "Height", zh = "身高", de = "Höhe" }', "S13-LANGUAGE", VS, "VS > VS > HEIGHT > label"),
    (VS, 'unit = "cm"', "unit = 3", "S14-TYPE", VS, "VS > VS > HEIGHT > unit"),
    (VS, 'oid = "BMI"', 'oid = "B-MI"', "S15-OID", VS, "VS > VS > B-MI > oid"),
    (SCHEDULE, 'kind = "log"', 'kind = "diary"', "S16-CHOICE", SCHEDULE, "LOG > kind"),
    (VS, 'unit = "cm"', 'unit = "cm"\ncolour = "red"', "S17-UNKNOWN-KEY", VS, "VS > VS > HEIGHT > colour"),
    (CODES, '{ code = "F", en = "Female", zh = "女" }', '{ code = "M", en = "Female", zh = "女" }', "S20-DUPLICATE-CODE", CODES, "SEX > M"),
    (STUDY, 'options = [{ code = "A", en = "A", zh = "甲" }, { code = "B", en = "B", zh = "乙" }]', "options = []", "S21-NO-CODES", STUDY, "version > options"),
    (CM, 'tags = ["start"]', 'tags = ["beginning"]', "S22-TAG", CM, "CM > CM > CMSTDAT > tags"),
    (DM, 'type = "single"', 'type = "choice"', "S23-ITEM-TYPE", DM, "DM > DM > SEX > type"),
    (LB, 'type = "dec(6,0)"', 'type = "dec(6)"', "S24-DIGITS", LB, "LB > LB > HGB > type"),
    (DM, 'type = "text(4)"', 'type = "text(4)"\ncodelist = "SEX"', "S25-NO-CHOICE", DM, "DM > DM > INITIALS > codelist"),
    (DM, 'codelist = "SEX"', 'codelist = "SEXES"', "S26-UNKNOWN-CODELIST", DM, "DM > DM > SEX > codelist"),
    (DM, 'codelist = "SEX"', "", "S27-CODES-MISSING", DM, "DM > DM > SEX > codelist"),
    (DM, 'codelist = "SEX"', 'codelist = "SEX"\ncodes = ["M", "X"]', "S28-UNKNOWN-CODE", DM, "DM > DM > SEX > codes"),
    (CM, 'type = "text(100)"', 'type = "text(100)"\nunit = "mg"', "S29-UNIT-OF-TEXT", CM, "CM > CM > CMTRT > unit"),
    (VS, 'test = "WEIGHT"', "", "S30-UNITS-WITHOUT-TEST", VS, "VS > VS > WEIGHT > units"),
    (CM, 'links = ["CM.CM"]', "", "S31-LINKS", CM, "CM > CM > CMLINK > links"),
    (VS, 'unit = "cm"', 'unit = "cm"\ncomputed_unless_typed = true', "S32-NOTHING-COMPUTED", VS, "VS > VS > HEIGHT > computed_unless_typed"),
    (VS, "hard = [50, 275]", "hard = [50]", "S33-LIMITS", VS, "VS > VS > HEIGHT > hard"),
    (VS, "hard = [50, 275]", "hard = [275, 50]", "S34-LIMITS-ORDER", VS, "VS > VS > HEIGHT > hard"),
    (LB, "range = { M = [130, 175], F = [115, 150] }", "range = 130", "S35-RANGE", LB, "LB > LB > HGB > range"),
    (LB, 'include = "header"', 'include = "head"', "S41-UNKNOWN-GROUP", LB, "include"),
    (CM, 'row_label = ["CMTRT"]', 'row_label = ["CMDRUG"]', "S42-UNKNOWN-ITEM", CM, "CM > CM > row_label"),
    (CM, 'oid = "CMLINK"', 'oid = "CMTRT"', "S45-DUPLICATE-ITEM", CM, "CM > CM > CMTRT"),
    (CM, 'repeating = "log"', 'repeating = "fixed"', "S46-FIXED-ROWS", CM, "CM > CM > rows"),
    (OVERRIDES, "[forms.VS.items.HEIGHT]", "[forms.VS.items.HIGHT]", "S47-OVERRIDE-TARGET", OVERRIDES, "forms > VS > items > HIGHT"),
    (OVERRIDES, "required = true", 'type = "int"', "S48-OVERRIDE-KEY", OVERRIDES, "forms > VS > items > HEIGHT > type"),
    (OVERRIDES, "[forms.VS.items.HEIGHT]", "[forms.VS.groups.XX]", "S47-OVERRIDE-TARGET", OVERRIDES, "forms > VS > groups > XX"),
    (OVERRIDES, "[forms.VS.items.HEIGHT]", "[forms.VS.groups.VS]", "S48-OVERRIDE-KEY", OVERRIDES, "forms > VS > groups > VS > required"),
    (SCHEDULE, 'DM = { required = "SCR" }', "DM = { required = \"SCR\", on_demand = 'HEIGHT = 1' }", "E-UNKNOWN-ITEM", SCHEDULE, "grid > DM > on_demand"),
    (STUDY, 'oid = "version"\nlabel', 'oid = "initials"\nlabel', "S50-DUPLICATE-PARAMETER", STUDY, "initials > oid"),
    (SCHEDULE, 'oid = "D0"', 'oid = "SCR"', "S52-DUPLICATE-EVENT", SCHEDULE, "SCR"),
    (SCHEDULE, 'optional = "D0"', 'optional = "D1"', "S53-UNKNOWN-EVENT", SCHEDULE, "grid > LB > optional"),
    (SCHEDULE, "day = 0\n", "", "S54-NO-DAY", SCHEDULE, "D0 > day"),
    (SCHEDULE, "plus = 6", "plus = -6", "S55-WINDOW", SCHEDULE, "SCR > minus"),
    (SCHEDULE, 'CM = { required = "LOG" }', 'CM = { required = "LOG" }\nXX = { required = "D0" }', "S56-UNKNOWN-FORM", SCHEDULE, "grid > XX"),
    (CM, 'oid = "CM"\nversion', 'oid = "CMX"\nversion', "S57-FORM-NAME", CM, "oid"),
    (CHECKS, 'id = "X05"', 'id = "X23"', "S58-DUPLICATE-CHECK", CHECKS, "X23"),
    (CHECKS, 'gate = ["VS.VSPERF=Y"]', "", "S59-STOP-WITHOUT-GATE", CHECKS, "X05 > gate"),
    (DM, 'switch = "initials"', 'switch = "names"', "C01-SWITCH", DM, "DM > DM > INITIALS > switch"),
    (VS, 'date = "VSDAT"', 'date = "VSDAT"\nrepeat_for = "DM.DM"', "C02-REPEAT", VS, "VS > repeat_for"),
    (VS, 'units = ["jin"]', 'units = ["stone"]', "C03-UNIT", VS, "VS > VS > WEIGHT > units"),
    (CM, 'type = "text(100)"', 'type = "text(100)"\nhard = [1, 2]', "C04-LIMIT-OF-TEXT", CM, "CM > CM > CMTRT > hard"),
    (VS, "soft = [140, 195]", "soft = [40, 195]", "C05-SOFT-OUTSIDE-HARD", VS, "VS > VS > HEIGHT > soft"),
    (CM, 'links = ["CM.CM"]', 'links = ["AE.AE"]', "C06-LINK-TARGET", CM, "CM > CM > CMLINK > links"),
    (DM, 'pattern = "[A-Z][A-Z]"', 'pattern = "[A-Z"', "C07-PATTERN", DM, "DM > DM > INITIALS > pattern"),
    (DM, 'pattern = "[A-Z][A-Z]"', 'pattern = "([A-Z]+)+"', "C08-PATTERN-TIME", DM, "DM > DM > INITIALS > pattern"),
    (CHECKS, 'for_each = "VS.VS"', 'for_each = "VS.XX"', "C10-CHECK-PLACE", CHECKS, "X23 > for_each"),
    (CHECKS, 'at = "HEIGHT"', 'at = "HIGHT"', "C11-CHECK-AT", CHECKS, "X23 > at"),
    (CHECKS, "below weight {other}.", "below weight {another}.", "C12-PLACEHOLDER", CHECKS, "X23 > message > en"),
    (CHECKS, 'gate = ["VS.VSPERF=Y"]', 'gate = ["VS.VSPERF=J"]', "C13-GATE", CHECKS, "X05 > gate"),
    (CHECKS, 'gate = ["VS.VSPERF=Y"]', 'gate = ["VS.VSPERF=Y"]\nfollows = ["X99"]', "C19-FOLLOWS", CHECKS, "X05 > follows"),
    (CHECKS, 'CMTRT = "message"', 'CMDRUG = "message"', "C14-PROPOSE", CHECKS, "X05 > propose > CMDRUG"),
    (CRITERIA, 'evidence = ["DM.SEX"]', 'evidence = ["DM.AGE"]', "C15-EVIDENCE", CRITERIA, "I-01 > evidence"),
    (CRITERIA, 'class = "AUTO"', 'class = "SEMI"', "C16-ANSWER", CRITERIA, "I-01"),
    (SCHEDULE, 'optional = "D0"', 'optional = "SCR"', "C18-GRID-TWICE", SCHEDULE, "grid > LB"),
    (ENDPOINTS, 'codes = ["M", "F"]', 'codes = ["M", "M"]', "S61-DUPLICATE-ENDPOINT", ENDPOINTS, "IS_{sex} > oid"),
    (ENDPOINTS, 'type = "dec(4,1)"', 'type = "photo"', "S62-ENDPOINT-TYPE", ENDPOINTS, "BMI_{visit} > type"),
    (ENDPOINTS, 'sex = { item = "DM.SEX", codes = ["M", "F"] }', 'sex = "M F"', "S14-TYPE", ENDPOINTS, "IS_{sex} > each > sex"),
    (ENDPOINTS, 'visit = "SCR-D0"', 'visit = "SCR-D9"', "S53-UNKNOWN-EVENT", ENDPOINTS, "BMI_{visit} > each > visit"),
    (ENDPOINTS, 'codes = ["M", "F"]', 'codes = ["M", "X"]', "S28-UNKNOWN-CODE", ENDPOINTS, "IS_{sex} > each > sex > codes"),
    (ENDPOINTS, "VS.BMI@WIN_{visit}", "VS.BMI@WIN_W9", "E-SELECTOR", ENDPOINTS, "BMI_SCR > derive"),
    (ENDPOINTS, "VS.BMI@WIN_{visit}", "DM.SEX@LAST", "E-TYPE", ENDPOINTS, "BMI_SCR > derive"),
    (ENDPOINTS, 'endpoint("TREATED")', 'endpoint("DONE")', "E-ENDPOINT", ENDPOINTS, "IS_M > derive"),
    (ENDPOINTS, 'endpoint("TREATED")', 'endpoint("IS_F")', "C21-ENDPOINT-ORDER", ENDPOINTS, "IS_M > derive"),
    (ENDPOINTS, 'of = "TREATED"', 'of = "ALL"', "C22-SUMMARY", ENDPOINTS, "MEN > count"),
    (ENDPOINTS, "blank()", 'planned("W9")', "E-EVENT", ENDPOINTS, "IS_M > derive"),
    (OWN_CHARTS, 'oid = "DRUGS"', 'oid = "BODY"', "S64-DUPLICATE-CHART", CHARTS, "BODY > oid"),
    (CHARTS, 'draw = ["VS.BMI"]', "draw = []", "S65-CHART-ITEMS", CHARTS, "BODY > draw"),
    (CHARTS, 'draw = ["VS.BMI"]', 'draw = ["VS.BMJ"]', "S66-CHART-ITEM", CHARTS, "BODY > draw"),
    (CHARTS, 'beside = ["VS.WEIGHT"]', 'beside = ["DM.SEX"]', "S66-CHART-ITEM", CHARTS, "BODY > beside"),
    (OWN_CHARTS, 'named = "CMTRT"', 'named = "CMTRT"\ngrade = "CMGRADE"', "S66-CHART-ITEM", OWN_CHARTS, "DRUGS > grade"),
    (CHARTS, 'draw = ["VS.BMI"]', 'draw = ["VS.VSDAT"]', "S67-CHART-NUMBER", CHARTS, "BODY > draw"),
    (CHARTS, 'draw = ["VS.BMI"]\nbeside = ["VS.WEIGHT"]', 'draw = ["CM.CMNO"]', "S68-CHART-LOG", CHARTS, "BODY > draw"),
    (CHARTS, 'draw = ["VS.BMI"]', 'draw = ["VS.BMI", "VS.HEIGHT"]', "S69-CHART-UNITS", CHARTS, "BODY > draw"),
    (CHARTS, "scale = [10, 60.5]", "scale = [60.5, 10]", "S70-CHART-SCALE", CHARTS, "BODY > scale"),
    (CHARTS, "high = 24", "high = 2", "S70-CHART-SCALE", CHARTS, "BODY > bands[1] > high"),
    (CHARTS, "at = 28", 'at = "28"', "S14-TYPE", CHARTS, "BODY > marks[1] > at"),
    (OWN_CHARTS, 'rows = "CM.CM"', 'rows = "CM.CN"', "S71-CHART-GROUP", OWN_CHARTS, "DRUGS > rows"),
    (OWN_CHARTS, 'rows = "CM.CM"', 'rows = "DM.DM"', "S71-CHART-GROUP", OWN_CHARTS, "DRUGS > rows"),
    (OWN_CHARTS, 'kind = "events"', 'kind = "pie"', "S16-CHOICE", OWN_CHARTS, "DRUGS > kind"),
    (STUDY, PARAMETER, f"{PARAMETER}\n[verification]\npercent = 101", "S64-PERCENT", STUDY, "verification > percent"),
    (STUDY, PARAMETER, f"{PARAMETER}\n[verification]\nfirst_subjects = -1", "S65-FIRST", STUDY, "verification > first_subjects"),
    (STUDY, PARAMETER, f'{PARAMETER}\n[verification]\ncritical = ["VS.HIGHT"]', "C24-PLAN-ITEM", STUDY, "verification > critical"),
    (STUDY, PARAMETER, f'{PARAMETER}\n[verification]\ncritical_tags = ["no_such"]', "C25-PLAN-TAG", STUDY, "verification > critical_tags"),
    (STUDY, PARAMETER, f"{PARAMETER}\n[verification]\npercent = 0", "C26-PLAN-EMPTY", STUDY, "verification"),
    (STUDY, PARAMETER, f"{PARAMETER}\n[verification]\nshare = 5", "S17-UNKNOWN-KEY", STUDY, "verification > share"),
    (VS, "soft = [140, 195]", "derive = 'BMI * 2'", "C20-CYCLE", VS, "VS.HEIGHT"),
    (STUDY, "anchor = 'VS.VSDAT@D0'", "anchor = 'coalesce(VS.VSDAT@D0, today)'", "C23-CLOCK", STUDY, "anchor"),
    (VS, "'DM.SEX = \"M\"'", "'DM.SEX = '", "E-SYNTAX", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'DM.SEX # 1'", "E-CHARACTER", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'DX.SEX = \"M\"'", "E-UNKNOWN-FORM", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'DM.SEXX = \"M\"'", "E-UNKNOWN-ITEM", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'DM.SEX = \"X\"'", "E-CODE", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'DM.SEX = 3'", "E-TYPE", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'DM.SEX@W9 = \"M\"'", "E-SELECTOR", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'tan(HEIGHT) > 1'", "E-FUNCTION", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'days(VSDAT) > 1'", "E-ARGUMENTS", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'param.colour = \"A\"'", "E-PARAMETER", VS, "VS > VS > WEIGHT > show"),
    (VS, "'DM.SEX = \"M\"'", "'event.holiday'", "E-CONTEXT", VS, "VS > VS > WEIGHT > show"),
    (VS, "D02(H = HEIGHT, W = WEIGHT)", "D02(HIGH = HEIGHT, W = WEIGHT)", "E-INPUT", VS, "VS > VS > BMI > derive"),
    (VS, "D02(H = HEIGHT, W = WEIGHT)", "D02(H = HEIGHT, W = WEIGHT).band", "E-OUTPUT", VS, "VS > VS > BMI > derive"),
    (VS, "D02(H = HEIGHT, W = WEIGHT)", "count(for CM.XX)", "E-UNKNOWN-GROUP", VS, "VS > VS > BMI > derive"),
    (VS, "D02(H = HEIGHT, W = WEIGHT)", "count(for CM.CM where any(true for CM.CM))", "E-NESTED", VS, "VS > VS > BMI > derive"),
    (VS, "D02(H = HEIGHT, W = WEIGHT)", "(" * 40 + "HEIGHT" + ")" * 40, "E-DEPTH", VS, "VS > VS > BMI > derive"),
    (VS, "D02(H = HEIGHT, W = WEIGHT)", "HEIGHT" + " + HEIGHT" * 260, "E-LENGTH", VS, "VS > VS > BMI > derive"),
    (VS, "D02(H = HEIGHT, W = WEIGHT)", "1" + "+1" * 300, "E-NODES", VS, "VS > VS > BMI > derive"),
)  # fmt: skip


def mistakes_of(root: Path, changes: dict[str, tuple[str, str]]) -> tuple[Mistake, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_study(write_study(root, changes))
    return caught.value.mistakes


def test_a_sound_study_loads(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path))
    assert list(study.forms) == ["DM", "VS", "LB", "CM"]
    assert study.item("VS", "HEIGHT").required == "true"
    assert [item.oid for item in study.forms["LB"].items][:5] == ["LBDAT", "LBNAM", "HGB_LBORRES", "HGB_LBNRIND", "HGB_LBCLSIG"]
    assert [check.id for check in study.checks] == ["X23", "X05", "X03:CM.CMENDAT"]


def test_variables_are_made_for_each_visit_and_code(tmp_path: Path) -> None:
    """Library first; what needs a form that is not used is left out; labels say visits and codes in words."""
    study = load_study(write_study(tmp_path))
    assert [(one.oid, one.label.en) for one in study.endpoints] == [
        ("TREATED", "Treated"), ("BMI_SCR", "BMI at Screening"), ("BMI_D0", "BMI at Day 0"), ("IS_M", "Sex: Male"), ("IS_F", "Sex: Female"),
    ]  # fmt: skip
    assert study.endpoints[1].derive == "VS.BMI@WIN_SCR"
    assert [(one.oid, one.count, one.of) for one in study.summaries] == [("MEN", "IS_M", "TREATED")]


@pytest.mark.parametrize(("file", "old", "new", "rule", "named", "path"), BROKEN, ids=[f"{one[3]}-{number}" for number, one in enumerate(BROKEN)])
def test_each_mistake_names_its_rule_file_and_path(tmp_path: Path, file: str, old: str, new: str, rule: str, named: str, path: str) -> None:
    found = mistakes_of(tmp_path, {file: (old, new)})
    assert (rule, named, path) in [(one.rule, one.file, one.path) for one in found]
    assert all(one.message and one.remedy for one in found)


def test_the_broken_definitions_show_many_different_rules() -> None:
    assert len({one[3] for one in BROKEN}) >= 30


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = write_study(tmp_path)
    (folder / "eligibility.toml").unlink()
    with pytest.raises(DefinitionError) as caught:
        load_study(folder)
    assert [(one.file, one.rule) for one in caught.value.mistakes] == [(CRITERIA, "S01-FILE")]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    folder = write_study(tmp_path)
    path = tmp_path / VS
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    with pytest.raises(DefinitionError) as caught:
        load_study(folder)
    assert (VS, "S02-ENCODING") in [(one.file, one.rule) for one in caught.value.mistakes]


def test_five_faults_in_one_file_are_five_messages(tmp_path: Path) -> None:
    folder = write_study(tmp_path)
    path = tmp_path / VS
    text = path.read_text("utf-8")
    for old, new in (
        ('zh = "身高" }', 'zh = "" }'), ("hard = [50, 275]", "hard = [50]"), ('unit = "kg"', "unit = 5"), ("is_blank(HEIGHT)", "is_blank(HIGHT)"),
        ("derive = 'D02(H = HEIGHT, W = WEIGHT)'", "derive = 'D02(H = HEIGHT, W = '"),
    ):  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_study(folder)
    in_file = [one for one in caught.value.mistakes if one.file == VS]
    assert sorted(one.rule for one in in_file) == ["C03-UNIT", "E-SYNTAX", "E-UNKNOWN-ITEM", "S12-TRANSLATION", "S14-TYPE", "S33-LIMITS"]


def test_every_shipped_trial_is_sound() -> None:
    folders = [path.parent for path in forms_folder().glob("*/*/study.toml")]
    assert folders
    for folder in folders:
        assert load_study(folder).forms


def test_the_charts_of_the_library_and_of_the_trial_but_none_of_a_form_that_the_trial_lacks(tmp_path: Path) -> None:
    write_study(tmp_path)
    charts = {one.oid: one for one in load_study(tmp_path / "T/1.0").charts}
    assert list(charts) == ["LABORATORY", "DRUGS", "BODY"]
    body = charts["BODY"]
    assert (body.draw, body.beside, body.scale) == (("VS.BMI",), ("VS.WEIGHT",), ("10", "60.5"))
    assert [(one.low, one.high, one.label.zh) for one in body.bands] == [("18.5", "24", "正常")]
    assert [(one.at, one.label.en) for one in body.marks] == [("28", "Obese")]
    assert (charts["DRUGS"].rows, charts["DRUGS"].named, charts["DRUGS"].grade) == ("CM.CM", "CMTRT", "")
