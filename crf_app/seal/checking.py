"""What the signatures inside a PDF are worth: checked by pyHanko without any connection, against the certificates known at the site."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from crf_app.errors import ExpectedError
from crf_app.seal.certificates import CertificateFacts, read_certificate

_FAULTS = (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """One signature. `intact`: not a byte of what it covers was changed, and the key of the certificate made it.

    `whole`: it covers the whole file; `later`: what was added after it, "nothing", "permitted" (further signatures and what they show)
    or "forbidden". `known`: the certificate is one of the site's; `in_force`: it was valid at the time said. `when` is that time.
    """

    name: str
    certificate: CertificateFacts | None
    when: datetime | None
    reason: str
    intact: bool
    whole: bool
    later: str
    known: bool
    in_force: bool
    stamped: bool
    revision: str = ""
    """SHA-256 of the file as it was right after this signature."""

    @property
    def good(self) -> bool:
        """Nothing speaks against it."""
        return self.intact and self.later != "forbidden" and self.in_force


def check_document(content: bytes, known: Collection[str] = ()) -> tuple[SignatureCheck, ...]:
    """Every signature in the file, oldest first; `known` are the fingerprints of the site's certificates.

    Raises ExpectedError "paper_not_pdf" for what cannot be read as a PDF at all.
    """
    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_regular_signatures
    except _FAULTS as error:
        raise ExpectedError("paper_not_pdf") from error
    return tuple(_check(content, one, known) for one in found)


def _check(content: bytes, one: EmbeddedPdfSignature, known: Collection[str]) -> SignatureCheck:
    certificate, revision = _certificate(one), _revision(content, one)
    reason = str(one.sig_object.get("/Reason", ""))
    when = one.self_reported_timestamp
    try:
        roots = [one.signer_cert]
        status = validate_pdf_signature(one, ValidationContext(trust_roots=roots, allow_fetching=False, moment=when), skip_diff=False)
    except _FAULTS:
        return SignatureCheck(one.field_name, certificate, when, reason, False, False, "forbidden", False, False, False, revision)
    level = status.modification_level
    later = "nothing" if level is ModificationLevel.NONE else "forbidden" if level in (None, ModificationLevel.OTHER) else "permitted"
    covered = status.coverage
    if covered is SignatureCoverageLevel.ENTIRE_FILE:
        later = "nothing"
    elif covered is not SignatureCoverageLevel.ENTIRE_REVISION:
        later = "forbidden"
    in_force = certificate is not None and when is not None and certificate.not_before <= when <= certificate.not_after
    is_known = certificate is not None and certificate.fingerprint in known
    return SignatureCheck(
        one.field_name, certificate, when, reason, bool(status.intact and status.valid), covered is SignatureCoverageLevel.ENTIRE_FILE, later, is_known,
        in_force, status.timestamp_validity is not None, revision,
    )  # fmt: skip


def _revision(content: bytes, one: EmbeddedPdfSignature) -> str:
    """The hash of the file up to the end of what was signed."""
    try:
        start, length = (int(part) for part in list(one.byte_range)[-2:])
    except _FAULTS:
        return ""
    return hashlib.sha256(content[: start + length]).hexdigest()


def _certificate(one: EmbeddedPdfSignature) -> CertificateFacts | None:
    try:
        return read_certificate(one.signer_cert.dump())
    except _FAULTS:
        return None
