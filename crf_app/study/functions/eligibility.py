"""The verdict over all criteria: D37."""

from __future__ import annotations

from crf_app.study.functions.reading import Reader, items
from crf_app.study.functions.result import FunctionDef, Inputs, Result, error, ok
from crf_app.study.texts import Text

_INCLUSION = (None, "MET", "NOT_MET", "UNKNOWN")
_EXCLUSION = (None, "PRESENT", "ABSENT", "UNKNOWN")


def verdict(inputs: Inputs) -> Result:
    """INELIGIBLE when any criterion is NOT_MET or PRESENT; else INCOMPLETE when any is UNKNOWN or unanswered; else
    ELIGIBLE.

    Content, D37. Without any criterion nothing has been answered: INCOMPLETE.
    """
    read = Reader(inputs)
    inclusion, exclusion = read.codes("INCLUSION"), read.codes("EXCLUSION")
    answers = (*(inclusion or ()), *(exclusion or ()))
    if any(one not in _INCLUSION for one in inclusion or ()) or any(one not in _EXCLUSION for one in exclusion or ()):
        return error("RANGE")
    if "NOT_MET" in answers or "PRESENT" in answers:
        return ok("INELIGIBLE")
    unanswered = inclusion is None or exclusion is None or not answers
    return ok("INCOMPLETE" if unanswered or None in answers or "UNKNOWN" in answers else "ELIGIBLE")


FUNCTIONS = (
    FunctionDef(
        id="D37",
        version="1",
        title=Text("Overall eligibility", "入组资格判定"),
        inputs=(items("INCLUSION", "code"), items("EXCLUSION", "code")),
        outputs=(),
        source="Content, sections 1.7 and 7 (D37)",
        formula=Text(
            "Ineligible when an inclusion criterion is not met or an exclusion criterion present; "
            "incomplete while any is unknown; else eligible",
            "任一入选标准不符合或任一排除标准存在为不合格；有未知或未答为未完成；否则合格",
        ),
        decimals=None,
        codes=("RANGE",),
        flags=(),
        compute=verdict,
        kind="code",
    ),
)
