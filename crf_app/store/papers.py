"""Certificates, signatures in documents, filed scans and settings of signing: reading them."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.clinical.keys import FormKey
from crf_app.store.connection import Reader

_CERTIFICATES = "SELECT fingerprint, user_id, kind, content, entry_no FROM certificate"
_SIGNATURES = "SELECT id, subject, sha256_before, sha256, place, user_id, meaning, reason, certificate, signed_at, entry_no FROM paper_signature"
_PAGES = """SELECT sha256, page, state, subject, event, event_repeat, form, form_repeat, form_version, form_page, found_by, reason, entry_no
 FROM scan_page"""


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """A certificate known at this site: `kind` "site" was made here, "own" is the person's own; `content` is DER."""

    fingerprint: str
    user_id: str
    kind: str
    content: bytes
    entry_no: int


@dataclass(frozen=True, slots=True)
class StoredPaperSignature:
    """A signature put into a document: the file's SHA-256 before and after, in which place, by whom, meaning what."""

    id: int
    subject: str
    sha256_before: str
    sha256: str
    place: int
    user_id: str
    meaning: str
    reason: str
    certificate: str
    signed_at: str
    entry_no: int


@dataclass(frozen=True, slots=True)
class StoredScanPage:
    """A page (from 1) of a scanned file: filed with a form, not yet filed, or set aside as none of the study's."""

    sha256: str
    page: int
    state: str
    form: FormKey
    form_version: str
    form_page: str
    found_by: str
    reason: str
    entry_no: int


def read_certificates(db: Reader) -> tuple[StoredCertificate, ...]:
    """All certificates, in the order in which they became known."""
    return tuple(StoredCertificate(row[0], row[1], row[2], bytes(row[3]), row[4]) for row in db.rows(_CERTIFICATES + " ORDER BY entry_no, fingerprint"))


def read_paper_signatures(db: Reader) -> tuple[StoredPaperSignature, ...]:
    """All signatures put into documents, oldest first."""
    return tuple(StoredPaperSignature(*row) for row in db.rows(_SIGNATURES + " ORDER BY id"))


def next_paper_signature_id(db: Reader) -> int:
    """The id of the next signature in a document, from 1."""
    row = db.one("SELECT coalesce(max(id), 0) + 1 FROM paper_signature")
    return int(row[0]) if row else 1


def pages_of_form(db: Reader, form: FormKey) -> tuple[StoredScanPage, ...]:
    """The scanned pages filed with a form."""
    where = " WHERE subject = ? AND event = ? AND event_repeat = ? AND form = ? AND form_repeat = ? AND state = 'filed' ORDER BY entry_no, sha256, page"
    return tuple(map(_page, db.rows(_PAGES + where, tuple(form))))


def pages_of_subject(db: Reader, subject: str) -> tuple[StoredScanPage, ...]:
    """The scanned pages filed with a subject's forms."""
    return tuple(map(_page, db.rows(_PAGES + " WHERE subject = ? AND state = 'filed' ORDER BY entry_no, sha256, page", (subject,))))


def unfiled_pages(db: Reader) -> tuple[StoredScanPage, ...]:
    """The scanned pages that nobody has filed yet."""
    return tuple(map(_page, db.rows(_PAGES + " WHERE state = 'unfiled' ORDER BY entry_no, sha256, page")))


def read_scan_page(db: Reader, sha256: str, page: int) -> StoredScanPage | None:
    """One page, or None."""
    row = db.one(_PAGES + " WHERE sha256 = ? AND page = ?", (sha256, page))
    return _page(row) if row else None


def read_paper_setting(db: Reader, name: str) -> str:
    """A setting, "" when it was never made."""
    row = db.one("SELECT value FROM paper_setting WHERE name = ?", (name,))
    return str(row[0]) if row else ""


def _page(row: tuple[object, ...]) -> StoredScanPage:
    sha256, page, state, subject, event, event_repeat, form, form_repeat, *rest = row
    key = FormKey(str(subject), str(event), int(str(event_repeat)), str(form), int(str(form_repeat)))
    version, form_page, found_by, reason, entry_no = rest
    return StoredScanPage(str(sha256), int(str(page)), str(state), key, str(version), str(form_page), str(found_by), str(reason), int(str(entry_no)))
