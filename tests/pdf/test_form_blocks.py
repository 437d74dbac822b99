"""What a form prints, item by item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crf_app.clinical.record import FormRecord, FormStatus, SubjectRecord, Visibility
from crf_app.clinical.values import Value
from crf_app.pdf.casebook import Selection, render_casebook
from crf_app.pdf.form_blocks import without_uncoded
from crf_app.pdf.styles import BOX, BOX_GAP
from crf_app.study.definition import ItemType
from crf_app.study.item_types import format_value
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper, Word, darkness


def printed(words: Words, form: FormRecord, lang: str = "en") -> Paper:
    """The form alone."""
    subject = sample.subject_record(wound=form)
    return Paper(
        render_casebook(subject, sample.CONTEXT, words, lang, selection=Selection(event="W4", form=form.form.oid))
    )


CANARIES = {
    "WNDDAT": Value("2031-10-07"),
    "WNDLEN": Value("7041.3", unit="mm"),
    "WNDWID": Value("8052.9", unit="cm"),
    "WNDUND": Value(missing="UK", reason="canary zq7 reason"),
    "WNDPLAN": Value("9063.77", unit="cm2"),
    "WNDCHG": Value("-6174.5", status="OK"),
    "WNDSUM": Value("5285.6", status="OK"),
    "WNDSTART": Value("2032-11"),
    "WNDTIM": Value("23:59"),
    "WNDDTM": Value("2033-12-08T22:58"),
    "PAINNUM": Value("94837"),
    "SPOT": Value("DORSAL;RIGHT;0.1200;0.3400;HEEL"),
    "PHOTO": Value("c0ffee12345" + "0" * 53),
    "SCAN": Value("deadbeef678" + "1" * 53),
    "WND_COVAL": Value("canary kx9 comment"),
    "WNDULC": Value("LOG/CM/CM#37"),
}
EXPECTED = {"SPOT": "Dorsal | Heel (0.12, 0.34)", "PHOTO": "c0ffee123450", "SCAN": "deadbeef6781", "WNDULC": "Medication CM 37"}


@pytest.mark.requirement("R27")
def test_every_value_stands_on_the_row_of_its_question(words: Words) -> None:
    form = sample.plain_form(sample.WOUND, "W4", {**sample.WOUND_VALUES, **CANARIES})
    paper = printed(words, form)
    for item in sample.WOUND.items:
        if item.oid not in CANARIES:
            continue
        wanted = EXPECTED.get(item.oid) or format_value(item, CANARIES[item.oid], "en").split("\n")[0]
        (page, value), (label_page, label) = paper.one(wanted), _label(paper, item.label.en)
        assert page == label_page, item.oid
        assert value.left > label.right, item.oid
        assert abs(value.bottom - label.bottom) < 4, (item.oid, value, label)


def _label(paper: Paper, text: str) -> tuple[int, Word]:
    """The question: at the left of its row, whatever else says the same words."""
    found = [one for one in paper.find(text) if 74 < one[1].left < 80]
    assert found, text
    return found[0]


@pytest.mark.parametrize("oid", [item.oid for item in sample.WOUND.items if item.codes])
def test_the_chosen_box_is_ticked_and_no_other(words: Words, oid: str) -> None:
    item = sample.WOUND.item(oid)
    chosen = item.codes[-1].code
    paper = printed(words, sample.plain_form(sample.WOUND, "W4", {**sample.WOUND_VALUES, oid: Value(chosen)}))
    page, label = _label(paper, item.label.en)
    image = paper.image(page)
    for code in item.codes:
        options = [
            word
            for at, word in paper.find(code.text.en)
            if at == page and label.bottom - 45 < word.middle < label.top + 5 and word.left > label.right
        ]
        assert options, code
        option = max(options, key=lambda word: word.middle)
        centre = option.left - BOX_GAP - BOX / 2
        inner = (centre - BOX * 0.38, option.middle - BOX * 0.42, centre + BOX * 0.38, option.middle + BOX * 0.42)
        dark = darkness(image, inner)
        assert (dark > 0.08) == (code.code == chosen), (code.code, dark)


def test_several_choices_tick_several_boxes(words: Words) -> None:
    paper = printed(words, sample.plain_form(sample.WOUND, "W4", sample.WOUND_VALUES | {"TISSUE": Value("GRAN;BONE")}))
    other = printed(words, sample.plain_form(sample.WOUND, "W4", sample.WOUND_VALUES | {"TISSUE": Value("SLOUGH")}))
    found = []
    for one in (paper, other):
        page, option = next(hit for hit in one.find("Slough"))
        centre = option.left - BOX_GAP - BOX / 2
        found.append(darkness(one.image(page), (centre - 3, option.middle - 3, centre + 3, option.middle + 3)))
    assert found[0] < 0.05 < found[1]


def test_a_code_that_is_not_offered_is_said(words: Words) -> None:
    paper = printed(words, sample.plain_form(sample.WOUND, "W4", {"EXUDAMT": Value("FLOOD")}))
    assert "does not offer: FLOOD" in paper.all_text()


def test_marks_have_their_notes(words: Words) -> None:
    text = printed(words, sample.wound_form()).flat()
    assert "△18|9.43cm²→8.43cm²|2026-03-1813:04:37+08:00|DemoCoordinator|transcriptionerror" in text
    assert "◇16|SOFT|2.9cmisunusual.|confirmed:measuredtwice复测一致" in text
    assert "ƒcalculatedbytheprogram" in text
    assert "NDnotdone,UKunknown,NAnotapplicable" in text


def test_a_missing_value_is_framed_with_its_reason(words: Words) -> None:
    paper = printed(words, sample.wound_form())
    assert "not done: not probed at this visit 本次未探查" in paper.all_text()
    (page, mark) = next(hit for hit in paper.find("ND") if hit[1].left > 250)
    image = paper.image(page)
    edge = darkness(image, (mark.left - 4, mark.bottom - 4, mark.left - 0.5, mark.top + 4))
    assert edge > 0.1, "a frame stands around ND"


def test_derived_values_name_their_formula(words: Words) -> None:
    text = printed(words, sample.wound_form()).all_text()
    assert "−32.0" in text
    assert "ƒ D06 Rate" in text
    assert "not computed, an input is missing" in text


def test_what_is_not_collected_is_struck_and_labelled(words: Words) -> None:
    paper = printed(words, sample.wound_form())
    page, left = paper.one("left behind")
    assert "not collected: does not apply here" in paper.text(page)
    image = paper.image(page, 6.0)
    middle = (left.bottom + left.top) / 2
    line = darkness(image, (left.left, middle - 1.6, left.right, middle + 1.6), 6.0)
    plain_page, plain = paper.one("Dressing changed")
    middle = (plain.bottom + plain.top) / 2
    assert (
        line > darkness(paper.image(plain_page, 6.0), (plain.left, middle - 1.6, plain.right, middle + 1.6), 6.0) + 0.1
    )


def test_entered_unit_and_standard_unit_are_both_printed(words: Words) -> None:
    assert "41mm=4.1cm" in printed(words, sample.wound_form()).flat()


def test_laboratory_line_holds_result_interval_flag_and_judgement(words: Words) -> None:
    paper = Paper(
        render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(form="LBHEM"))
    )
    rows = {}
    for name in ("White cells", "Haemoglobin", "Platelets", "C-reactive protein", "Creatinine"):
        rows[name] = _label(paper, name)[1]
    wanted = (
        ("Haemoglobin", "102"),
        ("Haemoglobin", "130 – 175"),
        ("Haemoglobin", "↓ Low"),
        ("Platelets", "↑ High"),
        ("C-reactive protein", "<0.5"),
    )
    for name, text in wanted:
        assert abs(paper.one(text)[1].middle - rows[name].middle) < 4, (name, text)
    boxes = sorted(word.middle for _, word in paper.find("NCS") if word.left > 380)
    assert len(boxes) == 2, "judged only outside the interval"
    assert "10⁹/L" in paper.all_text()


def test_fixed_rows_make_a_table(words: Words) -> None:
    paper = Paper(render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(form="VS")))
    for name, value in (("Before", "121"), ("15 min after", "122")):
        assert abs(paper.one(value)[1].top - paper.one(name)[1].top) < 5
    assert paper.one("121")[1].left == pytest.approx(paper.one("Systolic")[1].left, abs=2)


def test_a_long_log_repeats_its_head(words: Words) -> None:
    paper = Paper(render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(form="CM")))
    assert len(paper) >= 2
    for page in range(len(paper)):
        assert "Ongoing" in paper.text(page)
        assert "Medication" in paper.text(page)
    text = paper.flat()
    assert all(f"Metformin二甲双胍{number}2024" in text for number in range(1, 61))


def test_a_wide_log_lies_across_or_is_set_as_lists(words: Words) -> None:
    def paper_of(count: int) -> Paper:
        subject = sample.subject_record()
        visit, log = subject.events
        changed = replace(log, forms=(sample.adverse_form(count),))
        record = SubjectRecord(sample.SUBJECT, "follow_up", (visit, changed))
        return Paper(render_casebook(record, sample.CONTEXT, words, "en", selection=Selection(form="AE")))

    few, many = paper_of(2), paper_of(9)
    assert all(width < height for width, height in map(few.size, range(len(few))))
    assert any(width > height for width, height in map(many.size, range(len(many))))
    for paper, count in ((few, 2), (many, 9)):
        assert len(paper.find("Headache, intermittent")) >= count
        for page in range(len(paper)):
            width, _ = paper.size(page)
            image = paper.image(page, 1.0)
            assert darkness(image, (width - 40, 0, width, paper.size(page)[1]), 1.0) == 0, (
                "nothing runs into the margin"
            )
        assert "entered for another subject" in paper.all_text()


def test_links_print_the_name_of_their_row(words: Words) -> None:
    assert "Adverse events Headache 1" in printed(words, sample.wound_form()).all_text()
    unknown = sample.wound_form(WNDULC=Value("LOG/DFH/ULC#9"))
    assert "LOG/DFH/ULC#9" in printed(words, unknown).all_text()


def test_file_name_and_hash_of_an_attachment(casebook: Paper) -> None:
    assert "W4_20260317.jpg SHA-256 7f3c91d40000" in " ".join(casebook.text(2).split())


def test_unsigned_and_incomplete_are_said(casebook: Paper) -> None:
    page = next(page for page in range(2, len(casebook)) if "Vital signs" in casebook.text(page))
    flat = casebook.flat(page)
    assert "notyetsigned未签名" in flat
    assert "inprogress进行中" in flat


def test_signature_never_stands_alone(words: Words) -> None:
    for length in range(0, 900, 60):
        form = sample.wound_form(WND_COVAL=Value("word " * length or "x"))
        paper = printed(words, form)
        last = paper.text(len(paper) - 1)
        assert "Signed electronically" in last
        before = last.split("Completed by")[0]
        assert len(before.splitlines()) > 8, "something of the form stands above the signatures"


def test_an_unasked_group_is_one_remark(words: Words) -> None:
    form = sample.plain_form(sample.WOUND, "W4", {}, status=FormStatus.NOT_DONE)
    first, second = form.groups
    hidden = tuple(replace(record, visibility=Visibility.NOT_ASKED) for record in second.rows[0].items)
    second = replace(second, rows=(replace(second.rows[0], items=hidden),))
    text = printed(words, replace(form, groups=(first, second))).all_text()
    assert "form marked not done" in text
    assert "Exudate" not in text
    assert "WND | one record per ulcer, before debridement or injection of that day | not done" in text


def test_the_sample_has_every_type_of_item() -> None:
    assert {item.type for form in sample.FORMS.values() for item in form.items} == set(ItemType)


@pytest.mark.requirement("R27")
def test_every_value_of_a_table_stands_in_its_column_and_row(words: Words) -> None:
    form = sample.vital_form()
    table = form.groups[1]
    rows = tuple(
        replace(
            row,
            items=tuple(
                replace(
                    one, value=Value(f"{row.number}{place}:59" if one.item.oid == "VSTIM" else f"{row.number}{place}7")
                )
                for place, one in enumerate(row.items)
            ),
        )
        for row in table.rows
    )
    subject = sample.subject_record()
    visit, log = subject.events
    changed = replace(form, groups=(form.groups[0], replace(table, rows=rows)))
    record = replace(subject, events=(replace(visit, forms=(changed,)), log))
    paper = Paper(render_casebook(record, sample.CONTEXT, words, "en", selection=Selection(form="VS")))
    for row in rows:
        name = paper.one(row.label.en)[1]
        for one in row.items[1:]:
            value = paper.one(one.value.text)[1]
            head = paper.one(one.item.label.en if one.item.oid != "VSTIM" else "4\r\nTime")[1]
            assert value.left == pytest.approx(head.left, abs=3), one.item.oid
            assert abs(value.top - name.top) < 6, one.item.oid


@pytest.mark.requirement("R27")
def test_every_value_of_a_list_stands_on_the_row_of_its_question(words: Words) -> None:
    paper = Paper(render_casebook(sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(form="AE")))
    wanted = {
        "Event": "Headache, intermittent",
        "Start": "2026-02-21",
        "End": "2026-03-UN",
        "Other action taken": "rest, more fluid",
        "Linked finding": "W4 Vital signs Before",
    }
    for question, answer in wanted.items():
        questions = [word.middle for _, word in paper.find(question) if 74 < word.left < 80]
        answers = [word.middle for _, word in paper.find(answer) if word.left > 250]
        assert len(answers) == 2, answer
        assert all(min(abs(answer_at - at) for at in questions) < 4 for answer_at in answers), question


def test_terms_of_a_dictionary_stand_only_where_a_row_is_coded() -> None:
    group = next(one for one in sample.adverse_form().groups if one.group.repeating == "log")
    first = group.group.items[1]
    coded = replace(first, oid="AELLT", tags=frozenset({"coded"}))
    items = (*group.group.items, coded)
    blank, filled = (
        replace(group, group=replace(group.group, items=items), rows=tuple(
            replace(row, items=(*row.items, replace(row.items[1], item=coded, value=Value(text if row.number == 1 else "")))) for row in group.rows
        ))
        for text in ("", "Wobbling foot")
    )  # fmt: skip
    assert without_uncoded(blank) == group
    assert without_uncoded(filled) == filled
    assert without_uncoded(group) is group
