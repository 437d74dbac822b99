"""The ledger: one entry per command, in canonical JSON, chained by SHA-256 and signed by who acted.

The form of an entry is described in docs/file-format.md; `replay` and `verify` read it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.values import Value
from crf_app.store.columns import VALUE_FIELDS

ENTRY_FORMAT = 1
GENESIS = bytes(32)
_SHORTEST_ANCHOR = 16


_AND = "; "
"""Between the objects of an act on several; no number of a subject and no address holds it."""


def object_of(places: Iterable[tuple[str, str]]) -> str:
    """The object of an act on these places (subject and address, or subject and ""), each named once: "01-001:SCR/VS; 01-001:SCR/DM"."""
    return _AND.join(dict.fromkeys(f"{subject}:{address}" if address else subject for subject, address in places))


def addresses_in(text: str, subject: str) -> tuple[str, ...]:
    """The addresses inside a subject that an object names, "" for the subject as a whole; nothing of other subjects."""
    found = (one.partition(":") for one in text.split(_AND))
    return tuple(address for named, _, address in found if named == subject)


@dataclass(frozen=True, slots=True)
class Command:
    """One act of a user. `object` is what it was done to (`object_of`); `entered_at` (aware) when he typed, `details` what JSON can
    say.
    """

    name: str
    user_id: str
    role: str = ""
    organisation: str = ""
    reason: str = ""
    object: str = ""
    entered_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry: its number (0 before the first) and its hash."""

    no: int
    hash: bytes

    @property
    def anchor(self) -> str:
        """`no:hash` in full, as printed, exported and given to `verify --since`."""
        return f"{self.no}:{self.hash.hex()}"

    @property
    def short(self) -> str:
        """`no:hash` with the first 16 digits of the hash: enough to recognise, and accepted as an anchor."""
        return f"{self.no}:{self.hash.hex()[:_SHORTEST_ANCHOR]}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that left the machine, read back from paper or an export; the hash may be shortened."""

    no: int
    hash_start: str

    def fits(self, entry_hash: bytes) -> bool:
        """Is this the hash the anchor was taken from?"""
        return entry_hash.hex().startswith(self.hash_start)


def parse_anchor(text: str) -> Anchor:
    """Read `no:hash` (at least 16 digits of the hash). Raises ValueError when it is not one."""
    number, mark, digits = text.strip().partition(":")
    digits = digits.lower()
    if not mark or not number.isascii() or not number.isdigit() or not _SHORTEST_ANCHOR <= len(digits) <= 64:
        raise ValueError(f"not an anchor (number:hash with at least {_SHORTEST_ANCHOR} digits): {text!r}")
    if set(digits) - set("0123456789abcdef"):
        raise ValueError(f"not an anchor, the hash is hexadecimal: {text!r}")
    return Anchor(int(number), digits)


@dataclass(frozen=True, slots=True)
class NewChange:
    """One change of one item inside a command that is being made."""

    key: ItemKey
    new: Value
    old: Value | None
    source: str
    reason: str
    rule: str


def canonical(content: object) -> str:
    """JSON with sorted keys and no spaces: the same content always gives the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(previous: bytes, body: str) -> bytes:
    """The hash of an entry: SHA-256 over the previous entry's hash and this entry's text in UTF-8."""
    return hashlib.sha256(previous + body.encode()).digest()


def pack_value(value: Value | None) -> dict[str, str] | None:
    """The fields that hold something; None where there never was a value."""
    if value is None:
        return None
    return {name: content for name in VALUE_FIELDS if (content := getattr(value, name))}


def pack_change(change: NewChange) -> list[object]:
    """A change as the entry holds it: the eight parts of its key, new, old, source, reason, rule."""
    return [*change.key, pack_value(change.new), pack_value(change.old), change.source, change.reason, change.rule]


def pack_cell(value: object) -> object:
    """A cell of a table as the entry holds it: bytes stand as their SHA-256 and are verified against the content."""
    return {"sha256": hashlib.sha256(value).hexdigest()} if isinstance(value, bytes) else value


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of an entry. `jump` says how the clock disagreed with the last entry or with monotonic time, or is
    empty.
    """

    at: datetime
    monotonic: float
    jump: Mapping[str, object]


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC to the microsecond, with Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_utc(text: str) -> datetime:
    """What `utc_text` wrote, aware."""
    return datetime.fromisoformat(text)


def entry_body(no: int, previous: bytes, moment: Moment, command: Command, changes: Sequence[NewChange],
               ops: Sequence[Sequence[object]]) -> str:
    """The canonical text of entry `no`. Raises TypeError when `details` hold what JSON cannot say."""
    offset = moment.at.utcoffset()
    content: dict[str, object] = {
        "v": ENTRY_FORMAT,
        "no": no,
        "prev": previous.hex(),
        "utc": utc_text(moment.at),
        "offset": int(offset.total_seconds() // 60) if offset else 0,
        "monotonic": round(moment.monotonic * 1_000_000),
        "entered_at": (command.entered_at or moment.at).isoformat(timespec="microseconds"),
        "user": command.user_id,
        "role": command.role,
        "organisation": command.organisation,
        "command": command.name,
        "object": command.object,
        "reason": command.reason,
        "details": dict(command.details),
        "changes": [pack_change(change) for change in changes],
        "ops": list(ops),
    }
    if moment.jump:
        content["clock_jump"] = dict(moment.jump)
    return canonical(content)
