"""What monitor, investigator and data manager do once the visits are entered: verify, sign, give back, freeze, lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.standing import Standing
from crf_app.clinical.values import Value
from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.services.console import mark_seen, reject_form, sign_forms, sign_items
from crf_app.services.entry import ItemEntry, enter_item
from crf_app.services.locks import Place, freeze, lock
from crf_app.services.session import log_out, open_workspace
from crf_app.services.signing import Credentials
from crf_app.services.source_check import mark_checked
from crf_app.services.states import form_states
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects
from crf_app.study.definition import ItemType

_VERIFIED, _SIGNED, _FROZEN, _LOCKED = 5, 2, 2, 1
"""How many of the first subjects the monitor has verified, the investigator has signed, the data manager has frozen and locked the first visit of."""
_LOOK = timedelta(seconds=2)
"""How long each form is looked at."""
SITTINGS = timedelta(minutes=45)
"""So long they take altogether, at most."""
_WEIGHT = ("VS", "WEIGHT_VSORRES")


def hold_sittings(folder: Path, people: Mapping[Role, Credentials], clock: SteppedClock) -> None:
    """A monitoring visit, a sitting of the investigator and one of the data manager, at the end of the stories."""
    with _at_work(folder, people[Role.MONITOR], clock) as work:
        for number in _numbers(work)[:_VERIFIED]:
            _verify(work, number, clock)
    with _at_work(folder, people[Role.INVESTIGATOR], clock) as work:
        for number in _numbers(work)[:_SIGNED]:
            _sign(work, number, people[Role.INVESTIGATOR], clock)
        _give_back(work, clock)
    with _at_work(folder, people[Role.DATA_MANAGER], clock) as work:
        for number in _numbers(work)[:_FROZEN]:
            _hold(work, number)
    with _at_work(folder, people[Role.COORDINATOR], clock) as work:
        _correct(work, clock)


@contextmanager
def _at_work(folder: Path, who: Credentials, clock: SteppedClock) -> Iterator[Workspace]:
    work = open_workspace(folder, who.login, who.password, clock)
    try:
        yield work
        log_out(work)
    finally:
        work.close()


def _numbers(work: Workspace) -> list[str]:
    return [one.number for one in read_subjects(work.database)]


def _complete(work: Workspace, number: str) -> list[FormKey]:
    """The forms that are complete, by visit in order of the schedule."""
    order = {event.oid: event.order for event in work.study.events}
    done = [form for form, states in form_states(work, number).items() if states & (Standing.COMPLETE | Standing.VERIFIED | Standing.NOT_DONE | Standing.SIGNED)]
    return sorted(done, key=lambda one: (order[one.event], one))


def _verify(work: Workspace, number: str, clock: SteppedClock) -> None:
    """Visit by visit all but the last two complete forms: the monitor has not come to those yet."""
    for _, forms in groupby(_complete(work, number)[:-2], key=lambda one: (one.event, one.event_repeat)):
        addresses = [form.form_address for form in forms]
        clock.advance(_LOOK * len(addresses))
        mark_checked(work, number, addresses)


def _sign(work: Workspace, number: str, who: Credentials, clock: SteppedClock) -> None:
    """The investigator opens what waits of the visits but the newest, and signs what nothing stands against."""
    waiting = [one for one in sign_items(work, number) if one.waits and not one.open_queries and not one.impossible]
    newest = max((one.form.event for one in waiting), key=lambda oid: work.study.event(oid).order, default="")
    chosen = [one.form for one in waiting if one.form.event != newest]
    for form in chosen:
        clock.advance(_LOOK)
        mark_seen(work, form)
    if chosen:
        sign_forms(work, chosen, "review", who, scope="casebook")


def _give_back(work: Workspace, clock: SteppedClock) -> None:
    """One form of a subject that is not signed yet."""
    for number in _numbers(work)[_SIGNED:]:
        for one in sign_items(work, number):
            if one.waits and one.form.form == _WEIGHT[0]:
                clock.advance(timedelta(minutes=2))
                reject_form(work, one.form, "血压与住院病历不一致，请核对" if work.site.language == "zh" else "Blood pressure differs from the hospital record, please check")
                return


def _hold(work: Workspace, number: str) -> None:
    """Lock the signed consent form of the first subject, freeze the screening forms of the second; what is not ready stays open."""
    first = _numbers(work).index(number) < _LOCKED
    for form in _complete(work, number)[:4]:
        try:
            (lock if first else freeze)(work, Place(number, form.form_address), "数据清理完成" if work.site.language == "zh" else "data cleaned")
        except ExpectedError:
            continue


def _correct(work: Workspace, clock: SteppedClock) -> None:
    """The coordinator corrects a weight that was verified and signed."""
    for number in _numbers(work)[_LOCKED:_SIGNED]:
        for form in reversed(_complete(work, number)):
            item = work.study.forms[form.form].index.get(_WEIGHT[1]) or next((one for one in work.study.forms[form.form].items if one.type is ItemType.DEC and not one.is_derived), None)
            if item is None or not form_states(work, number)[form] & Standing.SIGNED:
                continue
            for (group, row, oid), value in work.casebook(number).forms[form].items():
                if oid == item.oid and value.text:
                    clock.advance(timedelta(minutes=1))
                    if _enter(work, form, (group, row, oid), value):
                        return


def _enter(work: Workspace, form: FormKey, slot: tuple[str, int, str], value: Value) -> bool:
    key = item_key(form, *slot)
    text = str(Decimal(value.text) + Decimal("0.5"))
    try:
        return enter_item(work, ItemEntry(key, text, value.unit), reason="transcription error").stored
    except ExpectedError:
        return False
