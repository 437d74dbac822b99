"""Attached files: encrypted, stored under the SHA-256 of their plain content, never under a name from outside."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crf_app.errors import ExpectedError
from crf_app.paths import replace_file
from crf_app.store.connection import Reader

ATTACHMENTS = "attachments"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """An attachment's row. `taken` is the ISO time of the picture or ""; `thumbnail` is an image or empty."""

    sha256: str
    file_name: str
    media_type: str
    size: int
    taken: str
    thumbnail: bytes
    cipher_sha256: str


def store_file(folder: Path, data_key: bytes, content: bytes) -> tuple[str, str]:
    """Write `content` encrypted and durably; returns its SHA-256 and that of the encrypted file, for the attachment
    row.

    Call it before the command that stores the row: a file without a row is harmless, a row without a file is not. The
    same content again leaves the file as it is. Raises ExpectedError "disk_full" or "io_error".
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = attachment_path(folder, sha256)
    if path.exists():
        old = path.read_bytes()
        if _decrypted(data_key, sha256, old) == content:
            return sha256, hashlib.sha256(old).hexdigest()
    nonce = os.urandom(_NONCE)
    cipher = nonce + AESGCM(_file_key(data_key)).encrypt(nonce, content, sha256.encode())
    try:
        path.parent.mkdir(exist_ok=True)
        replace_file(path, cipher)
    except OSError as error:
        code = "disk_full" if error.errno in (28, 122) else "io_error"  # ENOSPC, EDQUOT
        raise ExpectedError(code, place=path, detail=error.strerror or str(error)) from error
    return sha256, hashlib.sha256(cipher).hexdigest()


def read_file(folder: Path, data_key: bytes, sha256: str) -> bytes:
    """The plain content. Raises ExpectedError "attachment_missing" or "attachment_damaged"."""
    path = attachment_path(folder, sha256)
    try:
        cipher = path.read_bytes()
    except OSError as error:
        raise ExpectedError("attachment_missing", place=path) from error
    content = _decrypted(data_key, sha256, cipher)
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        raise ExpectedError("attachment_damaged", place=path)
    return content


def read_attachment(db: Reader, sha256: str) -> StoredAttachment | None:
    """The row of an attachment, or None."""
    row = db.one("""SELECT sha256, file_name, media_type, size, taken, thumbnail, cipher_sha256 FROM attachment
                 WHERE sha256 = ?""", (sha256,))
    return StoredAttachment(*(*row[:5], bytes(row[5]), row[6])) if row else None


def attachment_path(folder: Path, sha256: str) -> Path:
    """Where the content with this hash lies. Raises ValueError when `sha256` is not one: it may come from a value."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return folder / ATTACHMENTS / sha256


def _file_key(data_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"crf-app attachments v1").derive(data_key)


def _decrypted(data_key: bytes, sha256: str, cipher: bytes) -> bytes | None:
    try:
        return AESGCM(_file_key(data_key)).decrypt(cipher[:_NONCE], cipher[_NONCE:], sha256.encode())
    except (InvalidTag, ValueError):
        return None
