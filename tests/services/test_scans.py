"""Scans of printed pages find their forms; what cannot be read waits on the pile; the file itself is never changed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services.attachments import attachment_content
from crf_app.services.outputs import print_pdf
from crf_app.services.paper import Options, Selection
from crf_app.services.reading import read_subject_record
from crf_app.services.scans import (
    CODES,
    file_by_hand,
    file_scan,
    open_scan,
    page_image,
    pages_to_file,
    scans_of_form,
    set_scan_aside,
)
from crf_app.services.trails import read_trail
from crf_app.store.verify import verify
from crf_app.words import load_words
from tests.pdf.reading import Paper
from tests.services.world import World

WORDS = load_words(resources_folder() / "words")


def printed(world: World, event: str = "SCR", form: str = "DM", subject: str | None = None) -> bytes:
    """A form on paper."""
    return print_pdf(world.work, WORDS, Selection(world.subject if subject is None else subject, event, form=form), "both")


def scanned(pages: Sequence[Image.Image], kind: str = "PDF") -> bytes:
    """Pages as a scanner hands them over."""
    out = io.BytesIO()
    first, *others = pages
    first.save(out, kind, save_all=True, append_images=others) if kind in ("PDF", "TIFF") else first.save(out, kind)
    return out.getvalue()


def photographed(content: bytes, page: int = 0, *, dpi: int = 200, turned: float = 0.0) -> Image.Image:
    """A page of a print as a scanner sees it: grey, a little askew or upside down."""
    picture: Image.Image = pypdfium2.PdfDocument(content)[page].render(scale=dpi / 72).to_pil().convert("L")
    return picture.rotate(turned, expand=True, fillcolor=235)


def saved(tmp_path: Path, content: bytes, name: str = "scan.pdf") -> Path:
    """The scan as a file."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("kind", "dpi", "turned"), [("PDF", 200, 0.0), ("PDF", 150, 1.5), ("PDF", 200, 180.0), ("PNG", 300, -2.0), ("JPEG", 200, 90.0), ("TIFF", 200, 0.0)],
)  # fmt: skip
def test_a_scanned_page_finds_its_form(world: World, tmp_path: Path, kind: str, dpi: int, turned: float) -> None:
    content = scanned([photographed(printed(world), dpi=dpi, turned=turned)], kind)
    report = file_scan(world.work, open_scan(saved(tmp_path, content, f"scan.{kind.lower()}")))
    assert [one.form for one in report.filed] == [FormKey(world.subject, "SCR", 1, "DM", 1)]
    found = scans_of_form(world.work, FormKey(world.subject, "SCR", 1, "DM", 1))
    assert [(one.sha256, one.page, one.found_by, one.form_page) for one in found] == [(report.sha256, 1, "code", "1/1")]
    assert attachment_content(world.work, report.sha256) == content
    assert content[:64] not in b"".join(path.read_bytes() for path in (world.work.folder / "attachments").iterdir())
    world.check()


def test_pages_of_several_forms_in_one_scan_go_each_to_its_own(world: World, tmp_path: Path) -> None:
    forms = [place.form for place in world.work.study.events[0].forms][:3]
    event = world.work.study.events[0].oid
    pages = [photographed(printed(world, event, form)) for form in forms] + [Image.new("L", (1654, 2339), 250)]
    report = file_scan(world.work, open_scan(saved(tmp_path, scanned(pages))))
    assert [one.form.form for one in report.filed if one.form is not None] == forms
    assert [(one.page, one.why) for one in report.by_hand] == [(len(forms) + 1, "scan_no_code")]
    assert [(one.page, one.why) for one in pages_to_file(world.work)] == [(len(forms) + 1, "scan_no_code")]


def test_what_the_code_cannot_place_says_why(world: World, tmp_path: Path) -> None:
    blank = photographed(printed(world, "", "DM", subject=""))
    report = file_scan(world.work, open_scan(saved(tmp_path, scanned([blank]))))
    assert [one.why for one in report.by_hand] == ["scan_blank_paper"]
    both = Image.new("L", (1654, 2339 * 2), 255)
    for at, form in enumerate(("DM", "VS")):
        both.paste(photographed(printed(world, "SCR", form)), (0, at * 2339))
    second = file_scan(world.work, open_scan(saved(tmp_path, scanned([both], "PNG"), "two.png")))
    assert [one.why for one in second.by_hand] == ["scan_two_forms"]
    assert all(WORDS.has(f"error.{code}") for code in CODES if code)


