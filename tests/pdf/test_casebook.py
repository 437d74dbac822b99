"""The whole casebook as a reader finds it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from crf_app.clinical.record import EventRecord, EventStatus, FormStatus, Window
from crf_app.errors import ExpectedError
from crf_app.pdf.casebook import Selection, render_blank, render_casebook
from crf_app.study.texts import Text
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper


def test_every_page_says_which_of_how_many(casebook: Paper) -> None:
    total = len(casebook)
    assert total > 8
    for page in range(total):
        assert f"Page {page + 1} / {total}" in casebook.text(page)
        assert f"第{page + 1}页，共{total}页" in casebook.flat(page)


def test_every_page_says_whose_it_is_and_when_it_was_made(casebook: Paper) -> None:
    for page in range(len(casebook)):
        flat = casebook.flat(page)
        for wanted in (
            "HCBMNC-DF",
            "NCT05999656",
            "V1.2",
            "CASEREPORTFORM病例报告表",
            "Confidential保密",
            "SYNTHETICDATA合成数据",
        ):
            assert wanted in flat, (page, wanted)
        assert "2026-03-1816:04:37+08:00" in flat, "state of the data"
        assert "2026-03-1816:05:37+08:00" in flat, "moment of printing"
        assert "DemoCoordinator" in flat
        assert "#48377" in flat
        assert "b61c04ae7d192f83" in flat
        if page > 0:
            assert sample.SUBJECT in flat


def test_synthetic_mark_is_absent_from_real_data(words: Words) -> None:
    context = replace(sample.CONTEXT, synthetic=False)
    assert "SYNTHETIC" not in Paper(render_casebook(sample.subject_record(), context, words, "en")).all_text()


def test_form_pages_carry_the_visit(casebook: Paper) -> None:
    flat = casebook.flat(2)
    for wanted in ("W4|Week4第4周", "2026-03-17", "2026-03-15–03-19,inwindow窗内", "Form表单WND1.2"):
        assert wanted in flat


def test_bookmarks_lead_to_visits_and_forms(casebook: Paper) -> None:
    outline = casebook.outline()
    assert [(level, title) for level, title, _ in outline if level == 0] == [
        (0, "Cover 封面"), (0, "Contents 目录"), (0, "W4 Week 4 第4周"), (0, "Logs 记录表"), (0, "Annex 附录"),
    ]  # fmt: skip
    for level, title, page in outline:
        if level == 1:
            assert "".join(title.split())[:8] in casebook.flat(page), title


def test_contents_name_the_pages_where_forms_stand(casebook: Paper) -> None:
    outline = {title.split()[0]: page for level, title, page in casebook.outline() if level == 1}
    text = casebook.text(1)
    for name in ("Wound", "Vital", "Blood", "Adverse", "Medication"):
        line = next(line for line in text.splitlines() if line.startswith(name) or f" {name}" in line)
        printed = int(re.findall(r"\d+", line)[-1])
        assert printed == outline[name] + 1, name


def test_contents_are_links_to_those_pages(casebook: Paper) -> None:
    with casebook.inside() as pdf:
        annotations: Any = pdf.pages[1].Annots
        targets = [pdf.pages.index(pikepdf.Page(one.Dest[0])) for one in annotations]
    wanted = [page for level, _, page in casebook.outline() if level == 1]
    assert targets == wanted


def test_only_embedded_fonts_are_named(casebook: Paper) -> None:
    with casebook.inside() as pdf:
        fonts = [one for one in pdf.objects if hasattr(one, "get") and one.get("/Type") == "/Font"]
        assert fonts
        for font in fonts:
            assert "NotoSansSC" in str(font.BaseFont), font.BaseFont
            assert "/FontFile2" in font.FontDescriptor


def test_document_says_its_language_and_title(words: Words, casebook: Paper) -> None:
    with casebook.inside() as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert sample.SUBJECT in str(pdf.docinfo["/Title"])
    english = Paper(render_casebook(sample.subject_record(), sample.CONTEXT, words, "en"))
    with english.inside() as pdf:
        assert str(pdf.Root.Lang) == "en"


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_same_input_same_bytes(words: Words, lang: str) -> None:
    first, second = (render_casebook(sample.subject_record(), sample.CONTEXT, words, lang) for _ in range(2))
    assert first == second


def test_one_language_leaves_out_the_other(words: Words) -> None:
    english = Paper(
        render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(form="VS"))
    )
    chinese = Paper(
        render_casebook(sample.subject_record(), sample.CONTEXT, words, "zh", selection=Selection(form="VS"))
    )
    assert "Systolic" in english.all_text()
    assert "收缩压" not in english.all_text()
    assert "收缩压" in chinese.all_text()
    assert "Systolic" not in chinese.all_text()


def test_selection_takes_one_visit_or_one_form(words: Words) -> None:
    visit = Paper(
        render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(event="W4"))
    )
    assert "Wound measurement" in visit.all_text()
    assert "Medication" not in visit.all_text()
    form = Paper(
        render_casebook(
            sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(event="W4", form="LBHEM")
        )
    )
    assert len(form) == 1
    assert "Page 1 / 1" in form.text(0)


def test_empty_selection_is_refused(words: Words) -> None:
    with pytest.raises(ExpectedError, match="pdf_nothing"):
        render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(event="W9"))
    with pytest.raises(ExpectedError, match="pdf_nothing"):
        render_blank([], sample.CONTEXT, words, "en")
    assert words.has("error.pdf_nothing")
    assert words.has("error.pdf_cancelled")


def test_progress_counts_forms_and_cancel_stops(words: Words) -> None:
    seen: list[tuple[int, int]] = []
    render_casebook(
        sample.subject_record(), sample.CONTEXT, words, "en", progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(number, 5) for number in range(1, 6)]
    with pytest.raises(ExpectedError, match="pdf_cancelled"):
        render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", cancelled=lambda: True)


def test_cover_says_who_and_what(casebook: Paper) -> None:
    flat = casebook.flat(0)
    for wanted in (
        sample.SUBJECT,
        "DEXU",
        "Male男",
        "2026-01-21",
        "2026-02-17",
        "Infollow-up随访中",
        "DemoInvestigator演示研究者",
    ):
        assert wanted in flat
    assert f"{len(casebook)}pages" in flat


def test_forms_nobody_began_are_counted_and_missed_visits_named(words: Words) -> None:
    subject = sample.subject_record()
    visit, log = subject.events
    empty = replace(sample.plain_form(sample.VITAL, "W5", {}, status=FormStatus.NOT_STARTED), completed_at=None)
    later = replace(visit, repeat=2, forms=(empty,), status=EventStatus.PLANNED, title=Text("Week 5", "第5周"))
    missed = replace(
        later, repeat=3, status=EventStatus.MISSED, reason="in hospital elsewhere", title=Text("Week 6", "第6周")
    )
    record = replace(subject, events=(visit, later, missed, log))
    paper = Paper(render_casebook(record, sample.CONTEXT, words, "en"))
    assert "2 forms not begun, not printed" in paper.text(0)
    assert "Week 6 missed: in hospital elsewhere" in " ".join(paper.text(1).split())
    assert "Week 5" not in paper.all_text()
    chosen = Paper(
        render_casebook(record, sample.CONTEXT, words, "en", selection=Selection(event="W4", event_repeat=2))
    )
    assert "Week 5" in chosen.text(0)


def test_annex_lists_corrections_signatures_and_photographs(casebook: Paper) -> None:
    places = {title: page for _, title, page in casebook.outline()}
    text = casebook.flat(places["Corrections (1) 更正记录 (1)"])
    assert "W4|Woundmeasurement|Areabyplanimetry" in text
    assert "W4|创面测量|描记面积" in text
    assert "9.43cm²→8.43cm²|2026-03-1813:04:37+08:00|DemoCoordinator演示协调员|transcriptionerror" in text
    assert "voidsince失效于2026-02-1701:00:00+00:00(arowwasremoved有一行被删除)" in casebook.flat(places["Signatures (2) 签名记录 (2)"])
    assert places["Photographs (1) 照片 (1)"] == len(casebook) - 1


def test_blank_visit_and_form_have_the_layout_of_filled_ones(words: Words, casebook: Paper) -> None:
    forms = tuple(
        replace(sample.plain_form(form, "W4", {}, status=FormStatus.NOT_STARTED), completed_at=None)
        for form in sample.FORMS.values()
    )
    event = EventRecord(sample.W4, 1, sample.W4.name, EventStatus.PLANNED, "", Window(), forms)
    blank = Paper(render_blank([event, forms[0]], sample.CONTEXT, words, "both"))
    assert "W4 |" in blank.text(0)
    for label in ("Healed", "Area method", "Exudate, amount"):
        (_, printed), (_, filled) = blank.find(label)[0], casebook.one(label)
        assert printed.left == pytest.approx(filled.left, abs=0.5)
    assert sample.SUBJECT not in blank.all_text()
    assert "yyyy-mm-dd" in blank.text(0)
    assert blank.text(0).count("Name 姓名") == 2
    assert [title for level, title, _ in blank.outline() if level == 0] == [
        "W4 Week 4 第4周",
        "Wound measurement 创面测量",
    ]


def test_the_same_blank_form_twice_has_two_bookmarks(words: Words) -> None:
    form = replace(sample.plain_form(sample.WOUND, "W4", {}, status=FormStatus.NOT_STARTED), completed_at=None)
    blank = Paper(render_blank([form, form], sample.CONTEXT, words, "en"))
    assert blank.outline() == [(0, "Wound measurement", 0), (0, "Wound measurement", 1)]


@pytest.mark.parametrize("times", [1, 4, 14])
def test_contents_number_the_pages_however_long_the_title_is(words: Words, times: int) -> None:
    title = Text("Local injection of cells in refractory diabetic foot " * times, "细胞局部注射治疗难治性糖尿病足" * times)
    study = replace(sample.CONTEXT.study, title=title)
    context = replace(sample.CONTEXT, study=study)
    paper = Paper(render_casebook(sample.subject_record(), context, words, "both"))
    places = [page for _, title, page in paper.outline() if title == "Vital signs 生命体征" or title.startswith("Wound measurement")]
    contents = next(page for _, title, page in paper.outline() if title.startswith("Contents"))
    assert contents == (1 if times < 14 else 2), "a title that any study has leaves the cover one page"
    numbers = {int(line.rsplit(maxsplit=1)[-1]) for line in paper.text(contents).splitlines() if line.rsplit(maxsplit=1)[-1:] and line.rsplit(maxsplit=1)[-1].isdecimal()}
    assert places
    assert {page + 1 for page in places} <= numbers
