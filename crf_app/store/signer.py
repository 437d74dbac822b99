"""Ed25519 signing of ledger entries with the acting user's own key."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PAPER = b"crf-app document certificate v1"
# Signed in front of every hash, so that a signature made here means nothing anywhere else.
_CONTEXT = b"crf-app ledger entry v1\0"


class Signer:
    """A user's signing key while he is logged in. Never written anywhere outside his key slot."""

    def __init__(self, user_id: str, seed: bytes) -> None:
        """`seed`: the 32 private bytes out of the user's slot."""
        self.user_id = user_id
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw().hex()

    def sign(self, entry_hash: bytes) -> bytes:
        """The 64 bytes that `check_signature` accepts for this `entry_hash` and `public_key`."""
        return self._key.sign(_CONTEXT + entry_hash)

    def paper_secret(self) -> bytes:
        """48 bytes from which the key of this user's certificate for documents is made (docs/adr/0075): always the same for his signing key.

        Nothing of the signing key can be found out from them (HKDF, RFC 5869).
        """
        return HKDF(SHA256(), 48, salt=None, info=_PAPER).derive(self._seed)

    def __repr__(self) -> str:
        return f"Signer({self.user_id!r})"


def load_public_key(public_key: str) -> Ed25519PublicKey:
    """The key object of the hexadecimal `public_key` of a user row. Raises ValueError when it is not one."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))


def check_signature(key: Ed25519PublicKey, entry_hash: bytes, signature: bytes) -> bool:
    """Did the holder of `key` sign `entry_hash`?"""
    try:
        key.verify(signature, _CONTEXT + entry_hash)
    except InvalidSignature:
        return False
    return True
