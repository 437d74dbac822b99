"""What depends on what: which items an expression reads, and the order in which derived items are computed.

A read is of an item, `FORM.ITEM`, or of a form's extent, `FORM.*`: which instances and rows it has at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from crf_app.study.definition import FormDef, ItemDef, StudyDef
from crf_app.study.expressions.nodes import Binary, Call, Compare, Context, Follow, Loop, Node, Number, Ref, String
from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import IN_WINDOW, SELECTORS, Scope, loop_scope, resolve_ref, scope_of

_ORDERED = ("BL", "PREV", "LAST", "FIRST")
_ORDERLESS_LOOPS = ("count", "any", "all", "sum")
ANCHOR = "anchor"
FIRST_TREATMENT = "first_treatment"
CLOCK = "clock"
"""The name under which the present moment (`now`, `today`) is read."""


class Read(NamedTuple):
    """One item an expression reads. `local`: always on the same form instance; `same_row`: always in the same row.

    `order_of`: the item only tells which instances of that form are earlier or later. `same_event`: read at the rule's own event where its form
    stands there, as one repeat of it or all. `baseline`: only a value before the first treatment is read. `event`: only at that event.
    `through`: ANCHOR or FIRST_TREATMENT: only what that day is computed from, so that nothing follows while the day stays.
    """

    name: str
    local: bool
    same_row: bool = False
    order_of: str = ""
    same_event: bool = False
    baseline: bool = False
    event: str = ""
    through: str = ""


class CycleError(Exception):
    """Derived items that need each other; `names` is the circle."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(names))
        self.names = names


def reads(source: str, scope: Scope) -> frozenset[Read]:
    """Every item `source` reads in `scope`, including what decides whether those items are shown, and in which order they stand."""
    return frozenset(one for one in _all_reads(source, scope, frozenset()) if not one.name.endswith(".*") and one.name != CLOCK)


def depends_on(source: str, scope: Scope) -> frozenset[Read]:
    """What `reads` says, the extents (which forms' instances and rows it goes by), and CLOCK where it goes by the present moment."""
    return frozenset(_all_reads(source, scope, frozenset()))


def extent(form: str) -> str:
    """The name under which the instances and rows of a form are read."""
    return f"{form}.*"


def visibility_depends_on(study: StudyDef, form: FormDef, item: ItemDef | None) -> frozenset[Read]:
    """What decides whether an item (None: the form as a whole) is asked."""
    if item is None:
        return depends_on(form.show, scope_of(study, form.oid))
    return frozenset(_visibility(study, form, item, True, frozenset()))


def derivation_depends_on(study: StudyDef, form: FormDef, item: ItemDef) -> frozenset[Read]:
    """What a derived item goes by: its expression, and what decides whether it is shown."""
    return _derivation_remembered(_SameStudy(study), form.oid, item.oid)


def _all_reads(source: str, scope: Scope, seen: frozenset[str]) -> Iterator[Read]:
    """`seen`: items whose conditions are being followed already; a form may ask whether one of its own items is answered."""
    if not source:
        return iter(())
    form, group = scope.form.oid if scope.form is not None else "", scope.group.oid if scope.group is not None else ""
    return iter(_remembered(_SameStudy(scope.study), source, form, group, seen))


class _SameStudy:
    """A study as a key of what is remembered: the same object, not an equal one, as comparing studies takes longer than reading them."""

    __slots__ = ("study",)

    def __init__(self, study: StudyDef) -> None:
        self.study = study

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameStudy) and self.study is other.study

    def __hash__(self) -> int:
        return id(self.study)


@lru_cache(maxsize=4_000)
def _derivation_remembered(study: _SameStudy, form: str, oid: str) -> frozenset[Read]:
    """Asked for by the order, by the clock, and by whoever makes rules of the study."""
    definition = study.study.forms[form]
    item = definition.index[oid]
    scope = scope_of(study.study, form, item.group)
    return frozenset((*_all_reads(item.derive, scope, frozenset()), *_visibility(study.study, definition, item, True, frozenset())))


@lru_cache(maxsize=20_000)
def _remembered(study: _SameStudy, source: str, form: str, group: str, seen: frozenset[str]) -> tuple[Read, ...]:
    """The reads of an expression that stands on a form or on none: conditions are asked for again by each rule that reads their item."""
    return tuple(dict.fromkeys(_reads(parse(source), scope_of(study.study, form, group), seen)))


