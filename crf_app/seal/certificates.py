"""A person's certificate made at the site: the key comes out of his signing key, the certificate is issued by himself (docs/adr/0075)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_YEARS = 10
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256 (FIPS 186-5, SP 800-186)."""
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose certificate it is. `serial` tells two of one name apart: workspace and user id."""

    name: str
    organisation: str
    serial: str


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says, for screen and paper. `fingerprint` is the SHA-256 of its DER bytes."""

    fingerprint: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    self_issued: bool


def paper_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The P-256 key that belongs to 48 secret bytes (FIPS 186-5, A.2.1: extra random bits). The same bytes give the same key."""
    if len(secret) != 48:
        raise ValueError("48 bytes are needed")
    return ec.derive_private_key(int.from_bytes(secret, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def make_certificate(key: ec.EllipticCurvePrivateKey, person: Person, now: datetime) -> bytes:
    """A self-issued certificate for signing documents, valid from yesterday for ten years, as DER."""
    name = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, person.organisation[:64] or "-"),
        x509.NameAttribute(NameOID.COMMON_NAME, person.name[:64]),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, person.serial[:64]),
    ])
    begun = (now - timedelta(days=1)).replace(microsecond=0)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(begun).not_valid_after(begun + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(serialization.Encoding.DER)


_USAGE = x509.KeyUsage(
    digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False, key_agreement=False, key_cert_sign=False,
    crl_sign=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


def read_certificate(content: bytes) -> CertificateFacts:
    """What a DER certificate says. Raises ValueError when it is none."""
    found = x509.load_der_x509_certificate(content)
    return CertificateFacts(
        hashlib.sha256(content).hexdigest(), _short(found.subject), _short(found.issuer), found.not_valid_before_utc, found.not_valid_after_utc,
        found.subject == found.issuer,
    )  # fmt: skip


def _short(name: x509.Name) -> str:
    """The common name with the organisation, as people know it."""
    parts = [str(one.value) for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME) for one in name.get_attributes_for_oid(oid)]
    return ", ".join(part for part in parts if part != "-") or name.rfc4514_string()


def same_key(certificate: bytes, private: ec.EllipticCurvePrivateKey) -> bool:
    """Is the certificate (DER) that of this key?"""
    return x509.load_der_x509_certificate(certificate).public_key() == private.public_key()
