"""Two subjects from consent to completion, one in each group, told through the services with a list that the administrator made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.clock import SteppedClock
from crf_app.services.allocation_lists import import_list
from crf_app.services.demo.desk import Desk
from crf_app.services.randomisation import Dealt, randomise
from crf_app.services.session import NewWorkspace, add_user, create_workspace, identify, log_out, open_workspace
from crf_app.services.signing import Credentials, confirm_eligibility
from crf_app.services.subjects import create_subject
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import CHEAP
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text

PASSWORD = "plain walnut shells in seven rows"
LIST = "number,arm,block\n" + "".join(f"K{number:03},{'VAC' if number % 4 in (1, 0) else 'PLA'},{(number - 1) // 4 + 1}\n" for number in range(1, 41))
DAY0 = date(2026, 3, 2)
SIGNER = Credentials("investigator", PASSWORD)
_ZONE = timezone(timedelta(hours=8))
Values = Mapping[str, str]


@dataclass
class Told:
    """The workspace in the data manager's hands, and what each subject was dealt, by number."""

    work: Workspace
    dealt: Mapping[str, Dealt]
    surprises: tuple[str, ...]


def make_site(folder: Path, study: StudyDef, clock: SteppedClock) -> None:
    """A workspace with a person in every role and the sponsor's list taken in."""
    new = NewWorkspace(folder, study, "01", Text("Demo Hospital", "演示医院"), "admin", Text("Demo Administrator", "演示管理员"), PASSWORD, synthetic=True)
    work, _ = create_workspace(new, clock, cost=CHEAP)
    for login, role in (("coordinator", Role.COORDINATOR), ("investigator", Role.INVESTIGATOR), ("manager", Role.DATA_MANAGER)):
        add_user(work, login, Text(f"Demo {login}", f"演示{login}"), role, PASSWORD, cost=CHEAP)
    import_list(work, LIST.encode(), Credentials("admin", PASSWORD))
    log_out(work)


def tell(folder: Path, study: StudyDef) -> Told:
    """Both stories, one after the other."""
    clock = SteppedClock(datetime.combine(DAY0, time(8, 0), _ZONE))
    make_site(folder, study, clock)
    work = open_workspace(folder, "coordinator", PASSWORD, clock)
    desk = Desk(work, clock, identify(work, "investigator", PASSWORD), SIGNER)
    dealt = dict(_subject(desk, DAY0 + timedelta(days=60 * number), sex) for number, sex in enumerate("FM"))
    log_out(work)
    return Told(open_workspace(folder, "manager", PASSWORD, clock), dealt, tuple(desk.surprises))


def _subject(desk: Desk, day0: date, sex: str) -> tuple[str, Dealt]:
    _at(desk, day0, 8)
    number, _ = create_subject(desk.work, day0.isoformat())
    _screen(desk, number, day0, sex)
    desk.fill(FormKey(number, "V1", 1, "ENR", 1), {"V_I02": "Y", "V_I03": "MET", "V_E05": "ABSENT"})
    confirm_eligibility(desk.work, FormKey(number, "V1", 1, "ENR", 1), SIGNER, eligible=True)
    dealt = randomise(desk.work, number, SIGNER)
    _dose(desk, number, "V1", day0, dealt)
    _diary(desk, number, "V1", day0)
    desk.complete(FormKey(number, "V1", 1, "SV", 1))
    second = day0 + timedelta(days=28)
    _at(desk, second, 9)
    _visit(desk, number, "V2", second, sex)
    _dose(desk, number, "V2", second, dealt)
    _diary(desk, number, "V2", second)
    desk.complete(FormKey(number, "V2", 1, "SV", 1))
    _end(desk, number, day0 + timedelta(days=56), dealt)
    return number, dealt


def _at(desk: Desk, day: date, hour: int) -> None:
    moment = datetime.combine(day, time(hour, 30), _ZONE)
    desk.clock.set(max(moment, desk.clock.now()))


def _page(desk: Desk, number: str, event: str, form: str, values: Values) -> None:
    key = FormKey(number, event, 1, form, 1)
    desk.fill(key, values)
    if form == "SAF":
        desk.judge_results(key)
    desk.complete(key)


def _screen(desk: Desk, number: str, day: date, sex: str) -> None:
    woman = sex == "F"
    consent = {"RFICTIM": "08:00", "ICFVER": "1.0", "ICFVDAT": "2026-01-05", "ICFBY": "SUBJECT", "ICFCOPY": "Y", "ICFINV": "Demo Investigator"}
    _page(desk, number, "V1", "ICF", consent)
    person = {"SUBJINIT": "ZHHO", "BRTHDAT": "1990-05-10", "SEX": sex, "ETHNIC": "HAN", "SMOKE": "NEVER", "ALCOHOL": "NEVER"}
    _page(desk, number, "V1", "DM", person | ({"CHILDBP": "Y"} if woman else {}))
    _page(desk, number, "V1", "VHX", {"VHXALL": "N", "VHXIMM": "N", "VHXVAX": "N"})
    desk.fill(FormKey(number, "V1", 1, "SV", 1), {"SVOCCUR": "Y", "VISDAT": str(day), "SVCNTMOD": "ONSITE", "AEYN": "N"})
    _vitals(desk, number, "V1", day)
    if woman:
        _pregnancy(desk, number, "V1", day)
    _laboratory(desk, number, "V1", day)
    _page(desk, number, "V1", "IMM", {"IMMPERF": "Y", "IMMDAT": str(day), "IMMTIM": "08:20", "IMMTITER": "<10" if woman else "20"})
    for form, question in (("MH", "MHYN"), ("CM", "CMYN")):
        _page(desk, number, "LOG", form, {question: "N"})


