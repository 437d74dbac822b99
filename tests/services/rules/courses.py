"""Courses of subjects whose endpoint variables are computed twice: what is typed on top of a base story of each trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Course:
    """A story and what follows: values typed page by page, as the worked cases write them."""

    name: str
    trial: str
    base: str
    values: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    now: str = "2026-12-01T12:00:00"


def visit(oid: str, day: str, adverse: str = "N") -> dict[str, str]:
    """The head of a visit that took place."""
    reason = {f"SV.SVUPDES@{oid}": "SUBJ"} if oid.startswith("UNS") else {}
    return {f"SV.SVOCCUR@{oid}": "Y", f"SV.VISDAT@{oid}": day, f"SV.SVCNTMOD@{oid}": "ONSITE", f"SV.AEYN@{oid}": adverse, **reason}


def tcss(visit: str, day: str, reflexes: str, positive: int) -> dict[str, str]:
    """A TCSS with four reflexes as given and `positive` of the eleven other answers at 1."""
    tested = ("TCSPAIN", "TCSNUMB", "TCSTING", "TCSWEAK", "TCSATAX", "TCSUPP", "TCSPIN", "TCSTEMP", "TCSTOUCH", "TCSVIB", "TCSPOS")
    values = {"TCSDAT": day, "TCSRATER": "Rater One"} | dict(zip(("TCSKNR", "TCSKNL", "TCSANR", "TCSANL"), reflexes, strict=True))
    values |= {name: "1" if number < positive else "0" for number, name in enumerate(tested)}
    return {f"TCSS.{name}@{visit}": value for name, value in values.items()}


def nerves(visit: str, day: str, speeds: Mapping[tuple[str, str, str], str]) -> dict[str, str]:
    """Nerve conduction: the speed of each nerve."""
    values = {"NCSPERF": "Y", "NCSDAT": day, "NCSTEMP": "32.0", "NCSLAB": "EMG laboratory"}
    for row, ((nerve, side, kind), speed) in enumerate(speeds.items(), 1):
        values |= {f"NCSNERV#{row}": nerve, f"NCSLAT#{row}": side, f"NCSTYPE#{row}": kind, f"NCSNR#{row}": "N", f"NCSCV#{row}": speed}
    return {f"NCS.{name}@{visit}": value for name, value in values.items()}


def event(row: int, term: str, start: str, grade: str, relation: str, *, serious: bool = False, action: str = "DOSE NOT CHANGED", left: str = "N") -> dict[str, str]:
    """A row of the adverse-event log."""
    values = {"AETERM": term, "AESTDAT": start, "AEONGO": "Y", "AETOXGR": grade, "AESER": "Y" if serious else "N", "AEREL": relation, "AEACN": action,
              "AEACNOTH": "NONE", "AEDISC": left, "AEOUT": "NOT RECOVERED/NOT RESOLVED"}  # fmt: skip
    return {f"AE.{name}#{row}@LOG": value for name, value in values.items()}


def _pain(visit: str, day: str, score: str) -> dict[str, str]:
    return {f"VAS.{name}@{visit}": value for name, value in {"VASPERF": "Y", "VASDAT": day, "VASREC": "AVG24", "VASSCORE": score}.items()}


def _symptoms(visit: str, day: str, pain: str, often: str) -> dict[str, str]:
    values = {"TSSPERF": "Y", "TSSDAT": day, "TSSRATER": "Rater One", "TSSPAINI": pain, "TSSBURNI": "0", "TSSPARAI": "0", "TSSNUMBI": "1", "TSSNUMBF": "2"}
    values |= {"TSSPAINF": often} if pain != "0" else {}
    return {f"TSS.{name}@{visit}": value for name, value in values.items()}


def wound(visit: str, day: str, area: str, *, ulcer: int = 1, method: str = "PLANIMETRY") -> dict[str, str]:
    """A measured wound; an area of "0" is healed."""
    values = {"WNDDAT": day, "WNDHEAL": "Y"} if area == "0" else {"WNDDAT": day, "WNDHEAL": "N", "WNDDEBR": "N", "WNDMETH": method}
    if area != "0":
        values |= {"WNDPLAN": area} if method == "PLANIMETRY" else {"WNDLEN": area[:-1], "WNDWID": "1.0"}
    return {f"WND#{ulcer}.{name}@{visit}": value for name, value in values.items()}


def wagner(visit: str, day: str, grade: str, ulcer: int = 1) -> dict[str, str]:
    """The grade of an ulcer."""
    return {f"WAG#{ulcer}.WAGDAT@{visit}": day, f"WAG#{ulcer}.WAGNER@{visit}": grade}


SIX = {("CPN", "RIGHT", "MOTOR"): "40.5", ("CPN", "LEFT", "MOTOR"): "38.0", ("PTN", "RIGHT", "MOTOR"): "42.0", ("PTN", "LEFT", "MOTOR"): "44.1",
        ("DPN", "RIGHT", "MOTOR"): "41.9", ("DPN", "LEFT", "MOTOR"): "45.0"}  # fmt: skip
SURAL = {("CPN", "RIGHT", "MOTOR"): "41.5", ("CPN", "LEFT", "MOTOR"): "40.0", ("PTN", "RIGHT", "MOTOR"): "42.0", ("PTN", "LEFT", "MOTOR"): "43.3",
          ("SURAL", "RIGHT", "SENSORY"): "44.0", ("SURAL", "LEFT", "SENSORY"): "46.2"}  # fmt: skip


def _flow(visit: str, day: str, velocity: str) -> dict[str, str]:
    values = {"USPERF": "Y", "USDAT": day, "USLAT#5": "RIGHT", "USSEG#5": "POPA", "USSTEN#5": "NORMAL", "USPSV#5": velocity, "USCLSIG": "NORMAL"}
    return {f"US.{name}@{visit}": value for name, value in values.items()}


def _area(visit: str, day: str, area: str) -> dict[str, str]:
    values = {"NUSPERF": "Y", "NUSDAT": day, "NUSYN": "Y", "NUSNERV": "TIB", "NUSLAT": "LEFT", "NUSSITE": "ANKLE", "NUSCSA": area}
    return {f"NUS.{name}@{visit}": value for name, value in values.items()}


def _hba1c(visit: str, day: str, value: str) -> dict[str, str]:
    return {f"LBA1C.{name}@{visit}": text for name, text in {"LBPERF": "Y", "LBDAT": day, "LBNAM": "SITE", "HBA1C_LBORRES": value}.items()}


_C_EVENTS = (
    event(1, "Bruise at the leg", "2026-03-02", "1", "PROBABLE") | event(2, "Fever", "2026-03-09", "3", "POSSIBLE", serious=True)
    | {"AE.AESHOSP#2@LOG": "Y"} | event(3, "Cold", "2026-04", "2", "UNLIKELY") | event(4, "Rash", "2026-02-20", "2", "RELATED")
)  # fmt: skip
_DEVIATION = {"DV.DVTERM@LOG": "Visit outside its window", "DV.DVCAT@LOG": "VISIT", "DV.DVSEV@LOG": "IMPORTANT", "DV.DVSTDAT@LOG": "2026-05-06"}

COURSES = (
    Course(
        "cells: windows, nerves, events", "NCT07183761", "day7",
        _pain("D0", "2026-03-02", "6.5") | _symptoms("D0", "2026-03-02", "2", "1") | visit("D28", "2026-03-30") | tcss("D28", "2026-03-30", "1122", 4)
        # week 8: the visit itself is outside its window, an unscheduled one inside counts
        | visit("W8", "2026-05-06") | tcss("W8", "2026-05-06", "0000", 2) | visit("UNS", "2026-04-25") | tcss("UNS", "2026-04-25", "1111", 3)
        # week 12 not done; week 16: the unscheduled one is closer to the planned day
        | visit("W16", "2026-06-18") | tcss("W16", "2026-06-18", "1111", 2) | visit("UNS#2", "2026-06-23") | tcss("UNS#2", "2026-06-23", "0111", 2)
        | visit("W24", "2026-08-20", "Y") | tcss("W24", "2026-08-20", "0011", 2) | nerves("W24", "2026-08-20", SIX) | _pain("W24", "2026-08-20", "3.0")
        | _symptoms("W24", "2026-08-20", "0", "") | _hba1c("W12", "2026-05-25", "7.4") | _flow("W24", "2026-08-20", "61.5")
        | _flow("SCR", "2026-02-05", "48.3") | _area("SCR", "2026-02-06", "14.5") | _area("W24", "2026-08-20", "12.0") | _C_EVENTS | _DEVIATION,
        {"nerve_ultrasound": "Y"},
    ),
    Course("control arm", "NCT07183761", "control_day0", visit("W24", "2026-08-10") | tcss("W24", "2026-08-10", "1122", 7)),
    Course("screened only", "NCT07183761", "screened", {}),
    Course(
        "injected, seen to week 12", "NCT05507697", "day15",
        visit("W4", "2026-03-30") | tcss("W4", "2026-03-30", "1122", 5) | visit("W12", "2026-05-25") | tcss("W12", "2026-05-25", "0112", 4)
        | nerves("W12", "2026-05-25", SURAL) | event(1, "Swelling", "2026-03-02", "1", "RELATED") | event(2, "Fall", "2026-04-02", "2", "NOT RELATED"),
    ),
    Course("infused", "NCT05507697", "infused", visit("W4", "2026-04-10") | tcss("W4", "2026-04-10", "1122", 6)),
    Course(
        "healed and stopped", "NCT05999656", "week1",
        visit("W2", "2026-03-16") | wound("W2", "2026-03-16", "6.55") | visit("W3", "2026-03-23") | wound("W3", "2026-03-23", "4.20", method="LXW")
        | visit("W4", "2026-03-30") | wound("W4", "2026-03-30", "4.50") | visit("W5", "2026-04-06") | wound("W5", "2026-04-06", "0")
        | visit("W7", "2026-04-20") | wound("W7", "2026-04-20", "0") | {"WND.WNDSTOP@W7": "HEALED"} | _pain("D0", "2026-03-02", "5.0")
        | _pain("W12", "2026-05-25", "2.5") | _symptoms("D0", "2026-03-02", "3", "3") | _symptoms("W12", "2026-05-24", "1", "1")
        | event(1, "Pain at the site", "2026-03-02", "1", "RELATED") | {"SV.AEYN@W4": "Y", "DS.DSCOMP@W24": "Y", "DS.DSSTDAT@W24": "2026-05-25"},
    ),
    Course(
        "two ulcers, one opens again", "NCT05999656", "ready",
        {"DFH.ULCTARG#2@SCR": "Y", "DFH.ULCLAT#2@SCR": "LEFT", "DFH.ULCLOC#2@SCR": "MTH1", "DFH.ULCSTDAT#2@SCR": "2025-09-01"}
        | wound("SCR", "2026-02-05", "2.00", ulcer=2) | wagner("SCR", "2026-02-05", "3", 2) | {"INJ.EXPERF@D0": "Y"} | visit("W2", "2026-03-16") | wound("W2", "2026-03-16", "6.55")
        | wound("W2", "2026-03-16", "0", ulcer=2) | visit("W3", "2026-03-23") | wound("W3", "2026-03-23", "5.00") | visit("W4", "2026-03-30")
        | wound("W4", "2026-03-30", "3.10") | wound("W4", "2026-03-30", "0.50", ulcer=2) | visit("W12", "2026-05-26") | wagner("W12", "2026-05-26", "1")
        | wagner("W12", "2026-05-26", "2", 2) | wound("W12", "2026-05-26", "1.00") | wound("W12", "2026-05-26", "0.40", ulcer=2)
        | event(1, "Infection of the wound", "2026-03-20", "3", "POSSIBLE", action="DRUG WITHDRAWN") | {"SV.AEYN@W4": "Y"},
    ),
)  # fmt: skip
