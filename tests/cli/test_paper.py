"""sign-pdf, verify-pdf, certificate, pack, scan and time-stamp, and the new ways to print, as a person runs them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from crf_app.cli.terminal import PASSWORD_VARIABLE
from tests.cli.conftest import Run
from tests.cli.test_workspace import LOGINS, folder, made
from tests.pdf.reading import Paper

__all__ = ["folder", "made"]
SUBJECT = "01-001"


def as_user(monkeypatch: pytest.MonkeyPatch, login: str) -> None:
    """His password is in the environment."""
    monkeypatch.setenv(PASSWORD_VARIABLE, LOGINS[login])


def test_a_casebook_is_printed_signed_signed_again_and_checked(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, "investigator")
    file = tmp_path / "casebook.pdf"
    said = run("print", folder, "--user", "investigator", "--subject", SUBJECT, "--annex", "audit", "--sign", "--out", file)
    assert said.code == 0, said.errors
    assert said.lines[0].startswith("signed in place 1; certificate SHA-256 ")
    again = run("sign-pdf", folder, "--user", "investigator", file, "--meaning", "complete", "--remark", "second reading")
    assert again.code == 0, again.errors
    checked = run("verify-pdf", folder, "--user", "investigator", file)
    assert checked.code == 0
    assert sum("intact: what was signed is unchanged" in line for line in checked.lines) == 2
    assert sum("covers the whole document" in line for line in checked.lines) == 1
    assert sum("only further signatures were added" in line for line in checked.lines) == 1
    assert any("Audit trail" in title for _, title, _ in Paper(file.read_bytes()).outline())
    broken = bytearray(file.read_bytes())
    broken[len(broken) // 3] ^= 1
    file.write_bytes(bytes(broken))
    spoilt = run("verify-pdf", folder, "--user", "investigator", file)
    assert spoilt.code == 1
    assert any("BROKEN" in line for line in spoilt.lines)
    refused = run("sign-pdf", folder, "--user", "investigator", file)
    assert refused.code == 1
    assert refused.errors[0].startswith("This file is not as this workspace printed or signed it")


def test_who_may_not_sign_leaves_no_file(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, "coordinator")
    said = run("print", folder, "--user", "coordinator", "--subject", SUBJECT, "--sign", "--out", tmp_path / "x.pdf")
    assert said.code == 1
    assert list(tmp_path.glob("*.pdf")) == []


def test_certificate_pack_books_and_all_casebooks(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, "investigator")
    user = ("--user", "investigator")
    sheet, pack, annotated, everything = (tmp_path / name for name in ("sheet.pdf", "pack.pdf", "annotated.pdf", "all"))
    assert run("certificate", folder, *user, "--out", sheet).code == 0
    assert "Certificate for signing documents" in Paper(sheet.read_bytes()).text(0)
    assert run("pack", folder, *user, "--since", "2026-01-01", "--lang", "en", "--out", pack).code == 0
    assert SUBJECT in Paper(pack.read_bytes()).all_text()
    assert run("pack", folder, *user, "--since", "2026-01-01", "--out", pack).code == 1, "nothing is overwritten"
    assert run("print", folder, *user, "--annotated", "--form", "VS", "--out", annotated).code == 0
    assert "VS.VSORRES" in Paper(annotated.read_bytes()).all_text()
    said = run("print", folder, *user, "--all", "--lang", "en", "--out", everything)
    assert said.code == 0, said.errors
    assert [path.name for path in everything.iterdir()] == [f"{SUBJECT}_casebook_en.pdf"]


def test_a_book_needs_no_workspace(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "book.pdf"
    said = run("study", "book", "forms/NCT07183761/1.0", "--annotated", "--lang", "en", "--out", out)
    assert said.code == 0, said.errors
    assert "ANNOTATED CASE REPORT FORM" in Paper(out.read_bytes()).text(0)


def test_a_scan_is_filed_and_the_pile_is_told(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, "coordinator")
    user = ("--user", "coordinator")
    printed = tmp_path / "dm.pdf"
    assert run("print", folder, *user, "--subject", SUBJECT, "--visit", "SCR", "--form", "DM", "--out", printed).code == 0
    page = pypdfium2.PdfDocument(printed.read_bytes())[0].render(scale=200 / 72).to_pil().convert("L")
    page.save(tmp_path / "scan.png")
    said = run("scan", folder, *user, "--take", tmp_path / "scan.png")
    assert said.code == 0, said.errors
    assert said.lines == [f"scan.png, page 1: filed with {SUBJECT} SCR/DM"]
    page.crop((0, 0, page.width, page.height // 2)).save(tmp_path / "half.png")
    half = run("scan", folder, *user, "--take", tmp_path / "half.png")
    assert half.code == 1
    assert half.lines == ["half.png, page 1: to be filed by hand. No code of this program was found on the page."]


def test_the_administrator_names_a_time_stamp_authority_or_none(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, "admin")
    assert run("time-stamp", folder, "--user", "admin", "--url", "ftp://x").code == 1
    assert run("time-stamp", folder, "--user", "admin", "--url", "https:" + "//stamp.invalid").code == 0
    assert run("time-stamp", folder, "--user", "admin", "--off").lines == ["No time stamps; no connection is made."]
