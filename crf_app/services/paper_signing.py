"""Signing printed documents: the person identified in place, his certificate, the signature in the file, the act in the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.outputs import written
from crf_app.services.reading import output_context
from crf_app.services.signing import Credentials, signer_of
from crf_app.services.workspace import Actor, Workspace
from crf_app.store.ledger_reading import printed_as
from crf_app.store.papers import (
    StoredCertificate,
    next_paper_signature_id,
    read_certificates,
    read_paper_setting,
    read_paper_signatures,
)
from crf_app.study.texts import Text
from crf_app.words import Words

if TYPE_CHECKING:
    from crf_app.seal.certificates import CertificateFacts
    from crf_app.seal.checking import SignatureCheck
    from crf_app.seal.keys import DocumentKey

MEANINGS = ("review", "complete")
"""What a signature on a document may mean; the words stand in `pdf.meaning`."""
TIME_STAMP = "time_stamp_url"


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A person's own key instead of the one made at the site: a PKCS#12 file or, with `token`, a PKCS#11 library. The password is never stored."""

    path: Path
    password: str
    token: bool = False
    label: str = ""

    def __repr__(self) -> str:
        return f"OwnKey({str(self.path)!r})"


_LIBRARIES = frozenset((".so", ".dll", ".dylib"))


def is_token_library(path: Path) -> bool:
    """Is it the library of a PKCS#11 token rather than a certificate file? By its name: lib.so, lib.so.2, lib.dll, lib.dylib."""
    return not _LIBRARIES.isdisjoint(one.lower() for one in path.suffixes)


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """Who signs a document, meaning what; `reason` a remark that is shown beside the meaning."""

    who: Credentials
    meaning: str = MEANINGS[0]
    reason: str = ""
    own: OwnKey | None = None


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """A signed document and what the act left behind."""

    content: bytes
    place: int
    fingerprint: str
    certificate_is_new: bool


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """A signature of a file as people ask for it: the check itself, and who it is by what this site knows (None: unknown here)."""

    check: SignatureCheck
    person: Text | None
    role: str
    recorded: datetime | None
    """When the ledger says that it was made; None when no entry speaks of it."""
    meaning: str = ""


def sign_paper(work: Workspace, words: Words, content: bytes, order: SigningOrder, target: Path | None = None) -> SignedPaper:
    """Put a signature into a document of this workspace and write it to `target` (None: hand it back alone); file and ledger, or neither.

    Only a document that was printed here, or signed here since, is signed: its SHA-256 is in the ledger. Raises ExpectedError
    "log_in_failed", "log_in_wait", "no_right", "paper_*", "p12_*", "token_*", "certificate_*", "time_stamp_failed", "signing_failed" and
    those of `save_pdf`; nothing is written or recorded then. Source: 21 CFR 11.50, 11.70, 11.200; EU annex 11, 14.
    """
    from crf_app.seal.pades import Seal, free_place, sign_document

    actor = signer_of(work, order.who)
    if order.meaning not in MEANINGS:
        raise ExpectedError("paper_meaning", known=", ".join(MEANINGS))
    subject = _known_subject(work, content)
    _need_unchanged(work, content)
    place = free_place(content)
    with _key(work, actor, order.own) as (key, is_new):
        now = work.clock.now()
        look = _look(work, words, actor, order, key.facts, now, place.size)
        said = f"{actor.user.name.en} {actor.user.name.zh} | {now.isoformat(timespec='seconds')} | {words.text(f'pdf.meaning.{order.meaning}', 'both')}"
        site = f"{work.site.site_code} {work.site.site_name_en}".strip()
        url = read_paper_setting(work.database, TIME_STAMP)
        reason = words.text(f"pdf.meaning.{order.meaning}", "both") + (f" | {order.reason}" if order.reason else "")
        signed = sign_document(content, key, Seal(place, look, said, actor.user.name.en, reason, site, now, url))
    before, after = (hashlib.sha256(one).hexdigest() for one in (content, signed))
    details = {"sha256_before": before, "sha256": after, "certificate": key.fingerprint, "meaning": order.meaning, "place": place.number}
    command = work.command("sign_paper", actor, about=subject, reason=order.reason, details=details)
    with written(target, signed), work.begin(command, actor.signer) as unit:
        if is_new:
            row = {"fingerprint": key.fingerprint, "user_id": actor.user.user_id, "kind": "own" if order.own else "site", "content": key.certificate}
            unit.put("certificate", {**row, "entry_no": unit.entry_no})
        unit.put(
            "paper_signature",
            {
                "id": next_paper_signature_id(work.database), "subject": subject, "sha256_before": before, "sha256": after, "place": place.number,
                "user_id": actor.user.user_id, "meaning": order.meaning, "reason": order.reason, "certificate": key.fingerprint, "signed_at": now.isoformat(),
                "entry_no": unit.entry_no,
            },
        )  # fmt: skip
    return SignedPaper(signed, place.number, key.fingerprint, is_new)


def _known_subject(work: Workspace, content: bytes) -> str:
    """Whose document it is. Raises ExpectedError "paper_unknown" for one that was not made here, or was changed since."""
    sha256 = hashlib.sha256(content).hexdigest()
    signed = next((one for one in read_paper_signatures(work.database) if one.sha256 == sha256), None)
    if signed is not None:
        return signed.subject
    entry = printed_as(work.database, sha256)
    if entry is None:
        raise ExpectedError("paper_unknown")
    return entry.object


