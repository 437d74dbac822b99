"""What is frozen or locked, and the guard that no write passes: form, visit, subject, study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crf_app.clinical.keys import FormKey, ItemKey, parse_form_address
from crf_app.errors import ExpectedError
from crf_app.store.connection import Reader

FROZEN, LOCKED = "frozen", "locked"
LOCKS_OF = "SELECT subject, address, kind, user_id, at, reason, entry_no FROM record_lock WHERE subject IN ('', ?)"
_ALL = "SELECT subject, address, kind, user_id, at, reason, entry_no FROM record_lock ORDER BY subject, address"


@dataclass(frozen=True, slots=True)
class StoredLock:
    """A freeze or a lock in force. `subject` "" is the study, `address` "" the subject, else EVENT[#n] or EVENT[#n]/FORM[#n]."""

    subject: str
    address: str
    kind: str
    user_id: str
    at: str
    reason: str
    entry_no: int


def read_locks(db: Reader, subject: str) -> tuple[StoredLock, ...]:
    """All that holds anything of a subject, the study's own included."""
    return tuple(StoredLock(*row) for row in db.rows(LOCKS_OF, (subject,)))


def read_all_locks(db: Reader) -> tuple[StoredLock, ...]:
    """Everything frozen or locked, by subject and address."""
    return tuple(StoredLock(*row) for row in db.rows(_ALL))


def lock_over(locks: Iterable[StoredLock], form: FormKey, kinds: tuple[str, ...] = (FROZEN, LOCKED)) -> StoredLock | None:
    """What holds a form: a lock before a freeze, the widest first; None when it is open."""
    places = ("", form.visit_address, form.form_address)
    found = [one for one in locks if one.address in places and one.subject in ("", form.subject) and one.kind in kinds]
    return min(found, key=lambda one: (one.kind != LOCKED, len(one.subject) + len(one.address)), default=None)


def refusal(lock: StoredLock, code: str = "record", **more: object) -> ExpectedError:
    """The refusal that names what is held, by whom and since when; `Workspace.begin` puts names to it."""
    return ExpectedError(f"{code}_{lock.kind}", lock=lock, **more)


# Which rows belong to what can be held. Projections that merely count (visits, subjects, standings) are not among them.
_Place = Callable[[Mapping[str, object]], FormKey | None]
_BOTH = (FROZEN, LOCKED)


def _of_form(cells: Mapping[str, object]) -> FormKey | None:
    return FormKey(str(cells["subject"]), str(cells["event"]), int(str(cells["event_repeat"])), str(cells["form"]), int(str(cells["form_repeat"])))


def _of_address(column: str) -> _Place:
    def place(cells: Mapping[str, object]) -> FormKey | None:
        address = str(cells[column])
        event, _, _ = address.partition("/")
        return parse_form_address(str(cells["subject"]), address if "/" in address else f"{event}/")

    return place


def _of_confirmed_finding(cells: Mapping[str, object]) -> FormKey | None:
    """What a check says may come and go on a page that is held; what a person says of it may not."""
    if cells["state"] != "confirmed":
        return None
    return FormKey(str(cells["subject"]), str(cells["at_event"]), int(str(cells["at_event_repeat"])), str(cells["at_form"]), int(str(cells["at_form_repeat"])))


def _of_subject(cells: Mapping[str, object]) -> FormKey | None:
    return FormKey(str(cells["subject"]), "", 1, "", 1)


def _of_study(_cells: Mapping[str, object]) -> FormKey | None:
    return FormKey("", "", 1, "", 1)


GUARDED: Mapping[str, tuple[_Place, tuple[str, ...]]] = {
    "form_state": (_of_form, _BOTH),
    "group_row": (_of_form, _BOTH),
    "form_rejection": (_of_address("address"), _BOTH),
    "finding": (_of_confirmed_finding, _BOTH),
    "allocation": (_of_subject, _BOTH),
    "reported_allocation": (_of_subject, _BOTH),
    "allocation_error": (_of_subject, _BOTH),
    "verification": (_of_address("address"), (LOCKED,)),
    "signature": (_of_address("record"), (LOCKED,)),
    "study_parameter": (_of_study, (LOCKED,)),
    "site_row": (_of_study, (LOCKED,)),
    "allocation_list": (_of_study, (LOCKED,)),
}
"""By table: where a row belongs, and what keeps it from being written. A new subject is held by the study."""

_COUNTS = frozenset({"answered", "total"})


class LockGuard:
    """The locks as one transaction sees them; asked before each write of a clinical value and of the rows in `GUARDED`."""

    def __init__(self, read: Callable[[str], Iterable[StoredLock]]) -> None:
        self._read = read
        self._known: dict[str, tuple[StoredLock, ...]] = {}

    def forget(self) -> None:
        """A lock was written: read again."""
        self._known.clear()

    def _of(self, subject: str) -> tuple[StoredLock, ...]:
        if subject not in self._known:
            self._known[subject] = tuple(self._read(subject))
        return self._known[subject]

    def over(self, form: FormKey, kinds: tuple[str, ...] = _BOTH) -> StoredLock | None:
        """What holds a form now."""
        known = self._of(form.subject)
        return lock_over(known, form, kinds) if known else None

    def own(self, form: FormKey) -> str:
        """The kind of what holds the form by itself, "" when nothing does."""
        return next((one.kind for one in self._of(form.subject) if one.address == form.form_address), "")

    def value(self, key: ItemKey, source: str) -> None:
        """Raises ExpectedError "record_frozen", "record_locked"; "reaches_..." for a value that would follow from a change elsewhere."""
        lock = self.over(key.form_key)
        if lock is not None:
            raise refusal(lock, "reaches" if source == "derived" else "record", key=key)

    def row(self, table: str, cells: Mapping[str, object], changed: Iterable[str] | None) -> None:
        """The same for a row; `changed` names the columns that change, None a row that is new or goes."""
        if table == "form_state" and changed is not None and _COUNTS.issuperset(changed):
            return  # how much is asked may follow from elsewhere
        if table == "subject" and changed is None:
            self._refuse(_of_study(cells), _BOTH)
        elif table in GUARDED:
            place, kinds = GUARDED[table]
            self._refuse(place(cells), kinds)

    def _refuse(self, place: FormKey | None, kinds: tuple[str, ...]) -> None:
        lock = self.over(place, kinds) if place is not None else None
        if lock is not None:
            raise refusal(lock)
