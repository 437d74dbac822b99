"""What can become of a subject: for each trial, arm and outcome what is typed on top of a base story, and what must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.services.rules.courses import event, tcss, visit, wound

DAY0 = date(2026, 3, 2)
A, B, C = "NCT05999656", "NCT05507697", "NCT07183761"
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A journey. `repeated`: a session like that of the base story, (visit of the base, visit, day); `ended`: where the completion form is.

    `visits`: how some visits stand at the end; `variables`: endpoint variables that the outcome implies.
    """

    name: str
    trial: str
    base: str
    values: Values
    state: str
    visits: Values
    variables: Values
    repeated: tuple[tuple[str, str, int], ...] = ()
    ended: str = ""
    parameters: Values = field(default_factory=dict)
    now: str = "2028-06-01T12:00:00"


def day(number: int) -> str:
    """A day of the study."""
    return (DAY0 + timedelta(days=number)).isoformat()


def seen(planned: Mapping[str, int]) -> dict[str, str]:
    """Heads of visits, each on its day."""
    return {name: text for oid, number in planned.items() for name, text in visit(oid, day(number)).items()}


def weeks(*numbers: int) -> dict[str, int]:
    """Visits by week on their planned days."""
    return {f"W{number}": 7 * number for number in numbers}


def ending(at: str, number: int, reason: str = "COMPLETED", **more: str) -> dict[str, str]:
    """The completion form of a visit."""
    values = {"DSCOMP": "Y" if reason == "COMPLETED" else "N", "DSSTDAT": day(number), "DSDECOD": reason, "DSLSTDAT": day(number), **more}
    return {f"DS.{name}@{at}": text for name, text in values.items()}


def withdrawal(number: int, **more: str) -> dict[str, str]:
    """The subject leaves, at a visit of early termination."""
    return seen({"ET": number}) | ending("ET", number, "WITHDRAWAL BY SUBJECT", DSTERM="moved away", DSFUOK="N", DSDATAOK="Y", **more)


def death(number: int, relation: str = "NOT RELATED", **more: str) -> dict[str, str]:
    """A fatal event with its report; the visit of early termination cannot take place."""
    told = event(1, "Myocardial infarction", day(number), "5", relation, serious=True, action="NOT APPLICABLE")
    told |= {"AE.AEONGO#1@LOG": "N", "AE.AEENDAT#1@LOG": day(number), "AE.AEOUT#1@LOG": "FATAL", "AE.AESDTH#1@LOG": "Y", "AE.AEEXP#1@LOG": "UNEXPECTED"}
    report = {
        "SAEDX": "Myocardial infarction", "SAETX": "Resuscitation", "DTHDAT": day(number), "DTHCAUS": "Myocardial infarction", "DTHAUT": "N",
        "SAETYPE": "INITIAL", "SAEAWARE": f"{day(number)}T10:00", "SAEREP": f"{day(number)}T12:00", "SAEREPBY": "Demo", "SAEINST": f"{day(number)}T12:00",
        "SAEEC": f"{day(number)}T12:00",
    }  # fmt: skip
    told |= {f"SAE.{name}@LOG": text for name, text in report.items()}
    return told | {"SV.SVOCCUR@ET": "N", "SV.SVREASOC@ET": "OTHER"} | ending("ET", number, "DEATH", DTHDAT=day(number), **more)


_NOT_ENROLLED = {"SAFFL": "N", "SCRFFL": "Y", "COMPLFL": "N"}
_WEEK12 = {"SV.EXT24@W12": "N", "SV.EXT24RS@W12": "lives far away"}
_EXTENDED = {"SV.EXT24@W12": "Y", "SV.EXT24RS@W12": "still open"}
_OPEN = wound("W2", day(14), "6.40") | wound("W4", day(28), "4.00") | wound("W12", day(84), "2.00")
_SESSIONS_A = (("W1", "W2", 14),)
_SESSIONS_C = (("D7", "D28", 28),)
_B_WEEKS, _C_WEEKS = weeks(4, 12, 24, 36, 48, 72, 96), weeks(8, 12, 16, 24, 36, 52, 78, 104)
_FALLEN = "0011", 3


