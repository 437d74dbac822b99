"""Source data verification and medical review: per value, row, form or visit; a later edit ends it by itself.

A mark says "everything under this address, as it was at this entry". A value is checked when a mark that covers it is newer than
its last change, so that nothing has to be written when somebody edits (ICH E6(R3) 3.11.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.keys import FormKey, ItemKey, parse_address, parse_form_address, parse_visit_address
from crf_app.clinical.transitions import Act
from crf_app.clinical.values import BLANK, Value
from crf_app.errors import ExpectedError
from crf_app.services.acts import need_act
from crf_app.services.changes import Changes
from crf_app.services.standing import Check, addresses_over, check_of, last_mark
from crf_app.services.workspace import Workspace
from crf_app.services.writing import restate
from crf_app.store.item_values import read_history
from crf_app.store.ledger import object_of
from crf_app.store.workflow import REVIEW, SOURCE, LastChange, Mark, read_marks_on

RIGHTS_OF: Mapping[str, tuple[Right, Act]] = {SOURCE: (Right.CHECK_SOURCE, Act.CHECK_SOURCE), REVIEW: (Right.REVIEW, Act.REVIEW)}


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """A value that waits to be checked. `before`: what was checked the last time, BLANK and `first` when nothing ever was."""

    key: ItemKey
    now: Value
    before: Value = BLANK
    first: bool = True


@dataclass(frozen=True, slots=True)
class FormCheck:
    """How far one form is checked: values by state, for the marks at the rows, and who checked last."""

    waiting: tuple[CheckedItem, ...] = ()
    checked: frozenset[ItemKey] = frozenset()
    asked: bool = False
    row_removed: bool = False
    last: Mark | None = None

    @property
    def changed(self) -> tuple[CheckedItem, ...]:
        """What was checked once and has changed since: what a monitor looks at first."""
        return tuple(one for one in self.waiting if not one.first)

    @property
    def done(self) -> bool:
        """Is everything checked that is asked for?"""
        return self.asked and not self.waiting and not self.row_removed


def kind_for(work: Workspace) -> str:
    """What the person at work checks: "source" (monitor), "review" (investigator), "" nothing."""
    return next((kind for kind, (right, _) in RIGHTS_OF.items() if work.user.may(right)), "")


def read_check(work: Workspace, form: FormKey, kind: str = SOURCE) -> FormCheck:
    """How far a form is checked, with the value that was checked last beside each that changed. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    casebook, marks = work.casebook(form.subject), read_marks_on(work.database, form, kind)
    found = check_of(work, casebook, form, marks, all_items=kind == REVIEW)
    checked = frozenset(one.key for one in found.checked)
    last = max((one for address, one in marks.items() if _on(address, form)), key=lambda one: one.entry_no, default=None)
    return FormCheck(_items(work, casebook, marks, found), checked, found.asked, found.row_removed, last)


def _on(address: str, form: FormKey) -> bool:
    return address in {form.visit_address, form.form_address} or address.startswith(f"{form.form_address}/")


def _items(work: Workspace, casebook: Casebook, marks: Mapping[str, Mark], found: Check) -> tuple[CheckedItem, ...]:
    changed = set(found.changed)
    return tuple(_with_before(work, casebook, marks, one, first=one not in changed) for one in found.waiting)


def _with_before(work: Workspace, casebook: Casebook, marks: Mapping[str, Mark], change: LastChange, *, first: bool) -> CheckedItem:
    now = casebook.value(change.key)
    mark = last_mark(marks, addresses_over(change.key))
    if first or mark is None:
        return CheckedItem(change.key, now)
    before = [one.new for one in read_history(work.database, change.key) if one.entry_no < mark.entry_no]
    return CheckedItem(change.key, now, before[-1] if before else BLANK, first=False)


def mark_checked(work: Workspace, subject: str, addresses: Sequence[str], kind: str = SOURCE, *, withdrawn: bool = False, reason: str = "") -> Changes:
    """Mark visits, forms, rows or values as checked at this moment, or take that back with a reason; one command, one ledger entry.

    Raises ExpectedError "no_right", "record_locked", "act_not_now" (a form never begun), "nothing_to_check", "reason_missing", "no_subject".
    """
    right, act = RIGHTS_OF[kind]
    actor = work.need(right)
    casebook = work.casebook(subject)
    forms = _forms_under(casebook, addresses)
    if not forms:
        raise ExpectedError("nothing_to_check")
    if withdrawn and not reason.strip():
        raise ExpectedError("reason_missing")
    need_act(work, act, forms, actor)
    details = {"kind": kind, "addresses": list(addresses), "withdrawn": withdrawn}
    about = object_of((subject, one) for one in addresses)
    with work.begin(work.command("check_source" if kind == SOURCE else "review", actor, about=about, reason=reason.strip(), details=details), actor.signer) as unit:
        for address in addresses:
            row = {"subject": subject, "kind": kind, "address": address, "user_id": actor.user.user_id, "at": unit.at.isoformat(), "entry_no": unit.entry_no}
            unit.put("verification", {**row, "withdrawn": withdrawn})
        restate(work, unit, subject, forms)
        return Changes(frozenset({subject}), frozenset(forms), entry_no=unit.entry_no, saved_at=unit.at.strftime("%H:%M:%S"))


def _forms_under(casebook: Casebook, addresses: Sequence[str]) -> tuple[FormKey, ...]:
    """The begun forms that the addresses name or contain. Raises ExpectedError "nothing_to_check" for an address of nothing."""
    found: set[FormKey] = set()
    for address in addresses:
        if "/" not in address:
            mine = {form for form in casebook.forms if (form.event, form.event_repeat) == parse_visit_address(address)}
        else:
            mine = {form for form in (parse_form_address(casebook.subject, address),) if form in casebook.forms and _holds(casebook, form, address)}
        if not mine:
            raise ExpectedError("nothing_to_check")
        found |= mine
    return tuple(sorted(found))


def _holds(casebook: Casebook, form: FormKey, address: str) -> bool:
    """Does a row or value at this address hold something?"""
    if address.count("/") < 2:
        return True
    key = parse_address(casebook.subject, address)
    slots = casebook.forms[form]
    return (key.group, key.row, key.item) in slots if key.item else any((group, row) == (key.group, key.row) for group, row, _ in slots)

