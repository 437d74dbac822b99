"""How forms and visits stand, stored with each command that changes it; and the signatures that a change ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crf_app.clinical.casebook import Casebook, FormMeta
from crf_app.clinical.form_state import form_status
from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import FormStatus
from crf_app.clinical.standing import FormFacts, Standing, form_standing, rolled_up
from crf_app.services.digests import form_digest
from crf_app.services.workspace import Workspace
from crf_app.store.signatures import read_signatures_on
from crf_app.store.subjects import read_subject
from crf_app.store.unit import Unit
from crf_app.store.workflow import (
    SOURCE,
    LastChange,
    Mark,
    is_rejected,
    last_changes,
    pack_visits,
    read_marks_on,
    read_standing,
    read_visit_standings,
    visit_standings,
)
from crf_app.study.definition import FormDef
from crf_app.study.verification import needs_check

_FINISHED = ("complete", "not_done")


@dataclass(frozen=True, slots=True)
class Check:
    """How far one form is checked: what waits, what of that was checked once and changed since, what is checked, and whether anything is asked for at all."""

    waiting: tuple[LastChange, ...] = ()
    changed: tuple[LastChange, ...] = ()
    checked: tuple[LastChange, ...] = ()
    row_removed: bool = False
    asked: bool = False

    @property
    def done(self) -> bool:
        """Is everything checked that is asked for?"""
        return self.asked and not self.waiting and not self.row_removed


def addresses_over(key: ItemKey) -> tuple[str, ...]:
    """All addresses whose check covers a value: its own, its row's, its form's, its visit's."""
    return key.address, key.row_address, key.form_key.form_address, key.form_key.visit_address


def last_mark(marks: Mapping[str, Mark], addresses: Iterable[str]) -> Mark | None:
    """The newest of the marks at these addresses."""
    return max((marks[one] for one in addresses if one in marks), key=lambda one: one.entry_no, default=None)


def is_checked(marks: Mapping[str, Mark], change: LastChange) -> bool:
    """Is a value checked: does a mark that covers it stand, and is it newer than its last change?"""
    mark = last_mark(marks, addresses_over(change.key))
    return mark is not None and not mark.withdrawn and mark.entry_no > change.entry_no


def check_of(work: Workspace, casebook: Casebook, form: FormKey, marks: Mapping[str, Mark], *, all_items: bool = False) -> Check:
    """How far a form is checked. `all_items`: whatever the plan asks for (medical review has no plan)."""
    study = work.study_at(form)
    definition = study.forms[form.form]
    stored = read_standing(work.database, form)
    removed = stored.removed_entry if stored is not None else 0
    subject = read_subject(work.database, form.subject)
    ordinal = subject.ordinal if subject is not None else 1
    waiting, changed, checked = [], [], []
    for one in last_changes(work.database, form):
        item = definition.index.get(one.key.item)
        if item is None or (form, one.key.group, one.key.row) in casebook.deleted or not (all_items or needs_check(study, ordinal, form.form, item)):
            continue
        mark = last_mark(marks, addresses_over(one.key))
        known = mark is not None and not mark.withdrawn
        if not one.filled and not known:
            continue  # nothing is there, and nothing was
        if is_checked(marks, one):
            checked.append(one)
            continue
        waiting.append(one)
        if known:
            changed.append(one)
    over = last_mark(marks, (form.form_address, form.visit_address))
    gone = over is not None and not over.withdrawn and removed > over.entry_no
    order = _in_order(definition)
    for found in (waiting, changed, checked):
        found.sort(key=order)
    return Check(tuple(waiting), tuple(changed), tuple(checked), gone, bool(waiting or checked))


def _in_order(definition: FormDef) -> Callable[[LastChange], tuple[int, int, int]]:
    """The order in which a form asks: group, row, item."""
    groups = {group.oid: number for number, group in enumerate(definition.groups)}
    items = {oid: number for number, oid in enumerate(definition.index)}
    return lambda one: (groups.get(one.key.group, 0), one.key.row, items.get(one.key.item, 0))


