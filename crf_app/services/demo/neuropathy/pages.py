"""What stands on the pages of the trials of neuropathy beside those that every trial has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from crf_app.services.demo import pages
from crf_app.services.demo.desk import Desk
from crf_app.services.demo.figures import shown
from crf_app.services.demo.logs import log, medicine
from crf_app.services.demo.pages import STAFF, Subject, Values, Visit
from crf_app.study.outlines import LEG, region_at

POINTS_A_SIDE = 12
AFTER = ("11:05", "11:20", "11:50")
"""15, 30 and 60 minutes after the end of the injection."""
_NEVER = ("MALIG", "BCC", "HEMD", "STEMTR", "CTPART", "ALLCELL", "FOOTULC", "FOOTINF", "AMPUT", "ALCDRUG")
_SYSTEMS = ("GEN", "SKIN", "HEENT", "THYR", "LYMPH", "CHEST", "HEART", "ABD", "SPINE", "NEURO", "FOOT")
_TARGETED = ("SKIN", "LYMPH", "NEURO", "FOOT")
_WORST = {
    "TCSPAIN": 1, "TCSNUMB": 1, "TCSTING": 1, "TCSWEAK": 1, "TCSATAX": 0, "TCSUPP": 0, "TCSKNR": 1, "TCSKNL": 1, "TCSANR": 2, "TCSANL": 2,
    "TCSPIN": 1, "TCSTEMP": 1, "TCSTOUCH": 1, "TCSVIB": 1, "TCSPOS": 0,
}  # fmt: skip
# What becomes better, in this order, one point at a time.
_BETTER = ("TCSPAIN", "TCSTING", "TCSANR", "TCSTEMP", "TCSANL", "TCSTOUCH")
_MILD = ("TCSWEAK", "TCSKNR", "TCSKNL", "TCSTOUCH", "TCSTEMP")
Nerve = tuple[str, str, float, str, float]
"""Reference mean and standard deviation of the velocity (m/s), velocity, latency (ms) and amplitude found."""
COMMON: tuple[Nerve, Nerve] = (("48.3", "4.2", 37.5, "4.60", 3.1), ("46.0", "4.0", 36.4, "4.40", 3.8))
_SURAL: Nerve = ("50.0", "5.0", 38.6, "3.20", 6.2)


def demographics(one: Subject) -> Values:
    """Smoking and alcohol are required here."""
    return pages.demographics(one) | {"SMOKE": "NEVER", "ALCOHOL": "OCC"}


def diabetes(one: Subject) -> Values:
    """Long enough for a neuropathy."""
    return pages.diabetes(one) | {"DMCOMP": "DPN;DR"}


def neuropathy(one: Subject) -> Values:
    """A year of the three drugs that changed little."""
    begun, ended = one.consent - timedelta(days=400), one.consent - timedelta(days=20)
    return {
        "NEUPSTDAT": str(one.consent.year - 4), "PRTXLA": "Y", "PRTXMC": "Y", "PRTXEP": "Y", "PRTXSTDAT": begun.isoformat(),
        "PRTXENDAT": ended.isoformat(), "TCSSPRE": "15", "TCSSPREDAT": begun.isoformat(),
    }  # fmt: skip


def history(one: Subject) -> Values:
    """None of the conditions that exclude."""
    return {**{f"{name}_MHOCCUR": "N" for name in _NEVER}, **({"CHILDPLAN": "N"} if one.person.sex == "F" else {})}


def examination(one: Subject, visit: Visit) -> Values:
    """Everything before the treatment, afterwards what the study asks for."""
    del one
    found = {f"{name}_PERES": "NORMAL" for name in (_SYSTEMS if visit.event in ("SCR", "BL") else _TARGETED)}
    return {"PEPERF": "Y", "PEDAT": visit.day.isoformat(), **found, "NEURO_PERES": "NCS", "NEURO_PEDESC": "双足感觉减退，见神经病变检查"}


def five_tests(one: Subject, visit: Visit) -> Values:
    """All five abnormal on both sides."""
    del one
    tests = {f"{name}_{side}": "Y" for name in ("ANKREFX", "PINPR", "VIBR", "TEMPS") for side in "RL"}
    return {"DPNXDAT": visit.day.isoformat(), "SYMPANY": "Y", **tests, "PRESS_R": "3", "PRESS_L": "3", "CONSIST": "Y", "NEUROTH": "N"}


def score(one: Subject, visit: Visit, arm: str) -> Values:
    """Severe at first; with time some points fewer, in the cell arm more of them."""
    answers = dict(_WORST)
    if one.plan.failure == "tcss":
        answers |= dict.fromkeys(_MILD, 0)
    for name in _BETTER[: max(0, min(visit.study_day // (60 if arm in ("MSC", "EXP") else 130), len(_BETTER)))]:
        answers[name] -= 1
    return {"TCSDAT": visit.day.isoformat(), "TCSRATER": STAFF, **{name: str(points) for name, points in answers.items()}}


def conduction(one: Subject, visit: Visit, third: Nerve = _SURAL) -> Values:
    """Common peroneal, posterior tibial and a third nerve on both sides, slower than the laboratory's reference."""
    values = {"NCSPERF": "Y", "NCSDAT": visit.day.isoformat(), "NCSTEMP": shown(one.random.uniform(31.4, 33.0), 1), "NCSLAB": "本院神经电生理室"}
    gain = max(0, visit.study_day) / 250
    for row in range(1, 7):
        mean, deviation, velocity, latency, amplitude = (*COMMON, third)[(row - 1) // 2]
        values |= {
            f"NCSNR#{row}": "N", f"NCSCV#{row}": shown(velocity + gain + one.random.uniform(-0.4, 0.4), 1),
            f"NCSAMP#{row}": shown(amplitude + one.random.uniform(-0.3, 0.3), 2), f"NCSLATN#{row}": latency, f"NCSREFM#{row}": mean, f"NCSREFSD#{row}": deviation,
        }  # fmt: skip
    return values


def ankle_pressure(one: Subject, visit: Visit) -> Values:
    """Normal, unless the screening failed for it."""
    ankle = 102 if one.plan.failure == "abi" else 136
    feet = {f"{name}_{side}": str(ankle + one.random.randint(-3, 6)) for name in ("DPSBP", "PTSBP") for side in "RL"}
    return {"ABIPERF": "Y", "ABIDAT": visit.day.isoformat(), "BRSBP_R": "128", "BRSBP_L": "126", **feet}


def electrocardiogram(one: Subject, visit: Visit) -> Values:
    """Sinus rhythm."""
    return {
        "EGPERF": "Y", "EGDAT": visit.day.isoformat(), "EGTIM": "08:50", "EGHR_EGORRES": str(one.random.randint(62, 80)),
        "PR_EGORRES": str(one.random.randint(140, 180)), "QRS_EGORRES": str(one.random.randint(84, 100)),
        "QT_EGORRES": str(one.random.randint(366, 384)), "EGARR": "N", "EGCLSIG": "NORMAL",
    }  # fmt: skip


def background_therapy(one: Subject, visit: Visit) -> Values:
    """The same as before."""
    del one
    return {"CTCDAT": visit.day.isoformat(), "CTCGLU": "SAME", "CTCPAIN": "NONE", "CTCLA": "SAME", "CTCMC": "SAME", "CTCEP": "SAME"}


def long_term(one: Subject, visit: Visit) -> Values:
    """Nothing of what is looked for."""
    del one
    asked = ("NEO", "AUT", "INF", "HOSP", "LUMP", "ULC", "AMP", "PREG")
    day = visit.day.isoformat()
    return {"LTSDAT": day, "LTSMODE": "ONSITE", "LTSALIVE": "Y", "LTSALDAT": day, **{f"LTS{name}": "N" for name in asked}}


def serology(visit: Visit) -> Values:
    """Negative."""
    return {"LBPERF": "Y", "LBDAT": visit.day.isoformat(), "LBTIM": "07:40", "LBNAM": pages.LABORATORY, "HIV_LBORRES": "NEG", "HBSAG_LBORRES": "NEG"}


def product(visit: Visit, random: Random, volume: str = "24.00") -> Values:
    """What is entered when the cells arrive, before anything is injected."""
    day = visit.day.isoformat()
    return {
        "PRODLOT": f"DEMO-{visit.day:%y%m%d}", "PRODCERT": f"COA-DEMO-{visit.day:%y%m%d}", "PRODRELDT": f"{day}T06:30", "PRODEXPDT": f"{day}T18:30",
        "PRODVIA": shown(random.uniform(90, 96), 1), "PRODCONC": shown(random.uniform(4.8, 5.2), 2), "PRODVOL": volume, "PRODAPP": "Y",
        "PRODTEMP": shown(random.uniform(4, 7), 1), "STODT": f"{day}T09:20",
    }  # fmt: skip


def injection(one: Subject, visit: Visit, points: int = POINTS_A_SIDE) -> Values:
    """So many points of 1 mL into the muscles of each lower leg, two centimetres apart."""
    day = visit.day.isoformat()
    values = {
        "EXPERF": "Y", "EXSTDAT": day, "EXSTTIM": "10:00", "EXENDAT": day, "EXENTIM": "10:50", "INJANLG": "N", "EXROUTE": "INTRAMUSCULAR", "INJSPACE": "2.0",
        "INJPLAN": str(2 * points), "INJVOLPT": "1.00", "INJDEPPT": "1.25", "INJOPER": STAFF, "INJOBS": STAFF, "INJDECL": str(2 * points),
        "INJDISC": "0", "INJRX": "N", "INJPAIN": str(one.random.randint(2, 4)),
    }  # fmt: skip
    for row in range(1, 2 * points + 1):
        side = "RIGHT" if row <= points else "LEFT"
        place = (row - 1) % points
        view, left, top = ("ANTERIOR", 0.50, 0.34) if place < 4 else ("POSTERIOR", 0.35 if place < 8 else 0.57, 0.34)
        x, y = left + (place % 2) * 0.06, top + (place % 4 // 2) * 0.08
        region = region_at(LEG[view], x, y)
        values |= {
            f"INJPTLAT#{row}": side, f"INJPTREG#{row}": region, f"INJPTMAP#{row}": f"{view};{side};{x:.2f};{y:.2f};{region}",
            f"INJPTDEP#{row}": "1.25", f"INJPTVOL#{row}": "1.00",
        }  # fmt: skip
    return values


def infusion(one: Subject, visit: Visit, row: int, *, given: bool, reaction: bool) -> Values:
    """One day of the infusion log."""
    head = {f"EXPERF#{row}": "Y" if given else "N", f"EXSTDAT#{row}": (visit.day + timedelta(days=row - 1)).isoformat()}
    if not given:
        return head | {f"EXREASND#{row}": "发热38.2℃，当日暂停"}
    return head | {
        f"EXSTTIM#{row}": "09:30", f"EXENTIM#{row}": "10:15", f"EXDOSE#{row}": "600", f"EXLOT#{row}": "LA-DEMO-1", f"LADIL#{row}": "NS",
        f"LADILVOL#{row}": "250", f"LAPREP#{row}": "09:05", f"LALIGHT#{row}": "Y", f"LAGLUC#{row}": shown(one.random.uniform(6.2, 9.4), 1),
        f"LARX#{row}": "Y" if reaction else "N", **({f"LARXSP#{row}": "HEADP"} if reaction else {}),
    }  # fmt: skip


def background(desk: Desk, one: Subject) -> None:
    """Earlier diseases and the medication at the start: glucose, blood pressure, and the three drugs for the nerves."""
    desk.fill(log(one.number, "MH"), {"MHYN": "Y", "MHTERM#1": "高血压", "MHSTDAT#1": str(one.consent.year - 5), "MHONGO#1": "Y", "MHTRT#1": "Y"})
    begun = (one.consent - timedelta(days=400)).isoformat()
    drugs = (
        ("甘精胰岛素", "GLUC", "16", "IU", "QD", "SUBCUTANEOUS", f"{one.consent.year - 3}-03", "STUDY", "糖尿病"),
        ("二甲双胍", "GLUC", "0.5", "g", "BID", "ORAL", f"{one.consent.year - 6}", "STUDY", "糖尿病"),
        ("氨氯地平", "BP", "5", "mg", "QD", "ORAL", f"{one.consent.year - 5}", "MH", "高血压"),
        ("硫辛酸胶囊", "NEURO", "0.2", "g", "TID", "ORAL", begun, "STUDY", "糖尿病周围神经病变"),
        ("甲钴胺", "NEURO", "0.5", "mg", "TID", "ORAL", begun, "STUDY", "糖尿病周围神经病变"),
        ("依帕司他", "NEURO", "50", "mg", "TID", "ORAL", begun, "STUDY", "糖尿病周围神经病变"),
    )
    rows = {name: text for row, drug in enumerate(drugs, 1) for name, text in medicine(row, *drug).items()}
    form = log(one.number, "CM")
    desk.fill(form, desk.asked(form, {"CMYN": "Y", **rows, "CMMHNO#3": "LOG/MH/MH#1"}))
    desk.fill(log(one.number, "PR"), {"PRYN": "N"})


_ONCE: Mapping[str, Callable[[Subject], Values]] = {"ICF": pages.consent, "DM": demographics, "DMH": diabetes, "DPNH": neuropathy, "ELH": history}
_PLAIN: Mapping[str, Callable[[Subject, Visit], Values]] = {
    "VS": pages.vitals, "PE": examination, "PREG": pages.pregnancy, "DPNX": five_tests, "NCS": conduction, "ABI": ankle_pressure,
    "EG": electrocardiogram, "CTC": background_therapy, "LTS": long_term,
}  # fmt: skip


def page(one: Subject, visit: Visit, form: str, arm: str) -> Values:
    """The texts of a form that needs nothing but subject, visit and arm."""
    if form in _ONCE:
        return _ONCE[form](one)
    if form == "TCSS":
        return score(one, visit, arm)
    if form == "LBSER":
        return serology(visit)
    return _PLAIN[form](one, visit) if form in _PLAIN else pages.laboratory(one, visit, form)