def _visit(desk: Desk, number: str, event: str, day: date, sex: str) -> None:
    desk.fill(FormKey(number, event, 1, "SV", 1), {"SVOCCUR": "Y", "VISDAT": str(day), "SVCNTMOD": "ONSITE", "AEYN": "N"})
    _vitals(desk, number, event, day)
    if sex == "F":
        _pregnancy(desk, number, event, day)


def _vitals(desk: Desk, number: str, event: str, day: date) -> None:
    values = {"VSDAT": str(day), "WEIGHT_VSORRES": "60.0", **({"HEIGHT_VSORRES": "165"} if event == "V1" else {})}
    points = ("PRE", "POST30") if event != "V3" else ("NA",)
    for row in range(1, len(points) + 1):
        values |= {
            f"VSTIM#{row}": f"0{7 + row}:25", f"TEMP_VSORRES#{row}": "36.6", f"SYSBP_VSORRES#{row}": "118", f"DIABP_VSORRES#{row}": "76",
            f"PULSE_VSORRES#{row}": "70", f"RESP_VSORRES#{row}": "16",
        }  # fmt: skip
    _page(desk, number, event, "VS", values)


def _pregnancy(desk: Desk, number: str, event: str, day: date) -> None:
    values = {"PREGPERF": "Y", "PREGDAT": str(day), "PREGSPEC": "URINE", "HCG_LBORRES": "NEG", "LACTAT": "N", "CONTRA": "Y"}
    _page(desk, number, event, "PREG", values)


def _laboratory(desk: Desk, number: str, event: str, day: date) -> None:
    values = {"LBPERF": "Y", "LBDAT": str(day), "LBTIM": "08:20", "LBNAM": "SITE", "HGB_LBORRES": "135", "ALT_LBORRES": "20"}
    _page(desk, number, event, "SAF", values)


def _dose(desk: Desk, number: str, event: str, day: date, dealt: Dealt) -> None:
    form, moment = FormKey(number, event, 1, "VAX", 1), desk.clock.now()
    desk.fill(form, {
        "VAXKIT": dealt.number, "VAXMFG": "2026-01-10", "VAXEXPD": "2027-01-10", "VAXDAT": str(day), "VAXTIM": f"{moment:%H:%M}", "VAXVOL": "0.50",
        "VAXROUTE": "INTRAMUSCULAR", "VAXSITE": "LDELT", "VAXPERF": "Y",
    })  # fmt: skip
    desk.clock.advance(timedelta(minutes=35))
    desk.fill(form, {"VAXOBSEN": f"{moment + timedelta(minutes=32):%H:%M}"})
    desk.complete(form)


def _diary(desk: Desk, number: str, event: str, day: date) -> None:
    back = day + timedelta(days=7)
    _at(desk, back, 9)
    values = {"DIAPERF": "Y", "DIARET": str(back), "DIAMED": "N"}
    for row in range(1, 8):
        values |= {f"DIATEMP#{row}": "38.1" if row == 2 else "36.7", f"DIAPAIN#{row}": "2" if row == 1 else "0", f"DIARED#{row}": "10", f"DIASWEL#{row}": "0"}
        values |= {f"{name}#{row}": "0" for name in ("DIAHEAD", "DIAFATI", "DIAMYAL")}
    _page(desk, number, event, "DIA", values)


def _end(desk: Desk, number: str, day: date, dealt: Dealt) -> None:
    _at(desk, day, 9)
    desk.fill(FormKey(number, "V3", 1, "SV", 1), {"SVOCCUR": "Y", "VISDAT": str(day), "SVCNTMOD": "ONSITE", "AEYN": "N"})
    _vitals(desk, number, "V3", day)
    _laboratory(desk, number, "V3", day)
    _page(desk, number, "V3", "IMM", {"IMMPERF": "Y", "IMMDAT": str(day), "IMMTIM": "08:40", "IMMTITER": "160" if dealt.arm == "VAC" else "20"})
    desk.complete(FormKey(number, "V3", 1, "SV", 1))
    end = FormKey(number, "V3", 1, "DS", 1)
    desk.fill(end, {"DSCOMP": "Y", "DSSTDAT": str(day), "DSDECOD": "COMPLETED", "DSLSTDAT": str(day)}, by=desk.investigator)
    desk.complete(end)
