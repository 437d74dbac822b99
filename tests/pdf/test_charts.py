"""Charts on paper: the appendix, one chart alone, embedded faces only, nothing outside the page."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pytest

from crf_app.clinical.charts.model import Bar, Chart, Lane
from crf_app.paths import resources_folder
from crf_app.pdf.annexes import DEFAULT_ANNEXES, Extras
from crf_app.pdf.blocks import Block
from crf_app.pdf.casebook import Selection, render_casebook, render_charts
from crf_app.pdf.charts import MOST_LANES, chart_blocks
from crf_app.pdf.desk import Desk
from crf_app.pdf.frame import content_width
from crf_app.study.texts import Text
from crf_app.words import load_words
from tests.clinical.charts.drawn import TREATED, ULCER, made
from tests.clinical.charts.test_courses import AREAS
from tests.clinical.charts.test_events import _event
from tests.clinical.charts.test_laboratory import THREE
from tests.pdf.reading import Paper
from tests.pdf.sample import CONTEXT, subject_record

WORDS = load_words(resources_folder() / "words")
WIDTH = content_width(landscape=False)


def _all() -> list[Chart]:
    lab = made("LAB.HGB", THREE)
    return [made("AREA", AREAS), made("AE", {**TREATED, **_event(1, "皮疹", "2026-01-13", serious="Y")}), made("TEMP", {}), lab, replace(lab, oid="LAB.2")]


WITH_CHARTS = Extras((*DEFAULT_ANNEXES, "charts"), charts=tuple(_all()))


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_the_casebook_has_an_annex_of_charts_with_its_line_and_bookmark(lang: str) -> None:
    plain = Paper(render_casebook(subject_record(), CONTEXT, WORDS, lang))
    content = render_casebook(subject_record(), CONTEXT, WORDS, lang, extras=WITH_CHARTS)
    paper = Paper(content)
    assert len(paper) > len(plain)
    name = {"en": "Charts (4)", "zh": "图表 (4)", "both": "Charts (4)"}[lang]
    assert any(name in title for _, title, _ in paper.outline())
    told = paper.all_text()
    assert ("Wound area" in told) is (lang != "zh")
    assert ("创面面积" in told) is (lang != "en")
    assert ("Temperature" if lang != "zh" else "体温") in told  # named as without values


def test_a_part_of_the_casebook_has_no_annex() -> None:
    selection = Selection("W4")
    part = render_casebook(subject_record(), CONTEXT, WORDS, "en", selection=selection, extras=WITH_CHARTS)
    assert part == render_casebook(subject_record(), CONTEXT, WORDS, "en", selection=selection)


def test_only_the_embedded_faces_are_referred_to_and_the_bytes_are_the_same() -> None:
    content = render_charts(_all(), CONTEXT, WORDS, "both")
    assert content == render_charts(_all(), CONTEXT, WORDS, "both")
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            for _, font in page.resources["/Font"].items():  # noqa: PERF102  an Object of pikepdf has no values()
                assert "/FontFile2" in font["/FontDescriptor"]
            assert "/SMask" not in str(page.resources)
            assert not re.search(rb"/(ca|CA) 0", content)


def test_one_chart_alone_says_when_it_is_empty() -> None:
    paper = Paper(render_charts([made("TEMP", {})], CONTEXT, WORDS, "zh"))
    assert len(paper) == 1
    assert "尚无数值" in paper.text(0)


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_everything_lies_inside_its_block_and_the_page(lang: str) -> None:
    desk = Desk(CONTEXT, WORDS, lang)
    for block in chart_blocks(desk, _all(), WIDTH):
        _inside(block)


def _inside(block: Block) -> None:
    for x, y, strip in block.parts:
        assert y + strip.height <= block.height + 0.1
        for word in strip.words:
            assert -0.1 <= x + word.x <= WIDTH, word
            assert y + word.y <= block.height, word


def test_charts_of_a_group_stand_two_on_a_line() -> None:
    blocks = chart_blocks(Desk(CONTEXT, WORDS, "en"), _all(), WIDTH)
    lefts = [sorted({round(x) for x, _, _ in block.parts}) for block in blocks]
    assert [0, round((WIDTH + 6 * 72 / 25.4) / 2)] in lefts


def test_more_events_than_a_page_holds_are_drawn_in_parts() -> None:
    count = MOST_LANES * 2 + 3
    name = Text("event", "事件")
    chart = replace(made("AE", {**TREATED, **_event(1, "x", "2026-01-13")}), lanes=tuple(Lane(name) for _ in range(count)), bars=tuple(Bar(one, 1.0, 2.0, name) for one in range(count)))
    blocks = chart_blocks(Desk(CONTEXT, WORDS, "en"), [chart], WIDTH)
    assert len(blocks) == 4  # the title and three parts
    paper = Paper(render_charts([chart], CONTEXT, WORDS, "en"))
    assert len(paper) == 3
    assert f"({MOST_LANES * 2 + 1}–{count} / {count})" in paper.text(2)


def test_a_name_that_no_font_has_is_framed_not_dropped() -> None:
    rare = {**TREATED, **ULCER, **_event(1, "rash \U00020bb7", "2026-01-13")}
    assert "U+20BB7" in Paper(render_charts([made("AE", rare)], CONTEXT, WORDS, "en")).text(0)
