"""A small study that uses every construct of the rule language, and casebooks of it in one line."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from crf_app.clinical.casebook import Casebook, make_casebook
from crf_app.clinical.evaluation import Conditions, new_run
from crf_app.clinical.keys import FormKey, ItemKey, item_key, parse_address
from crf_app.clinical.references import ReferenceInterval, ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.rules.kinds import Operand
from crf_app.clinical.rules.run import NOWHERE, Place
from crf_app.clinical.rules.translate import compile_source
from crf_app.clinical.values import Value
from crf_app.study.definition import StudyDef
from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import check_expression, scope_of
from crf_app.study.item_types import EntryContext, parse_value
from crf_app.study.loading import load_study

SUBJECT = "001-001"
NOW = datetime(2026, 3, 17, 12, 0)  # noqa: DTZ001  typed times are local and naive


def _item(oid: str, kind: str, *extra: str) -> str:
    lines = (f'oid = "{oid}"', f'label = {{ en = "{oid}", zh = "项{oid}" }}', f'type = "{kind}"', *extra)
    return "[[groups.items]]\n" + "\n".join(lines) + "\n"


def _group(oid: str, items: str, *extra: str) -> str:
    return f'[[groups]]\noid = "{oid}"\nname = {{ en = "{oid}", zh = "组{oid}" }}\n' + "\n".join(extra) + "\n" + items


def _form(oid: str, groups: str, *extra: str) -> str:
    return f'oid = "{oid}"\nversion = "1.0"\nname = {{ en = "{oid} form", zh = "表{oid}" }}\n' + "\n".join(extra) + "\n" + groups


def _codes(oid: str, *codes: str, missing: str = "") -> str:
    members = ", ".join(f'{{ code = "{one}", en = "{one}", zh = "{one}"{", missing = true" if one == missing else ""} }}' for one in codes)
    return f'[{oid}]\nname = {{ en = "{oid}", zh = "{oid}" }}\ncodes = [{members}]\n'


def _check(ident: str, severity: str, for_each: str, when: str, *extra: str) -> str:
    head = f'[[checks]]\nid = "{ident}"\nseverity = "{severity}"\nfor_each = "{for_each}"\nwhen = \'{when}\'\n'
    return head + f'message = {{ en = "{ident} {{value}}", zh = "{ident} {{value}}" }}\n' + "\n".join(extra) + "\n"


def _event(oid: str, kind: str, *extra: str) -> str:
    return f'[[events]]\noid = "{oid}"\nname = {{ en = "{oid}", zh = "访视{oid}" }}\nkind = "{kind}"\n' + "\n".join(extra) + "\n"


def _criterion(oid: str, kind: str, klass: str, condition: str, *extra: str) -> str:
    ident = oid.replace("_", "-")
    head = f'[[criteria]]\noid = "{oid}"\nid = "{ident}"\nkind = "{kind}"\nclass = "{klass}"\ntext = {{ en = "{ident}", zh = "{ident}" }}\n'
    return head + f"condition = '{condition}'\n" + "\n".join(extra) + "\n"


YN = 'codelist = "NY"'
FORMS = {
    "ICF": _form("ICF", _group("ICF", _item("RFICDAT", "date", "required = true", "missing = false", 'tags = ["consent_date"]')), 'date = "RFICDAT"'),
    "SV": _form("SV", _group("SV", _item("VISDAT", "date", "required = true", 'tags = ["visit_date"]') + _item("SVOCCUR", "yn"))),
    "DM": _form(
        "DM",
        _group(
            "DM",
            _item("SUBJID", "text(20)") + _item("SEX", "single", 'codelist = "SEX"', "required = true") + _item("BRTHDAT", "pdate", 'identifier = "direct"')
            + _item("CHILDBP", "yn", "show = 'SEX = \"F\"'", "required = true") + _item("SUBJINIT", "text(4)", 'switch = "initials"'),
        ),
    ),
    "VS": _form(
        "VS",
        _group("VSQ", _item("VSPERF", "yn", "required = true") + _item("VSDAT", "date", "required = true", 'tags = ["performed_date"]'))
        + _group(
            "VS",
            _item("VSTPT", "single", 'codelist = "TPT"') + _item("TEMP", "dec(4,1)", 'unit = "degC"', "hard = [30, 45]", "soft = [35, 38]")
            + _item("HR", "int", "soft = ['', 'if event.injection then 100 else 90']") + _item("RISE", "dec(4,1)", "derive = 'TEMP - TEMP@PREV'"),
            'repeating = "fixed"', 'layout = "table"', 'rows_key = "VSTPT"',
            "rows_when = [{ when = 'event.injection', rows = [[\"PRE\"], [\"POST15\"]] }, { when = 'true', rows = [[\"PRE\"]] }]",
        )
        + _group(
            "VSD",
            _item("HEIGHT", "dec(4,1)", 'unit = "cm"', "default = 'HEIGHT@PREV'")
            + _item("WEIGHT", "dec(4,1)", 'unit = "kg"', "show = 'DM.SEX <> \"F\" or DM.CHILDBP = \"N\"'", "hard = [20, 300]", "required = true")
            + _item("BMI", "dec(4,1)", "derive = 'D02(H = HEIGHT, W = WEIGHT)'") + _item("LOSS", "dec(5,1)", "derive = 'WEIGHT@BL - WEIGHT'")
            + _item("VISITNO", "int", "derive = 'coalesce(VISITNO@PREV, 0) + 1'")
            + _item("LIMIT", "dec(5,1)", "derive = 'WEIGHT * param.factor'", "computed_unless_typed = true"),
        ),
        'performed = "VSPERF"', 'date = "VSDAT"',
    ),
    "LB": _form(
        "LB",
        _group("LBH", _item("LBDAT", "date", 'tags = ["performed_date"]') + _item("LBNAM", "text(20)", 'site_list = "laboratory"') + _item("HBSAG", "single", 'codelist = "POSNEG"'))
        + '[[groups]]\noid = "LB"\nlayout = "lab"\nname = { en = "Results", zh = "结果" }\n[[groups.analytes]]\ntest = "HGB"\nlabel = { en = "Hb", zh = "血红蛋白" }\n'
        + 'type = "dec(6,0)"\nunit = "g/L"\nunits = ["g/dL"]\nhard = [5, 300]\nrange = { M = [130, 175], F = [115, 150] }\n',
        'date = "LBDAT"',
    ),
    "AE": _form(
        "AE",
        _group("AEQ", _item("AEYN", "yn"))
        + _group(
            "AE",
            _item("AESPID", "int", 'tags = ["row_number"]') + _item("AETERM", "text(60)", "required = true") + _item("AESTDAT", "pdate", 'tags = ["start"]')
            + _item("AEENDAT", "pdate", 'tags = ["end"]', 'start_item = "AESTDAT"') + _item("AESER", "yn") + _item("AEREL", "yn", 'role = "investigator"')
            + _item("AESRC", "link", 'links = ["LB*", "VS.VS"]')
            + _item("AEDRUGS", "int", "derive = 'count(for CM.CM where linked(CMAENO))'"),
            'repeating = "log"', 'layout = "log"', 'opening = "AEYN"', 'row_label = ["AETERM"]', 'row_number = "AESPID"',
        ),
    ),
    "CM": _form(
        "CM",
        _group("CMQ", _item("CMYN", "yn") + _item("CMTOTAL", "dec(6,1)", "derive = 'sum(CMDOSE for CM.CM where not is_blank(CMTRT))'"))
        + _group(
            "CM",
            _item("CMNO", "int", 'tags = ["row_number"]') + _item("CMTRT", "text(60)") + _item("CMSTDAT", "pdate", 'tags = ["start"]')
            + _item("CMENDAT", "pdate", 'tags = ["end"]', 'start_item = "CMSTDAT"') + _item("CMDOSE", "dec(5,1)") + _item("CMAENO", "link", 'links = ["AE.AE"]'),
            'repeating = "log"', 'layout = "log"', 'opening = "CMYN"', 'row_label = ["CMTRT"]', 'row_number = "CMNO"',
        ),
    ),
    "DFH": _form(
        "DFH",
        _group(
            "ULC",
            _item("ULCNO", "int", 'tags = ["row_number"]') + _item("ULCSITE", "text(20)") + _item("ULCTARG", "yn", "locked_after = 'present(first_treatment)'"),
            'repeating = "log"', 'layout = "log"', 'row_label = ["ULCSITE"]', 'row_number = "ULCNO"',
        ),
    ),
    "WND": _form(
        "WND", _group("WND", _item("WNDDAT", "date") + _item("WNDAREA", "dec(6,2)", 'unit = "cm2"') + _item("WNDPCT", "dec(6,1)", "derive = '(WNDAREA@BL - WNDAREA) / WNDAREA@BL * 100'")
            # loops that stay at the event: over rows of another form, over a form's repeats, with and without a value that decides what is shown
            + _item("WNDHOT", "yn", "derive = 'if any(TEMP > 38 for VS.VS where event.order = this.event.order and VSTPT = \"PRE\") then \"Y\" else \"N\"'")
            + _item("WNDKG", "dec(6,1)", "derive = 'first(WEIGHT for VS.VSD where event.order = this.event.order)'")),
        'date = "WNDDAT"', 'repeat_for = "DFH.ULC"', "repeat_when = 'ULCTARG = \"Y\"'",
    ),
    "IE": _form(
        "IE",
        _group(
            "IE",
            _item("E01", "single", 'options = [{ code = "PRESENT", en = "Present", zh = "有" }, { code = "ABSENT", en = "Absent", zh = "无" }]', 'role = "investigator"')
            + _item("IEYN", "text(20)", "derive = 'eligibility()'") + _item("IEINVYN", "yn", 'role = "investigator"') + _item("IEDAT", "datetime", 'role = "investigator"'),
        ),
    ),
    "INJ": _form("INJ", _group("INJ", _item("EXPERF", "yn") + _item("EXSTDAT", "date", 'tags = ["treatment_date"]')), 'performed = "EXPERF"', 'date = "EXSTDAT"'),
    "PREG": _form("PREG", _group("PREG", _item("HCG", "single", 'codelist = "POSNEG"') + _item("FOTO", "photo")), "show = 'DM.SEX = \"F\"'"),
    "DS": _form("DS", _group("DS", _item("DSSTDAT", "date", "required = true") + _item("DSCOMP", "yn") + _item("DSDECOD", "text(30)")), 'signature = "investigator"'),
    "DV": _form(
        "DV",
        _group(
            "DV",
            _item("DVNO", "int", 'tags = ["row_number"]') + _item("DVCAT", "single", 'codelist = "DVCAT"') + _item("DVTERM", "text(400)") + _item("DVSTDAT", "date")
            + _item("DVSEV", "text(20)") + _item("DVSRC", "text(20)") + _item("DVAWARE", "date") + _item("DVLINK", "link", 'links = ["VS", "INJ", "AE.AE"]')
            + _item("DVVISIT", "link", 'links = ["SV"]'),
            'repeating = "log"', 'layout = "log"', 'row_number = "DVNO"',
        ),
    ),
}  # fmt: skip

CHECKS = "".join((
    _check("HOT", "HARD", "VS.VS", 'VSTPT = "POST15" and TEMP > 40', 'at = "TEMP"'),
    _check("LIGHT", "SOFT", "VS", "WEIGHT < WEIGHT@PREV - 5", 'at = "WEIGHT"'),
    _check("GIRL", "DEV", "VS", 'DM.SEX = "F" and WEIGHT > 100', 'at = "WEIGHT"', "propose = { form = \"DV\", DVCAT = \"OTHER\", DVTERM = \"message\", DVSTDAT = 'VSDAT' }"),
    _check("NODATE", "SOFT", "VS", 'is_blank(VSDAT) and VSPERF = "Y"', 'at = "VSDAT"'),
    _check("ALWAYS", "INFO", "VS", 'DM.SEX = "M"'),
    _check("MANY", "INFO", "DM", "count(for CM.CM) > 2"),
    _check("ROWS", "SOFT", "CM.CM", "CMDOSE > 50", 'at = "CMYN"'),
    _check("TREATED", "SOFT", "AE.AE", 'AESER = "Y" and not any(linked(CMAENO) for CM.CM)', 'at = "AESER"'),
    _check("EARLY", "SOFT", "AE.AE", "AESTDAT < ICF.RFICDAT", 'at = "AESTDAT"'),
    _check("REASON", "SOFT", "CM.CM", "CMSTDAT < CMAENO -> AESTDAT", 'at = "CMSTDAT"'),
    _check("SERIOUS", "INFO", "DM", 'AE.AESER@ANY = "Y"', 'at = "SEX"'),
    _check("GROWTH", "SOFT", "WND", "WNDAREA > WNDAREA@PREV", 'at = "WNDAREA"'),
    _check("PREGNANT", "HARD", "PREG", 'HCG = "POS" and present(first_treatment)', 'at = "HCG"'),
    _check("LATEST", "INFO", "DM", 'last(CMTRT for CM.CM by CMSTDAT) = "x"'),
    _check("LEFT", "SOFT", "DM", 'stored(CHILDBP) and SEX = "M"', 'at = "CHILDBP"', "even_hidden = true"),
    _check("NOTREADY", "STOP", "INJ", 'not (coalesce(IE.IEINVYN@LAST, "N") = "Y")', 'gate = ["INJ.EXPERF=Y"]', 'propose = { form = "DV", DVCAT = "ELIG", DVTERM = "message" }'),
    '[[templates]]\nid = "ORDER"\ntag = "end"\nseverity = "HARD"\nwhen = \'{item} < {start}\'\nmessage = { en = "End before start.", zh = "结束早于开始。" }\n',
))  # fmt: skip

FILES: Mapping[str, str] = {
    "library/codelists.toml": _codes("NY", "Y", "N") + _codes("SEX", "M", "F") + _codes("TPT", "PRE", "POST15") + _codes("POSNEG", "NEG", "POS", "ND", missing="ND")
    + _codes("NRIND", "LOW", "NORMAL", "HIGH", "ABNORMAL") + _codes("CLSIG", "NCS", "CS") + _codes("DVCAT", "ELIG", "OTHER"),
    "library/checks.toml": CHECKS,
    **{f"library/forms/{oid}.toml": text for oid, text in FORMS.items()},
    "T/1.0/study.toml": 'oid = "SMALL"\nversion = "1.0"\nname = { en = "Small", zh = "小" }\nsubject_pattern = "{site}-{seq:003}"\ntarget_enrolment = 3\n'
    "anchor = 'INJ.EXSTDAT@D0'\nfirst_treatment = 'INJ.EXSTDAT@FIRST'\n"
    '[[parameters]]\noid = "initials"\nlabel = { en = "i", zh = "i" }\ntype = "yn"\nvalue = "Y"\nswitch = true\n'
    '[[parameters]]\noid = "factor"\nlabel = { en = "f", zh = "f" }\ntype = "dec"\nvalue = "2"\nassumed = true\n',
    "T/1.0/schedule.toml": _event("SCR", "scheduled", "day = -7", "plus = 6") + _event("D0", "scheduled", "day = 0", "injection = true")
    + _event("W1", "scheduled", "day = 7", "minus = 1", "plus = 1") + _event("W2", "scheduled", "day = 14", "minus = 1", "plus = 1", "show = 'SV.SVOCCUR@W1 = \"Y\"'")
    + _event("UNS", "unscheduled") + _event("LOG", "log")
    + '[grid]\nICF = { required = "SCR" }\nSV = { required = "SCR-UNS" }\nDM = { required = "SCR" }\nVS = { required = "SCR-W2", optional = "UNS" }\n'
    'LB = { required = "SCR", optional = "D0 W1" }\nPREG = { required = "SCR" }\nDFH = { required = "SCR" }\nWND = { required = "SCR-W2" }\nIE = { required = "SCR" }\n'
    'INJ = { required = "D0" }\nAE = { required = "LOG" }\nCM = { required = "LOG" }\nDV = { required = "LOG" }\nDS = { required = "LOG" }\n',
    "T/1.0/eligibility.toml": _criterion("I01", "inclusion", "AUTO", "D01(BIRTH = DM.BRTHDAT, REF = ICF.RFICDAT) between 18 and 80")
    + _criterion("I02", "inclusion", "AUTO", "VS.WEIGHT > 40") + _criterion("E01", "exclusion", "SEMI", 'LB.HBSAG = "POS"', "unknown_if = 'is_missing(LB.HBSAG)'")
    + _criterion("E02", "exclusion", "AUTO", 'PREG.HCG = "POS"', "applies = 'DM.SEX = \"F\"'"),
}  # fmt: skip


@cache
def small_study() -> StudyDef:
    """The study, read from files as every other is."""
    with tempfile.TemporaryDirectory() as place:
        for name, content in FILES.items():
            path = Path(place) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return load_study(Path(place) / "T" / "1.0")


@cache
def small_rules() -> CompiledStudy:
    """The study made executable."""
    return CompiledStudy(small_study())


REFERENCES = ReferenceTable((
    ReferenceInterval("LAB", "HGB", "g/L", "M", 0, 0, "130", "175"), ReferenceInterval("LAB", "HGB", "g/L", "F", 0, 60, "115", "150"),
    ReferenceInterval("LAB", "HGB", "g/L", "F", 60, 0, "110", "155"),
))  # fmt: skip


def conditions(now: datetime = NOW, **parameters: str) -> Conditions:
    """What evaluation depends on beside the data."""
    return Conditions(now, {one.oid: one.value for one in small_study().parameters} | parameters, REFERENCES)


def key(address: str) -> ItemKey:
    """D0/VS/VS#2/TEMP, or D0/VS/TEMP for row 1 of the item's group."""
    parts = address.split("/")
    if len(parts) == 3:
        group = small_study().item(parts[1].partition("#")[0], parts[2]).group
        parts.insert(2, f"{group}#1")
    return parse_address(SUBJECT, "/".join(parts))


