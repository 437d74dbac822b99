"""Names of formulas."""

from __future__ import annotations

from crf_app.pdf.derivations import function_label
from crf_app.pdf.desk import Desk
from crf_app.study.functions.registry import REGISTRY
from crf_app.words import Words
from tests.pdf import sample


def test_a_formula_names_its_function_and_version(words: Words) -> None:
    desk = Desk(sample.CONTEXT, words, "en")
    known = REGISTRY["D06"]
    assert function_label("round(D06(A_0 = A@BL, A_T = A), 1)", desk) == f"D06 {known.title.en} v{known.version}"
    assert function_label("D02(W = A) - D06(A_0 = B, A_T = C)", desk).count(" + ") == 1
    assert function_label("D99(A = B)", desk) == "D99"
    assert function_label("A + B", desk) == "formula of the form"