def _reads(node: Node, scope: Scope, seen: frozenset[str]) -> list[Read]:
    """Lists, not generators: what is deep inside would be handed up through every level one by one."""
    if isinstance(node, (String, Number)):
        return []
    if isinstance(node, Ref):
        return _of_ref(node, scope, seen)
    if isinstance(node, Loop):
        return list(_of_loop(node, scope, seen))
    if isinstance(node, Follow):
        return list(_of_follow(node, scope, seen))
    found = list(_of_call(node, scope, seen)) if isinstance(node, Call) else list(_of_context(node, scope, seen)) if isinstance(node, Context) else []
    for child in node.children():
        if not isinstance(child, (String, Number)):
            found.extend(_reads(child, scope, seen))
    return found


def _of_context(node: Context, scope: Scope, seen: frozenset[str]) -> Iterator[Read]:
    if node.name in ("now", "today"):
        yield Read(CLOCK, False)
    elif node.name in ("anchor", "first_treatment"):
        yield from _landmark_day(scope.study, node.name, seen)
    elif node.name == "form.required" and scope.form is not None:
        yield from _far(scope.study, _on_demand(scope.study, scope.form.oid), seen)


def _on_demand(study: StudyDef, form: str) -> str:
    """When a form that the schedule requires may stay empty, "" for one that always must not."""
    return next((place.on_demand for event in study.events for place in event.forms if place.form == form), "")


def _of_ref(node: Ref, scope: Scope, seen: frozenset[str]) -> list[Read]:
    found = resolve_ref(node, scope)
    if found is None:
        return []
    form, item = found
    # inside a loop "own" is the form that the loop is at; `_of_loop` says what that means for the rule outside
    own = scope.form is not None and form.oid == scope.form.oid and not node.outer
    local = own and not node.selector
    same_row = local and scope.group is not None and item.group == scope.group.oid
    answers = scope.study.eligibility_form
    placed = scope.form is not None and scope.form.oid != answers
    same_event = placed and not own and not node.selector and not node.outer and scope.outer is None
    # without a selector, who stands on no form (or on the criteria) reads the latest value before the first treatment
    latest = not node.selector and not own and (scope.form is None or scope.form.oid == answers)
    named = node.selector if node.selector not in SELECTORS and not node.selector.startswith(IN_WINDOW) else ""
    reading = [Read(item.name, local, same_row, same_event=same_event, baseline=latest or node.selector == "BL", event=named)]
    if not same_row and (not local or form.group(item.group).repeating != "no"):
        reading.append(Read(extent(form.oid), local, same_event=same_event, event=named))
    if node.selector in _ORDERED or latest:
        reading.extend(_order(scope.study, form))
        reading.extend(_order(scope.study, scope.form))
    elif node.selector and node.selector not in SELECTORS:
        reading.extend(one._replace(event=named) for one in _order(scope.study, form))
        reading.extend(_window(node.selector, scope.study, seen))
    if node.selector == "BL" or latest:
        reading.extend(_before_treatment(scope.study, form, item.group, seen))
    if named:
        # what decides on the form itself decides at that event alone
        shown = _visibility(scope.study, form, item, True, seen)
        reading.extend(Read(one.name, False, event=named) if one.local else one for one in shown)
    else:
        reading.extend(_visibility(scope.study, form, item, local, seen))
    return reading


def _window(selector: str, study: StudyDef, seen: frozenset[str]) -> Iterator[Read]:
    """What the window of a visit goes by: day 0, or the visit's own rule."""
    event = next((one for one in study.events if selector == f"{IN_WINDOW}{one.oid}"), None)
    if event is None:
        return iter(())
    return _far(study, event.after, seen) if event.after else _landmark_day(study, ANCHOR, seen)


def _order(study: StudyDef, form: FormDef | None) -> Iterator[Read]:
    """What puts the instances of a form in order: its own date, else that of the visit."""
    if form is not None and form.date:
        yield Read(f"{form.oid}.{form.date}", False, order_of=form.oid)
    visit = study.landmark("visit_date")
    if form is not None and visit is not None:
        yield Read(visit.name, False, order_of=form.oid)


def _before_treatment(study: StudyDef, form: FormDef, group: str, seen: frozenset[str]) -> Iterator[Read]:
    yield from (Read(f"{form.oid}.{name}", False) for name in form.group(group).rows_key)
    if FIRST_TREATMENT not in seen:
        yield from _landmark_day(study, FIRST_TREATMENT, seen)