def value(place: ItemKey, text: str) -> Value:
    """What typing `text` gives; "!ND" is a missing code; bare row numbers and derived items are taken as they are."""
    if text.startswith("!"):
        return Value(missing=text[1:], reason="test")
    found = parse_value(small_study().item(place.form, place.item), text, EntryContext(NOW))
    assert isinstance(found, Value), f"{place.address}: {text!r} is refused: {found}"
    return found


def casebook(values: Mapping[str, str], deleted: tuple[str, ...] = ()) -> Casebook:
    """A casebook from addresses and typed texts; `deleted` are row addresses."""
    keyed = {key(address): text for address, text in values.items()}
    gone = [(one.form_key, one.group, one.row) for one in (parse_address(SUBJECT, address) for address in deleted)]
    return make_casebook(small_study(), SUBJECT, {place: value(place, text) for place, text in keyed.items()}, deleted=gone)


def at(address: str) -> Place:
    """The place of a rule: "D0/VS" (form), "D0/VS/VS#2" (row)."""
    parts = address.split("/")
    found = parse_address(SUBJECT, address if len(parts) == 3 else f"{address}/#0")
    return Place(found.form_key, found.group, found.row or 1)


def says(expression: str, values: Mapping[str, str], place: str = "", deleted: tuple[str, ...] = (), **parameters: str) -> Operand:
    """What a checked expression gives at a place of a casebook."""
    here = at(place) if place else NOWHERE
    scope = scope_of(small_study(), here.form.form if here.form is not None else "", here.group)
    faults = list(check_expression(parse(expression), scope))
    assert not faults, [str(one) for one in faults]
    return compile_source(expression, scope)(new_run(small_rules(), casebook(values, deleted), conditions(NOW, **parameters)), here)


def form_key(event: str, form: str, event_repeat: int = 1, form_repeat: int = 1) -> FormKey:
    """A form of the test's subject."""
    return FormKey(SUBJECT, event, event_repeat, form, form_repeat)


__all__ = ["NOW", "SUBJECT", "at", "casebook", "conditions", "form_key", "item_key", "key", "says", "small_rules", "small_study", "value"]
