"""Points on the drawings of the foot, and long lists of options beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crf_app.clinical.record import FormRecord, GroupRecord
from crf_app.clinical.values import Value
from crf_app.pdf.blocks import Curve
from crf_app.pdf.casebook import Selection, render_blank, render_casebook
from crf_app.pdf.desk import Desk
from crf_app.pdf.limb_maps import map_blocks
from crf_app.study.definition import GroupDef, ItemType
from crf_app.study.outlines import FOOT
from crf_app.study.texts import Text
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper, Word, darkness
from tests.pdf.sample_study import codes, form_def, item

REGION = codes(*((f"R{number}", f"Region number {number}", f"第{number}部位") for number in range(1, 15)))
POINTS = GroupDef(
    "P", "WND", Text("Injection points", "注射点"),
    (
        item("WND", "P", "NO", "Point", "点号", ItemType.INT),
        item("WND", "P", "REG", "Region", "部位", ItemType.SINGLE, codes=REGION),
        item("WND", "P", "MAP", "Position", "位置", ItemType.MAP),
        item("WND", "P", "VOL", "Volume", "体积", ItemType.DEC, decimals=2, unit="mL"),
    ),
    repeating="log", layout="map", row_number="NO",
)  # fmt: skip
FORM = form_def("WND", Text("Injection", "注射"), POINTS)
PLACES = (
    "PLANTAR;LEFT;0.5000;0.6000;ARCH",
    "PLANTAR;LEFT;0.4500;0.8800;HEEL",
    "DORSAL;RIGHT;0.4000;0.5000;DORSUM",
)


def _form(count: int = 3) -> FormRecord:
    form = sample.plain_form(FORM, "W4", {})
    rows = tuple(
        sample.row(form.key, POINTS, number, Text(str(number), str(number)), {
            "NO": Value(str(number)), "REG": Value(f"R{number + 4}"), "VOL": Value(f"0.{number}7"),
            "MAP": Value(PLACES[(number - 1) % 3]),
        })
        for number in range(1, count + 1)
    )  # fmt: skip
    return replace(form, groups=(GroupRecord(POINTS, rows),), signatures=())


def _paper(words: Words, lang: str, form: FormRecord) -> Paper:
    subject = sample.subject_record(wound=form)
    return Paper(render_casebook(subject, sample.CONTEXT, words, lang, selection=Selection(form="WND")))


def test_the_drawings_that_have_points_print_and_no_others(words: Words) -> None:
    paper = _paper(words, "en", _form())
    assert len(paper.find("Left | Plantar")) == 1 + 2, "the drawing, and two rows of the table"
    assert len(paper.find("Right | Dorsal")) == 1 + 1
    assert "Medial" not in paper.text(0)


@pytest.mark.parametrize(("place", "across"), [(0, 0.5), (1, 0.45), (2, 0.6)])
def test_a_point_stands_where_it_was_put_the_right_foot_mirrored(words: Words, place: int, across: float) -> None:
    (block,) = map_blocks(Desk(sample.CONTEXT, words, "en"), _form().groups[0], 480.0)
    drawings = [(placed, placed.strip) for placed in block.parts if placed.strip.shapes]
    (placed, strip) = next(one for one in drawings if any(word.text == str(place + 1) for word in one[1].words))
    outline = strip.shapes[0]
    assert isinstance(outline, Curve)
    xs = [point[0] for piece in outline.pieces for point in piece]
    ys = [point[1] for piece in outline.pieces for point in piece]
    foot = FOOT["PLANTAR" if place < 2 else "DORSAL"]
    unit_x = [1 - x if place == 2 else x for x, _ in foot.points]
    unit_y = [y for _, y in foot.points]
    # The drawing's scale is read off the outline itself.
    ends = [piece[-1] for piece in outline.pieces]
    wide = (max(x for x, _ in ends) - min(x for x, _ in ends)) / (max(unit_x) - min(unit_x))
    high = (max(y for _, y in ends) - min(y for _, y in ends)) / (max(unit_y) - min(unit_y))
    circle = strip.shapes[-1] if place != 0 else strip.shapes[-2]
    assert isinstance(circle, Curve)
    middle = (circle.pieces[0][-1][0], circle.pieces[1][-1][1])
    assert middle[0] == pytest.approx(across * wide, abs=0.1)
    assert middle[1] == pytest.approx(float(PLACES[place].split(";")[3]) * high, abs=0.1)
    assert min(xs) > -5
    assert max(ys) < high + 5
    assert placed.x + max(xs) < 480


def test_the_drawing_is_drawn(words: Words) -> None:
    paper = _paper(words, "en", _form())
    title = _topmost(paper, "Left | Plantar")
    box = (title.left, title.bottom - 140, title.left + 105, title.bottom - 2)
    assert 0.01 < darkness(paper.image(0), box) < 0.2


def _topmost(paper: Paper, text: str) -> Word:
    return max((word for _, word in paper.find(text)), key=lambda word: word.top)


def test_deleted_rows_have_no_point(words: Words) -> None:
    form = _form()
    first, *others = form.groups[0].rows
    group = replace(form.groups[0], rows=(replace(first, deleted=True, reason="twice"), *others))
    (block,) = map_blocks(Desk(sample.CONTEXT, words, "en"), group, 480.0)
    assert sorted(word.text for one in block.parts for word in one.strip.words if word.text.isdigit()) == ["2", "3"]


def test_a_blank_form_has_every_drawing_of_both_sides(words: Words) -> None:
    form = replace(_form(0), completed_at=None)
    text = Paper(render_blank([form], sample.CONTEXT, words, "en")).all_text()
    for view in ("Plantar", "Dorsal", "Medial", "Lateral"):
        for side in ("Right", "Left"):
            assert f"{side} | {view}" in text
    assert "R14 Region number 14" in text, "the codes to write into the table"


def test_a_long_list_prints_what_was_chosen_and_a_legend(words: Words) -> None:
    paper = _paper(words, "en", _form(3))
    assert [len(paper.find(f"Region number {number}")) for number in (6, 14)] == [2, 1], "in its row and in the legend"
    (_, chosen), (_, volume) = _first(paper, "Region number 6"), paper.one("0.27")
    assert abs(chosen.middle - volume.middle) < 2


def test_two_rows_keep_their_boxes(words: Words) -> None:
    paper = _paper(words, "en", _form(2))
    assert len(paper.find("Region number 14")) == 2


def test_a_code_that_is_not_offered_is_said_in_the_table_too(words: Words) -> None:
    form = _form()
    row = form.groups[0].rows[0]
    items = tuple(replace(one, value=Value("STUMP9")) if one.item.oid == "REG" else one for one in row.items)
    group = replace(form.groups[0], rows=(replace(row, items=items), *form.groups[0].rows[1:]))
    flat = _paper(words, "en", replace(form, groups=(group,))).flat()
    assert "storedcodethattheformdoesnotoffer:STUMP9" in flat


def _first(paper: Paper, text: str) -> tuple[int, Word]:
    return max(paper.find(text), key=lambda found: found[1].top)
