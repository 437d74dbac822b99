"""What a person had typed and not yet stored: one small encrypted file per user beside the data, replaced as he types.

It is no clinical data and is in no ledger: it is offered to the one who typed it, after a crash, and stored only by him.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crf_app.clinical.keys import ItemKey
from crf_app.errors import ExpectedError
from crf_app.paths import replace_file
from crf_app.store.connection import Reader
from crf_app.store.statements import STATEMENTS

_NONCE = 12
_PADDED_TO = 512
"""Bytes: the size of the file does not tell the length of a short text."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A text typed into an item at `typed_at` (ISO, aware), when `entry_no` was the newest entry of the ledger."""

    key: ItemKey
    text: str
    unit: str
    typed_at: str
    entry_no: int


def drafts_file(folder: Path, user_id: str) -> Path:
    """Where the drafts of a user lie. Raises ValueError for an id that is no plain word: it becomes part of a path."""
    if not user_id.isalnum():
        raise ValueError(f"not an id of a user: {user_id!r}")
    return folder / f"draft-{user_id}"


def write_drafts(folder: Path, data_key: bytes, user_id: str, drafts: Sequence[StoredDraft]) -> None:
    """Replace the drafts of a user durably; none takes the file away.

    Raises ExpectedError "disk_full" or "io_error"; then the drafts before are still there.
    """
    path = drafts_file(folder, user_id)
    try:
        if not drafts:
            path.unlink(missing_ok=True)
            return
        plain = json.dumps([asdict(one) for one in drafts], ensure_ascii=False).encode("utf-8", "surrogatepass")
        plain += b" " * (-len(plain) % _PADDED_TO)
        nonce = os.urandom(_NONCE)
        replace_file(path, nonce + AESGCM(_key(data_key)).encrypt(nonce, plain, user_id.encode()))
    except OSError as error:
        code = "disk_full" if error.errno in (28, 122) else "io_error"  # ENOSPC, EDQUOT
        raise ExpectedError(code, place=path, detail=error.strerror or str(error)) from error


def read_drafts(folder: Path, data_key: bytes, user_id: str) -> tuple[StoredDraft, ...]:
    """The drafts of a user; none when there are none, or when the file is damaged or was another user's."""
    path = drafts_file(folder, user_id)
    try:
        for left in folder.glob(f".{path.name}.*"):  # a kill left it half written; it was never acknowledged
            left.unlink(missing_ok=True)
        cipher = path.read_bytes()
        plain = AESGCM(_key(data_key)).decrypt(cipher[:_NONCE], cipher[_NONCE:], user_id.encode())
        return tuple(_draft(one) for one in json.loads(plain.decode("utf-8", "surrogatepass")))
    except (OSError, InvalidTag, ValueError, KeyError, TypeError):
        return ()


def is_outdated(db: Reader, draft: StoredDraft) -> bool:
    """Was the item stored after the draft was typed, or does it hold that very text?"""
    statements = STATEMENTS["item_current"]
    found = db.one(statements.select, tuple(draft.key))
    if found is None:
        return False
    row = dict(zip(statements.columns, found, strict=True))
    return int(row["entry_no"]) > draft.entry_no or (row["text"], row["unit"] or draft.unit) == (draft.text, draft.unit)


def _draft(content: Any) -> StoredDraft:
    key = ItemKey(*content["key"])
    return StoredDraft(key, str(content["text"]), str(content["unit"]), str(content["typed_at"]), int(content["entry_no"]))


def _key(data_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"crf-app drafts v1").derive(data_key)