def test_the_pile_is_filed_by_hand_moved_with_a_reason_or_set_aside(world: World, tmp_path: Path) -> None:
    report = file_scan(world.work, open_scan(saved(tmp_path, scanned([Image.new("L", (800, 1100), 250)] * 2))))
    form, other = FormKey(world.subject, "SCR", 1, "DM", 1), FormKey(world.subject, "SCR", 1, "VS", 1)
    file_by_hand(world.work, report.sha256, 1, form)
    with pytest.raises(ExpectedError, match=r"reason_missing"):
        file_by_hand(world.work, report.sha256, 1, other)
    file_by_hand(world.work, report.sha256, 1, other, reason="wrong form chosen")
    assert scans_of_form(world.work, form) == ()
    assert [one.page for one in scans_of_form(world.work, other)] == [1]
    with pytest.raises(ExpectedError, match=r"reason_missing"):
        set_scan_aside(world.work, report.sha256, 2, " ")
    set_scan_aside(world.work, report.sha256, 2, "empty back")
    assert pages_to_file(world.work) == ()
    assert Image.open(io.BytesIO(page_image(world.work, report.sha256, 1))).size[1] <= 1400
    assert verify(world.work.database, None).intact


def test_the_same_scan_is_not_filed_twice_and_not_by_who_may_not_enter(world: World, tmp_path: Path) -> None:
    scan = open_scan(saved(tmp_path, scanned([photographed(printed(world))])))
    world.be(Role.MONITOR)
    with pytest.raises(ExpectedError, match=r"no_right"):
        file_scan(world.work, scan)
    world.be(Role.COORDINATOR)
    file_scan(world.work, scan)
    with pytest.raises(ExpectedError, match=r"scan_known"):
        file_scan(world.work, scan)
    with pytest.raises(ExpectedError, match=r"scan_page_unknown"):
        file_by_hand(world.work, "0" * 64, 1, FormKey(world.subject, "SCR", 1, "DM", 1))
    with pytest.raises(ExpectedError, match=r"scan_no_form"):
        file_by_hand(world.work, scan.file.sha256, 1, FormKey(world.subject, "SCR", 1, "NONE", 1), reason="x")
    with pytest.raises(ExpectedError, match=r"no_subject"):
        file_by_hand(world.work, scan.file.sha256, 1, FormKey("99-999", "SCR", 1, "DM", 1), reason="x")


def test_strange_files_are_refused_by_name(tmp_path: Path) -> None:
    with_script = pikepdf.new()
    with_script.add_blank_page()
    with_script.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    with_script.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")])))
    out = io.BytesIO()
    with_script.save(out)
    for content, code in ((b"", "file_empty"), (b"%PDF-1.7 nothing", "scan_unreadable"), (b"\x89PNG broken", "scan_unreadable"), (out.getvalue(), "scan_active")):
        with pytest.raises(ExpectedError, match=code):
            open_scan(saved(tmp_path, content))
        assert WORDS.has(f"error.{code}")
    with pytest.raises(ExpectedError, match=r"io_error"):
        open_scan(tmp_path / "gone.pdf")


def test_a_filed_scan_stands_in_the_annex_and_in_the_trail(world: World, tmp_path: Path) -> None:
    file_scan(world.work, open_scan(saved(tmp_path, scanned([photographed(printed(world))]), "visit one.pdf")))
    record = read_subject_record(world.work, world.subject, history=True)
    trail = read_trail(world.work, record)
    assert [(one.file_name, one.pages) for one in trail.attached] == [("visit one.pdf", "1")]
    content = print_pdf(world.work, WORDS, Selection(world.subject), "both", options=Options(("attachments",), with_files=True))
    assert "visit one.pdf" in Paper(content).all_text()
    with Paper(content).inside() as pdf:
        assert list(pdf.attachments) == ["01_visit one.pdf"]
