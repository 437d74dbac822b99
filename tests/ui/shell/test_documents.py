"""The page about paper and signing beside the pages, by the real window."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pypdfium2
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crf_app.clinical.keys import FormKey
from crf_app.services.outputs import print_pdf
from crf_app.services.paper import Selection
from crf_app.services.paper_signing import SigningOrder, check_paper, sign_paper
from crf_app.services.scans import pages_to_file, scans_of_form
from crf_app.services.signing import Credentials
from crf_app.ui.printing.documents import DocumentsPage
from crf_app.ui.printing.sign_side import SignSide
from tests.pdf.reading import Paper
from tests.ui.shell_fixtures import hands, workspace_master
from tests.ui.shell_support import PASSWORDS, Hands

__all__ = ["hands", "workspace_master"]

SUBJECT = "01-001"
CONSENT = FormKey(SUBJECT, "SCR", 1, "ICF", 1)


def until(hands: Hands, condition: object, seconds: float = 40.0) -> None:
    """Let the window work until something is so."""
    assert callable(condition)
    QTest.qWait(10)
    for _ in range(int(seconds * 50)):
        if condition():
            return
        QTest.qWait(20)
    raise AssertionError("it did not come to that")


def paper(hands: Hands, panel: str) -> DocumentsPage:
    """The page about paper with one of its panels."""
    page = hands.frame.documents
    hands.frame.go("paper")
    page.show_panel(panel)
    return page


def fits(hands: Hands, side: SignSide) -> None:
    """Nothing reaches over its edge, in either language: the buttons at the ends of fields are there to be reached."""
    look = hands.frame.context.look
    before = look.languages.lang
    for lang in ("en", "zh"):
        look.languages.set_language(lang)
        QApplication.processEvents()
        for one in side.findChildren(QWidget):
            if one.isVisible():
                assert one.mapTo(side, one.rect().topRight()).x() <= side.width(), (lang, one.objectName() or type(one).__name__)
    look.languages.set_language(before)


def test_the_investigator_signs_the_pages_beside_the_panel(hands: Hands, tmp_path: Path) -> None:
    hands.log_in("crc")
    frame = hands.frame
    frame.open_form(CONSENT)
    frame.casebook.open_print()
    page = frame.casebook.print_page
    until(hands, lambda: page.is_drawn)
    page.path.setText(str(tmp_path / "consent.pdf"))
    assert page.sign.isVisible()
    page.sign.click()
    until(hands, page.signing.side.isVisible)
    side = page.signing.side
    assert side.login.text() == "", "a coordinator may not sign: somebody else has to say who he is"
    fits(hands, side)
    side.login.edit.setText("pi")
    side.password.edit.setText("not the password")
    side.act.click()
    assert side.error.words.text()
    assert side.password.text() == ""
    assert not (tmp_path / "consent.pdf").exists()
    hands.clock.advance(timedelta(minutes=1))
    side.password.edit.setText(PASSWORDS["pi"])
    QTest.keyClick(side.password.edit, Qt.Key.Key_Return)
    assert side.error.words.text() == ""
    signed = (tmp_path / "consent.pdf").read_bytes()
    assert "DemoInvestigator演示研究者" in Paper(signed).form_text()
    assert [one.check.good for one in check_paper(frame.context.work, signed)] == [True]
    assert side.password.text() == ""
    page.save.click()
    assert (tmp_path / "consent.pdf").read_bytes() == signed, "what is saved again is what was signed"
    page.leave()


def test_all_casebooks_from_the_window_with_cancel(hands: Hands, tmp_path: Path) -> None:
    hands.log_in("crc")
    batch = paper(hands, "batch").batch
    batch.folder.edit.setText(str(tmp_path / "all"))
    batch.go.click()
    until(hands, lambda: not batch.busy and batch.go.isEnabled())
    names = sorted(path.name for path in (tmp_path / "all").iterdir())
    assert names == ["01-001_casebook_both.pdf", "01-002_casebook_both.pdf"]
    assert all(len(Paper(path.read_bytes())) > 3 for path in (tmp_path / "all").iterdir())
    batch.folder.edit.setText(str(tmp_path / "stopped"))
    batch.go.click()
    batch.progress.cancel.click()
    until(hands, lambda: not batch.busy and batch.go.isEnabled())
    assert list((tmp_path / "stopped").iterdir()) == []
    batch.folder.edit.setText(str(tmp_path / "all"))
    batch.go.click()
    assert "is there already" in batch.message.words.text() or "已存在" in batch.message.words.text()


def test_a_pack_for_the_monitor(hands: Hands, tmp_path: Path) -> None:
    hands.log_in("cra")
    page = paper(hands, "pack")
    assert "scans" not in page.panels, "who may not enter has nothing to file"
    pack = page.pack
    pack.since.edit.setText("17.3.2026")
    pack.go.click()
    assert pack.since.error.isVisible()
    pack.since.edit.setText("2026-03-01")
    pack.path.edit.setText(str(tmp_path / "pack.pdf"))
    pack.go.click()
    until(hands, lambda: not pack.busy)
    assert SUBJECT in Paper((tmp_path / "pack.pdf").read_bytes()).all_text()


def test_scans_are_dropped_in_and_the_pile_is_worked_off(hands: Hands, tmp_path: Path) -> None:
    hands.log_in("crc")
    work = hands.frame.context.work
    content = print_pdf(work, hands.frame.context.words, Selection(SUBJECT, "SCR", form="ICF"), "both")
    page = pypdfium2.PdfDocument(content)[0].render(scale=200 / 72).to_pil().convert("L")
    scan = tmp_path / "scan.pdf"
    page.save(scan, "PDF", save_all=True, append_images=[Image.new("L", page.size, 250)])
    strange = tmp_path / "notes.pdf"
    strange.write_bytes(b"no scan at all")
    scans = paper(hands, "scans").scans
    scans.take([scan, strange])
    until(hands, lambda: not scans.busy and not scans._waiting)
    assert [one.form_page for one in scans_of_form(work, CONSENT)] == ["1/1"]
    assert "notes.pdf" in scans.message.words.text()
    assert "scan.pdf" in scans.message.words.text()
    assert [one.page for one in pages_to_file(work)] == [2]
    scans.aside.click()
    assert scans.reason.error.isVisible(), "setting aside needs a reason"
    scans.visit.box.setCurrentIndex(0)
    scans._offer_forms()
    scans.go.click()
    assert pages_to_file(work) == ()
    assert not scans.body.isVisible()


def test_a_file_is_checked(hands: Hands, tmp_path: Path) -> None:
    hands.log_in("pi")
    context = hands.frame.context
    content = print_pdf(context.work, context.words, Selection(SUBJECT), "en")
    signed = sign_paper(context.work, context.words, content, SigningOrder(Credentials("pi", PASSWORDS["pi"]))).content
    broken = bytearray(signed)
    broken[len(content) // 2] ^= 1
    for name, what, kind in (("good", signed, "ok"), ("plain", content, "warn"), ("bad", bytes(broken), "error"), ("none", b"nothing", "error")):
        (tmp_path / f"{name}.pdf").write_bytes(what)
        hands.ask.answers["signed_pdf"] = [[str(tmp_path / f"{name}.pdf")]]
        check = paper(hands, "check").check
        check.choose.click()
        assert check.message._kind == kind, name
