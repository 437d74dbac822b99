"""Keys to sign documents with: the one made at the site, a PKCS#12 file, a PKCS#11 token."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from crf_app.errors import ExpectedError
from crf_app.seal.certificates import CertificateFacts, read_certificate

_LEAST_RSA = 2048


@dataclass(frozen=True)
class DocumentKey:
    """A key that is ready to sign, with its certificate (DER) and what the certificate says. Keep it for one act only, and close it.

    `session`: the open session of a token, on which nobody can log in a second time; `failures`: what the token raises while it signs.
    """

    signer: Signer
    certificate: bytes
    facts: CertificateFacts
    session: Any = None
    failures: tuple[type[Exception], ...] = ()

    def close(self) -> None:
        """Log out of the token, if it is one."""
        if self.session is not None:
            self.session.close()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return self.facts.fingerprint

    def __repr__(self) -> str:
        return f"DocumentKey({self.fingerprint[:16]})"


def site_key(private: ec.EllipticCurvePrivateKey, certificate: bytes) -> DocumentKey:
    """The key made at the site with the certificate that belongs to it."""
    return _ready(private, certificate, ())


def file_key(content: bytes, password: str) -> DocumentKey:
    """The key of a PKCS#12 file (.p12, .pfx). The password is used and forgotten.

    Raises ExpectedError "p12_unreadable" (no such file, or a wrong password: the format does not tell), "p12_without_key",
    "certificate_unfit" for a key too weak or not for signing.
    """
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(content, password.encode())
    except ValueError as error:
        raise ExpectedError("p12_unreadable") from error
    if private is None or certificate is None:
        raise ExpectedError("p12_without_key")
    if not isinstance(private, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise ExpectedError("certificate_unfit", subject=certificate.subject.rfc4514_string())
    return _ready(private, certificate.public_bytes(serialization.Encoding.DER), others)


def token_key(module: Path, pin: str, label: str = "") -> DocumentKey:
    """The key on a PKCS#11 token (smart card, USB key) through the maker's library `module`.

    `label`: the token's, where several are plugged in. Raises ExpectedError "token_no_library" when the optional package python-pkcs11
    is not installed, "token_none", "token_several", "token_pin", "token_failed" with what the token says, "certificate_unfit".
    """
    try:
        names = import_module("pkcs11")
        tokens = import_module("pyhanko.sign.pkcs11")
    except ImportError as error:
        raise ExpectedError("token_no_library") from error
    try:
        session = _token(names, module, label).open(user_pin=pin)
    except names.PinIncorrect as error:
        raise ExpectedError("token_pin") from error
    except names.PKCS11Error as error:
        raise token_failed(error) from error
    try:
        certificate, key_id = _on_token(session, names)
        _need_fit(x509.load_der_x509_certificate(certificate))
        signer = tokens.PKCS11Signer(session, signing_cert=asn1_x509.Certificate.load(certificate), key_id=key_id)
    except BaseException as error:
        session.close()
        if isinstance(error, names.PKCS11Error):
            raise token_failed(error) from error
        raise
    return DocumentKey(signer, certificate, read_certificate(certificate), session, (names.PKCS11Error,))


def token_failed(error: Exception) -> ExpectedError:
    """What a token said, as a refusal; many of its errors have a name and no words."""
    return ExpectedError("token_failed", detail=str(error) or type(error).__name__)


def _token(names: Any, module: Path, label: str) -> Any:
    """The one token that is plugged in and set up, or the one of that label. Raises ExpectedError "token_none", "token_several"."""
    there = [slot.get_token() for slot in names.lib(str(module)).get_slots(token_present=True)]
    ready = [one for one in there if names.TokenFlag.TOKEN_INITIALIZED in one.flags]
    chosen = [one for one in ready if one.label.strip() == label] if label else ready
    if not chosen:
        raise ExpectedError("token_none", label=label)
    if len(chosen) > 1:
        raise ExpectedError("token_several", labels=", ".join(sorted(one.label.strip() for one in chosen)))
    return chosen[0]


def _on_token(session: Any, names: Any) -> tuple[bytes, bytes]:
    """The certificate (DER) of the first private key that has one, and the id that ties the two together on the token.

    Certificates that may sign documents come first: cards often hold one for the log-in beside it.
    """
    kind, ident, value = names.Attribute.CLASS, names.Attribute.ID, names.Attribute.VALUE
    keys = {bytes(one[ident]) for one in session.get_objects({kind: names.ObjectClass.PRIVATE_KEY})}
    found = [(bytes(one[value]), bytes(one[ident])) for one in session.get_objects({kind: names.ObjectClass.CERTIFICATE}) if bytes(one[ident]) in keys]
    if not found:
        raise ExpectedError("token_failed", detail="no private key with a certificate")
    return next((one for one in found if _is_fit(one[0])), found[0])


def _is_fit(certificate: bytes) -> bool:
    try:
        _need_fit(x509.load_der_x509_certificate(certificate))
    except ExpectedError:
        return False
    return True


def need_in_force(facts: CertificateFacts, now: datetime) -> None:
    """Raises ExpectedError "certificate_expired" or "certificate_not_yet"."""
    if now > facts.not_after:
        raise ExpectedError("certificate_expired", subject=facts.subject, day=f"{facts.not_after:%Y-%m-%d}")
    if now < facts.not_before:
        raise ExpectedError("certificate_not_yet", subject=facts.subject, day=f"{facts.not_before:%Y-%m-%d}")


def _ready(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: bytes, others: object) -> DocumentKey:
    _need_fit(x509.load_der_x509_certificate(certificate))
    form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    store = SimpleCertificateStore()
    for one in others if isinstance(others, (list, tuple)) else ():
        store.register(asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)))
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate), signing_key=asn1_keys.PrivateKeyInfo.load(private.private_bytes(*form)), cert_registry=store,
    )  # fmt: skip
    return DocumentKey(signer, certificate, read_certificate(certificate))


def _need_fit(certificate: x509.Certificate) -> None:
    """A key long enough, and a certificate that may sign documents."""
    public = certificate.public_key()
    weak = isinstance(public, rsa.RSAPublicKey) and public.key_size < _LEAST_RSA
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        silent = not (usage.digital_signature or usage.content_commitment)
    except x509.ExtensionNotFound:
        silent = False
    if weak or silent:
        raise ExpectedError("certificate_unfit", subject=certificate.subject.rfc4514_string())


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate in DER, hexadecimal."""
    return hashlib.sha256(certificate).hexdigest()
