"""The annex of photographs."""

from __future__ import annotations

import io

from PIL import Image

from crf_app.clinical.values import Value
from crf_app.pdf.casebook import Selection, render_casebook
from crf_app.pdf.pictures import image_size
from crf_app.words import Words
from tests.pdf import sample
from tests.pdf.reading import Paper

GOOD, CUT, UNKNOWN = "a1" * 32, "b2" * 32, "c3" * 32


def _jpeg(wide: int, high: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (wide, high), (10, 20, 30)).save(out, "JPEG")
    return out.getvalue()


def _paper(words: Words, pictures: dict[str, bytes] | None) -> Paper:
    photos = Value(f"{GOOD};{CUT};{UNKNOWN}")
    subject = sample.subject_record(wound=sample.wound_form(PHOTO=photos))
    names = {GOOD: "W4_front.jpg", CUT: "W4_side.jpg"}
    return Paper(render_casebook(subject, sample.CONTEXT, words, "en", file_names=names, pictures=pictures))


def test_a_photograph_prints_with_name_hash_and_place(words: Words) -> None:
    picture = _jpeg(320, 200)
    paper = _paper(words, {GOOD: picture, CUT: picture[:200]})
    last = len(paper) - 1
    flat = paper.flat(last)
    assert "W4_front.jpg" in flat
    assert f"SHA-256{GOOD}" in flat
    assert flat.count("W4|2026-03-17|Woundmeasurement|Photographs") == 3
    with paper.inside() as pdf:
        (stored,) = pdf.pages[last].images.values()
        assert (int(stored.Width), int(stored.Height)) == (320, 200)


def test_a_picture_that_cannot_be_drawn_says_so(words: Words) -> None:
    picture = _jpeg(320, 200)
    flat = _paper(words, {GOOD: picture, CUT: picture[:200]}).flat()
    assert flat.count("Thesmallpictureofthisphotographcannotberead") == 1, "the file that was cut off"
    assert flat.count("Thereisnosmallpictureofthisphotograph") == 1, "the one nobody knows"
    assert "filenamenotknown" in flat
    assert f"SHA-256{CUT}" in flat
    assert f"SHA-256{UNKNOWN}" in flat


def test_a_print_without_pictures_says_so(words: Words) -> None:
    assert _paper(words, None).flat().count("Thisprintwasmadewithoutpictures") == 3


def test_a_part_of_the_casebook_has_no_annex(words: Words) -> None:
    content = render_casebook(
        sample.subject_record(), sample.CONTEXT, words, "en", selection=Selection(form="WND"), pictures={}
    )
    assert "no small picture" not in Paper(content).all_text()


def test_the_size_of_an_image() -> None:
    assert image_size(_jpeg(32, 20)) == (32, 20)
    assert image_size(b"") is None
    assert image_size(b"%PDF-1.7") is None
    assert image_size(_jpeg(320, 200)[:300]) is None
