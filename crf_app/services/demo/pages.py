"""What stands on each page: one function for each form, giving the texts that are typed into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crf_app.clinical.keys import FormKey
from crf_app.services.demo.figures import PANELS, Person, Wound, panel, shown, vital_signs
from crf_app.services.demo.plans import Course, Plan
from crf_app.study.outlines import FOOT, Region, region_at

Values = dict[str, str]
LABORATORY = "SITE"
STAFF = "演示研究人员"
_LOCATIONS = ("HEEL", "MTH1", "LATFOOT", "DORSUM", "HALLUX")
_DORSUM = Region("DORSUM", 0.50, 0.45, 0.16, 0.12)
"""The back of the foot has no outline of its own: what is left of the drawing."""
_NEVER = ("DKA", "HHS", "THYR", "MALIG", "BCC", "MI", "CI", "COAGD", "CELLTX", "GFTOP", "CTPART", "ALLCELL", "PSYCH")
_SYSTEMS = ("GEN", "SKIN", "HEENT", "THYR", "LYMPH", "CHEST", "HEART", "ABD", "SPINE", "NEURO", "FOOT")
_TARGETED = ("SKIN", "LYMPH", "FOOT")
POINTS = 9


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that takes place: its OID, the day, and how many days after the first injection that is."""

    event: str
    day: date
    study_day: int
    injection: bool = False

    @property
    def whole_examination(self) -> bool:
        """Screening and baseline examine everything."""
        return self.event in ("SCR", "D0")


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject while the story runs."""

    number: str
    plan: Course
    person: Person
    random: Random
    consent: date
    side: str
    location: str
    ulcers: int = 1


def make_subject(number: str, plan: Plan, person: Person, random: Random, consent: date) -> Subject:
    """A subject with the side and place of the ulcer drawn."""
    return Subject(number, plan, person, random, consent, random.choice(("LEFT", "RIGHT")), random.choice(_LOCATIONS), plan.ulcers)


def consent(one: Subject) -> Values:
    """The consent form; its date stands there already."""
    return {"RFICTIM": "08:40", "ICFVER": "2.0", "ICFVDAT": (one.consent - timedelta(days=200)).replace(day=1).isoformat(), "ICFBY": "SUBJECT", "ICFCOPY": "Y", "ICFINV": STAFF}


def demographics(one: Subject) -> Values:
    """Who it is; a young woman may have children."""
    values = {"BRTHDAT": one.person.birth, "SEX": one.person.sex, "ETHNIC": one.random.choices(("HAN", "HUI", "MAN"), (18, 1, 1))[0]}
    if one.person.sex == "F":
        values |= {"CHILDBP": "Y"} if one.plan.young else {"CHILDBP": "N", "CHILDBRS": "MENOPAUSE"}
    return values


def diabetes(one: Subject) -> Values:
    """History of diabetes; its beginning is known by year only."""
    return {
        "DMHX": "Y", "DMTYPE": "T2", "DMSTDAT": str(one.consent.year - one.random.randint(8, 16)), "DMA1C": shown(one.random.uniform(7.2, 8.9), 1),
        "DMTRT": "ORAL;INSULIN", "DMCOMP": "DPN;PAD;DF",
    }  # fmt: skip


def ulcers(one: Subject) -> Values:
    """History of the foot ulcer or ulcers; the first is the target."""
    begun = one.consent - timedelta(days=one.random.randint(80, 190))
    values = {"DFDIAG": "Y", "ULCNUM": str(one.ulcers)}
    for row in range(1, one.ulcers + 1):
        location = one.location if row == 1 else "TOE3"
        values |= {
            f"ULCTARG#{row}": "Y" if row == 1 else "N", f"ULCLAT#{row}": one.side, f"ULCLOC#{row}": location,
            f"ULCMAP#{row}": _spot(location, one.side, 0, 0),
            f"ULCSTDAT#{row}": f"{begun:%Y-%m}", f"ULCTYPE#{row}": "NEUROISCH",
        }  # fmt: skip
    return values | {"STDTXWK": str(one.random.randint(9, 20)), "WNDREDUC": "N", "NEWGRAN": "N", "WAGWORSE": "N", "PREVAMP": "NONE"}


def _spot(location: str, side: str, across: float, along: float) -> str:
    """A point in a region of the foot: its middle, or as far towards its rim (-1 to 1) as is well inside."""
    view = "DORSAL" if location == "DORSUM" else "PLANTAR"
    region = next((one for one in FOOT[view].regions if one.code == location), _DORSUM)
    x, y = region.x + 0.5 * across * region.half_width, region.y + (0.6 * along - 0.1 * across) * region.half_height
    while region_at(FOOT[view], round(x, 2), round(y, 2)) != location and abs(x - 0.5) > 0.02:
        x -= 0.01 if x > 0.5 else -0.01  # a region may reach over the rim of the drawing
    return f"{view};{side};{x:.2f};{y:.2f};{location}"


def history(one: Subject) -> Values:
    """Conditions that the criteria ask for: none of them, unless the story says so."""
    del one
    return {**{f"{name}_MHOCCUR": "N" for name in _NEVER}, "NYHA": "1", "LEGEXT": "N"}


def vitals(one: Subject, visit: Visit) -> Values:
    """The first row; what is measured after an injection follows in `vitals_after`."""
    weight = shown(one.person.weight_kg + one.random.uniform(-0.8, 0.8), 1)
    values = {"VSDAT": visit.day.isoformat(), "WEIGHT_VSORRES": weight, **vital_signs(one.person, one.random, 1, "09:10")}
    if visit.event == "SCR":
        values["HEIGHT_VSORRES"] = str(one.person.height_cm)
    if one.plan.gaps and visit.event in ("W4", "W16"):
        values["OXYSAT_VSORRES#1"] = "!ND 血氧仪故障"
    return values


def vitals_after(one: Subject, times: tuple[str, str, str] = ("10:35", "10:50", "11:20")) -> Values:
    """15, 30 and 60 minutes after the injection."""
    values: Values = {}
    for row, time in enumerate(times, 2):
        values |= vital_signs(one.person, one.random, row, time)
    return values


def examination(one: Subject, visit: Visit) -> Values:
    """Everything at the start, afterwards what the study asks for."""
    del one
    found = {f"{name}_PERES": "NORMAL" for name in (_SYSTEMS if visit.whole_examination else _TARGETED)}
    return {"PEPERF": "Y", "PEDAT": visit.day.isoformat(), **found, "FOOT_PERES": "NCS", "FOOT_PEDESC": "足部溃疡，见创面评估"}


def pregnancy(one: Subject, visit: Visit) -> Values:
    """Nothing but breastfeeding is asked of a woman who cannot become pregnant."""
    values = {"PREGDAT": visit.day.isoformat(), "LACTAT": "N"}
    return {"PREGPERF": "Y", **values, "PREGSPEC": "URINE", "HCG_LBORRES": "NEG", "CONTRA": "Y"} if one.plan.young else values


def laboratory(one: Subject, visit: Visit, form: str) -> Values:
    """One panel. Some results come in other units, below the limit, or not at all."""
    values = {"LBPERF": "Y", "LBDAT": visit.day.isoformat(), "LBTIM": "07:40", "LBNAM": LABORATORY, "LBREFID": f"S{one.random.randint(10_000, 99_999)}"}
    if form in ("LBGLU", "LBCHEM"):
        values["LBFAST"] = "Y"
    if form == "LBSER":
        return values | {f"{test}_LBORRES": "NEG" for test in ("HBSAG", "HCAB", "HIV", "TPPA", "EBVVCAM")}
    values |= panel(one.person, form, one.random)
    if form == "LBGLU":
        values |= {"MEALTIM": "07:50", "GLUC2HTIM": "09:50"}
        if one.plan.other_units:
            values["GLUC_LBORRES"] = f"{float(values['GLUC_LBORRES']) * 18.016:.0f} [mg/dL]"
    if form == "LBTM" and one.plan.gaps:
        values["CEA_LBORRES"] = "<0.50"
    if form == "LBCHEM" and one.plan.gaps and visit.event == "W8":
        values["CK_LBORRES"] = "!ND 标本量不足"
    if form == "LBCHEM" and one.plan.failure == "creatinine":
        values["CREAT_LBORRES"] = "189"
    return values


def ultrasound(one: Subject, visit: Visit) -> Values:
    """Nine segments a side."""
    found = {f"USSTEN#{row}": one.random.choice(("PLAQUE", "LT50", "NORMAL")) for row in range(1, 19)}
    return {"USPERF": "Y", "USDAT": visit.day.isoformat(), "USOPER": STAFF, **found, "USCLSIG": "NCS"}


def wound(visit: Visit, found: Wound) -> Values:
    """The assessment of one ulcer; the photograph is attached afterwards."""
    values = {"WNDDAT": visit.day.isoformat(), "WNDHEAL": "Y" if found.healed else "N", "WNDSCALE": "Y", "WNDLABEL": "Y"}
    if found.healed:
        return values
    tissue = {"WNDTISS": "GRAN;SLOUGH", "WNDT_GRAN": str(found.granulation), "WNDT_SLOUGH": str(100 - found.granulation)}
    signs = dict.fromkeys(("WNDODOR", "WNDSWEL", "WNDTEND", "WNDWARM", "WNDPUS", "WNDDEEP", "WNDOST", "WNDDEBR"), "N")
    return values | tissue | signs | {
        "WNDMETH": "PLANIMETRY", "WNDLEN": shown(found.length, 1), "WNDWID": shown(found.width, 1), "WNDDEP": shown(found.depth, 1),
        "WNDPLAN": shown(found.area, 2), "WNDEXA": "SCANT", "WNDEXT": "SEROUS", "WNDERY": "0",
    }  # fmt: skip


def grade(one: Subject, visit: Visit, found: Wound) -> Values:
    """Wagner 2 while it is open; a failed screening had a superficial one."""
    return {"WAGDAT": visit.day.isoformat(), "WAGNER": "0" if found.healed else "1" if one.plan.failure == "wagner" or found.area < 1.2 else "2"}


def pain(one: Subject, visit: Visit) -> Values:
    """Less pain with time."""
    return {"VASPERF": "Y", "VASDAT": visit.day.isoformat(), "VASREC": "AVG24", "VASMM": str(max(4, 52 - visit.study_day // 3 + one.random.randint(-6, 6)))}


def symptoms(one: Subject, visit: Visit) -> Values:
    """Four symptoms, milder after four weeks."""
    del one
    worse = visit.study_day < 28
    strength = {"PAIN": "2" if worse else "1", "BURN": "2" if worse else "1", "PARA": "1", "NUMB": "3" if worse else "2"}
    values = {f"TSS{name}I": level for name, level in strength.items()} | {f"TSS{name}F": "2" for name in strength}
    return {"TSSPERF": "Y", "TSSDAT": visit.day.isoformat(), "TSSRATER": STAFF, **values}


def product(visit: Visit, random: Random) -> Values:
    """What is entered when the product arrives, before anything is injected."""
    day = visit.day.isoformat()
    return {
        "PRODLOT": f"DEMO-{visit.day:%y%m%d}", "PRODCERT": f"COA-DEMO-{visit.day:%y%m%d}", "PRODRELDT": f"{day}T06:30", "PRODEXPDT": f"{day}T18:30",
        "PRODVIA": shown(random.uniform(90, 96), 1), "PRODCELL": shown(random.uniform(94, 108), 1), "PRODVOL": "2.00", "PRODAPP": "Y",
        "PRODTEMP": shown(random.uniform(4, 7), 1), "STODT": f"{day}T09:20",
    }  # fmt: skip


def injection(one: Subject, visit: Visit) -> Values:
    """Nine points of 0.2 mL around the ulcer, the remainder at its two sides."""
    day = visit.day.isoformat()
    values = {
        "EXPERF": "Y", "EXSTDAT": day, "EXSTTIM": "10:00", "EXENDAT": day, "EXENTIM": "10:20", "INJANLG": "N", "EXROUTE": "SUBCUTANEOUS",
        "INJSPACE": "1.0", "INJVOLPT": "0.20", "INJOPER": STAFF, "INJOBS": STAFF, "INJDECL": str(POINTS), "INJREM1": "0.10", "INJREM2": "0.10", "INJDISC": "0",
        "INJRX": "N", "INJPAIN": str(one.random.randint(1, 4)), **({} if visit.event == "D0" else {"INJAREA": "Y"}),
    }  # fmt: skip
    lines = -(-POINTS // 3)
    for row in range(1, POINTS + 1):
        place = _spot(one.location, one.side, (row - 1) % 3 - 1, 2 * ((row - 1) // 3) / max(1, lines - 1) - 1)
        values |= {f"INJPTLAT#{row}": one.side, f"INJPTREG#{row}": one.location, f"INJPTMAP#{row}": place, f"INJPTVOL#{row}": "0.20"}
    return values


def unchanged_therapy(one: Subject, visit: Visit) -> Values:
    """Nothing was changed."""
    del one
    return {"CTUDAT": visit.day.isoformat(), "CTUCHG": "N"}


_PLAIN: Mapping[str, Callable[[Subject, Visit], Values]] = {
    "VS": vitals, "PE": examination, "PREG": pregnancy, "US": ultrasound, "VAS": pain, "TSS": symptoms, "CTU": unchanged_therapy,
}  # fmt: skip
_ONCE: Mapping[str, Callable[[Subject], Values]] = {"ICF": consent, "DM": demographics, "DMH": diabetes, "DFH": ulcers, "ELH": history}


def page(one: Subject, visit: Visit, form: FormKey) -> Values | None:
    """The texts of a form that needs nothing but subject and visit; None for those with a course of their own."""
    if form.form in _ONCE:
        return _ONCE[form.form](one)
    if form.form in _PLAIN:
        return _PLAIN[form.form](one, visit)
    return laboratory(one, visit, form.form) if form.form in PANELS or form.form == "LBSER" else None
