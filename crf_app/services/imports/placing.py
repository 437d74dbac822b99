"""Where a result belongs: which visit's panel of which subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import event_keys, window
from crf_app.services.imports.names import Test, folded
from crf_app.study.definition import EventDef, FormDef, ItemDef


@dataclass(frozen=True, slots=True)
class Panel:
    """The form that takes a result, with the item."""

    form: FormKey
    definition: FormDef
    item: ItemDef


@dataclass(frozen=True, slots=True)
class NoPanel:
    """Why there is no single panel: `code` names a note, `parameters` fill it."""

    code: str
    parameters: dict[str, object] = field(default_factory=dict)


def panel_for(run: Run, test: Test, day: date, visit: str = "") -> Panel | NoPanel:
    """The panel of the visit that is named; without a name that of the sampling day: by its own or its visit's date, else by the visit's window."""
    open_ones = [one for one in _panels(run, test) if run.rules.form_visibility(run, one.form) is not Visibility.HIDDEN]
    if visit:
        chosen = [one for one in open_ones if _is_called(run.rules.events[one.form.event], one.form.event_repeat, visit)]
        return chosen[0] if len(chosen) == 1 else NoPanel("visit_unknown" if not chosen else "visit_several", {"visit": visit, "test": test.code})
    same_day = [one for one in open_ones if run.date_of(one.form) == day]
    chosen = same_day or [one for one in open_ones if run.date_of(one.form) is None and _in_window(run, one.form, day)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(one.form.event for one in chosen)
    return NoPanel("day_several" if chosen else "day_unknown", {"date": day.isoformat(), "visits": names, "test": test.code})


def _panels(run: Run, test: Test) -> Iterator[Panel]:
    """Every visit of the subject that has the test on one of its forms."""
    for event, repeat in event_keys(run):
        for form, item in test.places:
            key = FormKey(run.casebook.subject, event.oid, repeat, form.oid, 1)
            own = run.own_item(key, item.oid) if event.form(form.oid) is not None else None
            if own is not None:
                yield Panel(key, run.definition(key), own)


def _is_called(event: EventDef, repeat: int, text: str) -> bool:
    names = (event.oid, event.name.en, event.name.zh, event.short.en, event.short.zh)
    return folded(text) in {folded(f"{one}#{repeat}") if repeat > 1 else folded(one) for one in names if one}


def _in_window(run: Run, form: FormKey, day: date) -> bool:
    seen = window(run, run.rules.events[form.event], "", day)
    return seen.earliest is not None and seen.latest is not None and seen.earliest <= day <= seen.latest
