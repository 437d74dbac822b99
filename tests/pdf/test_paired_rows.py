"""Right and left on one row."""

from __future__ import annotations

from dataclasses import replace

from crf_app.clinical.values import Value
from crf_app.pdf.casebook import Selection, render_casebook
from crf_app.study.definition import GroupDef, ItemType
from crf_app.study.texts import Text
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper
from tests.pdf.sample_study import METHOD, form_def, item

FORM = form_def(
    "WND",
    Text("Pressures", "压力"),
    GroupDef("P", "WND", Text("Pressures", "压力"), (
        item("WND", "P", "P_L", "Ankle pressure, left", "左踝压力", ItemType.INT, unit="mmHg", pair="P_R"),
        item("WND", "P", "P_R", "Ankle pressure, right", "右踝压力", ItemType.INT, unit="mmHg", pair="P_L"),
        item("WND", "P", "M_R", "Method, right", "右侧方法", ItemType.SINGLE, codes=METHOD, pair="M_L"),
        item("WND", "P", "M_L", "Method, left", "左侧方法", ItemType.SINGLE, codes=METHOD, pair="M_R"),
        item("WND", "P", "LAST", "Remark on both", "备注", ItemType.TEXT),
    )),
)  # fmt: skip


def _paper(words: Words, lang: str, values: dict[str, Value]) -> Paper:
    form = sample.plain_form(FORM, "W4", values)
    subject = sample.subject_record(wound=replace(form, signatures=()))
    return Paper(render_casebook(subject, sample.CONTEXT, words, lang, selection=Selection(form="WND")))


def test_right_and_left_stand_on_one_row_right_first(words: Words) -> None:
    paper = _paper(words, "en", {"P_R": Value("7131"), "P_L": Value("9242")})
    (_, right), (_, left) = paper.one("7131"), paper.one("9242")
    (_, question) = paper.one("Ankle pressure")
    assert abs(right.middle - left.middle) < 0.5
    assert abs(question.middle - right.middle) < 2
    assert question.right < right.left < left.left
    assert "Ankle pressure, " not in paper.text(0)


def test_both_keep_their_numbers_and_their_side(words: Words) -> None:
    paper = _paper(words, "en", {"P_R": Value("7131"), "P_L": Value("9242")})
    line = next(line for line in paper.text(0).splitlines() if "7131" in line)
    assert line.split() == ["2", "Ankle", "pressure", "R", "7131", "mmHg", "1", "L", "9242", "mmHg"]


def test_a_missing_side_says_why_beside_the_other(words: Words) -> None:
    paper = _paper(words, "both", {"P_R": Value(missing="ND", reason="dressing on"), "P_L": Value("9242")})
    flat = paper.flat()
    assert "dressingon" in flat
    assert "R右" in flat
    assert "L左" in flat
    for option in METHOD:
        assert flat.count(option.text.zh) == 2, "every option prints on both sides"
