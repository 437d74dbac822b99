"""What stands on the pages of this trial where it differs from the other trial of neuropathy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from crf_app.services.demo import pages
from crf_app.services.demo.figures import shown
from crf_app.services.demo.neuropathy import pages as neuropathy
from crf_app.services.demo.pages import STAFF, Subject, Values, Visit

POINTS_A_SIDE = 10
VOLUME = "20.00"
_NEVER = ("MALIG", "BCC", "HEMD", "CTPART", "ALLCELL", "PSYCH", "RRT")
_NOT_ASKED_OF_A_SESSION = ("INJPLAN", "INJDEPPT")
_DEEP_PERONEAL: neuropathy.Nerve = ("48.0", "4.0", 38.9, "4.50", 2.8)
_SEGMENTS = 9


def treated_before(one: Subject) -> Values:
    """Conventional treatment of a year that changed little."""
    begun, ended = one.consent - timedelta(days=400), one.consent - timedelta(days=20)
    return {
        "NEUPSTDAT": str(one.consent.year - 4), "PRTXSTDAT": begun.isoformat(), "PRTXENDAT": ended.isoformat(), "TCSSPRE": "15",
        "TCSSPREDAT": begun.isoformat(),
    }  # fmt: skip


def history(one: Subject) -> Values:
    """None of the conditions that exclude."""
    del one
    never = {f"{name}_MHOCCUR": "N" for name in _NEVER}
    return never | {"NYHA": "1", "AMPNEED": "N", "SYSINF": "N", "AUTOIM": "N", "CHILDPLAN2Y": "N"}


def conventional_therapy(one: Subject, visit: Visit) -> Values:
    """The same as before."""
    del one
    return {"CTCDAT": visit.day.isoformat(), "CTCGLU": "SAME", "CTCPAIN": "NONE", "CTCNEU": "SAME", "CTCRISK": "SAME"}


def glycated(one: Subject, visit: Visit) -> Values:
    """As the panel has it, but where screening failed for it."""
    return pages.laboratory(one, visit, "LBA1C") | ({"HBA1C_LBORRES": "12.6"} if one.plan.failure == "hba1c" else {})


def conduction(one: Subject, visit: Visit) -> Values:
    """The nerves that the criterion names."""
    return neuropathy.conduction(one, visit, _DEEP_PERONEAL)


def not_measured(visit: Visit) -> Values:
    """Nerve conduction that was not done."""
    del visit
    return {"NCSPERF": "N"}


def arteries(one: Subject, visit: Visit) -> Values:
    """Nine segments a side with the peak velocity of the flow."""
    values = {"USPERF": "Y", "USDAT": visit.day.isoformat(), "USOPER": STAFF, "USCLSIG": "NORMAL"}
    for row in range(1, 2 * _SEGMENTS + 1):
        velocity = 96 - 5 * ((row - 1) % _SEGMENTS) + one.random.uniform(-4, 4) + max(0, visit.study_day) / 40
        values |= {f"USSTEN#{row}": "NORMAL", f"USPSV#{row}": shown(velocity, 1)}
    return values


def examination(one: Subject, visit: Visit) -> Values:
    """Everything at screening and on day 0, afterwards what the study asks for."""
    found = Visit("SCR" if visit.event in ("SCR", "D0") else visit.event, visit.day, visit.study_day)
    return neuropathy.examination(one, found)


def injection(one: Subject, visit: Visit) -> Values:
    """Ten points of 1 mL into the muscles of each lower leg."""
    values = neuropathy.injection(one, visit, POINTS_A_SIDE)
    return {name: text for name, text in values.items() if name not in _NOT_ASKED_OF_A_SESSION}


_OWN: Mapping[str, Callable[[Subject, Visit], Values]] = {
    "DPNH": lambda one, _: treated_before(one), "ELH": lambda one, _: history(one), "CTC": conventional_therapy, "LBA1C": glycated,
    "NCS": conduction, "US": arteries, "PE": examination,
}  # fmt: skip


def page(one: Subject, visit: Visit, form: str, arm: str) -> Values:
    """The texts of a form that needs nothing but subject, visit and arm."""
    return _OWN[form](one, visit) if form in _OWN else neuropathy.page(one, visit, form, arm)
