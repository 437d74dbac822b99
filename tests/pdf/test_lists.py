"""Lists of a casebook: every page names what it lists, signatures stand one to a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crf_app.pdf.annex import all_signatures, signature_list
from crf_app.pdf.blocks import Block, Rule
from crf_app.pdf.desk import Desk
from crf_app.pdf.frame import FrameMaker, content_width
from crf_app.pdf.paging import paginate
from crf_app.study.texts import Text
from crf_app.words import Words
from tests.pdf import sample

WIDTH = content_width(landscape=False)


def said(block: Block) -> str:
    """The words of a block in their order."""
    return " ".join(word.text for placed in block.parts for word in placed.strip.words)


def test_every_page_of_a_list_says_what_it_lists(words: Words) -> None:
    desk = Desk(sample.CONTEXT, words, "both", sample.subject_record())
    one = all_signatures(desk.subject, desk.subject.events)[0] if desk.subject else None
    assert one is not None
    many = [replace(one, id=str(number)) for number in range(60)]
    frame = FrameMaker(desk).frame((), "", landscape=False)
    pages = paginate(signature_list(desk, {}, many, WIDTH), lambda _: frame, lambda _: None)
    tops = [" ".join(said(page.placed[0][1]).split()) for page in pages]
    assert len(tops) > 2
    assert tops[0] == "Signatures 签名记录"
    assert set(tops[1:]) == {"Signatures 签名记录 (continued) （续）"}


def test_a_signature_names_its_record_and_one_that_is_void_is_struck_through_with_its_cause(words: Words) -> None:
    desk = Desk(sample.CONTEXT, words, "en", sample.subject_record())
    assert desk.subject is not None
    one = replace(all_signatures(desk.subject, desk.subject.events)[0], record="W4/WND", void_since=None)
    void = replace(one, id="void", void_since=one.when + timedelta(days=3), void_cause="reopened")
    names = {"W4/WND": Text("W4 | Wound measurement", "第4周 | 创面测量")}
    _, _, standing, ended = signature_list(desk, names, [one, void], WIDTH)
    assert "W4 | Wound measurement" in " ".join(said(standing).split())
    assert "void since" in said(ended)
    assert "reopened" in said(ended)
    strokes = [[shape for placed in block.parts for shape in placed.strip.shapes if isinstance(shape, Rule) and 0 < shape.y1 < placed.strip.height] for block in (standing, ended)]
    assert [bool(found) for found in strokes] == [False, True]
