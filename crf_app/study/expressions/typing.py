"""Does an expression make sense in this study: names, selectors, types, codes, function inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar, NamedTuple

from crf_app.study.definition import FormDef, GroupDef, ItemDef, ItemType, StudyDef
from crf_app.study.expressions.lexer import ExpressionError
from crf_app.study.expressions.nodes import (
    EVENT_FIELDS,
    Argument,
    Between,
    Binary,
    Call,
    Compare,
    Context,
    Follow,
    If,
    ListOf,
    Loop,
    Node,
    Number,
    Parameter,
    Ref,
    String,
    Truth,
    Unary,
    Within,
)
from crf_app.study.functions.registry import REGISTRY

SELECTORS = ("BL", "PREV", "LAST", "FIRST", "ANY")
IN_WINDOW = "WIN_"
"""@WIN_W12: the assessment inside the window of W12 that is closest to its planned day, whatever visit it was entered at."""

# name: (least arguments, most arguments, type of the result)
BUILTINS: dict[str, tuple[int, int, str]] = {
    "is_blank": (1, 1, "truth"), "is_missing": (1, 1, "truth"), "present": (1, 1, "truth"), "contains": (2, 2, "truth"),
    "detectable": (1, 1, "truth"), "linked": (1, 1, "truth"), "lookback": (3, 4, "truth"), "days": (2, 2, "number"), "months": (2, 2, "number"),
    "minutes": (2, 2, "number"), "datetime": (2, 2, "datetime"), "date_of": (1, 1, "date"), "add_days": (2, 2, "date"),
    "add_months": (2, 2, "date"), "year": (1, 1, "number"), "abs": (1, 1, "number"), "round": (2, 2, "number"),
    "least": (1, 20, "any"), "greatest": (1, 20, "any"), "coalesce": (1, 20, "any"), "size": (1, 1, "number"), "uln": (1, 1, "number"),
    "lln": (1, 1, "number"), "number": (1, 1, "number"), "operator": (1, 1, "text"), "unit": (1, 1, "text"),
    "range_flag": (1, 1, "text"), "criterion": (1, 1, "text"), "eligibility": (0, 0, "text"), "screen_failures": (0, 0, "text"),
    "missing_code": (1, 1, "text"), "date": (1, 1, "date"), "stored": (1, 1, "truth"), "planned": (0, 1, "date"), "blank": (0, 0, "any"),
    "endpoint": (1, 1, "any"),
}  # fmt: skip
_ITEM_KINDS = {
    ItemType.INT: "number", ItemType.DEC: "number", ItemType.DATE: "date", ItemType.PDATE: "date", ItemType.TIME: "time",
    ItemType.DATETIME: "datetime", ItemType.MULTI: "codes", ItemType.SINGLE: "text", ItemType.TEXT: "text", ItemType.LINK: "link",
    ItemType.PHOTO: "file", ItemType.FILE: "file", ItemType.MAP: "text",
}  # fmt: skip
_CONTEXT_KINDS = {"today": "date", "now": "datetime", "anchor": "date", "first_treatment": "date", "form.oid": "text", "form.required": "truth"}
_COMPARABLE = {("date", "datetime"), ("datetime", "date")}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands. `form`/`group` give bare names their meaning; `outer` is the scope around a loop."""

    study: StudyDef
    form: FormDef | None = None
    group: GroupDef | None = None
    outer: Scope | None = None


class Kind(NamedTuple):
    """The type of a part; `item` when it is a plain reference (so that codes can be checked)."""

    name: str
    item: ItemDef | None = None


ANY = Kind("any")
_NUMBER, _TEXT, _TRUTH = Kind("number"), Kind("text"), Kind("truth")
_NEEDED = {kind.name: kind for kind in (_NUMBER, _TEXT, _TRUTH)}


def scope_of(study: StudyDef, form: str = "", group: str = "") -> Scope:
    """The scope of a rule that stands on a form (and group) of the study, or on none."""
    definition = study.forms.get(form)
    inner = next((one for one in definition.groups if one.oid == group), None) if definition is not None and group else None
    return Scope(study, definition, inner)


def check_expression(tree: Node, scope: Scope, wanted: str = "any") -> Iterator[ExpressionError]:
    """Every mistake in `tree`; `wanted` is the type its place needs (truth, number, text, date, any)."""
    faults: list[ExpressionError] = []
    kind = _Checker(scope, faults).kind(tree)
    if wanted != "any" and kind.name not in ("any", wanted) and (kind.name, wanted) not in _COMPARABLE:
        faults.append(ExpressionError("E-TYPE", f"gives a {kind.name} where a {wanted} is needed"))
    yield from faults


def resolve_ref(ref: Ref, scope: Scope) -> tuple[FormDef, ItemDef] | None:
    """The form and item a reference names in `scope`, or None."""
    place = scope.outer if ref.outer and scope.outer is not None else scope
    form = place.study.forms.get(ref.form) if ref.form else place.form
    if form is None:
        return None
    item = form.index.get(ref.item)
    return (form, item) if item is not None else None


