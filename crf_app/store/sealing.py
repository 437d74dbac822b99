"""The second key: sealed for each person who may randomise, and the codes of an allocation list sealed under it (docs/adr/0046).

A list has a key of its own. Whoever makes the list draws it, seals each code by itself, seals the key for the public key of each
person who may randomise, and forgets it. Who has no such box opens no code, with whatever other key.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crf_app.errors import ExpectedError
from crf_app.store.signer import load_public_key

KEY_BYTES = 32
_NONCE = 12
_SALT = 32
# Every sealed code has the same length: otherwise the length would tell the arm.
_CODE_BYTES = 512
_PRIME = 2**255 - 19
_INFO = b"crf-app allocation key v1"


@dataclass(frozen=True, slots=True)
class KeyBox:
    """The key of one list, sealed for one person: opened with the seed of his signing key alone."""

    ephemeral: bytes
    nonce: bytes
    cipher: bytes


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Which code it is: study, list, place in the list from 1, stratum ("" without). What a sealed code is bound to."""

    study: str
    list_id: int
    place: int
    stratum: str = ""

    def bound(self, what: str) -> bytes:
        """The associated data of what is sealed for this place."""
        return _text([what, self.study, self.list_id, self.place, self.stratum])


@dataclass(frozen=True, slots=True)
class Code:
    """An allocation in clear: number, arm, and the salt of its commitment (hexadecimal)."""

    number: str
    arm: str
    salt: str

    def __repr__(self) -> str:
        return "Code(...)"


def new_allocation_key() -> bytes:
    """A key for one list."""
    return os.urandom(KEY_BYTES)


def box_key(key: bytes, list_id: int, workspace_id: str, user_id: str, public_key: str) -> KeyBox:
    """Seal the key of a list for the person whose signing key has this public half (hexadecimal). ValueError when it is none."""
    recipient = X25519PublicKey.from_public_bytes(_exchange_half(public_key))
    once = X25519PrivateKey.generate()
    ephemeral, nonce = once.public_key().public_bytes_raw(), os.urandom(_NONCE)
    bound = _box_bound(list_id, workspace_id, user_id, public_key)
    cipher = AESGCM(_agreed(once.exchange(recipient), ephemeral)).encrypt(nonce, key, bound)
    return KeyBox(ephemeral, nonce, cipher)


def open_box(box: KeyBox, list_id: int, workspace_id: str, user_id: str, public_key: str, seed: bytes) -> bytes | None:
    """The key of the list, with the seed of the signing key; None when the box was made for another key or altered."""
    private = X25519PrivateKey.from_private_bytes(hashlib.sha512(seed).digest()[:KEY_BYTES])
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(box.ephemeral))
        bound = _box_bound(list_id, workspace_id, user_id, public_key)
        return AESGCM(_agreed(shared, box.ephemeral)).decrypt(box.nonce, box.cipher, bound)
    except (InvalidTag, ValueError):
        return None


def new_code(number: str, arm: str) -> Code:
    """An allocation with a salt of its own."""
    return Code(number, arm, os.urandom(_SALT).hex())


def seal_code(key: bytes, place: CodePlace, code: Code) -> bytes:
    """The code under the list's key: nonce, then AES-256-GCM; always of the same length. ValueError when it is too long."""
    plain = _text({"number": code.number, "arm": code.arm, "salt": code.salt})
    if len(plain) > _CODE_BYTES:
        raise ValueError("a code of more than 512 bytes")
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain.ljust(_CODE_BYTES), place.bound("code"))


def open_code(key: bytes, place: CodePlace, sealed: bytes, committed: str) -> Code:
    """The code in clear. Raises ExpectedError "allocation_unreadable": another key, an altered code, or not what was committed to."""
    try:
        content = json.loads(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.bound("code")))
    except InvalidTag as error:
        raise ExpectedError("allocation_unreadable", list=place.list_id, place=place.place) from error
    code = Code(str(content["number"]), str(content["arm"]), str(content["salt"]))
    if commitment(place, code) != committed:
        raise ExpectedError("allocation_unreadable", list=place.list_id, place=place.place)
    return code


def commitment(place: CodePlace, code: Code) -> str:
    """SHA-256 over the salt and the code at its place, hexadecimal: it tells nothing before the salt is known, and binds for ever."""
    return hashlib.sha256(bytes.fromhex(code.salt) + place.bound("commitment") + _text([code.number, code.arm])).hexdigest()


def seal_secret(key: bytes, study: str, list_id: int, secret: object) -> bytes:
    """What else of a list nobody may see (seed, block sizes), as JSON under its key."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, _text(secret), CodePlace(study, list_id, 0).bound("secret"))


def open_secret(key: bytes, study: str, list_id: int, sealed: bytes) -> object:
    """What `seal_secret` sealed. Raises ExpectedError "allocation_unreadable"."""
    try:
        return json.loads(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], CodePlace(study, list_id, 0).bound("secret")))
    except InvalidTag as error:
        raise ExpectedError("allocation_unreadable", list=list_id, place=0) from error


def _text(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _box_bound(list_id: int, workspace_id: str, user_id: str, public_key: str) -> bytes:
    return _text(["allocation key", list_id, workspace_id, user_id, public_key])


def _agreed(shared: bytes, ephemeral: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, _INFO + ephemeral).derive(shared)


def _exchange_half(public_key: str) -> bytes:
    """The X25519 public key that belongs to an Ed25519 one (RFC 7748, section 4.1: u = (1 + y) / (1 - y))."""
    load_public_key(public_key)
    y = int.from_bytes(bytes.fromhex(public_key), "little") & (2**255 - 1)
    if y in (0, 1, _PRIME - 1):
        raise ValueError("not a public key to seal for")
    return ((1 + y) * pow(1 - y, -1, _PRIME) % _PRIME).to_bytes(KEY_BYTES, "little")
