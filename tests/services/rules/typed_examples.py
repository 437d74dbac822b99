"""The worked examples of the derivations as things to type: which form, which items, and where the answer shows.

One function a derivation. It gets an example's inputs and expected fields and says what to type for a new subject; None
when the trial's forms cannot be given these inputs (another trial's, or an input that is no item).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Page = tuple[str, str, dict[str, str]]
"""Form, visit, and values by item as the cases write them."""
Inputs = Mapping[str, Any]
Maker = Callable[[Inputs, Inputs], "Typed | None"]

_DAY, _CONSENT = "2024-06-10", "2024-01-01"


@dataclass(frozen=True, slots=True)
class Typed:
    """An example to type. `shown`: item address to the field of the example it shows; `rules`: check to whether it fires;
    `verdicts`: criterion to its state, "IEYN" to the conclusion. `base`: the story to start from, "" a new subject.
    """

    pages: tuple[Page, ...]
    shown: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, bool] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    consent: str = _CONSENT
    parameters: Mapping[str, str] = field(default_factory=dict)
    base: str = ""


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _injected(*days: str | None) -> tuple[Page, ...]:
    """Injections at D0, W1, W2 on the given days."""
    found: list[Page] = []
    for visit, day in zip(("D0", "W1", "W2"), (one for one in days if one), strict=False):
        found += [("INJ", visit, {"EXSTDAT": day, "EXSTTIM": "09:00"}), ("INJ", visit, {"EXPERF": "Y"})]
    return tuple(found)


def _born(age: object, sex: object) -> Page:
    return "DM", "SCR", {"BRTHDAT": f"{2024 - int(str(age))}-01-15", "SEX": _text(sex)}


def _area(visit: str, area: object, day: str) -> Page:
    values = {"WNDDAT": day, "WNDHEAL": "N", "WNDMETH": "PLANIMETRY"}
    return "WND", visit, {**values, **({} if area is None else {"WNDPLAN": _text(area)})}


def _d01(i: Inputs, _e: Inputs) -> Typed:
    return Typed((("DM", "SCR", {"SEX": "F", "BRTHDAT": _text(i["BIRTH"])}),), {"DM.AGE@SCR": "value"}, consent=i["REF"])


def _d02(i: Inputs, _e: Inputs) -> Typed:
    values = {"VSDAT": _DAY, "HEIGHT_VSORRES": _text(i["H"]), "WEIGHT_VSORRES": _text(i["W"])}
    return Typed((("VS", "SCR", values),), {"VS.BMI@SCR": "value"})


def _d03(i: Inputs, _e: Inputs) -> Typed:
    chemistry = {"LBPERF": "Y", "LBDAT": _DAY, "CREAT_LBORRES": _text(i["CREAT"])}
    pages = (_born(i["AGE"], i["SEX"]), ("LBCHEM", "SCR", chemistry))
    return Typed(pages, {"LBCHEM.EGFR@SCR": "value"}, parameters={"egfr_version": i["VERSION"]})


def _d04(i: Inputs, _e: Inputs) -> Typed:
    chemistry = {"LBPERF": "Y", "LBDAT": _DAY, "CREAT_LBORRES": _text(i["CREAT"])}
    weight = ("VS", "SCR", {"VSDAT": _DAY, "WEIGHT_VSORRES": _text(i["W"])})
    return Typed((_born(i["AGE"], i["SEX"]), weight, ("LBCHEM", "SCR", chemistry)), {"LBCHEM.CRCL@SCR": "value"})


def _d05(i: Inputs, _e: Inputs) -> Typed:
    values = {"WNDDAT": _DAY, "WNDHEAL": _text(i.get("HEALED", "N"))}
    items = {"WNDMETH": "METHOD", "WNDLEN": "L", "WNDWID": "W", "WNDPLAN": "PLAN"}
    # a healed wound is measured no more: the form does not ask
    values |= {item: _text(i[name]) for item, name in items.items() if i.get(name) is not None and values["WNDHEAL"] == "N"}
    return Typed((("WND", "SCR", values),), {"WND.WNDAREA@SCR": "value"})


def _d06(i: Inputs, _e: Inputs) -> Typed:
    pages = (_area("D0", i["A_0"], "2024-03-01"), *_injected("2024-03-01"), _area("W1", i["A_T"], "2024-03-08"))
    return Typed(pages, {"WND.WNDRATE@W1": "value"})


def _d07(i: Inputs, e: Inputs) -> Typed | None:
    values = {"TSSPERF": "Y", "TSSDAT": "2024-03-01", "TSSRATER": "Demo rater"}
    for name, one in zip(("PAIN", "BURN", "PARA", "NUMB"), i["ITEMS"], strict=True):
        if one["intensity"] == 0 and one["frequency"] is not None:
            return None  # the form asks how often only where there is a symptom
        values |= {f"TSS{name}I": _text(one["intensity"]), f"TSS{name}F": _text(one["frequency"])}
    return Typed((("TSS", "D0", values),), {"TSS.TSSTOT@D0": "value", **({"TSS.TSSMEAN@D0": "mean"} if "mean" in e else {})})


def _d09(i: Inputs, _e: Inputs) -> Typed | None:
    if i.get("ACTUAL") is None and i.get("ANCHOR") is not None:
        return None  # whether a visit is due is read off the clock and never stored
    visit = {0: "D0", 7: "W1", 84: "W12"}[i["OFFSET"]]
    header = ("SV", visit, {"SVOCCUR": "Y", "VISDAT": _text(i.get("ACTUAL", ""))})
    return Typed((*_injected(i["ANCHOR"]), header), {f"SV.SVDEV@{visit}": "state"})


def _d10(i: Inputs, e: Inputs) -> Typed | None:
    if "CONC" in i:
        return None  # a concentration is no item of this trial's injection
    points = i["N_POINTS"] or 0
    product = {"PRODVOL": i["PROD_VOL"], "PRODCELL": i["PROD_CELLS"]}
    rest = {f"INJREM{n}": one for n, one in enumerate(i.get("REMAINDERS", ()), 1)}
    rows = {f"INJPTVOL#{n}": i["VOL_PER_POINT"] for n in range(1, points + 1)}
    shown = {"INJ.EXVOL@D0": "value", "INJ.INJNPT@D0": "n_points", "INJ.EXCELLS@D0": "cells_1e6"}
    declared = {"INJDECL": str(points)} if points else {}
    given: Page = ("INJ", "D0", {**product, **rest, **declared, **rows})
    return Typed((*_injected("2024-03-01"), given), {at: name for at, name in shown.items() if name in e})


def _d12(i: Inputs, e: Inputs) -> Typed:
    items = {"BRSBP_R": "BRACHIAL_R", "BRSBP_L": "BRACHIAL_L", "DPSBP_R": "DP_R", "PTSBP_R": "PT_R", "DPSBP_L": "DP_L", "PTSBP_L": "PT_L"}
    values = {"ABIPERF": "Y", "ABIDAT": _DAY, **{item: _text(i[name]) for item, name in items.items()}}
    shown = {"ABI.ABIMIN@SCR": "value", "ABI.ABI_R@SCR": "right", "ABI.ABI_L@SCR": "left"}
    return Typed((("ABI", "SCR", values),), {at: name for at, name in shown.items() if name in e})


def _d16(i: Inputs, _e: Inputs) -> Typed:
    def page(visit: str, day: str, score: object) -> Page:
        return "VAS", visit, {"VASPERF": "Y", "VASDAT": day, **({} if score is None else {"VASSCORE": _text(score)})}

    pages = (page("D0", "2024-03-01", i["BASELINE"]), *_injected("2024-03-01"), page("W1", "2024-03-08", i["NOW"]))
    return Typed(pages, {"VAS.VASCHG@W1": "value"})


def _d18(i: Inputs, e: Inputs) -> Typed:
    seen = tuple(("WND", visit, {"WNDDAT": one["date"], "WNDHEAL": one["healed"]}) for visit, one in zip(("W10", "W11"), i["ASSESSMENTS"], strict=False))
    open_again: Page = ("WND", "W12", {"WNDDAT": "2024-06-20", "WNDHEAL": "N"})
    return Typed((*_injected(i["FIRST_INJECTION"]), *seen, open_again), rules={"X57": e.get("event") == "HEALED"})


def _d20(i: Inputs, e: Inputs) -> Typed:
    criterion, item, others = {6: ("A-E01", "DKA", ("HHS",)), 12: ("A-E07", "CELLTX", ("GFTOP",))}[i["N_MONTHS"]]
    history = {f"{item}_MHOCCUR": "Y", f"{item}_MHDAT": _text(i["EVENT"]), **{f"{one}_MHOCCUR": "N" for one in others}}
    verdict = {"Y": "PRESENT", "N": "ABSENT", None: "UNKNOWN"}[e["value"]]
    return Typed((("ELH", "SCR", history),), verdicts={criterion: verdict}, consent=i["REF"])


def _d21(i: Inputs, e: Inputs) -> Typed:
    ulcer = {"ULCNUM": "1", "ULCTARG": "Y", "ULCLAT": "RIGHT", "ULCLOC": "HEEL", "ULCSTDAT": _text(i["START"])}
    shown = {"DFH.ULCDUR@SCR": "value", **({"WAG.WAGDUR@SCR": "criterion"} if "criterion" in e else {})}
    return Typed((("DFH", "SCR", ulcer), ("WAG", "SCR", {"WAGDAT": i["REF"], "WAGNER": "2"})), shown, consent=i["REF"])


def _d22(i: Inputs, e: Inputs) -> Typed:
    values = {"EGPERF": "Y", "EGDAT": _DAY, "QT_EGORRES": _text(i["QT"]), "EGHR_EGORRES": _text(i["HR"])}
    return Typed((("EG", "SCR", values),), {"EG.QTCF@SCR": "value", **({"EG.QTCB@SCR": "qtcb"} if "qtcb" in e else {})})


def _d23(i: Inputs, e: Inputs) -> Typed | None:
    if i["ONGOING"] == "Y" and i["END"]:
        return None  # the form asks for the end only when it is over
    event = {"AETERM": "Example event", "AESTDAT": i["START"], "AEONGO": i["ONGOING"], **({"AEENDAT": i["END"]} if i["END"] else {})}
    shown = {"AE.AEDUR@LOG": "value", "AE.AETE@LOG": "te", "AE.AEDY@LOG": "aestdy"}
    return Typed((*_injected(i["FIRST_TREATMENT"]), ("AE", "LOG", event)), {at: name for at, name in shown.items() if name in e})


def _d24(i: Inputs, _e: Inputs) -> Typed:
    event = {"AETERM": "Example event", "AESTDAT": "2024-03-01", "AEONGO": "Y", "AETOXGR": "3", "AESER": "Y", "AESHOSP": "Y"}
    report = {"SAETYPE": "INITIAL", "SAEAWARE": i["AWARE"], **({"SAEREP": i["REPORTED"]} if i["REPORTED"] else {})}
    return Typed((("AE", "LOG", event), ("SAE", "LOG", report)), {"SAE.SAEHRS@LOG": "value", "SAE.SAEDUE@LOG": "due", "SAE.SAELATE@LOG": "late"})


def _d25(i: Inputs, e: Inputs) -> Typed:
    start_day, start_time = i["START"].split("T")
    values = {"EXSTDAT": start_day, "EXSTTIM": start_time, **({"STODT": i["REMOVED"]} if i["REMOVED"] else {})}
    if "END" in i:
        values |= dict(zip(("EXENDAT", "EXENTIM"), i["END"].split("T"), strict=True))
    shown = {"INJ.STOMIN@D0": "value", **({"INJ.STOMINEN@D0": "to_end"} if "to_end" in e else {})}
    return Typed((("INJ", "D0", {**values, "EXPERF": "Y"}),), shown, parameters={"storage_limit_min": "120"})


def _d30(i: Inputs, _e: Inputs) -> Typed:
    signs = {"WNDSWEL": "SWELLING", "WNDERY": "ERYTHEMA_CM", "WNDTEND": "TENDER", "WNDWARM": "WARM", "WNDPUS": "PUS", "WNDDEEP": "DEEP", "WNDOST": "OSTEO"}
    vital = {"TEMP_VSORRES": "TEMP", "PULSE_VSORRES": "HR", "RESP_VSORRES": "RR"}
    pages: tuple[Page, ...] = ()
    if "TEMP" in i:
        measured = {item: _text(i[name]) for item, name in vital.items()}
        pages = (("VS", "SCR", {"VSDAT": _DAY, **measured}), ("LBHEM", "SCR", {"LBPERF": "Y", "LBDAT": _DAY, "WBC_LBORRES": i["WBC"]}))
    wound = {"WNDDAT": _DAY, "WNDHEAL": "N", **{item: _text(i[name]) for item, name in signs.items()}}
    return Typed((*pages, ("WND", "SCR", wound)), {"WND.WNDINF@SCR": "value", "WND.WNDINFO@SCR": "osteo"})


def _d32(i: Inputs, _e: Inputs) -> Typed | None:
    if i["RESULT"] != "ANC":
        return None  # globulin, indirect bilirubin and their ratio are no items of this trial
    values = {"LBPERF": "Y", "LBDAT": _DAY, "WBC_LBORRES": i["WBC"], "NEUTLE_LBORRES": _text(i["NEUT_PCT"])}
    return Typed((("LBHEM", "SCR", values),), {"LBHEM.NEUT_LBORRES@SCR": "value"})


def _d33(i: Inputs, e: Inputs) -> Typed | None:
    limits = {"ALT": ("ULN", "40"), "HGB": ("LLN", "115"), "PLAT": ("LLN", "125")}
    name, ours = limits[i["TEST"]]
    if e["value"] is not None and i[name] != ours:
        return None  # another laboratory's limit
    form = "LBCHEM" if i["TEST"] == "ALT" else "LBHEM"
    laboratory = "SITE" if i[name] else "Another laboratory"
    values = {"LBPERF": "Y", "LBDAT": _DAY, "LBNAM": laboratory, f"{i['TEST']}_LBORRES": i["VALUE"]}
    return Typed((_born(50, "F"), (form, "SCR", values)), rules={f"X17-{i['TEST']}": (e["value"] or 0) >= 3})


def _d34(i: Inputs, _e: Inputs) -> Typed:
    rows = {f"CTUCHDAT#{n}": one["date"] for n, one in enumerate(i["CHANGES"], 1)}
    rows |= {f"CTUREAS#{n}": "AE" if one["for_ae"] == "Y" else "OTHER" for n, one in enumerate(i["CHANGES"], 1)}
    changed = ("CTU", "W2", {"CTUDAT": "2024-04-10", "CTUCHG": "Y" if rows else "N", **rows})
    return Typed((*_injected(*i["INJECTIONS"]), changed), {"CTU.CTUOK@W2": "value"})


def _d35(i: Inputs, _e: Inputs) -> Typed:
    visits = ("D0", "W1", "W2", "W3")[: len(i["AREAS"])]
    pages = tuple(_area(visit, area, f"2024-03-{1 + 7 * n:02}") for n, (visit, area) in enumerate(zip(visits, i["AREAS"], strict=True)))
    return Typed(pages, {f"WND.WNDPLATS@{visits[-1]}": "value"})


def _d37(i: Inputs, e: Inputs) -> Typed:
    told = {"MET": {}, "NOT_MET": {"DFDIAG": "N"}, "UNKNOWN": {"DFDIAG": ""}}
    values: dict[str, str] = told[i["INCLUSION"][-1]]
    return Typed((("DFH", "SCR", values),) if values else (), verdicts={"IEYN": e["value"]}, base="screened")


MAKERS: Mapping[str, Maker] = {
    "D01": _d01, "D02": _d02, "D03": _d03, "D04": _d04, "D05": _d05, "D06": _d06, "D07": _d07, "D09": _d09, "D10": _d10, "D12": _d12, "D16": _d16,
    "D18": _d18, "D20": _d20, "D21": _d21, "D22": _d22, "D23": _d23, "D24": _d24, "D25": _d25, "D30": _d30, "D32": _d32, "D33": _d33, "D34": _d34,
    "D35": _d35, "D37": _d37,
}  # fmt: skip
