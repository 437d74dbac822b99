"""Every document is an archive file, and says so truly."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pytest

from crf_app.clinical.embedded import EmbeddedFile
from crf_app.paths import resources_folder
from crf_app.pdf.annexes import ANNEXES, Extras
from crf_app.pdf.archive import archived
from crf_app.pdf.casebook import render_blank, render_casebook
from crf_app.words import load_words
from tests.pdf import sample
from tests.pdf.archive_checks import archive_faults

WORDS = load_words(resources_folder() / "words")
DATA = EmbeddedFile("NJ01-014.odm.xml", b"<ODM/>", "text/xml", "CDISC ODM 1.3.2", datetime(2026, 3, 18, tzinfo=UTC), "Source")


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_a_casebook_with_all_annexes_is_pdf_a_2b(lang: str) -> None:
    content = render_casebook(sample.subject_record(), sample.CONTEXT, WORDS, lang, extras=Extras(tuple(ANNEXES), signature_page=True))
    assert archive_faults(content) == []


def test_with_the_data_inside_it_is_pdf_a_3b_and_gives_them_back() -> None:
    content = render_casebook(sample.subject_record(), sample.CONTEXT, WORDS, "both", extras=Extras(files=(DATA,)))
    assert archive_faults(content) == []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.attachments["NJ01-014.odm.xml"].get_file().read_bytes() == b"<ODM/>"
        assert pdf.Root.AF[0].AFRelationship == "/Source"


def test_blank_and_annotated_forms_are_pdf_a_2b() -> None:
    forms = [form for event in sample.subject_record().events for form in event.forms]
    for annotated in (False, True):
        assert archive_faults(render_blank(forms, sample.CONTEXT, WORDS, "both", annotated=annotated, book=True)) == []


def test_the_same_records_give_the_same_bytes() -> None:
    first, second = (render_casebook(sample.subject_record(), sample.CONTEXT, WORDS, "both", extras=Extras(files=(DATA,), signature_page=True)) for _ in range(2))
    assert first == second


def test_the_checks_find_what_is_broken() -> None:
    content = render_casebook(sample.subject_record(), sample.CONTEXT, WORDS, "en")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.Root.OutputIntents
        font = next(iter(dict(pdf.pages[1].obj.Resources.Font).values()))
        del font.FontDescriptor.FontFile2
        link = pdf.pages[1].obj.Annots[0]
        link.F = 2
        out = io.BytesIO()
        pdf.save(out)
    faults = " ".join(archive_faults(out.getvalue()))
    assert "6.2.3" in faults
    assert "6.2.11.4" in faults
    assert "6.3.2" in faults


def test_what_the_drawing_library_writes_is_not_yet_pdf_a() -> None:
    blank = pikepdf.new()
    blank.add_blank_page()
    out = io.BytesIO()
    blank.save(out)
    with pytest.raises(AttributeError):
        archive_faults(out.getvalue())
    assert archive_faults(archived(out.getvalue())) == []
