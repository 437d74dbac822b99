"""Reading what was verified, seen, rejected, and how forms and visits stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.store.connection import Reader

SOURCE, REVIEW = "source", "review"
_MARKS = "SELECT subject, kind, address, user_id, at, entry_no, withdrawn FROM verification WHERE subject = ?"
_SEEN = "SELECT user_id, subject, address, digest, at, entry_no FROM form_seen WHERE user_id = ?"
_REJECTIONS = "SELECT subject, address, reason, user_id, at, entry_no FROM form_rejection"
_STANDINGS = """SELECT subject, event, event_repeat, form, form_repeat, states, removed_entry FROM form_standing"""
_LAST_CHANGES = """SELECT grp, "row", item, entry_no, text <> '' OR missing <> '' FROM item_current
 WHERE subject = ? AND event = ? AND event_repeat = ? AND form = ? AND form_repeat = ? AND source <> 'derived'"""


@dataclass(frozen=True, slots=True)
class Mark:
    """The latest check of a kind at an address: a visit, a form, a row or a value. `withdrawn`: it was taken back."""

    subject: str
    kind: str
    address: str
    user_id: str
    at: str
    entry_no: int
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The version of a form that a person opened last."""

    user_id: str
    subject: str
    address: str
    digest: str
    at: str
    entry_no: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """A form given back by who should sign it."""

    subject: str
    address: str
    reason: str
    user_id: str
    at: str
    entry_no: int


@dataclass(frozen=True, slots=True)
class StoredStanding:
    """How one form stands (bits of clinical.standing), and the entry in which a row of it was last removed (0 = never)."""

    form: FormKey
    states: int
    removed_entry: int


@dataclass(frozen=True, slots=True)
class LastChange:
    """A value that somebody entered, and the entry that changed it last."""

    key: ItemKey
    entry_no: int
    filled: bool


def read_marks_on(db: Reader, form: FormKey, kind: str) -> dict[str, Mark]:
    """The checks of one kind that cover a form or anything on it, by address: its visit's, its own, those of its rows and values."""
    mine = form.form_address
    rows = db.rows(_MARKS + " AND kind = ? AND (address IN (?, ?) OR (address > ? AND address < ?))", (form.subject, kind, form.visit_address, mine, f"{mine}/", f"{mine}0"))
    return {row[2]: Mark(*(*row[:6], bool(row[6]))) for row in rows}  # "0" is the character after "/"


def read_seen(db: Reader, user_id: str, subject: str = "") -> dict[tuple[str, str], Seen]:
    """What a person has opened, by subject and address."""
    narrowed, parameters = (" AND subject = ?", (user_id, subject)) if subject else ("", (user_id,))
    return {(row[1], row[2]): Seen(*row) for row in db.rows(_SEEN + narrowed, parameters)}


def read_rejections(db: Reader, subject: str = "") -> dict[tuple[str, str], Rejection]:
    """The rejections that stand, of one subject or of all, by subject and address."""
    narrowed, parameters = (" WHERE subject = ?", (subject,)) if subject else ("", ())
    return {(row[0], row[1]): Rejection(*row) for row in db.rows(_REJECTIONS + narrowed, parameters)}


def read_standings(db: Reader, subject: str) -> dict[FormKey, StoredStanding]:
    """How the forms of a subject stand that were ever begun."""
    return {FormKey(*row[:5]): StoredStanding(FormKey(*row[:5]), row[5], row[6]) for row in db.rows(_STANDINGS + " WHERE subject = ?", (subject,))}


def visit_standings(db: Reader, subject: str, event: str, repeat: int) -> dict[FormKey, StoredStanding]:
    """The same of one visit."""
    rows = db.rows(_STANDINGS + " WHERE subject = ? AND event = ? AND event_repeat = ?", (subject, event, repeat))
    return {(key := FormKey(*row[:5])): StoredStanding(key, row[5], row[6]) for row in rows}


def is_rejected(db: Reader, form: FormKey) -> bool:
    """Was the form given back, and nothing followed yet?"""
    return db.one("SELECT 1 FROM form_rejection WHERE subject = ? AND address = ?", (form.subject, form.form_address)) is not None


def read_standing(db: Reader, form: FormKey) -> StoredStanding | None:
    """How one form stands; None when it never was begun."""
    row = db.one(_STANDINGS + " WHERE subject = ? AND event = ? AND event_repeat = ? AND form = ? AND form_repeat = ?", form)
    return StoredStanding(FormKey(*row[:5]), row[5], row[6]) if row else None


def standings_with(db: Reader, states: int) -> tuple[StoredStanding, ...]:
    """The forms of all subjects of which any of these facts is true, in order of their keys."""
    return tuple(StoredStanding(FormKey(*row[:5]), row[5], row[6]) for row in db.rows(_STANDINGS + " WHERE states & ? <> 0", (states,)))


def read_visit_standings(db: Reader, subject: str) -> dict[tuple[str, int], int]:
    """How the begun visits of a subject stand, by event and repeat."""
    row = db.one("SELECT visits FROM subject_standing WHERE subject = ?", (subject,))
    return unpack_visits(row[0]) if row else {}


def all_visit_standings(db: Reader) -> Mapping[str, str]:
    """By subject, how its begun visits stand, packed (`unpack_visits`)."""
    return dict(db.rows("SELECT subject, visits FROM subject_standing"))


def pack_visits(visits: Mapping[tuple[str, int], int]) -> str:
    """Visits as one text, in order of event and repeat: EVENT#repeat=states, separated by spaces."""
    return " ".join(f"{event}#{repeat}={int(states)}" for (event, repeat), states in sorted(visits.items()))


def unpack_visits(packed: str) -> dict[tuple[str, int], int]:
    """What `pack_visits` wrote."""
    return dict(map(unpack_visit, packed.split(" "))) if packed else {}


def unpack_visit(part: str) -> tuple[tuple[str, int], int]:
    """One visit of it."""
    place, _, states = part.partition("=")
    event, _, repeat = place.partition("#")
    return (event, int(repeat)), int(states)


def last_changes(db: Reader, form: FormKey) -> tuple[LastChange, ...]:
    """Every value on a form that was not calculated, cleared ones included, with the entry that changed it last."""
    return tuple(LastChange(ItemKey(*form, *row[:3]), row[3], bool(row[4])) for row in db.rows(_LAST_CHANGES, form))
