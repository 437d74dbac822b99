"""The built-in functions of the rule language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.references import Interval
from crf_app.clinical.rules.kinds import BLANK, NOT_APPLICABLE, UNKNOWN, Absent, Links, Operand, Span, less
from crf_app.clinical.rules.references import locator
from crf_app.clinical.rules.run import Place, Run, address_of
from crf_app.study.decimals import round_half_away
from crf_app.study.definition import ItemDef
from crf_app.study.expressions.nodes import Call, Ref
from crf_app.study.expressions.typing import Scope, resolve_ref
from crf_app.study.functions.registry import call
from crf_app.study.partial_dates import PartialDate, add_months, months_between, parse_iso

Function = Callable[..., Operand]
Code = Callable[[Run, Place], Operand]


def _absent(*values: Operand) -> Absent | None:
    return next((one for one in values if isinstance(one, Absent)), None)


def is_blank(_run: Run, _place: Place, value: Operand) -> Operand:
    """Neither a value nor a code; what is hidden or not asked is not blank: nobody expects it."""
    return isinstance(value, Absent) and value.why == "blank"


def is_missing(_run: Run, _place: Place, value: Operand) -> Operand:
    """Blank, coded or not computable; what is hidden is not missing."""
    return isinstance(value, Absent) and value.why != "na"


def present(_run: Run, _place: Place, value: Operand) -> Operand:
    """There is a value."""
    return not isinstance(value, Absent)


def missing_code(_run: Run, _place: Place, value: Operand) -> Operand:
    """ND, UK or NA, blank when there is none."""
    return value.code if isinstance(value, Absent) and value.why == "coded" else BLANK


def contains(_run: Run, _place: Place, several: Operand, code: Operand) -> Operand:
    """Is the code among those chosen?"""
    if isinstance(several, Absent):
        return False if several.why == "na" else UNKNOWN
    return isinstance(several, tuple) and code in several


def size(_run: Run, _place: Place, several: Operand) -> Operand:
    """How many codes, files or links; none is 0."""
    if isinstance(several, Links):
        return Decimal(len(several.addresses))
    if isinstance(several, tuple):
        return Decimal(len(several))
    return Decimal(0) if isinstance(several, Absent) and several.why in ("blank", "na") else UNKNOWN


def detectable(_run: Run, _place: Place, value: Operand) -> Operand:
    """Reported without "<" and above zero (content, section 3.2)."""
    if isinstance(value, Absent):
        return value
    if isinstance(value, Span):
        return value.operator == ">"
    return isinstance(value, Decimal) and value > 0


def days(_run: Run, _place: Place, first: Operand, second: Operand) -> Operand:
    """Days from `first` to `second`; a Span when a part of a date is unknown."""
    absent = _absent(first, second)
    if absent is not None:
        return absent
    a, b = _as_dates(first), _as_dates(second)
    if a is None or b is None:
        return UNKNOWN
    low, high = Decimal((b[0] - a[1]).days), Decimal((b[1] - a[0]).days)
    return low if low == high else Span(low, high)


def months(_run: Run, _place: Place, first: Operand, second: Operand) -> Operand:
    """Completed calendar months from `first` to `second`; a Span when a part of a date leaves the number in doubt."""
    absent = _absent(first, second)
    if absent is not None:
        return absent
    a, b = _as_dates(first), _as_dates(second)
    if a is None or b is None:
        return UNKNOWN
    low, high = Decimal(months_between(a[1], b[0])), Decimal(months_between(a[0], b[1]))
    return low if low == high else Span(low, high)


def _as_dates(value: Operand) -> tuple[date, date] | None:
    if isinstance(value, PartialDate):
        return value.earliest, value.latest
    return (value.date(), value.date()) if isinstance(value, datetime) else None


def minutes(_run: Run, _place: Place, first: Operand, second: Operand) -> Operand:
    """Minutes from one date-time to another."""
    absent = _absent(first, second)
    if absent is not None:
        return absent
    if isinstance(first, datetime) and isinstance(second, datetime):
        return Decimal(int((second - first).total_seconds() // 60))
    if isinstance(first, time) and isinstance(second, time):
        return Decimal((second.hour - first.hour) * 60 + second.minute - first.minute)
    return UNKNOWN


def datetime_of(_run: Run, _place: Place, day: Operand, hour: Operand) -> Operand:
    """The moment of a full date and a time of day."""
    absent = _absent(day, hour)
    if absent is not None:
        return absent
    if isinstance(day, PartialDate) and day.is_full and isinstance(hour, time):
        return datetime.combine(day.earliest, hour)
    return UNKNOWN


def date_of(_run: Run, _place: Place, moment: Operand) -> Operand:
    """The day of a date-time."""
    return parse_iso(moment.date().isoformat()) if isinstance(moment, datetime) else moment


def date_constant(_run: Run, _place: Place, text: Operand) -> Operand:
    """date("2024-03-01")."""
    return parse_iso(text) if isinstance(text, str) else text


def add_days(_run: Run, _place: Place, day: Operand, number: Operand) -> Operand:
    """A full date moved by whole days."""
    absent = _absent(day, number)
    if absent is not None:
        return absent
    if isinstance(day, PartialDate) and day.is_full and isinstance(number, Decimal):
        return parse_iso((day.earliest + timedelta(days=int(number))).isoformat())
    return UNKNOWN


def months_later(_run: Run, _place: Place, day: Operand, number: Operand) -> Operand:
    """A full date moved by calendar months, clamped to the end of a short month."""
    absent = _absent(day, number)
    if absent is not None:
        return absent
    if isinstance(day, PartialDate) and day.is_full and isinstance(number, Decimal):
        return parse_iso(add_months(day.earliest, int(number)).isoformat())
    return UNKNOWN


def year(_run: Run, _place: Place, day: Operand) -> Operand:
    """The year of a date, partial or not."""
    if isinstance(day, (PartialDate, datetime)):
        return Decimal(day.year)
    return day if isinstance(day, Absent) else UNKNOWN


def absolute(_run: Run, _place: Place, value: Operand) -> Operand:
    """The number without its sign."""
    return abs(value) if isinstance(value, Decimal) else value if isinstance(value, Absent) else UNKNOWN


def rounded(_run: Run, _place: Place, value: Operand, places: Operand) -> Operand:
    """Half away from zero."""
    if isinstance(value, Decimal) and isinstance(places, Decimal):
        return round_half_away(value, int(places))
    return value if isinstance(value, Absent) else UNKNOWN


def _extreme(wanted: int) -> Function:
    def find(_run: Run, _place: Place, *values: Operand) -> Operand:
        known = [one for one in values if not isinstance(one, Absent)]
        if not known:
            return values[0]
        best = known[0]
        for one in known[1:]:
            if less(*((one, best) if wanted < 0 else (best, one)), or_equal=False):
                best = one
        return best

    return find


def coalesce(_run: Run, _place: Place, *values: Operand) -> Operand:
    """The first that is there."""
    return next((one for one in values if not isinstance(one, Absent)), values[-1])


def number(_run: Run, _place: Place, value: Operand) -> Operand:
    """A result's number without its operator; a code of digits as a number."""
    if isinstance(value, Span):
        end = value.high if value.high is not None else value.low
        return end if end is not None else UNKNOWN
    if isinstance(value, str):
        return Decimal(value) if value.isdecimal() else UNKNOWN
    return value


