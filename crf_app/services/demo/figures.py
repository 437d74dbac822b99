"""Believable figures: vital signs, laboratory results and wounds of an invented person, drawn from a seeded generator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

# Inside the start-up intervals of the forms (low, high, decimals); glucose alone is out of them, as diabetes has it.
_RESULTS: Mapping[str, tuple[float, float, int]] = {
    "RBC": (4.35, 5.0, 2), "HGB": (135, 148, 0), "PLAT": (170, 290, 0),
    "ALT": (14, 32, 0), "AST": (16, 30, 0), "ALP": (60, 95, 0), "GGT": (22, 38, 0), "BILI": (7, 15, 1), "BILDIR": (2.0, 4.5, 1),
    "PROT": (68, 78, 1), "ALB": (41, 46, 1), "UREA": (3.8, 6.9, 2), "URATE": (230, 340, 0), "CK": (60, 160, 0), "LDH": (140, 220, 0),
    "CHOL": (4.2, 5.1, 2), "TRIG": (0.9, 1.6, 2), "HDL": (1.1, 1.4, 2), "LDL": (1.9, 2.6, 2), "K": (3.8, 4.8, 2), "SODIUM": (138, 144, 0),
    "CL": (100, 107, 0), "CA": (2.18, 2.45, 2),
    "PT": (11.4, 13.3, 1), "INR": (0.90, 1.10, 2), "APTT": (26, 34, 1), "TT": (15, 19, 1), "FIBRINO": (2.3, 3.7, 2), "DDIMER": (0.12, 0.42, 2),
    "AFP": (1.2, 4.5, 2), "CEA": (0.9, 3.6, 2), "CA125": (7, 22, 1), "CA153": (6, 18, 1), "CA199": (5, 24, 1), "PSA": (0.4, 2.4, 2),
    "GLUC": (6.4, 8.4, 1), "GLUC2H": (8.8, 12.2, 1), "HBA1C": (7.1, 8.9, 1), "CYFRA": (0.8, 2.6, 2), "NSE": (6, 13, 1), "SCC": (0.3, 1.2, 2),
}  # fmt: skip
PANELS: Mapping[str, tuple[str, ...]] = {
    "LBHEM": ("RBC", "HGB", "PLAT"),
    "LBCHEM": ("ALT", "AST", "ALP", "GGT", "BILI", "BILDIR", "PROT", "ALB", "UREA", "CREAT", "URATE", "CK", "LDH", "CHOL", "TRIG", "HDL", "LDL", "K", "SODIUM", "CL", "CA"),
    "LBCOAG": ("PT", "INR", "APTT", "TT", "FIBRINO", "DDIMER"),
    "LBTM": ("AFP", "CEA", "CA125", "CA153", "CA199"),
    "LBGLU": ("GLUC", "GLUC2H"),
    "LBA1C": ("HBA1C",),
}
_CREATININE = {"M": (64.0, 90.0, 0), "F": (48.0, 66.0, 0)}


def shown(number: float, decimals: int) -> str:
    """A figure as a laboratory prints it."""
    return f"{number:.{decimals}f}"


@dataclass(frozen=True, slots=True)
class Person:
    """What stays about the same from visit to visit. `levels`: where in its interval each result lies, 0 to 1."""

    sex: str
    birth: str
    height_cm: int
    weight_kg: float
    systolic: int
    levels: Mapping[str, float]


def make_person(random: Random, consent_year: int, *, young: bool = False, ages: tuple[int, int] = (53, 75)) -> Person:
    """An invented person, of an age between 52 and 76 years unless `ages` says otherwise (`young`: a woman of 44)."""
    sex = "F" if young else random.choice("MFM")
    year = consent_year - (44 if young else random.randint(*ages))
    birth = f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    height = random.randint(162, 178) if sex == "M" else random.randint(153, 166)
    weight = round(height * height / 10_000 * random.uniform(22, 27.5), 1)
    names = (*_RESULTS, "CREAT")
    return Person(sex, birth, height, weight, random.randint(118, 142), {name: random.uniform(0.2, 0.8) for name in names})


def panel(person: Person, form: str, random: Random) -> dict[str, str]:
    """The results of one laboratory page, consistent among themselves."""
    found = {}
    for test in (*PANELS[form], *(("PSA",) if form == "LBTM" and person.sex == "M" else ())):
        low, high, decimals = _CREATININE[person.sex] if test == "CREAT" else _RESULTS[test]
        place = min(1.0, max(0.0, person.levels[test] + random.uniform(-0.18, 0.18)))
        found[f"{test}_LBORRES"] = shown(low + place * (high - low), decimals)
    if form == "LBHEM":
        found |= _blood_count(random, float(found["HGB_LBORRES"]))
    return found


def _blood_count(random: Random, haemoglobin: float) -> dict[str, str]:
    """The parts of a differential count add up to the whole; the haematocrit follows the haemoglobin."""
    white, neutrophils, rest = round(random.uniform(5.0, 6.9), 2), random.randint(56, 64), random.randint(8, 13)
    lymphocytes = 100 - neutrophils - rest
    shares = {"LYM": lymphocytes, "MONO": rest * 0.6, "EOS": rest * 0.34, "BASO": rest * 0.06}
    parts = {f"{name}_LBORRES": shown(white * share / 100, 2) for name, share in shares.items()}
    return {
        "WBC_LBORRES": shown(white, 2), "NEUTLE_LBORRES": str(neutrophils), "LYMLE_LBORRES": str(lymphocytes), **parts,
        "HCT_LBORRES": shown(haemoglobin * 3 / 1000, 3),
    }  # fmt: skip


def vital_signs(person: Person, random: Random, row: int, time: str) -> dict[str, str]:
    """One row of vital signs."""
    systolic = person.systolic + random.randint(-8, 8)
    return {
        f"VSTIM#{row}": time, f"TEMP_VSORRES#{row}": shown(random.uniform(36.2, 37.0), 1), f"SYSBP_VSORRES#{row}": str(systolic),
        f"DIABP_VSORRES#{row}": str(round(systolic * 0.6) + random.randint(-4, 4)), f"PULSE_VSORRES#{row}": str(random.randint(64, 86)),
        f"RESP_VSORRES#{row}": str(random.randint(14, 19)), f"OXYSAT_VSORRES#{row}": str(random.randint(96, 99)), f"VSPOS#{row}": "SITTING",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wound:
    """An ulcer on one day; lengths in cm, area in cm² by planimetry, shares of its bed in per cent."""

    area: float
    length: float
    width: float
    depth: float
    granulation: int

    @property
    def healed(self) -> bool:
        """Nothing of it is open."""
        return self.area == 0


def wound_on(start_area: float, day: int, *, healing_day: int | None, weekly: float, random: Random) -> Wound:
    """An ulcer `day` days after the first injection that shrinks by the factor `weekly` each week, or is closed from `healing_day` on."""
    weeks = max(day, 0) / 7
    if healing_day is not None:
        if day >= healing_day:
            return Wound(0.0, 0.0, 0.0, 0.0, 0)
        weekly = (0.5 / start_area) ** (7 / healing_day)
    area = round(max(0.12, start_area * weekly**weeks * random.uniform(0.97, 1.02)), 2)
    width = max(0.2, round(math.sqrt(area / 0.785 / 1.3), 1))
    length = max(width, round(area / 0.785 / width, 1))
    return Wound(area, length, width, round(max(0.1, 0.8 * (area / start_area)), 1), min(90, 45 + 5 * int(weeks)))
