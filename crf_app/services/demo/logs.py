"""Logs of a subject: history, medication, procedures, adverse events with their medication, the serious one with its report."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crf_app.clinical.keys import FormKey
from crf_app.services.demo.desk import Desk
from crf_app.services.demo.pages import STAFF, Subject, Values

_SERIOUSNESS = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")


def log(subject: str, form: str, repeat: int = 1) -> FormKey:
    """A form of the common event LOG."""
    return FormKey(subject, "LOG", 1, form, repeat)


def background(desk: Desk, one: Subject) -> None:
    """Earlier diseases, the medication at the start and the dressings."""
    desk.fill(log(one.number, "MH"), {
        "MHYN": "Y", "MHTERM#1": "高血压", "MHSTDAT#1": str(one.consent.year - 9), "MHONGO#1": "Y", "MHTRT#1": "Y",
        "MHTERM#2": "白内障术后", "MHSTDAT#2": f"{one.consent.year - 3}-05", "MHONGO#2": "N", "MHENDAT#2": f"{one.consent.year - 3}-05", "MHTRT#2": "N",
    })  # fmt: skip
    form = log(one.number, "CM")
    desk.fill(form, desk.asked(form, {
        "CMYN": "Y",
        **medicine(1, "甘精胰岛素", "GLUC", "16", "IU", "QD", "SUBCUTANEOUS", f"{one.consent.year - 4}-03", "STUDY", "糖尿病"),
        **medicine(2, "二甲双胍", "GLUC", "0.5", "g", "BID", "ORAL", f"{one.consent.year - 8}", "STUDY", "糖尿病"),
        **medicine(3, "氨氯地平", "BP", "5", "mg", "QD", "ORAL", f"{one.consent.year - 6}", "MH", "高血压"), "CMMHNO#3": "LOG/MH/MH#1",
    }))  # fmt: skip
    begun = (one.consent - timedelta(days=70)).isoformat()
    desk.fill(log(one.number, "PR"), {"PRYN": "Y", "PRTRT#1": "DRESSING", "PRDESC#1": "湿性换药", "PRLAT#1": one.side, "PRSTDAT#1": begun, "PRONGO#1": "Y", "PRADJ#1": "Y"})


def medicine(row: int, name: str, category: str, dose: str, unit: str, frequency: str, route: str, start: str, kind: str, why: str) -> Values:
    """A row of the medication log that is still taken, with what only some trials ask of it (`Desk.asked`)."""
    return {
        f"CMADJ#{row}": "Y" if category == "GLUC" else "N", f"CMPROHIB#{row}": "N",
        f"CMTRT#{row}": name, f"CMCAT#{row}": category, f"CMINDTYP#{row}": kind, f"CMINDC#{row}": why,
        f"CMDSTXT#{row}": dose, f"CMDOSU#{row}": unit, f"CMDOSFRQ#{row}": frequency, f"CMROUTE#{row}": route, f"CMSTDAT#{row}": start, f"CMONGO#{row}": "Y",
    }  # fmt: skip


def adverse_event(
    desk: Desk, one: Subject, term: str, start: date, *, days: int, grade: str, related: str, injected: bool = True, source: str = ""
) -> None:
    """An event that went by without treatment, as a row of the log: the coordinator writes it, the investigator judges it.

    `injected`: the injection is judged as well; `source`: the record it was found on.
    """
    row = 1 + len(desk.work.casebook(one.number).rows(log(one.number, "AE"), "AE"))
    form = log(one.number, "AE")
    desk.fill(form, {
        f"AETERM#{row}": term, f"AESTDAT#{row}": start.isoformat(), f"AEONGO#{row}": "N", f"AEENDAT#{row}": (start + timedelta(days=days)).isoformat(),
        f"AETOXGR#{row}": grade, f"AESER#{row}": "N", f"AEACN#{row}": "DOSE NOT CHANGED", f"AEACNOTH#{row}": "NONE", f"AEDISC#{row}": "N", f"AEOUT#{row}": "RECOVERED/RESOLVED",
        **({f"AESRC#{row}": source} if source else {}),
    })  # fmt: skip
    judged = {f"AEREL#{row}": related, **({f"AERELPRO#{row}": related} if injected else {})}
    if related in ("RELATED", "PROBABLE", "POSSIBLE"):
        judged[f"AEEXP#{row}"] = "EXPECTED"
    desk.fill(form, judged, by=desk.investigator)


def serious_event(desk: Desk, one: Subject, aware: datetime) -> None:
    """A foot infection with admission to hospital; the site has just learnt of it, the report is being written."""
    form, start = log(one.number, "AE"), aware.date() - timedelta(days=1)
    desk.fill(form, {
        "AETERM#1": "足部软组织感染", "AESTDAT#1": start.isoformat(), "AEONGO#1": "Y", "AETOXGR#1": "3", "AESER#1": "Y",
        **{f"{name}#1": "Y" if name == "AESHOSP" else "N" for name in _SERIOUSNESS}, "AEACN#1": "NOT APPLICABLE", "AEACNOTH#1": "MED;HOSP",
        "AEDISC#1": "N", "AEOUT#1": "NOT RECOVERED/NOT RESOLVED",
    })  # fmt: skip
    desk.fill(form, {"AEREL#1": "UNLIKELY", "AERELPRO#1": "UNLIKELY", "AEEXP#1": "UNEXPECTED"}, by=desk.investigator)
    row = 1 + len(desk.work.casebook(one.number).rows(log(one.number, "CM"), "CM"))
    drug = medicine(row, "头孢呋辛", "ANTIINF", "1.5", "g", "BID", "INTRAVENOUS DRIP", start.isoformat(), "AE", "足部软组织感染")
    desk.fill(log(one.number, "CM"), desk.asked(log(one.number, "CM"), {**drug, f"CMAENO#{row}": "LOG/AE/AE#1"}))
    desk.fill(log(one.number, "SAE"), {
        "SAEDX": "右足软组织感染（3级）" if one.side == "RIGHT" else "左足软组织感染（3级）", "SAEADM": start.isoformat(), "SAETX": "静脉抗感染治疗，创面清洗换药",
        "SAETYPE#1": "INITIAL", "SAEAWARE#1": aware.strftime("%Y-%m-%dT%H:%M"), "SAEREPBY#1": STAFF,
    })  # fmt: skip


def fatal_event(desk: Desk, one: Subject, died: date, aware: datetime) -> None:
    """A death that has nothing to do with the study, reported to everyone in time."""
    row = 1 + len(desk.work.casebook(one.number).rows(log(one.number, "AE"), "AE"))
    form, day = log(one.number, "AE"), died.isoformat()
    desk.fill(form, {
        f"AETERM#{row}": "急性心肌梗死", f"AESTDAT#{row}": day, f"AEONGO#{row}": "N", f"AEENDAT#{row}": day, f"AETOXGR#{row}": "5", f"AESER#{row}": "Y",
        **{f"{name}#{row}": "Y" if name == "AESDTH" else "N" for name in _SERIOUSNESS}, f"AEACN#{row}": "NOT APPLICABLE", f"AEACNOTH#{row}": "NONE",
        f"AEDISC#{row}": "N", f"AEOUT#{row}": "FATAL",
    })  # fmt: skip
    desk.fill(form, {f"AEREL#{row}": "NOT RELATED", f"AEEXP#{row}": "UNEXPECTED"}, by=desk.investigator)
    reported = {name: (aware + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M") for name in ("SAEREP#1", "SAEINST#1", "SAEEC#1")}
    desk.clock.advance(timedelta(hours=5))
    desk.fill(log(one.number, "SAE", row), {
        "SAEDX": "急性心肌梗死", "SAETX": "院前急救，抢救无效", "DTHDAT": day, "DTHCAUS": "急性心肌梗死", "DTHAUT": "N", "SAETYPE#1": "INITIAL",
        "SAEAWARE#1": aware.strftime("%Y-%m-%dT%H:%M"), "SAEREPBY#1": STAFF, **reported,
        "SAENARR#1": "受试者夜间突发胸痛，家属呼叫急救，经抢救无效死亡。研究者判断与研究治疗无关。",
    })  # fmt: skip
    desk.complete(log(one.number, "SAE", row))


def explain_deviations(desk: Desk, one: Subject) -> None:
    """The rows that the program prepared for the weak product: cause, action and what became of the subject."""
    form = log(one.number, "DV")
    for row in desk.work.casebook(one.number).rows(form, "DV"):
        if desk.value(form, f"DVCAUSE#{row}"):
            continue
        desk.fill(form, {
            f"DVCHKID#{row}": desk.value(form, f"DVCHKID#{row}") or "F-INJ-VIA", f"DVCAUSE#{row}": "运输时间延长",
            f"DVACT#{row}": "已通知申办者，加强运输监控", f"DVSUBJ#{row}": "KEPT", f"DVEC#{row}": "N",
        })  # fmt: skip


def close_logs(desk: Desk, one: Subject) -> None:
    """At the end of the study every log is complete."""
    for form in ("MH", "CM", "PR", "AE", "DV"):
        key = log(one.number, form)
        if key in desk.work.casebook(one.number).forms:
            desk.complete(key)
