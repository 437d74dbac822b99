"""The worked examples of the derivations as things to type into the forms of NCT05507697."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.services.rules.typed_examples import MAKERS as FIRST
from tests.services.rules.typed_examples import Inputs, Maker, Page, Typed

_DAY, _TREATED, _LATER = "2024-06-10", "2024-03-01", "2024-03-16"
_SYMPTOMS = ("TCSPAIN", "TCSNUMB", "TCSTING", "TCSWEAK", "TCSATAX", "TCSUPP")
_REFLEXES = ("TCSKNR", "TCSKNL", "TCSANR", "TCSANL")
_SENSORY = ("TCSPIN", "TCSTEMP", "TCSTOUCH", "TCSVIB", "TCSPOS")
_HIGHEST = {**dict.fromkeys(_SYMPTOMS, 1), **dict.fromkeys(_REFLEXES, 2), **dict.fromkeys(_SENSORY, 1)}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _injected(day: str) -> tuple[Page, ...]:
    return ("INJ", "T0", {"EXSTDAT": day, "EXSTTIM": "09:00"}), ("INJ", "T0", {"EXPERF": "Y"})


def _moved(ident: str, **visits: str) -> Maker:
    """The maker of the first trial with other visits."""

    def make(i: Inputs, e: Inputs) -> Typed | None:
        typed = FIRST[ident](i, e)
        if typed is None:
            return None
        pages = tuple((form, visits.get(visit, visit), values) for form, visit, values in typed.pages)
        shown = {f"{at.partition('@')[0]}@{visits.get(at.partition('@')[2], at.partition('@')[2])}": name for at, name in typed.shown.items()}
        return replace(typed, pages=pages, shown=shown)

    return make


def _score(visit: str, day: str, total: object) -> Page:
    """A form of the score that adds up to a total, answers filled one after the other."""
    values, left = {"TCSDAT": day, "TCSRATER": "Demo rater"}, int(str(total)) if total is not None else 0
    for name, highest in _HIGHEST.items() if total is not None else ():
        values[name] = str(min(left, highest))
        left -= int(values[name])
    return "TCSS", visit, values


def _d08(i: Inputs, e: Inputs) -> Typed:
    answers = dict(zip((*_SYMPTOMS, *_REFLEXES, *_SENSORY), (*i["SYMPTOMS"], *i["REFLEXES"], *i["SENSORY"]), strict=True))
    values = {"TCSDAT": _DAY, "TCSRATER": "Demo rater", **{name: _text(one) for name, one in answers.items()}}
    shown = {"TCSS.TCSSTOT@SCR": "value", "TCSS.TCSSYM@SCR": "symptom", "TCSS.TCSREF@SCR": "reflex", "TCSS.TCSSEN@SCR": "sensory"}
    return Typed((("TCSS", "SCR", values),), {**shown, **({"TCSS.TCSBAND@SCR": "band"} if "band" in e else {})})


def _d09(i: Inputs, _e: Inputs) -> Typed | None:
    if i["OFFSET"] or i.get("ACTUAL") is None or i["ANCHOR"] is None:
        return None  # only the day of treatment has the same window
    return Typed((*_injected(i["ANCHOR"]), ("SV", "T0", {"SVOCCUR": "Y", "VISDAT": i["ACTUAL"]})), {"SV.SVDEV@T0": "state"})


def _d10(i: Inputs, _e: Inputs) -> Typed | None:
    if "CONC" not in i:
        return None  # cells are told by their concentration here
    rows = {f"INJPTVOL#{n}": _text(i["VOL_PER_POINT"]) for n in range(1, i["N_POINTS"] + 1)}
    given: Page = ("INJ", "T0", {"PRODCONC": _text(i["CONC"]), "INJDECL": str(i["N_POINTS"]), **rows})
    return Typed((*_injected(_TREATED), given), {"INJ.EXVOL@T0": "value", "INJ.INJNPT@T0": "n_points", "INJ.EXCELLS@T0": "cells_1e6"})


def _d11(i: Inputs, e: Inputs) -> Typed:
    pages: list[Page] = []
    for n, day in enumerate(i["DAYS"], 1):
        values = {f"EXSTDAT#{n}": day["date"], f"EXPERF#{n}": day["given"], f"EXDOSE#{n}": day["dose_mg"] if day["given"] == "Y" else None}
        pages.append(("LAINF", "T0", {name: _text(value) for name, value in values.items() if value is not None}))
    pages = [page for page in pages if page[2]] or [("LAINF", "T0", {"LAINF_COVAL": "Nothing given"})]
    shown = {"LAINF.LACOMP@T0": "value", "LAINF.LADOSES@T0": "n_doses", "LAINF.LATOT@T0": "total_mg", "LAINF.LACONS@T0": "consecutive"}
    return Typed(tuple(pages), {at: name for at, name in shown.items() if name in e}, base="assigned")


def _d15(i: Inputs, e: Inputs) -> Typed:
    values = {"NCSPERF": "Y", "NCSDAT": _DAY, "NCSNR": "N", "NCSCV": _text(i["CV"]), "NCSREFM": _text(i["MEAN"]), "NCSREFSD": _text(i["SD"])}
    return Typed((("NCS", "SCR", values),), {"NCS.NCSZ@SCR": "value", **({"NCS.NCSABN@SCR": "abnormal"} if "abnormal" in e else {})})


def _d16(i: Inputs, _e: Inputs) -> Typed:
    pages = (_score("BL", _TREATED, i["BASELINE"]), *_injected(_TREATED), _score("D15", _LATER, i["NOW"]))
    return Typed(pages, {"TCSS.TCSCHG@D15": "value"})


def _d17(i: Inputs, e: Inputs) -> Typed | None:
    if i["RULE"] != "PCT30":
        return None  # the rule of another trial
    history = {"PRTXLA": "Y", "PRTXMC": "Y", "PRTXEP": "Y", "TCSSPRE": _text(i["PRE"]), "PRTXMO": _text(i["MONTHS"])}
    if int(history["TCSSPRE"]) > sum(_HIGHEST.values()):
        return None  # no score of this form
    return Typed((("DPNH", "SCR", history), _score("SCR", _DAY, i["CUR"])), verdicts={"B-I06": e["criterion"]})


def _d36(i: Inputs, e: Inputs) -> Typed:
    values = {"DPNXDAT": _DAY, "SYMPANY": _text(i["SYMPTOMATIC"])}
    for name, one in zip(("ANKREFX", "PINPR", "VIBR", "PRESS", "TEMPS"), i["TESTS"], strict=True):
        told = {"Y": ("4", "1"), "N": ("0", "0"), None: ("", "")}[one] if name == "PRESS" else (_text(one), "N" if one else "")
        values |= {f"{name}_R": told[0], f"{name}_L": told[1]}
    return Typed((("DPNX", "SCR", values),), {"DPNX.DPNCRIT@SCR": "value", "DPNX.DPNABN@SCR": "n_abnormal"})


def _d37(i: Inputs, e: Inputs) -> Typed:
    answer = {"MET": "Y", "NOT_MET": "N", "UNKNOWN": ""}[i["INCLUSION"][-1]]
    return Typed((("IE", "SCR", {"B_I02": answer}),), verdicts={"IEYN": e["value"]}, base="screened")


MAKERS: Mapping[str, Maker] = {
    **{ident: FIRST[ident] for ident in ("D01", "D02", "D03", "D04", "D12", "D22", "D24", "D32", "D33")},
    "D07": _moved("D07", D0="BL"), "D23": _moved("D23", D0="T0"), "D25": _moved("D25", D0="T0"),
    "D08": _d08, "D09": _d09, "D10": _d10, "D11": _d11, "D15": _d15, "D16": _d16, "D17": _d17, "D36": _d36, "D37": _d37,
}  # fmt: skip
