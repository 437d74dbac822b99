"""What review, signature and giving back leave to do, by role, for the worklist of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, parse_form_address
from crf_app.clinical.standing import Standing
from crf_app.services.task import Task
from crf_app.services.workspace import Workspace
from crf_app.store.locks import LOCKED, lock_over, read_all_locks
from crf_app.store.workflow import StoredStanding, read_rejections, standings_with
from crf_app.study.texts import EMPTY, Text

_Tasks = Callable[[Workspace], Iterator[Task]]


def workflow_tasks(work: Workspace) -> Iterator[Task]:
    """The tasks of the person at work: forms given back to who enters, signatures to who signs, changes to who checks."""
    for right, tasks in _BY_RIGHT.items():
        if work.user.may(right):
            yield from tasks(work)


def _given_back(work: Workspace) -> Iterator[Task]:
    """Forms that the investigator gave back, with his reason."""
    for one in read_rejections(work.database).values():
        form = parse_form_address(one.subject, one.address)
        who = work.name_of(one.user_id)
        why = Text(f"{who.en}: {one.reason}", f"{who.zh}：{one.reason}")
        yield Task("rejected", one.subject, "rejected", _place(work, form), why, Text(one.at[:10], one.at[:10]), form, one.at, True)


def _to_sign(work: Workspace) -> Iterator[Task]:
    """A line for each visit with forms to sign; visits with a signature that a change ended come first."""
    found = _open(work, int(Standing.TO_SIGN))
    for (subject, event, repeat), group in groupby(found, key=lambda one: (one.form.subject, one.form.event, one.form.event_repeat)):
        forms = list(group)
        void = sum(1 for one in forms if one.states & Standing.SIGNATURE_VOID)
        why = Text(_forms_en(len(forms)), f"{len(forms)} 份表单待签名")
        if void:
            why = Text(f"{why.en}, {void} changed since signed", f"{why.zh}，其中 {void} 份签名后有修改")
        order = work.rules_of(subject).events[event].order
        yield Task("signature", subject, "signature_void" if void else "complete", _visit(work, subject, event, repeat), why, EMPTY, forms[0].form, f"{order:03}", bool(void))


def _forms_en(count: int) -> str:
    return "1 form awaits signature" if count == 1 else f"{count} forms await signature"


def _changed(work: Workspace) -> Iterator[Task]:
    """Forms with something that was checked against the source and changed since."""
    why = Text("Changed since it was verified", "核查后有修改")
    for one in _open(work, int(Standing.CHANGED)):
        yield Task("unverified", one.form.subject, "changed", _place(work, one.form), why, EMPTY, one.form, f"{work.rules_of(one.form.subject).events[one.form.event].order:03}")


_BY_RIGHT: Mapping[Right, _Tasks] = {Right.ENTER: _given_back, Right.SIGN: _to_sign, Right.CHECK_SOURCE: _changed}


def _open(work: Workspace, states: int) -> list[StoredStanding]:
    """The forms of which one of the facts is true, without what is locked."""
    locks = [one for one in read_all_locks(work.database) if one.kind == LOCKED]
    found = standings_with(work.database, states)
    return [one for one in found if one.form.event in work.rules_of(one.form.subject).events and lock_over(locks, one.form) is None]


def _visit(work: Workspace, subject: str, event: str, repeat: int) -> Text:
    name = work.rules_of(subject).events[event].name
    return name if repeat == 1 else Text(f"{name.en} {repeat}", f"{name.zh} {repeat}")


def _place(work: Workspace, form: FormKey) -> Text:
    visit, definition = _visit(work, form.subject, form.event, form.event_repeat), work.study_at(form).forms.get(form.form)
    name = definition.name if definition is not None else Text(form.form, form.form)
    return Text(f"{visit.en}, {name.en}", f"{visit.zh}，{name.zh}")