def facts_of(work: Workspace, casebook: Casebook, form: FormKey, lock: str) -> FormFacts:
    """What decides how a form stands that holds something."""
    state = str(form_status(work.run_over(casebook), form))
    signed = read_signatures_on(work.database, form.subject, form.form_address)
    valid = any(not one.void_cause for one in signed)
    marks = read_marks_on(work.database, form, SOURCE)
    check = check_of(work, casebook, form, marks) if state in _FINISHED or marks else Check()
    return FormFacts(
        state, is_rejected(work.database, form), bool(check.waiting) or check.row_removed, bool(check.changed) or check.row_removed, check.done, valid,
        bool(signed) and not valid, lock,
    )  # fmt: skip


def store_standings(work: Workspace, unit: Unit, casebook: Casebook, forms: Iterable[FormKey]) -> None:
    """Store how these forms stand; what holds a whole visit, subject or study is laid over it by who reads. The caller stores their visits afterwards (`store_visit_standing`)."""
    for form in sorted(set(forms)):
        if form in casebook.forms:
            put_standing(work, unit, form, form_standing(facts_of(work, casebook, form, unit.own_lock(form))))


def put_standing(work: Workspace, unit: Unit, form: FormKey, states: Standing, *, removed: bool = False) -> None:
    """Store the bits of one form; `removed`: a row of it has just been removed."""
    old = read_standing(work.database, form)
    entry = unit.entry_no if removed else old.removed_entry if old is not None else 0
    unit.put("form_standing", {**_cells(form), "states": int(states), "removed_entry": entry})


def note_removed_row(work: Workspace, unit: Unit, form: FormKey) -> None:
    """A row was removed: what was checked of the form no longer is."""
    old = read_standing(work.database, form)
    put_standing(work, unit, form, Standing(old.states if old is not None else Standing.STARTED), removed=True)


def store_visit_standing(work: Workspace, unit: Unit, statuses: Mapping[FormKey, FormStatus], subject: str, event: str, repeat: int) -> None:
    """Store how a visit stands: the union of its forms, those it still needs included."""
    known = visit_standings(work.database, subject, event, repeat)
    states = [one.states for one in known.values()]
    if any(status is FormStatus.NOT_STARTED for form, status in statuses.items() if form not in known):
        states.append(Standing.NOT_STARTED)
    visits = {**read_visit_standings(work.database, subject), (event, repeat): int(rolled_up(states))}
    unit.put("subject_standing", {"subject": subject, "visits": pack_visits(visits)})


def _cells(form: FormKey) -> dict[str, object]:
    return {"subject": form.subject, "event": form.event, "event_repeat": form.event_repeat, "form": form.form, "form_repeat": form.form_repeat}


def void_outdated(work: Workspace, unit: Unit, before: Casebook, after: Casebook, forms: Iterable[FormKey]) -> None:
    """End the signatures on these forms that no longer say what stands there; in the same entry as the change that ends them.

    Called by everything that writes values, takes *complete* back, or changes the words of a form.
    """
    for form in sorted(set(forms)):
        valid = [one for one in read_signatures_on(work.database, form.subject, form.form_address) if not one.void_cause]
        if not valid:
            continue
        study = work.study_at(form)
        digest = form_digest(study, after, form)
        finished = [one.form_meta.get(form, FormMeta()).status in _FINISHED for one in (before, after)]
        reopened = finished == [True, False] or is_rejected(work.database, form)
        cause, address = _cause(study.forms[form.form], before, after, form)
        for one in valid:
            if one.digest != digest or reopened:
                what = cause or ("reopened" if one.digest == digest else "definition")
                row = {"signature_id": one.id, "cause": what, "address": address, "at": unit.at.isoformat(), "entry_no": unit.entry_no}
                unit.put("signature_void", row)


def _cause(definition: FormDef, before: Casebook, after: Casebook, form: FormKey) -> tuple[str, str]:
    """What changed first on the form: a value (one that was entered before one that follows from it) or a row, with its address."""
    old, new = before.forms.get(form, {}), after.forms.get(form, {})
    for slot in sorted(new, key=lambda one: (one[2] in definition.index and definition.index[one[2]].is_derived, one)):
        if old.get(slot) != new[slot]:
            return "value", ItemKey(*form, *slot).address
    gone = sorted((group, row) for at, group, row in after.deleted - before.deleted if at == form)
    return ("row", ItemKey(*form, *gone[0], "").row_address) if gone else ("", "")