def _landmark_day(study: StudyDef, name: str, seen: frozenset[str]) -> Iterator[Read]:
    """What day 0 or the first treatment is computed from."""
    source = study.anchor if name == ANCHOR else study.first_treatment
    return (one if one.name == CLOCK else one._replace(through=name) for one in _far(study, source, seen))


def _far(study: StudyDef, source: str, seen: frozenset[str]) -> Iterator[Read]:
    """What an expression of the study itself reads."""
    return iter(_far_remembered(_SameStudy(study), source, seen | {FIRST_TREATMENT}))


@lru_cache(maxsize=2_000)
def _far_remembered(study: _SameStudy, source: str, seen: frozenset[str]) -> tuple[Read, ...]:
    found = _all_reads(source, scope_of(study.study), seen)
    return tuple(dict.fromkeys(Read(one.name, False, order_of=one.order_of, baseline=one.baseline, event=one.event) for one in found))


def _visibility(study: StudyDef, form: FormDef, item: ItemDef, local: bool, seen: frozenset[str]) -> Iterator[Read]:
    """What decides whether an item is shown: its condition, its group's, its form's, and whether the form was done."""
    return iter(_visibility_remembered(_SameStudy(study), form.oid, item.oid, local, seen))


@lru_cache(maxsize=20_000)
def _visibility_remembered(study: _SameStudy, form: str, item: str, local: bool, seen: frozenset[str]) -> tuple[Read, ...]:
    definition = study.study.forms[form]
    return tuple(dict.fromkeys(_shown_by(study.study, definition, definition.index[item], local, seen)))


def _shown_by(study: StudyDef, form: FormDef, item: ItemDef, local: bool, seen: frozenset[str]) -> Iterator[Read]:
    if item.name in seen:
        return
    seen |= {item.name}
    if form.performed and item.oid != form.performed:
        yield Read(f"{form.oid}.{form.performed}", local)
        yield from _visibility(study, form, form.index[form.performed], local, seen)
    sources = [source for source in (item.show, form.group(item.group).show, form.show) if source]
    if not sources:
        return
    scope = scope_of(study, form.oid, item.group)
    for source in sources:
        yield from (Read(read.name, local and read.local) for read in _all_reads(source, scope, seen))


def _item(study: StudyDef, form: FormDef, oid: str, seen: frozenset[str], *, local: bool = False) -> Iterator[Read]:
    """An item of any instance of a form (`local`: of the rule's own), and what shows it."""
    yield Read(f"{form.oid}.{oid}", local)
    yield from _visibility(study, form, form.index[oid], local, seen)


def _of_loop(node: Loop, scope: Scope, seen: frozenset[str]) -> Iterator[Read]:
    inner = loop_scope(node, scope)
    if inner is None or inner.form is None:
        return
    at_visit = stays_at_event(node)
    for child in node.children():
        yield from (Read(one.name, False, same_event=at_visit and one.local) for one in _reads(child, inner, seen))
    yield Read(extent(node.form), False, same_event=at_visit)
    yield from _window(node.selector, scope.study, seen)
    if node.selector or node.kind not in _ORDERLESS_LOOPS:
        yield from _order(scope.study, inner.form)
        yield from _order(scope.study, scope.form)
    if inner.group is not None:
        if node.selector == "BL":
            yield from _before_treatment(scope.study, inner.form, inner.group.oid, seen)
        if inner.group.opening:
            yield from _item(scope.study, inner.form, inner.group.opening, seen)


def stays_at_event(loop: Loop) -> bool:
    """Does the condition of a loop keep it to the event of the rule: `where event.order = this.event.order and ..`?"""
    return not loop.selector and loop.where is not None and any(_is_own_event(one) for one in _conjuncts(loop.where))


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "and":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def _is_own_event(node: Node) -> bool:
    sides = {node.left, node.right} if isinstance(node, Compare) and node.operator == "=" else set()
    return sides == {Context("event.order"), Context("event.order", outer=True)}


def _of_follow(node: Follow, scope: Scope, seen: frozenset[str]) -> Iterator[Read]:
    yield from _of_ref(node.link, scope, seen)
    found = resolve_ref(node.link, scope)
    for target in found[1].links if found is not None else ():
        for form in scope.study.forms.values():
            if fnmatchcase(form.oid, target.partition(".")[0]) and node.item in form.index:
                yield Read(extent(form.oid), False)
                yield from _item(scope.study, form, node.item, seen)


