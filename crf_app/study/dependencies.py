"""What depends on what: which items an expression reads, and the order in which derived items are computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crf_app.study.definition import StudyDef
from crf_app.study.expressions.nodes import Call, Context, Follow, Loop, Node, Ref
from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import Scope, loop_scope, resolve_ref, scope_of


@dataclass(frozen=True, slots=True)
class Read:
    """One item an expression reads. `local`: always on the same form instance; `same_row`: always in the same row."""

    name: str
    local: bool
    same_row: bool = False


class CycleError(Exception):
    """Derived items that need each other; `names` is the circle."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(names))
        self.names = names


def reads(source: str, scope: Scope, seen: frozenset[str] = frozenset()) -> frozenset[Read]:
    """Every item `source` reads in `scope`, including what decides whether those items are shown.

    `seen`: items whose conditions are being followed already; a form may ask whether one of its own items is answered.
    """
    return frozenset(_reads(parse(source), scope, seen)) if source else frozenset()


def _reads(node: Node, scope: Scope, seen: frozenset[str]) -> Iterator[Read]:
    if isinstance(node, Ref):
        yield from _of_ref(node, scope, seen)
    elif isinstance(node, Loop):
        inner = loop_scope(node, scope)
        if inner is not None:
            for child in node.children():
                for read in _reads(child, inner, seen):
                    yield Read(read.name, False)
            yield from _opening(node, scope)
            yield from _dates(scope.study, node.form)
    elif isinstance(node, Follow):
        yield from _of_ref(node.link, scope, seen)
        found = resolve_ref(node.link, scope)
        for target in found[1].links if found is not None else ():
            yield Read(f"{target.split('.')[0]}.{node.item}", False)
    else:
        if isinstance(node, Call):
            yield from _of_call(node, scope)
        elif isinstance(node, Context) and node.name in ("anchor", "first_treatment"):
            source = scope.study.anchor if node.name == "anchor" else scope.study.first_treatment
            yield from (Read(one.name, False) for one in reads(source, scope_of(scope.study)))
        for child in node.children():
            yield from _reads(child, scope, seen)


def _of_ref(node: Ref, scope: Scope, seen: frozenset[str]) -> Iterator[Read]:
    found = resolve_ref(node, scope)
    if found is None:
        return
    form, item = found
    local = not node.selector and not node.outer and scope.form is not None and form.oid == scope.form.oid and scope.outer is None
    yield Read(item.name, local, local and scope.group is not None and item.group == scope.group.oid)
    if node.selector:
        yield from _dates(scope.study, form.oid)
    if node.selector == "BL":
        yield from (Read(one.name, False) for one in reads(scope.study.first_treatment, scope_of(scope.study)))
    if form.performed and item.oid != form.performed:
        yield Read(f"{form.oid}.{form.performed}", local)
    if item.name in seen:
        return
    shown = scope_of(scope.study, form.oid, item.group)
    for source in (item.show, form.group(item.group).show, form.show):
        for read in reads(source, shown, seen | {item.name}) if source else ():
            yield Read(read.name, local and read.local)


def _dates(study: StudyDef, form: str) -> Iterator[Read]:
    """What decides which instance of a form is earlier or later: its own date, else the visit's."""
    for name in (f"{form}.{study.forms[form].date}", "SV.VISDAT"):
        if _exists(study, name):
            yield Read(name, False)


def _opening(node: Loop, scope: Scope) -> Iterator[Read]:
    form = scope.study.forms[node.form]
    group = next((one for one in form.groups if one.oid == node.group), None)
    if group is not None and group.opening:
        yield Read(f"{form.oid}.{group.opening}", False)


def _of_call(node: Call, scope: Scope) -> Iterator[Read]:
    study = scope.study
    if node.name in ("uln", "lln", "range_flag"):
        form = scope.form
        for ref in node.arguments:
            if isinstance(ref, Ref):
                found = resolve_ref(ref, scope)
                form = found[0] if found is not None else form
        for name in ("LBNAM", form.date if form is not None else ""):
            if form is not None and name in form.index:
                yield Read(f"{form.oid}.{name}", scope.form is form)
        yield from (Read(one, False) for one in ("DM.SEX", "DM.BRTHDAT") if _exists(study, one))
    if node.name == "planned":
        for source in (study.anchor, *(event.after for event in study.events)):
            yield from (Read(one.name, False) for one in reads(source, scope_of(study)))
    if node.name == "lookback" and len(node.arguments) == 3:
        yield Read("ICF.RFICDAT", False)
    if node.name in ("eligibility", "criterion", "screen_failures"):
        yield from _of_criteria(study)


def _of_criteria(study: StudyDef) -> Iterator[Read]:
    scope = scope_of(study, "IE")
    for one in study.criteria:
        for source in (one.condition, one.unknown_if, one.applies):
            yield from (Read(read.name, False) for read in reads(source, scope))
        if one.klass == "SEMI":
            yield Read(f"IE.{one.oid}", False)


def _exists(study: StudyDef, name: str) -> bool:
    form, _, item = name.partition(".")
    return form in study.forms and item in study.forms[form].index


def derived_order(study: StudyDef) -> tuple[str, ...]:
    """Names of all derived items (and item defaults do not count) so that each stands after those it reads.

    Raises CycleError. Reading one's own earlier visits (@PREV, @BL) is no circle.
    """
    needs: dict[str, set[str]] = {}
    for form in study.forms.values():
        for item in form.items:
            if item.derive:
                needs[item.name] = {one.name for one in reads(item.derive, scope_of(study, form.oid, item.group))} - {item.name}
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
