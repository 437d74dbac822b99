"""A forgotten password: the printed recovery sheet gives one person a new password and a new signing key."""

from __future__ import annotations

from pathlib import Path

from crf_app.admin.roles import Right, may
from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.store.database import open_database
from crf_app.store.instance_lock import take_instance_lock
from crf_app.store.kdf import FULL_COST, KdfCost
from crf_app.store.ledger import Command
from crf_app.store.users import read_users
from crf_app.store.vault import RECOVERY_USER, reset_slot, unlock_with_recovery
from crf_app.store.workspace_files import read_workspace_file


def reset_password(folder: Path, code: str, login: str, password: str, clock: Clock, *, cost: KdfCost = FULL_COST) -> None:
    """Give the account `login` a new password with the code of the recovery sheet.

    His old signing key cannot be read without the old password, so he gets a new one; what he signed before stays verifiable, as the
    ledger holds both public keys. Who may randomise keeps the key of the allocation list, which the sheet holds too. Recorded as the recovery user's act. Raises ExpectedError "recovery_code_misread",
    "log_in_failed", "log_in_wait", "no_account", "password_*", "held_by_other" and those of opening.
    """
    read_workspace_file(folder)
    unlocked = unlock_with_recovery(folder, code, clock)
    lock = take_instance_lock(folder, RECOVERY_USER, clock)
    try:
        database = open_database(folder, unlocked.data_key, clock, unlocked.signer)
        try:
            wanted = login.strip().casefold()
            account = next((one for one in read_users(database) if one.login.casefold() == wanted and one.active and one.role != RECOVERY_USER), None)
            if account is None:
                raise ExpectedError("no_account", login=login)
            keys = unlocked.allocation_keys if may(account.role, Right.RANDOMISE) else {}
            public_key = reset_slot(folder, unlocked.data_key, account.user_id, password, cost=cost, allocation_keys=keys)
            command = Command(
                name="reset_password", user_id=RECOVERY_USER, role=RECOVERY_USER, organisation="", reason="", object=account.user_id,
                entered_at=clock.now(), details={"recovery": True},
            )  # fmt: skip
            with database.begin(command) as unit:
                unit.patch("app_user", (account.user_id,), {"public_key": public_key})
        finally:
            database.close()
    finally:
        lock.release()
