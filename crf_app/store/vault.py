"""The key slots: `keys.json` holds, for each user, the data key and his signing key under his password.

Nothing in the file opens the data without a password. Two generations are kept, so that a file damaged on the disk
does not lock everybody out; what was taken away (an old password, a user) is taken from both (docs/adr/0012). Slots of
people who may randomise hold the key of the allocation list too, in a box of its own (docs/adr/0046).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.paths import replace_file
from crf_app.store.attempts import begin_attempt, end_attempt
from crf_app.store.kdf import FULL_COST, KEY_BYTES, Kdf, KdfCost, settle, unpack_kdf
from crf_app.store.passwords import check_password
from crf_app.store.recovery_code import new_recovery_code, parse_recovery_code
from crf_app.store.sealing import KeyBox, box_key, open_box
from crf_app.store.signer import Signer

KEYS_NAME = "keys.json"
OLD_KEYS_NAME = "keys.json.1"
RECOVERY_USER = "recovery"
# The second format has boxes in slots; a file without any is written, and read, as the first.
_FORMAT, _WITH_BOXES = 1, 2


@dataclass(frozen=True, slots=True)
class Slot:
    """One user's slot as stored. `login` is what he types; `public_key` that of the signing key inside.

    `boxes`: the keys of allocation lists by number of the list, sealed for this signing key.
    """

    user_id: str
    login: str
    kdf: Kdf
    nonce: bytes
    cipher: bytes
    public_key: str
    boxes: Mapping[int, KeyBox] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a right password gives: the data key, the key to sign with, and the keys of the allocation lists that he
    may open, by number of the list. Keep it in memory only.
    """

    user_id: str
    data_key: bytes
    signer: Signer
    allocation_keys: Mapping[int, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Unlocked({self.user_id!r})"


@dataclass(frozen=True, slots=True)
class NewVault:
    """A vault just made: the first user, unlocked; the recovery code to print once; the recovery slot's public key."""

    unlocked: Unlocked
    recovery_code: str
    recovery_public_key: str


@dataclass(frozen=True, slots=True)
class _Vault:
    workspace_id: str
    key_check: str
    slots: tuple[Slot, ...]

    def with_slot(self, slot: Slot) -> _Vault:
        others = tuple(one for one in self.slots if one.user_id != slot.user_id)
        return replace(self, slots=(*others, slot))

    def without(self, user_id: str) -> _Vault:
        return replace(self, slots=tuple(one for one in self.slots if one.user_id != user_id))


def create_vault(folder: Path, workspace_id: str, user_id: str, login: str, password: str, *,
                 cost: KdfCost = FULL_COST, forbidden_words: Sequence[str] = ()) -> NewVault:
    """Make `keys.json` with a new data key, the first administrator's slot and the recovery slot.

    Store both public keys as user rows in the first command. Raises ExpectedError "workspace_exists" and those of
    `check_password`.
    """
    if (folder / KEYS_NAME).exists():
        raise ExpectedError("workspace_exists", folder=folder)
    check_password(password, (*forbidden_words, login, user_id))
    data_key, code = os.urandom(KEY_BYTES), new_recovery_code()
    vault = _Vault(workspace_id, _key_check(data_key), ())
    first, seed = _new_slot(vault, user_id, login, password, data_key, cost)
    recovery, _ = _new_slot(vault, RECOVERY_USER, RECOVERY_USER, parse_recovery_code(code), data_key, cost)
    _write(folder, KEYS_NAME, vault.with_slot(first).with_slot(recovery))
    return NewVault(Unlocked(user_id, data_key, Signer(user_id, seed)), code, recovery.public_key)


def unlock(folder: Path, user_id: str, password: str, clock: Clock) -> Unlocked:
    """Open the slot of `user_id` (his id or login name, case does not matter).

    Raises ExpectedError "log_in_failed" for an unknown user and a wrong password alike, after the same work;
    "log_in_wait" (seconds) while a delay runs; "no_vault" when there are no readable slots. Each failure is recorded.
    """
    vault = _read(folder)
    wanted = _folded(user_id)
    slot = next((one for one in vault.slots
                 if wanted in (_folded(one.user_id), _folded(one.login)) and one.user_id != RECOVERY_USER), None)
    known = slot.user_id if slot else ""
    begin_attempt(folder, known, wanted, clock)
    unlocked = _open(vault, slot or _decoy(vault), password)
    if unlocked is None or slot is None:
        raise ExpectedError("log_in_failed")
    end_attempt(folder, known)
    return unlocked


def unlock_with_recovery(folder: Path, code: str, clock: Clock) -> Unlocked:
    """Open the recovery slot with the printed code.

    Raises ExpectedError "recovery_code_misread" when the code has a slip of the pen, and those of `unlock`.
    """
    secret = parse_recovery_code(code)
    vault = _read(folder)
    slot = next((one for one in vault.slots if one.user_id == RECOVERY_USER), None)
    begin_attempt(folder, RECOVERY_USER, RECOVERY_USER, clock)
    unlocked = _open(vault, slot or _decoy(vault), secret)
    if unlocked is None:
        raise ExpectedError("log_in_failed")
    end_attempt(folder, RECOVERY_USER)
    return unlocked


def add_slot(folder: Path, data_key: bytes, user_id: str, login: str, password: str, *, cost: KdfCost = FULL_COST,
             forbidden_words: Sequence[str] = ()) -> str:
    """Give a new user a slot with a new signing key. Returns its public key, to be stored in his user row.

    Raises ExpectedError "login_taken" and those of `check_password`.
    """
    vault = _read(folder)
    names = {name for slot in vault.slots for name in (_folded(slot.user_id), _folded(slot.login))}
    if {_folded(user_id), _folded(login)} & names:
        raise ExpectedError("login_taken", login=login)
    check_password(password, (*forbidden_words, login, user_id))
    slot, _ = _new_slot(vault, user_id, login, password, data_key, cost)
    _store(folder, vault, vault.with_slot(slot))
    return slot.public_key


def reset_slot(folder: Path, data_key: bytes, user_id: str, password: str, *, cost: KdfCost = FULL_COST,
               forbidden_words: Sequence[str] = (), allocation_keys: Mapping[int, bytes] | None = None) -> str:
    """Give a user who forgot his password a new one and, as his old key cannot be read, a new signing key.

    Boxes made for the old key open no more: `allocation_keys` are those whose boxes are made anew.

    Returns the new public key, to be stored in his user row. Raises ExpectedError "no_slot" and those of
    `check_password`.
    """
    vault = _read(folder)
    old = _slot_of(vault, user_id)
    check_password(password, (*forbidden_words, old.login, user_id))
    slot, _ = _new_slot(vault, user_id, old.login, password, data_key, cost)
    for list_id, key in (allocation_keys or {}).items():
        slot = _with_box(vault, slot, list_id, key)
    _store(folder, vault, vault.with_slot(slot), purge=True)
    return slot.public_key


def give_allocation_key(folder: Path, list_id: int, key: bytes, public_keys: Mapping[str, str]) -> None:
    """Put the key of a list into the slots of these users; no password is needed, only they can open it.

    `public_keys`: of each user, as his user row has it. The file lies in clear on the disk: a slot with another key than
    the ledger knows gets nothing. Raises ExpectedError "no_slot".
    """
    old = new = _read(folder)
    for user_id, public_key in public_keys.items():
        slot = _slot_of(new, user_id)
        if slot.public_key != public_key:
            raise ExpectedError("no_slot", user=user_id)
        new = new.with_slot(_with_box(new, slot, list_id, key))
    _store(folder, old, new, purge=True)


def allocation_holders(folder: Path, list_id: int) -> frozenset[str]:
    """The users whose slots hold the key of that list, the recovery user included."""
    return frozenset(slot.user_id for slot in _read(folder).slots if list_id in slot.boxes)


def change_password(folder: Path, user_id: str, old: str, new: str, clock: Clock, *, cost: KdfCost = FULL_COST,
                    forbidden_words: Sequence[str] = ()) -> None:
    """Put the user's keys under another password; his signing key stays. The old password opens no kept generation.

    Raises those of `unlock` and `check_password`, and ExpectedError "password_same".
    """
    unlocked = unlock(folder, user_id, old, clock)
    vault = _read(folder)
    slot = _slot_of(vault, unlocked.user_id)
    if unicodedata.normalize("NFKC", old) == unicodedata.normalize("NFKC", new):
        raise ExpectedError("password_same")
    check_password(new, (*forbidden_words, slot.login, slot.user_id))
    seed = _opened(vault, slot, old)[KEY_BYTES:]
    fresh = _seal(vault, slot.user_id, slot.login, new, unlocked.data_key, seed, cost)
    _store(folder, vault, vault.with_slot(replace(fresh, boxes=slot.boxes)), purge=True)


def remove_slot(folder: Path, user_id: str) -> None:
    """Take a user's slot out of both generations. Raises ExpectedError "no_slot"."""
    vault = _read(folder)
    _slot_of(vault, user_id)
    _store(folder, vault, vault.without(user_id), purge=True)


def renew_recovery(folder: Path, data_key: bytes, *, cost: KdfCost = FULL_COST) -> tuple[str, str]:
    """Replace the recovery slot. Returns the code to print and the new public key of the recovery user.

    Keys of allocation lists are given to the new slot by who holds them (`give_allocation_key`).
    """
    vault, code = _read(folder), new_recovery_code()
    slot, _ = _new_slot(vault, RECOVERY_USER, RECOVERY_USER, parse_recovery_code(code), data_key, cost)
    _store(folder, vault, vault.with_slot(slot), purge=True)
    return code, slot.public_key


def logins(folder: Path) -> tuple[str, ...]:
    """The login names that have a slot, the recovery slot left out, in the order in which they were made."""
    return tuple(slot.login for slot in _read(folder).slots if slot.user_id != RECOVERY_USER)


def key_fits(folder: Path, data_key: bytes) -> bool:
    """Is `data_key` the one of this folder's slots? False when there are no readable slots."""
    try:
        return hmac.compare_digest(_read(folder).key_check, _key_check(data_key))
    except ExpectedError:
        return False


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _key_check(data_key: bytes) -> str:
    return hmac.new(data_key, b"crf-app key check v1", hashlib.sha256).hexdigest()


def _slot_of(vault: _Vault, user_id: str) -> Slot:
    for slot in vault.slots:
        if slot.user_id == user_id:
            return slot
    raise ExpectedError("no_slot", user=user_id)


def _decoy(vault: _Vault) -> Slot:
    """A slot that nothing opens, as costly as the real ones."""
    model = vault.slots[0]
    return replace(model, kdf=replace(model.kdf, salt=os.urandom(16)), nonce=os.urandom(12),
                   cipher=os.urandom(len(model.cipher)))


def _bound(workspace_id: str, user_id: str, login: str, kdf: Kdf) -> bytes:
    """What the cipher text is bound to: a slot moved to another user, workspace or cost does not open."""
    return json.dumps([_FORMAT, workspace_id, user_id, login, kdf.packed()], sort_keys=True).encode()


def _seal(vault: _Vault, user_id: str, login: str, password: str, data_key: bytes, seed: bytes, cost: KdfCost) -> Slot:
    kdf, nonce = settle(cost), os.urandom(12)
    bound = _bound(vault.workspace_id, user_id, login, kdf)
    cipher = AESGCM(kdf.derive(password)).encrypt(nonce, data_key + seed, bound)
    return Slot(user_id, login, kdf, nonce, cipher, Signer(user_id, seed).public_key)


def _new_slot(vault: _Vault, user_id: str, login: str, password: str, data_key: bytes,
              cost: KdfCost) -> tuple[Slot, bytes]:
    seed = os.urandom(KEY_BYTES)
    return _seal(vault, user_id, login, password, data_key, seed, cost), seed


def _with_box(vault: _Vault, slot: Slot, list_id: int, key: bytes) -> Slot:
    box = box_key(key, list_id, vault.workspace_id, slot.user_id, slot.public_key)
    return replace(slot, boxes={**slot.boxes, list_id: box})


def _opened(vault: _Vault, slot: Slot, password: str) -> bytes:
    bound = _bound(vault.workspace_id, slot.user_id, slot.login, slot.kdf)
    return AESGCM(slot.kdf.derive(password)).decrypt(slot.nonce, slot.cipher, bound)


def _open(vault: _Vault, slot: Slot, password: str) -> Unlocked | None:
    try:
        plain = _opened(vault, slot, password)
    except InvalidTag:
        return None
    seed = plain[KEY_BYTES:]
    found = {list_id: open_box(box, list_id, vault.workspace_id, slot.user_id, slot.public_key, seed)
             for list_id, box in slot.boxes.items()}
    keys = {list_id: key for list_id, key in found.items() if key is not None}
    return Unlocked(slot.user_id, plain[:KEY_BYTES], Signer(slot.user_id, seed), keys)


def _store(folder: Path, old: _Vault, new: _Vault, *, purge: bool = False) -> None:
    """Write `new`; the generation before it is `old`, or `new` again when something must open nothing any more."""
    _write(folder, KEYS_NAME, new) if purge else _write(folder, OLD_KEYS_NAME, old)
    _write(folder, OLD_KEYS_NAME, new) if purge else _write(folder, KEYS_NAME, new)


def _write(folder: Path, name: str, vault: _Vault) -> None:
    content = {
        "format": _WITH_BOXES if any(slot.boxes for slot in vault.slots) else _FORMAT,
        "workspace_id": vault.workspace_id, "key_check": vault.key_check, "slots": [_packed(slot) for slot in vault.slots],
    }
    try:
        replace_file(folder / name, json.dumps(content, ensure_ascii=False, indent=1).encode())
    except OSError as error:
        raise ExpectedError("io_error", place=folder / name, detail=error.strerror or str(error)) from error


def _packed(slot: Slot) -> dict[str, object]:
    packed: dict[str, object] = {
        "user_id": slot.user_id, "login": slot.login, "kdf": slot.kdf.packed(), "nonce": slot.nonce.hex(),
        "cipher": slot.cipher.hex(), "public_key": slot.public_key,
    }
    if slot.boxes:
        packed["allocation"] = {str(list_id): [box.ephemeral.hex(), box.nonce.hex(), box.cipher.hex()]
                                for list_id, box in slot.boxes.items()}
    return packed


def _read(folder: Path) -> _Vault:
    """The newest generation that can be read."""
    for name in (KEYS_NAME, OLD_KEYS_NAME):
        try:
            return _parsed((folder / name).read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            continue
    raise ExpectedError("no_vault", place=folder / KEYS_NAME)


def _parsed(content: bytes) -> _Vault:
    whole = json.loads(content)
    if whole["format"] not in (_FORMAT, _WITH_BOXES) or not whole["slots"]:
        raise ValueError("not a slots file of a known format")
    return _Vault(str(whole["workspace_id"]), str(whole["key_check"]), tuple(map(_slot, whole["slots"])))


def _slot(one: Mapping[str, Any]) -> Slot:
    boxes = {int(list_id): KeyBox(*map(bytes.fromhex, parts)) for list_id, parts in one.get("allocation", {}).items()}
    return Slot(str(one["user_id"]), str(one["login"]), unpack_kdf(one["kdf"]), bytes.fromhex(one["nonce"]),
                bytes.fromhex(one["cipher"]), str(one["public_key"]), boxes)
