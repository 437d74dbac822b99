"""Nerve conduction and the five sensory tests: D15, D15b, D36."""

from __future__ import annotations

from decimal import Decimal

from crf_app.study.functions.reading import Reader, code, items, number
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.texts import Text

ABNORMAL_Z = Decimal(-2)
NERVE_SIDES = 6
SENSORY_TESTS = 5


def z_score(inputs: Inputs) -> Result:
    """(CV − MEAN) ÷ SD; abnormal at −2 or below, unrounded (content, D15). No response: abnormal, z blank, flagged."""
    read = Reader(inputs)
    if read.code("NO_RESPONSE") == "Y":
        return ok(None, abnormal="Y").flagged("NO_RESPONSE")
    velocity, mean, deviation = read.number("CV"), read.number("MEAN"), read.number("SD")
    if velocity is None or mean is None or deviation is None:
        return missing(abnormal=None)
    if deviation <= 0:
        return error("NON_POSITIVE")
    # Decided without the division, whose last digit could be rounded.
    abnormal = velocity - mean <= ABNORMAL_Z * deviation
    return ok((velocity - mean) / deviation, abnormal="Y" if abnormal else "N")


def nerve_criterion(inputs: Inputs) -> Result:
    """MET when any of six nerve-sides is abnormal, else UNKNOWN when any is missing, else NOT_MET (content, D15b)."""
    answers = Reader(inputs).codes("ABNORMAL") or ()
    if any(one not in (None, "Y", "N") for one in answers):
        return error("RANGE")
    if "Y" in answers:
        return ok("MET")
    return ok("UNKNOWN" if None in answers or len(answers) < NERVE_SIDES else "NOT_MET")


def neuropathy_criterion(inputs: Inputs) -> Result:
    """One abnormal test of five is needed with symptoms, two without (content, D36).

    MET as soon as reached, NOT_MET when no longer reachable, else UNKNOWN. Symptoms unknown: MET with two, NOT_MET when
    none is possible. A test left out is a missing one.
    """
    read = Reader(inputs)
    symptomatic, tests = read.code("SYMPTOMATIC"), read.codes("TESTS") or ()
    if symptomatic not in (None, "Y", "N") or any(one not in (None, "Y", "N") for one in tests):
        return error("RANGE")
    abnormal = tests.count("Y")
    reachable = abnormal + tests.count(None) + max(0, SENSORY_TESTS - len(tests))
    fewest, most = {"Y": (1, 1), "N": (2, 2), None: (1, 2)}[symptomatic]
    met = "MET" if abnormal >= most else "NOT_MET" if reachable < fewest else "UNKNOWN"
    return ok(met, n_abnormal=abnormal)


FUNCTIONS = (
    FunctionDef(
        id="D15",
        version="1",
        title=Text("Nerve conduction: z-score", "神经传导z值"),
        inputs=(number("CV"), number("MEAN"), number("SD"), code("NO_RESPONSE")),
        outputs=(OutputDef("abnormal", "code"),),
        source="Trial C, inclusion criteria; content, section 7 (D15)",
        formula=Text(
            "(Conduction velocity − reference mean) ÷ reference SD; abnormal at −2 or below, and without response",
            "（传导速度－参考均值）÷参考标准差；≤−2或未引出波形为异常",
        ),
        decimals=2,
        codes=("NON_POSITIVE",),
        flags=("NO_RESPONSE",),
        compute=z_score,
    ),
    FunctionDef(
        id="D15b",
        version="1",
        title=Text("Nerve conduction: entry criterion", "神经传导入选标准"),
        inputs=(items("ABNORMAL", "code"),),
        outputs=(),
        source="Trial C, inclusion criteria; content, section 7 (D15b)",
        formula=Text(
            "Met when any of common peroneal, posterior tibial, deep peroneal nerve, right or left, is abnormal",
            "腓总、胫后、腓深神经任一侧异常为符合",
        ),
        decimals=None,
        codes=("RANGE",),
        flags=(),
        compute=nerve_criterion,
        kind="code",
    ),
    FunctionDef(
        id="D36",
        version="1",
        title=Text("Neuropathy: five-test criterion", "糖尿病周围神经病变五项检查标准"),
        inputs=(code("SYMPTOMATIC"), items("TESTS", "code")),
        outputs=(OutputDef("n_abnormal", "integer"),),
        source="Trials B and C, inclusion criteria; content, section 7 (D36)",
        formula=Text(
            "With symptoms at least 1, without at least 2 of 5 tests abnormal",
            "有症状者5项中≥1项异常，无症状者≥2项异常",
        ),
        decimals=None,
        codes=("RANGE",),
        flags=(),
        compute=neuropathy_criterion,
        kind="code",
    ),
)
