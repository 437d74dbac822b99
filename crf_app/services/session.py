"""Making a workspace, logging in and out, passwords."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crf_app.admin.roles import Right, Role
from crf_app.admin.users import User
from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.services.places import need_place, settle_place
from crf_app.services.query_carry import carry_over_queries
from crf_app.services.versions import read_rules
from crf_app.services.workspace import Actor, Workspace, user_of
from crf_app.store.attempts import drop_attempts, taken_attempts
from crf_app.store.database import Database, create_database, open_database
from crf_app.store.instance_lock import InstanceLock, take_instance_lock
from crf_app.store.kdf import FULL_COST, KdfCost
from crf_app.store.ledger import Command
from crf_app.store.parameters import read_workspace
from crf_app.store.schema import FORMAT
from crf_app.store.unit import Unit
from crf_app.store.users import read_user
from crf_app.store.vault import RECOVERY_USER, Unlocked, add_slot, change_password, create_vault, unlock
from crf_app.store.workspace_files import WorkspaceFile, prepare_folder, read_workspace_file, write_workspace_file
from crf_app.study.definition import StudyDef
from crf_app.study.released import read_released, release_bytes
from crf_app.study.texts import Text

FILE_FORMAT = 1
DEFAULT_LABORATORY = "SITE"


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """What the first-run wizard asks."""

    folder: Path
    study: StudyDef
    site_code: str
    site_name: Text
    login: str
    name: Text
    password: str
    language: str = "zh"
    synthetic: bool = False
    organisation: str = ""
    place_reason: str = ""
    """Why it may lie on a network drive or in a synchronised folder; not needed elsewhere."""


def create_workspace(new: NewWorkspace, clock: Clock, *, cost: KdfCost = FULL_COST) -> tuple[Workspace, str]:
    """Make a workspace with its first administrator, log him in, and return the recovery code that is shown once.

    The folder must be empty or new. Raises ExpectedError "unsafe_place_network", "unsafe_place_sync", "folder_not_empty", "password_*", "workspace_exists" and those of
    the disk; a folder that was made for it is left without a usable workspace then.
    """
    if not new.site_code.strip() or not new.login.strip() or not new.name.en.strip():
        raise ExpectedError("wizard_incomplete")
    place = need_place(new.folder, new.place_reason)
    prepare_folder(new.folder)
    content = release_bytes(new.study)
    study = read_released(content)
    workspace_id = secrets.token_hex(16)
    words = (study.oid, study.registry_id, new.site_code, new.site_name.en, new.site_name.zh, new.name.en, new.name.zh)
    vault = create_vault(new.folder, workspace_id, "u1", new.login.strip(), new.password, cost=cost, forbidden_words=_forbidden(words))
    lock = take_instance_lock(new.folder, new.login, clock)
    database = create_database(new.folder, vault.unlocked.data_key, clock, vault.unlocked.signer)
    created = clock.now().isoformat()
    command = Command(
        name="create_workspace", user_id="u1", role=str(Role.ADMINISTRATOR), organisation=new.organisation, reason=new.place_reason.strip() if place else "",
        object=workspace_id,
        entered_at=clock.now(), details={"synthetic": new.synthetic, "study": study.oid, "version": study.version, **({"place": place} if place else {})},
    )  # fmt: skip
    with database.begin(command) as unit:
        _first_rows(unit, new, study, content, workspace_id, created, vault.unlocked, vault.recovery_public_key)
    names = [f"{new.site_code} {name}" for name in (new.site_name.zh, new.site_name.en)]
    label = f"{study.oid} {study.version}"
    write_workspace_file(new.folder, WorkspaceFile(workspace_id, label, names[0], created, FILE_FORMAT, new.synthetic, names[1], place))
    user = User("u1", new.login.strip(), new.name, Role.ADMINISTRATOR, new.organisation)
    rules = read_rules(database, study.oid, study.version)
    return Workspace(new.folder, database, rules.study, rules, clock, lock, Actor(user, vault.unlocked.signer)), vault.recovery_code


def _forbidden(words: Sequence[str]) -> tuple[str, ...]:
    """The words a password must not lean on: those of at least four characters, or two Chinese ones."""
    return tuple(word for text in words for word in text.split() if len(word) >= 4 or (len(word) >= 2 and not word.isascii()))


def _first_rows(
    unit: Unit, new: NewWorkspace, study: StudyDef, content: bytes, workspace_id: str, created: str, unlocked: Unlocked, recovery_key: str
) -> None:
    unit.put(
        "workspace",
        {
            "id": workspace_id, "created": created, "format": FILE_FORMAT, "study_oid": study.oid, "study_version": study.version,
            "site_code": new.site_code.strip(), "site_name_en": new.site_name.en, "site_name_zh": new.site_name.zh, "language": new.language,
            "synthetic": new.synthetic,
        },
    )  # fmt: skip
    put_user(unit, User("u1", new.login.strip(), new.name, Role.ADMINISTRATOR, new.organisation), unlocked.signer.public_key)
    unit.put(
        "app_user",
        {
            "user_id": RECOVERY_USER, "login": RECOVERY_USER, "name_en": "Recovery", "name_zh": "恢复", "role": RECOVERY_USER, "organisation": "",
            "public_key": recovery_key, "active": True, "settings": {},
        },
    )  # fmt: skip
    unit.put("study_version", {"oid": study.oid, "version": study.version, "sha256": study.sha256, "content": content})
    for one in study.parameters:
        unit.put("study_parameter", {"name": one.oid, "value": one.value, "confirmed": not one.assumed, "note": ""})
    laboratory = {"code": DEFAULT_LABORATORY, "en": "Site laboratory", "zh": "本院检验科", "assumed": True}
    unit.put("site_row", {"kind": "laboratory", "row_id": DEFAULT_LABORATORY, "version": 1, "active": True, "content": laboratory})
    for row_id, row in default_ranges(study).items():
        unit.put("site_row", {"kind": "reference_range", "row_id": row_id, "version": 1, "active": True, "content": row})


def default_ranges(study: StudyDef) -> dict[str, Mapping[str, object]]:
    """Start-up reference intervals of the study's forms, assumed until the laboratory's own are entered (content, section 5.15)."""
    found: dict[str, Mapping[str, object]] = {}
    for form in study.forms.values():
        for one in form.ranges:
            later = [other.from_age for other in form.ranges if other.test == one.test and other.sex == one.sex and other.from_age > one.from_age]
            row_id = f"{DEFAULT_LABORATORY}-{one.test}-{one.sex}-{one.from_age}"
            found[row_id] = {
                "laboratory": DEFAULT_LABORATORY, "test": one.test, "unit": one.unit, "sex": one.sex, "from_age": one.from_age,
                "to_age": min(later, default=0), "low": one.low, "high": one.high, "valid_from": "", "valid_to": "", "assumed": True,
            }  # fmt: skip
    return found


def put_user(unit: Unit, user: User, public_key: str) -> None:
    """Store an account."""
    unit.put(
        "app_user",
        {
            "user_id": user.user_id, "login": user.login, "name_en": user.name.en, "name_zh": user.name.zh, "role": str(user.role),
            "organisation": user.organisation, "public_key": public_key, "active": user.active, "settings": {},
        },
    )  # fmt: skip


def open_workspace(folder: Path, login: str, password: str, clock: Clock, *, place_reason: str = "") -> Workspace:
    """Log in: unlock the slot, take the instance lock, check and open the database, record the log-in.

    `place_reason`: why an administrator lets it lie where a database should not. Raises ExpectedError "not_a_workspace",
    "unsafe_place_network", "unsafe_place_sync", "unsafe_place_role", "log_in_failed", "log_in_wait", "held_by_other" and those of
    `open_database`; not a byte of the database is changed then.
    """
    place = need_place(folder, place_reason, read_workspace_file(folder).allowed_place)
    unlocked = unlock(folder, login, password, clock)
    lock = take_instance_lock(folder, login, clock)
    try:
        database = open_database(folder, unlocked.data_key, clock, unlocked.signer)
        try:
            work = _started(folder, database, unlocked, clock, lock)
            settle_place(work, place, place_reason)
            record_log_in(work)
        except BaseException:
            database.close()
            raise
        else:
            return work
    except BaseException:
        lock.release()
        raise


def _started(folder: Path, database: Database, unlocked: Unlocked, clock: Clock, lock: InstanceLock) -> Workspace:
    stored = read_workspace(database)
    rules = read_rules(database, stored.study_oid, stored.study_version)
    account = read_user(database, unlocked.user_id)
    if account is None or not account.active or account.role == RECOVERY_USER:
        raise ExpectedError("log_in_failed")
    work = Workspace(folder, database, rules.study, rules, clock, lock, Actor(user_of(account), unlocked.signer, unlocked.allocation_keys))
    _record_migration(work)
    carry_over_queries(work)
    return work


def _record_migration(work: Workspace) -> None:
    """Put into the ledger that opening brought the file from an older format (docs/adr/0014)."""
    if work.database.migrated_from:
        with work.begin(work.command("migrate", work.session, details={"from": work.database.migrated_from, "to": FORMAT})):
            pass


def record_log_in(work: Workspace) -> int:
    """Write the log-in, and the failed attempts before it, into the ledger; returns how many failed attempts there were."""
    attempts = taken_attempts(work.folder)
    details = {"failed_attempts": [{"at": one.at.isoformat(), "user_id": one.user_id, "refused": one.refused} for one in attempts]}
    with work.begin(work.command("log_in", work.session, details=details if attempts else {})):
        pass
    if attempts:
        drop_attempts(work.folder, len(attempts))
    return len(attempts)


def lock_session(work: Workspace) -> None:
    """Lock: nothing can be read or written until somebody unlocks. The lock itself is an event."""
    with work.begin(work.command("lock", work.session)):
        pass
    work.actor, work.identified = None, ""
    work.forget()


def unlock_session(work: Workspace, login: str, password: str) -> None:
    """Go on after a lock, as the same or another person. Raises ExpectedError "log_in_failed", "log_in_wait"."""
    work.actor, work.identified = identify(work, login, password), ""
    work.database.use_signer(work.actor.signer)
    record_log_in(work)


def log_out(work: Workspace) -> None:
    """Record the end of the session and close."""
    if work.actor is not None:
        with work.begin(work.command("log_out", work.session)):
            pass
    work.actor = None
    work.close()


def identify(work: Workspace, login: str, password: str) -> Actor:
    """Who this is, without ending the session at hand (decisions 7). Raises ExpectedError "log_in_failed", "log_in_wait"."""
    unlocked = unlock(work.folder, login, password, work.clock)
    account = read_user(work.database, unlocked.user_id)
    if account is None or not account.active or account.role == RECOVERY_USER:
        raise ExpectedError("log_in_failed")
    return Actor(user_of(account), unlocked.signer, unlocked.allocation_keys)


def new_password(work: Workspace, old: str, new: str, *, cost: KdfCost = FULL_COST) -> None:
    """Change one's own password; the signing key stays. Raises ExpectedError "log_in_failed", "password_*"."""
    user = work.user
    words = _forbidden((work.study.oid, work.study.registry_id, work.site.site_code, work.site.site_name_en, work.site.site_name_zh, user.name.en, user.name.zh))
    change_password(work.folder, user.user_id, old, new, work.clock, cost=cost, forbidden_words=words)
    with work.begin(work.command("change_password", work.session, about=user.user_id)):
        pass


def add_user(work: Workspace, login: str, name: Text, role: Role, password: str, *, organisation: str = "", cost: KdfCost = FULL_COST) -> User:
    """Give a person an account with a key slot of his own. Raises ExpectedError "no_right", "login_taken", "password_*", "user_incomplete"."""
    actor = work.need(Right.USERS)
    if not login.strip() or not name.en.strip():
        raise ExpectedError("user_incomplete")
    user_id = f"u{1 + max((int(one[1:]) for one in work.users if one[1:].isdigit()), default=0)}"
    user = User(user_id, login.strip(), replace(name, zh=name.zh.strip() or name.en), role, organisation)
    words = _forbidden((work.study.oid, work.study.registry_id, work.site.site_code, name.en, name.zh))
    public_key = add_slot(work.folder, work.database.data_key, user_id, user.login, password, cost=cost, forbidden_words=words)
    with work.begin(work.command("add_user", actor, about=user_id, details={"role": str(role)})) as unit:
        put_user(unit, user, public_key)
    work.forget(settings=True)
    return user