OUTCOMES = (
    Outcome(
        "A: week 12, not extended", A, "week1",
        seen(weeks(*range(2, 13))) | _OPEN | _WEEK12 | ending("W12", 84), "completed", {"W12": "started", "HC": "", "W24": ""},
        {"SAFFL": "Y", "COMPLFL": "Y", "NSESS": "3", "EXT24FL": "N", "WRATE_W12": "-77.8", "HEAL12": "N"}, _SESSIONS_A, "W12",
    ),
    Outcome(
        "A: extension to week 24", A, "week1",
        seen(weeks(*range(2, 25))) | _OPEN | _EXTENDED | wound("W24", day(168), "1.00") | ending("W24", 168), "completed",
        {"W13": "started", "W24": "started"}, {"COMPLFL": "Y", "EXT24FL": "Y", "WRATE_W24": "-88.9", "TTHCNSR": "1"}, _SESSIONS_A, "W24",
    ),
    Outcome(
        "A: healed early and confirmed", A, "week1",
        seen(weeks(*range(2, 13))) | wound("W6", day(42), "0") | wound("W8", day(56), "0") | wound("W12", day(84), "0") | ending("W12", 84), "completed",
        {"W12": "started", "W13": ""}, {"COMPLFL": "Y", "HEAL12": "Y", "TTH": "42", "TTHCNSR": "0", "EXT24FL": "N"}, _SESSIONS_A, "W12",
    ),
    Outcome(
        "A: screen failure", A, "screened", {"WAG.WAGNER@SCR": "1", "IE.IEINVYN@SCR": "N"}, "screen_failure",
        {"D0": "not_applicable", "W12": "not_applicable"}, _NOT_ENROLLED,
    ),
    Outcome(
        "A: early termination after two sessions", A, "week1", withdrawal(30), "withdrawn", {"W2": "not_applicable", "W12": "not_applicable", "ET": "started"},
        {"SAFFL": "Y", "COMPLFL": "N", "NSESS": "2"}, (), "ET",
    ),
    Outcome("A: death", A, "week1", death(40), "withdrawn", {"ET": "missed", "W12": "not_applicable"}, {"COMPLFL": "N", "SAFFL": "Y"}, (), "ET"),
    Outcome(
        "B: cells to week 96", B, "day15", seen(_B_WEEKS) | tcss("W24", day(168), *_FALLEN) | ending("W96", 672), "completed", {"W96": "started"},
        {"COMPLFL": "Y", "ARM": "MSC", "ARMA": "MSC", "MISRANDFL": "N", "TCSSCHG_W24": "-9", "LADOSE": ""}, (), "W96",
    ),
    Outcome(
        "B: infusions to week 96", B, "infused", seen({"D15": 15} | _B_WEEKS) | tcss("W24", day(168), *_FALLEN) | ending("W96", 672), "completed",
        {"D15": "started", "W96": "started"}, {"COMPLFL": "Y", "ARM": "LA", "ARMA": "LA", "LADOSE": "9000", "LACONS": "Y", "MSCCELL": ""}, (), "W96",
    ),
    Outcome(
        "B: screen failure", B, "screened", {"ABI.DPSBP_R@SCR": "90", "ABI.PTSBP_R@SCR": "90", "IE.IEINVYN@SCR": "N"}, "screen_failure",
        {"BL": "not_applicable", "W96": "not_applicable"}, _NOT_ENROLLED | {"RANDFL": "N"},
    ),
    Outcome("B: early termination after infusions", B, "infused", withdrawal(60), "withdrawn", {"W12": "not_applicable"}, {"COMPLFL": "N", "ARMA": "LA"}, (), "ET"),
    Outcome(
        "B: early termination after cells", B, "day15", withdrawal(60), "withdrawn", {"W12": "not_applicable"}, {"COMPLFL": "N", "ARMA": "MSC"}, (), "ET",
    ),
    Outcome(
        "B: death after cells", B, "day15", death(70, "POSSIBLE"), "withdrawn", {"ET": "missed"}, {"SAEFL": "Y", "NSAE": "1", "RELAEFL": "Y"}, (), "ET",
    ),
    Outcome("B: death after infusions", B, "infused", death(70), "withdrawn", {"ET": "missed"}, {"SAEFL": "Y", "NSAE": "1", "RELAEFL": "N"}, (), "ET"),
    Outcome(
        "C: cells to week 104", C, "day7", seen({"D28": 28} | _C_WEEKS) | tcss("W24", day(168), *_FALLEN) | ending("W104", 728), "completed",
        {"D28": "started", "W104": "started"},
        {"COMPLFL": "Y", "ARM": "EXP", "ARMA": "EXP", "MISRANDFL": "N", "TCSSCHG_W24": "-7", "CELLREL_AE": "N"}, _SESSIONS_C, "W104",
    ),
    Outcome(
        "C: control to week 104", C, "control_day0",
        seen({"D7": 7, "D28": 28} | _C_WEEKS) | tcss("W24", day(168), "1122", 5) | ending("W104", 728, DSTRTYN="Y"), "completed", {"W104": "started"},
        {"COMPLFL": "Y", "ARM": "CON", "ARMA": "CON", "MISRANDFL": "N", "TCSSCHG_W24": "-1", "CELLREL_AE": ""}, (), "W104",
    ),
    Outcome(
        "C: screen failure", C, "screened", {"LBA1C.HBA1C_LBORRES@SCR": "12.6", "IE.IEINVYN@SCR": "N"}, "screen_failure",
        {"RND": "not_applicable", "W104": "not_applicable"}, _NOT_ENROLLED | {"RANDFL": "N"},
    ),
    Outcome(
        "C: early termination after two sessions", C, "day7", withdrawal(60), "withdrawn", {"D28": "not_applicable", "W104": "not_applicable"},
        {"COMPLFL": "N", "ARMA": "EXP", "SAFFL": "Y"}, (), "ET",
    ),
    Outcome(
        "C: early termination of the control arm", C, "control_day0", withdrawal(60, DSTRTYN="N"), "withdrawn", {"W12": "not_applicable"},
        {"COMPLFL": "N", "ARMA": "CON"}, (), "ET",
    ),
    Outcome(
        "C: death after cells", C, "day7", death(50, "POSSIBLE"), "withdrawn", {"ET": "missed"},
        {"SAEFL": "Y", "CELLRELGR": "5", "CELLREL_G5": "1", "CELLREL_AE": "Y"}, (), "ET",
    ),
    Outcome(
        "C: death in the control arm", C, "control_day0", death(50, DSTRTYN="N"), "withdrawn", {"ET": "missed"}, {"SAEFL": "Y", "CELLREL_AE": ""}, (), "ET",
    ),
)  # fmt: skip
"""Each trial, arm and outcome."""
