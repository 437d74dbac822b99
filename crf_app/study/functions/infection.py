"""Grade of a foot infection: D30."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from crf_app.study.functions.reading import Reader, code, integer, number
from crf_app.study.functions.result import FunctionDef, Inputs, OutputDef, Result, error, missing, ok
from crf_app.study.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIGNS = ("SWELLING", "TENDER", "WARM", "PUS")
_ANSWERS = (None, "Y", "N")
# One erythema of each kind: no sign, a sign, a sign so wide that the grade is 3 (2023 wording: 2 cm and more).
_SIGN_ABOVE = Decimal("0.5")
_WIDE_FROM = Decimal(2)
_ERYTHEMAS = (Decimal(0), Decimal(1), _WIDE_FROM)

Grade = tuple[int, str]
Booleans = tuple[bool, ...]


def infection_grade(inputs: Inputs) -> Result:
    """IWGDF/IDSA grade 1 to 4; the output `osteo` is "O" with osteomyelitis (content, D30).

    Wording of 2023. Fewer than two local signs and no osteomyelitis is 1. With infection: two or more systemic signs 4; deep structures, osteomyelitis or erythema of 2
    cm and more 3; else 2. What is blank is tried both ways: the grade stands when it is the same, otherwise it is
    blank, SIRS_INCOMPLETE when a blank systemic value could change it.
    """
    read = Reader(inputs)
    answers = {name: read.code(name) for name in (*SIGNS, "DEEP", "OSTEO")}
    width = read.number("ERYTHEMA_CM")
    if any(one not in _ANSWERS for one in answers.values()):
        return error("RANGE")
    if width is not None and width < 0:
        return error("NEGATIVE")
    signs = sum(answers[name] == "Y" for name in SIGNS) + (width is not None and width > _SIGN_ABOVE)
    systemic = _systemic(read)
    wounds = list(product(*(_possible(_yes(one)) for one in answers.values())))
    widths = _ERYTHEMAS if width is None else (width,)
    bodies = list(product(*(_possible(one) for one in systemic)))
    by_wound = [_grades(wound, one, bodies) for wound in wounds for one in widths]
    grades = set().union(*by_wound)
    if len(grades) == 1:
        grade, osteo = grades.pop()
        return ok(grade, signs=signs, osteo=osteo)
    in_doubt = any(len(one) > 1 for one in by_wound)
    return missing("SIRS_INCOMPLETE" if in_doubt else "", signs=signs, osteo=None)


def _yes(answer: str | None) -> bool | None:
    return None if answer is None else answer == "Y"


def _possible(answer: bool | None) -> Booleans:
    return (False, True) if answer is None else (answer,)


def _systemic(read: Reader) -> Sequence[bool | None]:
    """Temperature, heart rate, breathing rate, white cells: beyond their limits, within, or None when blank."""
    temperature, cells = read.number("TEMP"), read.number("WBC")
    heart, breaths = read.integer("HR"), read.integer("RR")
    return (
        None if temperature is None else temperature > 38 or temperature < 36,
        None if heart is None else heart > 90,
        None if breaths is None else breaths > 20,
        None if cells is None else cells > 12 or cells < 4,
    )


def _grades(wound: Booleans, width: Decimal, bodies: Iterable[Booleans]) -> set[Grade]:
    """The grades that one state of the wound can have with these states of the body."""
    *signs, deep, osteo = wound
    infected = sum(signs) + (width > _SIGN_ABOVE) >= 2 or osteo
    if not infected:
        return {(1, "")}
    local = 3 if deep or osteo or width >= _WIDE_FROM else 2
    return {(4 if sum(body) >= 2 else local, "O" if osteo else "") for body in bodies}


FUNCTIONS = (
    FunctionDef(
        id="D30",
        version="1",
        title=Text("Foot infection grade (IWGDF/IDSA)", "足感染分级(IWGDF/IDSA)"),
        inputs=(
            code("SWELLING"),
            number("ERYTHEMA_CM"),
            code("TENDER"),
            code("WARM"),
            code("PUS"),
            code("DEEP"),
            code("OSTEO"),
            number("TEMP"),
            integer("HR"),
            integer("RR"),
            number("WBC"),
        ),
        outputs=(OutputDef("signs", "integer"), OutputDef("osteo", "code")),
        source="IWGDF/IDSA 2012 and 2023; content, sections 7 (D30) and 11",
        formula=Text(
            "1: fewer than 2 local signs; 2: infection; 3: deep structures, osteomyelitis or erythema ≥ 2 cm; "
            "4: ≥ 2 systemic signs; O: osteomyelitis",
            "1级：局部体征<2项；2级：感染；3级：深部受累、骨髓炎或红斑≥2 cm；4级：全身体征≥2项；O：骨髓炎",
        ),
        decimals=0,
        codes=("NEGATIVE", "RANGE", "SIRS_INCOMPLETE"),
        flags=(),
        compute=infection_grade,
        kind="integer",
    ),
)
