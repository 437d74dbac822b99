"""Names of formulas."""

from __future__ import annotations

import pytest

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.messages import FLAGS, REASONS
from crf_app.clinical.record import ItemRecord
from crf_app.clinical.values import Value
from crf_app.pdf.answers import ROOMY, TABLE, Manner, answer_strips
from crf_app.pdf.derivations import function_label
from crf_app.pdf.desk import Desk
from crf_app.study.definition import ItemDef, ItemType
from crf_app.study.functions.registry import REGISTRY
from crf_app.study.texts import Text
from crf_app.words import Words
from tests.pdf import sample


def test_a_formula_names_its_function_and_version(words: Words) -> None:
    desk = Desk(sample.CONTEXT, words, "en")
    known = REGISTRY["D06"]
    assert function_label("round(D06(A_0 = A@BL, A_T = A), 1)", desk) == f"D06 {known.title.en} v{known.version}"
    assert function_label("D02(W = A) - D06(A_0 = B, A_T = C)", desk).count(" + ") == 1
    assert function_label("D99(A = B)", desk) == "D99"
    assert function_label("A + B", desk) == "formula of the form"


def test_a_formula_stays_out_of_a_table(words: Words) -> None:
    """A cell is too narrow for it: beside the label it is named in full, in a table the mark at the end of the cell has to do."""
    desk = Desk(sample.CONTEXT, words, "en")
    item = ItemDef("CHG", "NUS", "NUS", Text("Change", "变化"), ItemType.DEC, derive="D16(BASELINE = A, NOW = B)", decimals=1)
    empty = ItemRecord(item_key(FormKey("01-001", "W4", 1, "NUS", 1), "NUS", 1, "CHG"), item)

    def said(manner: Manner) -> str:
        return " ".join(word.text for strip in answer_strips(desk, empty, 40, manner) for word in strip.words)

    assert "D16" in said(ROOMY)
    assert said(TABLE).strip() == "—"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_why_there_is_no_value_is_said_in_words(words: Words, lang: str) -> None:
    """Every reason and remark of the registry: its code is for machines."""
    desk = Desk(sample.CONTEXT, words, lang)
    item = ItemDef("CHG", "NUS", "NUS", Text("Change", "变化"), ItemType.DEC, derive="D16(BASELINE = A, NOW = B)", decimals=1)
    for code in sorted({*REASONS, *FLAGS}):
        value = Value(status="MISSING", code=code) if code in REASONS else Value("1.0", status="OK", flags=f"{code};{code}")
        record = ItemRecord(item_key(FormKey("01-001", "W4", 1, "NUS", 1), "NUS", 1, "CHG"), item, value=value)
        said = "".join(word.text for strip in answer_strips(desk, record, 400, ROOMY) for word in strip.words)
        assert code not in said
        assert (REASONS if code in REASONS else FLAGS)[code].get(lang).replace(" ", "") in said.replace(" ", "")