def _need_unchanged(work: Workspace, content: bytes) -> None:
    """Raises ExpectedError "paper_altered" when a signature that is there already does not hold."""
    from crf_app.seal.checking import check_document

    known = {one.fingerprint for one in read_certificates(work.database)}
    for one in check_document(content, known):
        if not one.good:
            raise ExpectedError("paper_altered", name=one.certificate.subject if one.certificate is not None else one.name)


@contextmanager
def _key(work: Workspace, actor: Actor, own: OwnKey | None) -> Iterator[tuple[DocumentKey, bool]]:
    """The key to sign with, and whether its certificate becomes known by this act; a token is logged out of afterwards, however it went."""
    from crf_app.seal.keys import file_key, need_in_force, token_key

    if own is None:
        key, new = site_certificate(work, actor)
    else:
        key, new = token_key(own.path, own.password, own.label) if own.token else file_key(_read(own.path), own.password), False
    with closing(key):
        if own is not None:
            holder = next((one for one in read_certificates(work.database) if one.fingerprint == key.fingerprint), None)
            if holder is not None and holder.user_id != actor.user.user_id:
                raise ExpectedError("certificate_of_other", subject=key.facts.subject, person=work.name_of(holder.user_id).get(work.site.language))
            new = holder is None
        need_in_force(key.facts, work.clock.now())
        yield key, new


def site_certificate(work: Workspace, actor: Actor) -> tuple[DocumentKey, bool]:
    """The person's key made at the site with its certificate, made now (True) when there is none in force for his signing key."""
    from crf_app.seal.certificates import Person, make_certificate, paper_key, read_certificate, same_key
    from crf_app.seal.keys import site_key

    private, now = paper_key(actor.signer.paper_secret()), work.clock.now()
    for one in _of_person(work, actor, "site"):
        if same_key(one.content, private) and read_certificate(one.content).not_after > now:
            return site_key(private, one.content), False
    user = actor.user
    name = user.name.en if user.name.en == user.name.zh else f"{user.name.en} {user.name.zh}"
    organisation = user.organisation or f"{work.site.site_code} {work.site.site_name_en}".strip()
    content = make_certificate(private, Person(name, organisation, f"{work.site.id[:16]}:{user.user_id}"), now)
    return site_key(private, content), True


def _of_person(work: Workspace, actor: Actor, kind: str) -> list[StoredCertificate]:
    return [one for one in read_certificates(work.database) if one.user_id == actor.user.user_id and one.kind == kind]


def certificate_sheet(work: Workspace, words: Words, who: Credentials, lang: str) -> bytes:
    """A sheet with the fingerprint of the person's certificate, to be signed by hand and kept; the certificate is made when there is none.

    Raises ExpectedError "log_in_failed", "log_in_wait", "no_right".
    """
    from crf_app.pdf.certificate_sheet import SheetFacts, render_certificate_sheet

    actor = signer_of(work, who)
    key, new = site_certificate(work, actor)
    facts, context = key.facts, output_context(work)
    sheet = SheetFacts(actor.user.name, str(actor.user.role), facts.fingerprint, facts.subject, facts.not_before, facts.not_after)
    content = render_certificate_sheet(sheet, context, words, lang)
    details = {"sha256": hashlib.sha256(content).hexdigest(), "certificate": facts.fingerprint, "made": new}
    with work.begin(work.command("print_certificate", actor, about=actor.user.user_id, details=details), actor.signer) as unit:
        if new:
            row = {"fingerprint": facts.fingerprint, "user_id": actor.user.user_id, "kind": "site", "content": key.certificate, "entry_no": unit.entry_no}
            unit.put("certificate", row)
    return content


def check_paper(work: Workspace, content: bytes) -> tuple[CheckedSignature, ...]:
    """Every signature in a file, with what this site knows of it. Raises ExpectedError "paper_not_pdf", "no_right"."""
    from crf_app.seal.checking import check_document

    work.need(Right.READ)
    holders = {one.fingerprint: one.user_id for one in read_certificates(work.database)}
    made = read_paper_signatures(work.database)
    checked = []
    for one in check_document(content, holders.keys()):
        print_of = one.certificate.fingerprint if one.certificate is not None else ""
        user_id = holders.get(print_of, "")
        user = work.users.get(user_id)
        entry = next((row for row in made if row.sha256 == one.revision and row.certificate == print_of), None)
        checked.append(
            CheckedSignature(
                one, work.name_of(user_id) if user_id else None, str(user.role) if user is not None else "",
                datetime.fromisoformat(entry.signed_at) if entry is not None else None, entry.meaning if entry is not None else "",
            )
        )
    return tuple(checked)


def set_time_stamp(work: Workspace, url: str) -> None:
    """Name the time-stamp authority that signatures ask for a stamp, or none (""). Raises ExpectedError "no_right", "time_stamp_url"."""
    actor = work.need(Right.SITE_TABLES)
    if url and not url.startswith(("https://", "http://")):
        raise ExpectedError("time_stamp_url", url=url)
    with work.begin(work.command("set_time_stamp", actor, about=url)) as unit:
        unit.put("paper_setting", {"name": TIME_STAMP, "value": url})


def _look(work: Workspace, words: Words, actor: Actor, order: SigningOrder, facts: CertificateFacts, now: datetime, size: tuple[float, float]) -> bytes:
    from crf_app.pdf.desk import Desk
    from crf_app.pdf.signature_page import SignedFacts, render_signed_place

    issuer = words.text("pdf.issuer_site", "both") if order.own is None else words.text("pdf.issuer_other", "both", issuer=facts.issuer)
    shown = SignedFacts(actor.user.name, str(actor.user.role), order.meaning, now, order.reason, facts.fingerprint, issuer)
    return render_signed_place(Desk(output_context(work), words, "both"), shown, size)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