def loop_scope(loop: Loop, scope: Scope) -> Scope | None:
    """The scope inside a loop, or None when its form or group is unknown."""
    form = scope.study.forms.get(loop.form)
    if form is None:
        return None
    group = next((one for one in form.groups if one.oid == loop.group), None)
    if loop.group and group is None:
        return None
    return Scope(scope.study, form, group, scope)


class _Checker:
    def __init__(self, scope: Scope, faults: list[ExpressionError]) -> None:
        self.scope = scope
        self.faults = faults

    def fault(self, rule: str, message: str) -> Kind:
        self.faults.append(ExpressionError(rule, message))
        return ANY

    def kind(self, node: Node) -> Kind:
        return self.by_class[type(node)](self, node)

    def _list(self, node: ListOf) -> Kind:
        for part in node.parts:
            self.kind(part)
        return Kind("list")

    def _argument(self, node: Argument) -> Kind:
        return self.fault("E-ARGUMENT", f'"{node.name} = .." names an input: put a comparison into brackets')

    def _ref(self, node: Ref) -> Kind:
        if node.outer and self.scope.outer is None:
            return self.fault("E-THIS", f"this.{node.item} is only known inside a loop")
        found = resolve_ref(node, self.scope)
        if found is None:
            if node.form and node.form not in self.scope.study.forms:
                return self.fault("E-UNKNOWN-FORM", f'there is no form "{node.form}" in this study')
            where = node.form or (self.scope.form.oid if self.scope.form is not None else "")
            return self.fault("E-UNKNOWN-ITEM", f'the form {where} has no item "{node.item}"' if where else f'"{node.item}" needs its form: FORM.{node.item}')
        self._selector(node.selector)
        return Kind(_ITEM_KINDS[found[1].type], found[1])

    def _selector(self, selector: str) -> None:
        visit = selector.removeprefix(IN_WINDOW)
        if selector and selector not in SELECTORS and not any(one.oid in (selector, visit) for one in self.scope.study.events):
            self.fault("E-SELECTOR", f'"@{selector}" is neither a visit nor one of {", ".join("@" + one for one in SELECTORS)}')

    def _is_event(self, oid: str) -> bool:
        return any(one.oid == oid for one in self.scope.study.events)

    def _context(self, node: Context) -> Kind:
        first, _, second = node.name.partition(".")
        if first == "event":
            if second not in EVENT_FIELDS and not any(second in event.flags for event in self.scope.study.events):
                return self.fault("E-CONTEXT", f'"{node.name}" is not known: no event has the flag "{second}"')
            return Kind("text" if second in ("oid", "kind") else "number" if second in EVENT_FIELDS else "truth")
        known = {*_CONTEXT_KINDS, "form.repeat", "row.number"}
        if node.name not in known:
            return self.fault("E-CONTEXT", f'"{node.name}" is not known')
        return Kind(_CONTEXT_KINDS.get(node.name, "number"))

    def _parameter(self, node: Parameter) -> Kind:
        found = next((one for one in self.scope.study.parameters if one.oid == node.name), None)
        if found is None:
            return self.fault("E-PARAMETER", f'the study has no parameter "{node.name}"')
        return Kind(_ITEM_KINDS[found.type])

    def _follow(self, node: Follow) -> Kind:
        link = self._ref(node.link)
        if link.item is None:
            return ANY
        if link.name != "link":
            return self.fault("E-LINK", f"{node.link.item} is no link, so nothing follows from it")
        for target in link.item.links:
            for form in self.scope.study.forms.values():
                if fnmatchcase(form.oid, target.partition(".")[0]) and node.item in form.index:
                    return Kind(_ITEM_KINDS[form.index[node.item].type], form.index[node.item])
        return self.fault("E-UNKNOWN-ITEM", f'nothing that {node.link.item} points to has an item "{node.item}"')

    def _unary(self, node: Unary) -> Kind:
        return self._need(node.operand, "truth" if node.operator == "not" else "number")

    def _need(self, node: Node, wanted: str) -> Kind:
        kind = self.kind(node)
        if kind.name not in ("any", wanted):
            self.fault("E-TYPE", f"{_shown(node)} is a {kind.name}, not a {wanted}")
        return _NEEDED[wanted] if wanted in _NEEDED else Kind(wanted)

    def _binary(self, node: Binary) -> Kind:
        wanted = "truth" if node.operator in ("and", "or") else "number"
        self._need(node.left, wanted)
        return self._need(node.right, wanted)

    def _compare(self, node: Compare) -> Kind:
        self._pair(node.left, node.right)
        return _TRUTH

    def _pair(self, left: Node, right: Node) -> None:
        first, second = self.kind(left), self.kind(right)
        if "any" not in (first.name, second.name) and first.name != second.name and (first.name, second.name) not in _COMPARABLE:
            self.fault("E-TYPE", f"{_shown(left)} ({first.name}) cannot be compared with {_shown(right)} ({second.name})")
        for kind, other in ((first, right), (second, left)):
            self._known_code(kind, other)

    def _known_code(self, kind: Kind, other: Node) -> None:
        if isinstance(other, String) and kind.item is not None and kind.item.codes:
            if any(one.code == other.value for one in kind.item.codes):
                return
            offered = {one.code for one in kind.item.codes}
            full = self.scope.study.codelists.get(kind.item.codelist)
            if full is not None:
                offered |= {one.code for one in full.codes}
            if other.value not in offered:
                self.fault("E-CODE", f'"{other.value}" is not a code of {kind.item.name}')

    def _within(self, node: Within) -> Kind:
        for part in node.choices.parts:
            self._pair(node.operand, part)
        return _TRUTH

    def _between(self, node: Between) -> Kind:
        self._pair(node.operand, node.low)
        self._pair(node.operand, node.high)
        return _TRUTH

    def _if(self, node: If) -> Kind:
        self._need(node.condition, "truth")
        first, second = self.kind(node.then), self.kind(node.otherwise)
        return first if first.name == second.name else ANY

    def _call(self, node: Call) -> Kind:
        if node.name in REGISTRY:
            return self._registry_call(node)
        if node.name not in BUILTINS:
            return self.fault("E-FUNCTION", f'there is no function "{node.name}"')
        least, most, result = BUILTINS[node.name]
        if not least <= len(node.arguments) <= most:
            return self.fault("E-ARGUMENTS", f"{node.name} takes {least}{'' if least == most else f' to {most}'} arguments, not {len(node.arguments)}")
        kinds = [self.kind(one) for one in node.arguments]
        if node.name == "contains":
            self._known_code(kinds[0], node.arguments[1])
        if node.name in ("uln", "lln", "range_flag") and (kinds[0].item is None or not kinds[0].item.test):
            self.fault("E-NO-TEST", f"{node.name} needs a laboratory result with a test code")
        if node.name in ("coalesce", "least", "greatest"):
            return Kind(kinds[0].name)
        if node.name == "planned" and node.arguments and not any(isinstance(one, String) and self._is_event(one.value) for one in node.arguments):
            self.fault("E-EVENT", "names no visit of this study")
        if node.name == "endpoint" and not any(isinstance(node.arguments[0], String) and one.oid == node.arguments[0].value for one in self.scope.study.endpoints):
            self.fault("E-ENDPOINT", "names no endpoint variable of this study")
        if node.name == "criterion" and isinstance(node.arguments[0], String):
            wanted = node.arguments[0].value
            if not any(one.id == wanted for one in self.scope.study.criteria):
                self.fault("E-CRITERION", f'there is no criterion "{wanted}"')
        return Kind(result)

    def _registry_call(self, node: Call) -> Kind:
        function = REGISTRY[node.name]
        known = {one.name for one in function.inputs}
        for one in node.arguments:
            if not isinstance(one, Argument):
                self.fault("E-ARGUMENT", f"inputs of {node.name} are named: {', '.join(sorted(known))}")
            elif one.name not in known:
                self.fault("E-INPUT", f'{node.name} has no input "{one.name}"; it has {", ".join(sorted(known))}')
            else:
                self.kind(one.value)
        if node.output and node.output not in {one.name for one in function.outputs} | {"value", "status", "code"}:
            return self.fault("E-OUTPUT", f'{node.name} has no output "{node.output}"')
        return ANY

    def _loop(self, node: Loop) -> Kind:
        if self.scope.outer is not None:
            return self.fault("E-NESTED", "a loop cannot stand inside a loop")
        if node.form not in self.scope.study.forms:
            return self.fault("E-UNKNOWN-FORM", f'there is no form "{node.form}" in this study')
        inner = loop_scope(node, self.scope)
        if inner is None:
            return self.fault("E-UNKNOWN-GROUP", f'the form {node.form} has no group "{node.group}"')
        self._selector(node.selector)
        checker = _Checker(inner, self.faults)
        if node.where is not None:
            checker._need(node.where, "truth")
        if node.by is not None:
            checker.kind(node.by)
        if node.kind == "rows" and isinstance(node.body, ListOf):
            for part in node.body.parts:
                checker.kind(part.value if isinstance(part, Argument) else part)
            return Kind("list")
        kind = checker.kind(node.body)
        results = {"count": Kind("number"), "any": Kind("truth"), "all": Kind("truth"), "sum": Kind("number"), "list": Kind("list")}
        return results.get(node.kind, kind)

    by_class: ClassVar[Mapping[type[Node], Callable[..., Kind]]] = {
        Number: lambda *_: _NUMBER, String: lambda *_: _TEXT, Truth: lambda *_: _TRUTH, ListOf: _list, Ref: _ref, Context: _context,
        Parameter: _parameter, Follow: _follow, Unary: _unary, Binary: _binary, Compare: _compare, Within: _within, Between: _between,
        If: _if, Call: _call, Loop: _loop, Argument: _argument,
    }  # fmt: skip


def _shown(node: Node) -> str:
    if isinstance(node, Ref):
        return f"{node.form + '.' if node.form else ''}{node.item}"
    if isinstance(node, (Number, String)):
        return str(node.value)
    return type(node).__name__.lower()