def operator(_run: Run, _place: Place, value: Operand) -> Operand:
    """< or > before a result, "" when it has none."""
    return value.operator if isinstance(value, Span) else value if isinstance(value, Absent) else ""


def linked(_run: Run, place: Place, link: Operand) -> Operand:
    """Inside a loop: does that link point to the outer row, or to a value or form it holds?"""
    if not isinstance(link, Links):
        return False
    if place.outer is None or place.outer.form is None:
        return False
    here = address_of(place.outer)
    return any(one == here or one.startswith(f"{here}/") for one in link.addresses)


def lookback(run: Run, _place: Place, occurred: Operand, day: Operand, months: Operand, reference: Operand = BLANK) -> Operand:
    """Within the last n months (D20), as occurrence items are read: N false, U or blank unknown (content, section 1.7.1)."""
    if occurred == "N":
        return False
    if isinstance(occurred, Absent):
        return False if occurred.why == "na" else UNKNOWN
    if isinstance(reference, Absent):
        reference = _consent(run)
    if not isinstance(day, PartialDate) or not isinstance(reference, PartialDate) or not isinstance(months, Decimal):
        return UNKNOWN
    found = call("D20", {"EVENT": day, "N_MONTHS": int(months), "REF": reference}, run.registry)
    return UNKNOWN if found.value is None else found.value == "Y"


def _consent(run: Run) -> Operand:
    keys = run.casebook.instances(run.study.home("consent_date"))
    item = run.own_landmark(keys[-1], "consent_date") if keys else None
    return run.read(keys[-1], item, 1) if item is not None else BLANK


def eligibility(run: Run, _place: Place) -> Operand:
    """ELIGIBLE, INELIGIBLE or INCOMPLETE (D37)."""
    return run.rules.eligibility(run)


def criterion(run: Run, _place: Place, ident: Operand) -> Operand:
    """The verdict of one criterion."""
    return run.rules.verdict(run, str(ident))


def screen_failures(run: Run, _place: Place) -> Operand:
    """Ids of the criteria that exclude the subject, blank when none does."""
    return run.rules.failing(run) or NOT_APPLICABLE


def nothing(_run: Run, _place: Place) -> Operand:
    """No value."""
    return BLANK


