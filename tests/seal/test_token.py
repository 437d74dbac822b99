"""A person's own PKCS#11 token: which one is taken, which of its certificates, and a whole signature where SoftHSM is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pypdfium2 import PdfDocument

from crf_app.errors import ExpectedError
from crf_app.seal import keys
from crf_app.seal.keys import token_key

PIN = "1234"
_NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
_HSM = next((one for one in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so") if Path(one).exists()), "")


def _certificate(name: str, *, signs: bool = True) -> tuple[rsa.RSAPrivateKey, bytes]:
    key = rsa.generate_private_key(65537, 2048)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(9)
        .not_valid_before(_NOW - timedelta(days=1)).not_valid_after(_NOW + timedelta(days=900))
        .add_extension(x509.KeyUsage(signs, signs, not signs, False, False, False, False, False, False), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    return key, made.public_bytes(serialization.Encoding.DER)


class _TokenError(RuntimeError):
    """What python-pkcs11 raises."""


class _WrongPinError(_TokenError):
    """One of them."""


class _Token:
    """A token as python-pkcs11 shows it: objects are dictionaries of attributes."""

    def __init__(self, label: str, objects: list[dict[str, Any]], *, ready: bool = True) -> None:
        self.label, self.objects, self.flags, self.pins, self.is_open = label.ljust(32), objects, {"ready"} if ready else set(), list[str](), False

    def open(self, *, user_pin: str) -> _Token:
        if self.is_open:
            raise _TokenError("UserAlreadyLoggedIn")
        self.pins.append(user_pin)
        if user_pin != PIN:
            raise _WrongPinError
        self.is_open = True
        return self

    def close(self) -> None:
        self.is_open = False

    def get_objects(self, wanted: dict[str, str]) -> list[dict[str, Any]]:
        return [one for one in self.objects if one["class"] == wanted["class"]]


def _plugged(monkeypatch: pytest.MonkeyPatch, *tokens: _Token) -> None:
    slots = [SimpleNamespace(get_token=lambda one=one: one) for one in tokens]
    names = SimpleNamespace(
        lib=lambda _path: SimpleNamespace(get_slots=lambda *, token_present: slots if token_present else []), TokenFlag=SimpleNamespace(TOKEN_INITIALIZED="ready"),
        PKCS11Error=_TokenError, PinIncorrect=_WrongPinError,
        Attribute=SimpleNamespace(CLASS="class", ID="id", VALUE="value"), ObjectClass=SimpleNamespace(PRIVATE_KEY="key", CERTIFICATE="certificate"),
    )  # fmt: skip
    signers = SimpleNamespace(PKCS11Signer=lambda session, *, signing_cert, key_id: SimpleNamespace(session=session, certificate=signing_cert, key_id=key_id))
    monkeypatch.setattr(keys, "import_module", lambda name: names if name == "pkcs11" else signers)


def _pair(ident: bytes, certificate: bytes) -> list[dict[str, Any]]:
    return [{"class": "key", "id": ident}, {"class": "certificate", "id": ident, "value": certificate}]


def test_the_certificate_that_may_sign_is_taken_with_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    _, log_in = _certificate("log-in", signs=False)
    _, sign = _certificate("signing")
    _, stranger = _certificate("of an authority")
    card = _Token("card", [*_pair(b"\x01", log_in), *_pair(b"\x02", sign), {"class": "certificate", "id": b"\x03", "value": stranger}])
    _plugged(monkeypatch, card, _Token("", [], ready=False))
    found = token_key(Path("lib.so"), PIN)
    assert found.certificate == sign
    assert vars(found.signer)["key_id"] == b"\x02"
    assert card.pins == ["1234"]


def test_no_pin_is_tried_on_a_token_that_was_not_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong PIN three times blocks a card: with several plugged in, nobody guesses."""
    _, sign = _certificate("signing")
    first, second = _Token("first", _pair(b"\x01", sign)), _Token("second", _pair(b"\x01", sign))
    _plugged(monkeypatch, first, second)
    with pytest.raises(ExpectedError, match="token_several") as refused:
        token_key(Path("lib.so"), PIN)
    assert refused.value.parameters["labels"] == "first, second"
    token_key(Path("lib.so"), PIN, "second").close()
    assert (first.pins, second.pins) == ([], ["1234"])
    with pytest.raises(ExpectedError, match="token_none"):
        token_key(Path("lib.so"), PIN, "third")


def test_a_token_without_a_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sign = _certificate("signing")
    card = _Token("card", [{"class": "certificate", "id": b"\x01", "value": sign}])
    _plugged(monkeypatch, card)
    with pytest.raises(ExpectedError, match="token_failed"):
        token_key(Path("lib.so"), PIN)
    assert not card.is_open, "nobody could log in to it again"


def test_a_card_signs_a_second_time_and_a_wrong_pin_has_words_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sign = _certificate("signing")
    card = _Token("card", _pair(b"\x01", sign))
    _plugged(monkeypatch, card)
    with pytest.raises(ExpectedError, match="token_pin"):
        token_key(Path("lib.so"), "0000")
    for _ in range(2):
        token_key(Path("lib.so"), PIN).close()
    _, log_in = _certificate("log-in", signs=False)
    card.objects = _pair(b"\x01", log_in)
    with pytest.raises(ExpectedError, match="certificate_unfit"):
        token_key(Path("lib.so"), PIN)
    assert not card.is_open


def test_a_fault_of_ours_is_no_refusal_of_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not an error of the token is seen as what it is."""
    card = _Token("card", _pair(b"\x01", b"no certificate at all"))
    _plugged(monkeypatch, card)
    monkeypatch.setattr(card, "get_objects", None)
    with pytest.raises(TypeError):
        token_key(Path("lib.so"), PIN)
    assert not card.is_open


@pytest.mark.skipif(not _HSM or shutil.which("softhsm2-util") is None or shutil.which("pkcs11-tool") is None, reason="SoftHSM or OpenSC is not installed")
def test_a_token_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    (tmp_path / "tokens").mkdir()
    (tmp_path / "conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n", encoding="utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "conf"))
    key, certificate = _certificate("Demo Investigator (token)")
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*form))
    (tmp_path / "c.der").write_bytes(certificate)
    for command in (
        ["softhsm2-util", "--init-token", "--free", "--label", "card", "--pin", "1234", "--so-pin", "4321"],
        ["softhsm2-util", "--import", str(tmp_path / "key.pem"), "--token", "card", "--label", "sign", "--id", "A1", "--pin", "1234"],
        ["pkcs11-tool", "--module", _HSM, "--login", "--pin", "1234", "--token-label", "card", "--write-object", str(tmp_path / "c.der"), "--type", "cert", "--id", "A1"],
    ):  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
    found = token_key(Path(_HSM), "1234")
    blank, signed = io.BytesIO(), io.BytesIO()
    document = PdfDocument.new()
    document.new_page(200, 200)
    document.save(blank)
    document.close()
    PdfSigner(PdfSignatureMetadata(field_name="S"), found.signer).sign_pdf(IncrementalPdfFileWriter(blank), output=signed)
    trusted = ValidationContext(trust_roots=[asn1_x509.Certificate.load(certificate)], moment=_NOW)
    status = validate_pdf_signature(PdfFileReader(signed).embedded_signatures[0], trusted)
    assert status.intact
    assert status.valid
    found.close()
    with pytest.raises(ExpectedError, match="token_pin"):
        token_key(Path(_HSM), "0000")
    token_key(Path(_HSM), PIN).close()
