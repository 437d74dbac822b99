"""What a dry run says: every row of the file with its verdict, and what it would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crf_app.clinical.keys import FormKey


class Verdict(StrEnum):
    """What would become of a row. IGNORED: left out on purpose (a test marked so, an empty row)."""

    NEW = "new"
    EQUAL = "equal"
    CONFLICTING = "conflicting"
    UNKNOWN_SUBJECT = "unknown_subject"
    UNKNOWN_TEST = "unknown_test"
    UNKNOWN_VISIT = "unknown_visit"
    UNKNOWN_LABORATORY = "unknown_laboratory"
    OUT_OF_RANGE = "out_of_range"
    OVERLAP = "overlap"
    UNREADABLE = "unreadable"
    IGNORED = "ignored"


TAKEN = frozenset({Verdict.NEW, Verdict.EQUAL, Verdict.IGNORED})
"""Verdicts that stand in nobody's way."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence: `code` names it in the catalogue (`import.note.<code>`, or a whole key with a dot), `column` the letters of the cell meant."""

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    column: str = ""


@dataclass(frozen=True, slots=True)
class RowReport:
    """One result or one interval of the file. `given` and `stored` are what a person compares; `notes` say why, and what was understood.

    `place` is where it goes in words of no language, `form` the panel of a result.
    """

    row: int
    verdict: Verdict
    subject: str = ""
    test: str = ""
    place: str = ""
    given: str = ""
    stored: str = ""
    notes: tuple[Note, ...] = ()
    form: FormKey | None = None


@dataclass(frozen=True)
class ImportReport:
    """The whole file. `file` and `sha256` say which, `how` how it was read (encoding, sheet)."""

    kind: str
    file: str
    sha256: str
    how: Mapping[str, object]
    rows: tuple[RowReport, ...]
    completed_forms: int = 0
    """Forms that were complete before: their change needs a reason."""
    warnings: tuple[Note, ...] = ()

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows have each verdict; verdicts that nothing has are left out."""
        found = Counter(one.verdict for one in self.rows)
        return {one: found[one] for one in Verdict if found[one]}

    def of(self, *verdicts: Verdict) -> tuple[RowReport, ...]:
        """The rows with one of these verdicts."""
        return tuple(one for one in self.rows if one.verdict in verdicts)

    @property
    def refused(self) -> tuple[RowReport, ...]:
        """The rows that cannot be taken as they are, conflicting ones aside."""
        return tuple(one for one in self.rows if one.verdict not in TAKEN and one.verdict is not Verdict.CONFLICTING)

    @property
    def changes_nothing(self) -> bool:
        """Is everything stored already?"""
        return not self.of(Verdict.NEW, Verdict.CONFLICTING)


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to after reading the dry run: `replace` conflicting values, `leave_out` the rows that cannot be taken, and why."""

    replace: bool = False
    leave_out: bool = False
    reason: str = ""
