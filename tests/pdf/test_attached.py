"""Tables that belong to a form: the criteria."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crf_app.clinical.record import TableRecord
from crf_app.pdf.attached import column_widths
from crf_app.pdf.casebook import Selection, render_casebook
from crf_app.pdf.desk import Desk
from crf_app.study.texts import Text
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper

HEADS = (Text("No.", "编号"), Text("Criterion", "标准"), Text("Evidence", "依据"), Text("Verdict", "判定"))


def _table(count: int) -> TableRecord:
    rows = tuple(
        (
            Text(f"X-{number:02}", f"X-{number:02}"),
            Text(f"The criterion {number} which is long enough to need several lines of its column", f"第{number}条标准的中文说明文字"),
            Text("Wound <b>area</b>: 2.4 cm²; Age: 61; Date: 2026-01-21; Grade: 2", "创面面积：2.4 cm²；年龄：61"),
            Text("not met", "不符合"),
        )
        for number in range(1, count + 1)
    )
    return TableRecord(Text("Criteria as they stand", "各项标准的判定"), HEADS, rows)


def _paper(words: Words, lang: str, count: int) -> Paper:
    form = replace(sample.wound_form(), tables=(_table(count),))
    return Paper(render_casebook(
        sample.subject_record(wound=form), sample.CONTEXT, words, lang, selection=Selection(form="WND")
    ))  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_every_cell_prints_on_the_row_of_its_number(words: Words, lang: str) -> None:
    paper = _paper(words, lang, 30)
    flat = paper.flat()
    row = _table(1).rows[0]
    for text in row[2:]:
        for one in ((text.en, text.zh) if lang == "both" else (text.get(lang),)):
            assert flat.count("".join(one.split())) == 30, one
    for number in range(1, 31):
        page, name = paper.one(f"X-{number:02}")
        verdicts = [word for at, word in paper.find("不符合" if lang == "zh" else "not met") if at == page]
        assert any(abs(word.top - name.top) < 3 for word in verdicts), number


def test_the_head_stands_again_on_every_page(words: Words) -> None:
    paper = _paper(words, "both", 40)
    pages = {paper.one(f"X-{number:02}")[0] for number in range(1, 41)}
    assert len(pages) > 2
    for page in pages:
        assert "Evidence 依据" in paper.text(page)
        assert "Criteria as they stand" in paper.text(page)


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_columns_fill_the_page_and_give_most_room_to_the_longest_texts(words: Words, lang: str) -> None:
    desk = Desk(sample.CONTEXT, words, lang)
    widths = column_widths(desk, _table(3), 500.0)
    assert sum(widths) == pytest.approx(500.0)
    assert min(widths[1], widths[2]) > 2 * max(widths[0], widths[3])


def test_a_table_without_rows_has_its_head(words: Words) -> None:
    assert "Verdict 判定" in _paper(words, "both", 0).all_text()