def endpoint(run: Run, _place: Place, oid: Operand) -> Operand:
    """The value of another endpoint variable."""
    return run.rules.endpoint(run, str(oid))[0]


def planned(run: Run, place: Place, event: Operand = BLANK) -> Operand:
    """The planned day of a visit, of the one at hand when none is named: anchor plus offset, or what its `after` gives."""
    if isinstance(event, str):
        named = run.rules.events.get(event)
        return run.planned(named) if named is not None else BLANK
    if place.form is None:
        return BLANK
    return run.planned(run.event(place.form))


BUILTINS: dict[str, Function] = {
    "planned": planned, "blank": nothing, "endpoint": endpoint,
    "is_blank": is_blank, "is_missing": is_missing, "present": present, "contains": contains, "detectable": detectable, "linked": linked,
    "lookback": lookback, "days": days, "months": months, "minutes": minutes, "datetime": datetime_of, "date_of": date_of, "date": date_constant,
    "add_days": add_days, "add_months": months_later, "year": year, "abs": absolute, "round": rounded, "least": _extreme(-1),
    "greatest": _extreme(1), "coalesce": coalesce, "size": size, "number": number, "operator": operator, "criterion": criterion,
    "eligibility": eligibility, "screen_failures": screen_failures, "missing_code": missing_code,
}  # fmt: skip


def _limit(node: Call, scope: Scope) -> Code:
    find, item = _laboratory_result(node, scope)
    upper = node.name == "uln"

    def read(run: Run, place: Place) -> Operand:
        interval = limits_of(run, item, find(run, place))
        end = None if interval is None else interval[1] if upper else interval[0]
        return UNKNOWN if end is None else end

    return read


def _flag(node: Call, scope: Scope) -> Code:
    find, item = _laboratory_result(node, scope)

    def read(run: Run, place: Place) -> Operand:
        found = find(run, place)
        if found is None:
            return BLANK
        value, interval = run.read(found[0], item, found[1]), limits_of(run, item, found)
        if isinstance(value, Absent) or interval is None:
            return value if isinstance(value, Absent) else UNKNOWN
        low, high = interval
        if low is not None and less(value, low, or_equal=False):
            return "LOW"
        if high is not None and less(high, value, or_equal=False):
            return "HIGH"
        inside = (low is None or less(low, value, or_equal=True)) and (high is None or less(value, high, or_equal=True))
        return "NORMAL" if inside else UNKNOWN

    return read


def _unit(node: Call, scope: Scope) -> Code:
    find, item = _laboratory_result(node, scope)

    def read(run: Run, place: Place) -> Operand:
        found = find(run, place)
        values = run.casebook.forms.get(found[0]) if found is not None else None
        value = values.get((item.group, found[1], item.oid)) if values is not None and found is not None else None
        return value.unit if value is not None and value.unit else item.unit

    return read


def _laboratory_result(node: Call, scope: Scope) -> tuple[Callable[[Run, Place], tuple[FormKey, int] | None], ItemDef]:
    ref = node.arguments[0]
    found = resolve_ref(ref, scope) if isinstance(ref, Ref) else None
    if found is None or not isinstance(ref, Ref):
        raise ValueError(f"{node.name} needs a reference: the study was not checked")
    return locator(ref, scope), found[1]


def limits_of(run: Run, item: ItemDef, place: tuple[FormKey, int] | None) -> tuple[Decimal | None, Decimal | None] | None:
    """The ends of `interval_of` in the standard unit; None when none is on file."""
    interval = interval_of(run, item, place)
    return (interval.low, interval.high) if interval is not None else None


def interval_of(run: Run, item: ItemDef, place: tuple[FormKey, int] | None) -> Interval | None:
    """The reference interval for a result: of its form's laboratory, valid on the sampling day, for the subject's sex and age then.

    One in the unit in which the result was entered goes before others; None when none is on file.
    """
    if place is None:
        return None
    form = place[0]
    day = run.date_of(form)
    laboratory = run.own_item(form, "LBNAM")
    if day is None or laboratory is None:
        return None
    name = run.read(form, laboratory, 1)
    if not isinstance(name, str):
        return None
    value = run.casebook.value(item_key(form, item.group, place[1], item.oid))
    return run.references.find(name, item.test, run.sex(), run.age_on(day), day, value.unit or item.unit)


def _stored(node: Call, scope: Scope) -> Code:
    find, item = _laboratory_result(node, scope)

    def read(run: Run, place: Place) -> Operand:
        found = find(run, place)
        values = run.casebook.forms.get(found[0]) if found is not None else None
        value = values.get((item.group, found[1], item.oid)) if values is not None and found is not None else None
        return value is not None and not value.is_blank

    return read


REFERENCE_BUILTINS: dict[str, Callable[[Call, Scope], Code]] = {"uln": _limit, "lln": _limit, "range_flag": _flag, "unit": _unit, "stored": _stored}
