"""count, any, all, sum ... over the rows of a group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from crf_app.clinical.keys import FormKey
from crf_app.clinical.rules.kinds import BLANK, UNKNOWN, Absent, Operand, Span, less, truth
from crf_app.clinical.rules.run import MAX_STEPS, Place, Run
from crf_app.study.definition import FormDef, GroupDef
from crf_app.study.dependencies import stays_at_event
from crf_app.study.expressions.nodes import Call, Context, Loop, Node, Ref
from crf_app.study.expressions.typing import IN_WINDOW, SELECTORS, Scope
from crf_app.study.partial_dates import PartialDate

Code = Callable[[Run, Place], Operand]
_Rows = list[tuple[Place, bool | None]]


class _Counted(NamedTuple):
    """What a loop gave that goes by nothing in the place from which it is asked, and how many rows it read for that."""

    value: Operand
    steps: int


def loop(node: Loop, scope: Scope, body: Code, where: Code | None, by: Code | None) -> Code:
    """The executable form of a loop."""
    form = scope.study.forms[node.form]
    group = form.group(node.group) if node.group else None
    own = scope.form is not None and scope.form.oid == form.oid and group is not None and group.repeating != "no"
    finish = _KINDS[node.kind]
    # a log that may be unanswered has to be looked at whole, to know whether it is empty
    at_event = stays_at_event(node) and not (group is not None and group.opening)

    closed = not at_event and not (own and not node.selector) and not any(_looks_outside(part) for child in node.children() for part in child.walk())
    token = (object(),)

    def run_loop(run: Run, place: Place) -> Operand:
        if not closed:
            return search(run, place)
        known = run.found.get(token)
        if isinstance(known, _Counted) and run.settled:
            run.steps += known.steps
            return known.value if run.steps <= MAX_STEPS else Absent("error", "STEPS")
        steps, found = run.steps, search(run, place)
        if run.settled and run.steps <= MAX_STEPS:
            run.found[token] = _Counted(found, run.steps - steps)
        return found

    def search(run: Run, place: Place) -> Operand:
        rows: _Rows = []
        is_empty = True
        keys = _instances(run, place, form, node.selector, own)
        if at_event and place.form is not None:
            keys = tuple(key for key in keys if key.event == place.form.event)
        for inner in _places(run, place, keys, group, node.selector):
            if not run.step():
                return Absent("error", "STEPS")
            is_empty = False
            sure = True if where is None else truth(where(run, inner))
            if sure is not False:
                rows.append((inner, sure))
        if by is not None:
            rows = _sorted(run, rows, by)
        if is_empty and _unanswered(run, form, group):
            return UNKNOWN
        return finish(run, rows, body)

    return run_loop


def _looks_outside(node: Node) -> bool:
    """Does a part of a loop go by the place from which the loop is asked?"""
    return (isinstance(node, (Ref, Context)) and node.outer) or isinstance(node, Loop) or (isinstance(node, Call) and node.name == "linked")


def _places(run: Run, place: Place, keys: tuple[FormKey, ...], group: GroupDef | None, selector: str) -> Iterator[Place]:
    for key in keys:
        if group is None:
            yield Place(key, "", 1, place)
            continue
        for row in run.group_rows(key, group):
            if selector != "BL" or run.before_treatment(key, group, row):
                yield Place(key, group.oid, row, place)


def _instances(run: Run, place: Place, form: FormDef, selector: str, own: bool) -> tuple[FormKey, ...]:
    if own and not selector:
        return (place.form,) if place.form is not None and place.form in run.casebook.forms else ()
    if selector.startswith(IN_WINDOW) and selector not in run.rules.events:
        return _closest(run, form, selector.removeprefix(IN_WINDOW))
    keys = run.ordered(form.oid)
    if selector and selector not in SELECTORS:
        return tuple(key for key in keys if key.event == selector)
    if selector == "LAST":
        return keys[-1:]
    if selector == "FIRST":
        return keys[:1]
    return keys


def _closest(run: Run, form: FormDef, event: str) -> tuple[FormKey, ...]:
    """Of each repeat of a form the instance closest to the visit's planned day that was not marked not done."""
    performed = form.index.get(form.performed)
    found: dict[int, FormKey] = {}
    for key in run.in_window(form.oid, event):
        if performed is None or run.read(key, performed, 1) != "N":
            found.setdefault(key.form_repeat, key)
    return tuple(found[number] for number in sorted(found))


