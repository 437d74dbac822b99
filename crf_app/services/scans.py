"""Scans of signed pages: recognised by the code on each page, stored encrypted by hash, filed with their forms; the rest by hand."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.clinical.form_state import form_address
from crf_app.clinical.keys import FormKey
from crf_app.clinical.page_code import PageCode, parse_page_code, workspace_mark
from crf_app.errors import ExpectedError
from crf_app.imports.scans import ScannedFile, read_scan, scan_picture
from crf_app.services.workspace import Workspace
from crf_app.store.attachments import read_attachment, read_file, store_file
from crf_app.store.papers import StoredScanPage, pages_of_form, read_scan_page, unfiled_pages
from crf_app.store.subjects import read_subject, read_subjects

CODES = ("", "scan_no_code", "scan_other_workspace", "scan_blank_paper", "scan_no_subject", "scan_no_form", "scan_two_forms")
"""Why a page could not be filed by its code; each is a sentence `error.<code>`, "" when it could."""


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page (from 1) and the form its code names; `why` it goes to the pile for filing by hand, "" when it does not."""

    page: int
    form: FormKey | None
    code: PageCode | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What became of a scan."""

    sha256: str
    file_name: str
    pages: tuple[PlacedPage, ...]

    @property
    def filed(self) -> tuple[PlacedPage, ...]:
        """Pages that found their form."""
        return tuple(one for one in self.pages if not one.why)

    @property
    def by_hand(self) -> tuple[PlacedPage, ...]:
        """Pages that somebody has to file."""
        return tuple(one for one in self.pages if one.why)


@dataclass(frozen=True, slots=True)
class UnfiledPage:
    """A page on the pile: which file, which page, and why it is there (a sentence of `CODES`)."""

    sha256: str
    file_name: str
    page: int
    why: str


def open_scan(path: Path) -> ScannedFile:
    """Read a scan and its codes in a child process; needs no workspace, so that it may run beside the window. Raises those of `read_scan`."""
    return read_scan(path)


def place_pages(work: Workspace, scan: ScannedFile) -> tuple[PlacedPage, ...]:
    """Where each page belongs by its code."""
    return tuple(_placed(work, number, texts) for number, texts in enumerate(scan.pages, 1))


def _placed(work: Workspace, number: int, texts: tuple[str, ...]) -> PlacedPage:
    codes = {code for code in map(parse_page_code, texts) if code is not None}
    if len({code.form for code in codes}) > 1:
        return PlacedPage(number, None, None, "scan_two_forms")
    code = next(iter(codes), None)
    if code is None:
        return PlacedPage(number, None, None, "scan_no_code")
    why = _why_not(work, code)
    return PlacedPage(number, code.form if not why else None, code, why)


def _why_not(work: Workspace, code: PageCode) -> str:
    if code.workspace != workspace_mark(work.site.id):
        return "scan_other_workspace"
    if not code.form.subject:
        return "scan_blank_paper"
    if read_subject(work.database, code.form.subject) is None:
        return "scan_no_subject"
    return "" if _stands(work, code.form) else "scan_no_form"


def _stands(work: Workspace, form: FormKey) -> bool:
    events = {one.oid: one for one in work.study.events}
    return form.event in events and any(place.form == form.form for place in events[form.event].forms)


def file_scan(work: Workspace, scan: ScannedFile) -> ScanReport:
    """Store a scan and file its pages, in one command; pages without a readable code go to the pile.

    Raises ExpectedError "no_right", "scan_known" (these very bytes were filed before) and those of the disk.
    """
    actor = work.need(Right.ENTER)
    sha256 = scan.file.sha256
    if read_scan_page(work.database, sha256, 1) is not None:
        raise ExpectedError("scan_known", name=scan.file.name)
    pages = place_pages(work, scan)
    _, cipher = store_file(work.folder, work.database.data_key, scan.file.content)
    subjects = {one.form.subject for one in pages if one.form is not None}
    about = subjects.pop() if len(subjects) == 1 else ""
    told = {str(one.page): f"{one.form.subject}:{form_address(one.form)}" if one.form is not None else one.why for one in pages}
    with work.begin(work.command("file_scan", actor, about=about, details={"sha256": sha256, "pages": told}), actor.signer) as unit:
        if read_attachment(work.database, sha256) is None:
            media_type = mimetypes.guess_type(scan.file.name)[0] or "application/octet-stream"
            unit.put("attachment", {
                "sha256": sha256, "file_name": scan.file.name[:200], "media_type": media_type, "size": len(scan.file.content), "cipher_sha256": cipher,
            })  # fmt: skip
        for one in pages:
            place = _columns(one.form) if one.form is not None else {}
            version, part = (one.code.version, f"{one.code.page}/{one.code.pages}") if one.code is not None else ("", "")
            unit.put("scan_page", {
                "sha256": sha256, "page": one.page, "state": "unfiled" if one.why else "filed", **place, "form_version": version, "form_page": part,
                "found_by": "" if one.why else "code", "reason": one.why, "entry_no": unit.entry_no,
            })  # fmt: skip
    return ScanReport(sha256, scan.file.name, pages)


def _columns(form: FormKey) -> dict[str, object]:
    return {"subject": form.subject, "event": form.event, "event_repeat": form.event_repeat, "form": form.form, "form_repeat": form.form_repeat}


def file_by_hand(work: Workspace, sha256: str, page: int, form: FormKey, *, reason: str = "") -> None:
    """File a page of the pile with a form; one that is filed already moves, for which a reason is needed.

    Raises ExpectedError "no_right", "scan_page_unknown", "no_subject", "scan_no_form", "reason_missing".
    """
    actor, stored = work.need(Right.ENTER), _need_page(work, sha256, page)
    if read_subject(work.database, form.subject) is None:
        raise ExpectedError("no_subject", subject=form.subject)
    if not _stands(work, form):
        raise ExpectedError("scan_no_form", name="")
    if stored.state == "filed" and not reason.strip():
        raise ExpectedError("reason_missing")
    details = {"sha256": sha256, "page": page, "from": f"{stored.form.subject}:{form_address(stored.form)}" if stored.state == "filed" else ""}
    command = work.command("file_scan", actor, about=f"{form.subject}:{form_address(form)}", reason=reason.strip(), details=details)
    with work.begin(command, actor.signer) as unit:
        unit.patch("scan_page", (sha256, page), {**_columns(form), "state": "filed", "found_by": "hand", "reason": reason.strip(), "entry_no": unit.entry_no})


def set_scan_aside(work: Workspace, sha256: str, page: int, reason: str) -> None:
    """Take a page from the pile that belongs to no form (a cover sheet, an empty back). Raises ExpectedError "no_right", "scan_page_unknown", "reason_missing"."""
    actor, stored = work.need(Right.ENTER), _need_page(work, sha256, page)
    if not reason.strip():
        raise ExpectedError("reason_missing")
    details = {"sha256": sha256, "page": page, "was": stored.state}
    with work.begin(work.command("set_scan_aside", actor, reason=reason.strip(), details=details), actor.signer) as unit:
        unit.patch("scan_page", (sha256, page), {"state": "set_aside", "reason": reason.strip(), "entry_no": unit.entry_no})


def pages_to_file(work: Workspace) -> tuple[UnfiledPage, ...]:
    """The pile. Raises ExpectedError "no_right"."""
    work.need(Right.READ)
    found = []
    for one in unfiled_pages(work.database):
        stored = read_attachment(work.database, one.sha256)
        found.append(UnfiledPage(one.sha256, stored.file_name if stored is not None else "", one.page, one.reason))
    return tuple(found)


def subject_numbers(work: Workspace) -> tuple[str, ...]:
    """The subjects whose forms a page may be filed with, in their order. Raises ExpectedError "no_right"."""
    work.need(Right.READ)
    return tuple(one.number for one in read_subjects(work.database))


def scans_of_form(work: Workspace, form: FormKey) -> tuple[StoredScanPage, ...]:
    """The scanned pages filed with a form. Raises ExpectedError "no_right"."""
    work.need(Right.READ)
    return pages_of_form(work.database, form)


def page_image(work: Workspace, sha256: str, page: int) -> bytes:
    """A page as PNG, drawn in a child process. Raises ExpectedError "no_right", "attachment_missing", "attachment_damaged", "scan_unreadable"."""
    work.need(Right.READ)
    return scan_picture(sha256[:12], read_file(work.folder, work.database.data_key, sha256), page)


def _need_page(work: Workspace, sha256: str, page: int) -> StoredScanPage:
    found = read_scan_page(work.database, sha256, page)
    if found is None:
        raise ExpectedError("scan_page_unknown", page=page)
    return found