def _of_call(node: Call, scope: Scope, seen: frozenset[str]) -> Iterator[Read]:
    study = scope.study
    if node.name in ("uln", "lln", "range_flag"):
        for ref in node.arguments:
            found = resolve_ref(ref, scope) if isinstance(ref, Ref) else None
            if found is not None and isinstance(ref, Ref):
                yield from _of_laboratory(study, found[0], seen, own=_is_own(ref, scope))
        yield from (Read(one.name, False) for name in ("sex", "birth_date") if (one := study.landmark(name)) is not None)
    if node.name == "planned":
        yield from _landmark_day(study, ANCHOR, seen)
        for event in study.events:
            yield from _far(study, event.after, seen)
    consent = study.landmark("consent_date")
    if node.name == "lookback" and consent is not None:
        yield from _item(study, study.forms[consent.form], consent.oid, seen)
    if node.name in ("eligibility", "criterion", "screen_failures"):
        yield from _of_criteria(study, seen)


def _is_own(ref: Ref, scope: Scope) -> bool:
    """Does it always mean the form instance on which the rule stands?"""
    return not ref.selector and not ref.outer and scope.outer is None and scope.form is not None and ref.form in ("", scope.form.oid)


def _of_laboratory(study: StudyDef, form: FormDef, seen: frozenset[str], *, own: bool) -> Iterator[Read]:
    """What tells the reference interval of a result on a form: its day, and the laboratory named there."""
    for one in _order(study, form):
        here = one.name.startswith(f"{form.oid}.")
        # the day of the own form: written on itself, else on the header of its visit
        yield one._replace(local=here, same_event=not here) if own else one
    if "LBNAM" in form.index:
        yield from (Read(one.name, own and one.local) for one in _item(study, form, "LBNAM", seen, local=own))


def _of_criteria(study: StudyDef, seen: frozenset[str]) -> Iterator[Read]:
    if "criteria" in seen:
        return
    seen |= {"criteria"}
    form = study.forms.get(study.eligibility_form)
    scope = scope_of(study, study.eligibility_form)
    for one in study.criteria:
        for source in (one.condition, one.unknown_if, one.applies):
            yield from (Read(read.name, False, baseline=read.baseline) for read in _all_reads(source, scope, seen))
        if one.klass == "SEMI" and form is not None and one.oid in form.index:
            yield from _item(study, form, one.oid, seen)


def _exists(study: StudyDef, name: str) -> bool:
    form, _, item = name.partition(".")
    return form in study.forms and item in study.forms[form].index


def timed_items(study: StudyDef) -> Mapping[str, frozenset[Read]]:
    """Derived items that go by the present moment, by themselves or through another such item; for each all that it goes by, also through others."""
    found = {item.name: derivation_depends_on(study, form, item) for form in study.forms.values() for item in form.items if item.derive}
    timed = {name for name, reading in found.items() if any(one.name == CLOCK for one in reading)}
    while fresh := {name for name, reading in found.items() if name not in timed and any(one.name in timed for one in reading)}:
        timed |= fresh
    return {name: _through(name, {one: found[one] for one in timed}) for name in timed}


def _through(name: str, found: Mapping[str, frozenset[Read]]) -> frozenset[Read]:
    ways, reading = [name], set[Read]()
    for one in ways:
        reading.update(Read(read.name, False, baseline=read.baseline) for read in found[one])
        ways.extend(sorted({read.name for read in found[one] if read.name in found} - set(ways)))
    return frozenset(reading)


def derived_order(study: StudyDef) -> tuple[str, ...]:
    """Names of all derived items (and item defaults do not count) so that each stands after those it reads.

    Raises CycleError. Reading one's own earlier visits (@PREV, @BL) is no circle.
    """
    needs: dict[str, set[str]] = {}
    for form in study.forms.values():
        for item in form.items:
            if item.derive:
                found = derivation_depends_on(study, form, item)
                if any(one.name == item.name and one.local for one in found):
                    raise CycleError((item.name, item.name))
                needs[item.name] = {one.name for one in found} - {item.name}
    order: list[str] = []
    state: dict[str, int] = {}
    for name in needs:
        _visit(name, needs, state, order, [])
    return tuple(order)


def _visit(name: str, needs: dict[str, set[str]], state: dict[str, int], order: list[str], trail: list[str]) -> None:
    if state.get(name) == 2 or name not in needs:
        return
    if state.get(name) == 1:
        raise CycleError((*trail[trail.index(name) :], name))
    state[name] = 1
    for one in sorted(needs[name]):
        _visit(one, needs, state, order, [*trail, name])
    state[name] = 2
    order.append(name)