def _unanswered(run: Run, form: FormDef, group: GroupDef | None) -> bool:
    """Is a log empty although its opening question has not been answered N?"""
    if group is None or not group.opening:
        return False
    opening = form.index[group.opening]
    keys = run.casebook.instances(form.oid)
    return not any(run.read(key, opening, 1) == "N" for key in keys)


def _sorted(run: Run, rows: _Rows, by: Code) -> _Rows:
    """Rows by the latest possible value of the key, undated ones first: they never win."""
    keyed = [(_sort_key(by(run, place)), number, place, sure) for number, (place, sure) in enumerate(rows)]
    return [(place, sure) for _, _, place, sure in sorted(keyed, key=lambda one: (one[0], one[1]))]


def _sort_key(value: Operand) -> tuple[int, str, Decimal]:
    if isinstance(value, PartialDate):
        return 1, value.latest.isoformat(), Decimal(0)
    if isinstance(value, Decimal):
        return 1, "", value
    return (0, "", Decimal(0)) if isinstance(value, Absent) else (1, str(value), Decimal(0))


def _count(_run: Run, rows: _Rows, _body: Code) -> Operand:
    certain = sum(1 for _, sure in rows if sure)
    return Decimal(certain) if certain == len(rows) else Span(Decimal(certain), Decimal(len(rows)))


def _any(run: Run, rows: _Rows, body: Code) -> Operand:
    unsure = False
    for place, sure in rows:
        holds = truth(body(run, place))
        if holds and sure:
            return True
        unsure = unsure or holds is not False
    return UNKNOWN if unsure else False


def _all(run: Run, rows: _Rows, body: Code) -> Operand:
    unsure = False
    for place, sure in rows:
        holds = truth(body(run, place))
        if holds is False and sure:
            return False
        unsure = unsure or holds is not True
    return UNKNOWN if unsure else True


def _sum(run: Run, rows: _Rows, body: Code) -> Operand:
    if not rows:
        return BLANK
    total = Decimal(0)
    for place, sure in rows:
        value = body(run, place)
        if not sure or not isinstance(value, Decimal):
            return UNKNOWN
        total += value
    return total


def _extreme(wanted: int) -> Callable[[Run, _Rows, Code], Operand]:
    def find(run: Run, rows: _Rows, body: Code) -> Operand:
        best: Operand = BLANK
        for place, sure in rows:
            value = body(run, place)
            if not sure or isinstance(value, Absent):
                continue
            if isinstance(best, Absent) or less(*((value, best) if wanted < 0 else (best, value)), or_equal=False):
                best = value
        return best

    return find


def _end(place_of: int) -> Callable[[Run, _Rows, Code], Operand]:
    def find(run: Run, rows: _Rows, body: Code) -> Operand:
        if not rows:
            return BLANK
        place, sure = rows[place_of]
        return body(run, place) if sure else UNKNOWN

    return find


def _list(run: Run, rows: _Rows, body: Code) -> Operand:
    found: list[object] = []
    for place, _sure in rows:
        value = body(run, place)
        found.append(None if isinstance(value, (Absent, Span)) else value)
    return tuple(found)


def _rows(run: Run, rows: _Rows, body: Code) -> Operand:
    found: list[object] = []
    for place, _sure in rows:
        value = body(run, place)
        found.extend(value if isinstance(value, tuple) else ())
    return tuple(found)


_KINDS: dict[str, Callable[[Run, _Rows, Code], Operand]] = {
    "count": _count, "any": _any, "all": _all, "sum": _sum, "min": _extreme(-1), "max": _extreme(1), "first": _end(0), "last": _end(-1),
    "list": _list, "rows": _rows,
}  # fmt: skip

