"""What `event.` and `form.` mean in a rule: facts of the visit and the form it stands on."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from crf_app.clinical.rules.kinds import BLANK, Operand
from crf_app.clinical.rules.run import Place, Run


def event_field(run: Run, place: Place, name: str) -> Operand:
    """`event.name` at the visit of the place: its repeat, OID, kind, plan, or whether it bears a flag."""
    if place.form is None:
        return BLANK
    event = run.rules.events[place.form.event]
    if name == "repeat":
        return _whole(place.form.event_repeat)
    if name in ("oid", "kind"):
        return event.oid if name == "oid" else event.kind
    if name in ("day", "minus", "plus", "order"):
        number: int | None = getattr(event, name)
        return BLANK if number is None else _whole(number)
    return name in event.flags


@lru_cache(maxsize=4096)
def _whole(number: int) -> Decimal:
    return Decimal(number)


def form_field(run: Run, place: Place, name: str) -> Operand:
    """`form.name` of the place: its OID, its repeat, or whether the schedule requires it."""
    if place.form is None:
        return BLANK
    if name == "oid":
        return place.form.form
    if name == "repeat":
        return Decimal(place.form.form_repeat)
    return not run.rules.is_optional(run, place.form.event, place.form.form)
