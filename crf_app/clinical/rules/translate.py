"""Turns a syntax tree into a function `(Run, Place) -> operand`: names are bound once, at load."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal, DivisionByZero, InvalidOperation

from crf_app.clinical.keys import FormKey, parse_address
from crf_app.clinical.rules.builtins import BUILTINS, REFERENCE_BUILTINS
from crf_app.clinical.rules.conversion import from_python, operand_of, to_python
from crf_app.clinical.rules.fields import event_field, form_field
from crf_app.clinical.rules.kinds import BLANK, UNKNOWN, Absent, Links, Operand, equal, less, truth
from crf_app.clinical.rules.loops import loop
from crf_app.clinical.rules.references import Reader, candidates, reader
from crf_app.clinical.rules.run import Place, Run
from crf_app.study.expressions.nodes import (
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
from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import Scope, loop_scope
from crf_app.study.functions.registry import REGISTRY, call
from crf_app.study.functions.result import Result
from crf_app.study.partial_dates import parse_iso

Code = Callable[[Run, Place], Operand]


def compile_source(source: str, scope: Scope) -> Code:
    """The executable form of an expression that has been checked. An empty source gives blank."""
    return translate(parse(source), scope) if source else lambda _run, _place: BLANK


def translate(node: Node, scope: Scope) -> Code:
    """The executable form of a tree."""
    return _BY_CLASS[type(node)](node, scope)


def compile_derivation(source: str, scope: Scope) -> Callable[[Run, Place], tuple[Operand, Result | None]]:
    """Like compile_source, but keeps the whole Result when a registry function gives the value."""
    return _derivation(parse(source), scope)


def _derivation(node: Node, scope: Scope) -> Callable[[Run, Place], tuple[Operand, Result | None]]:
    if isinstance(node, Call) and node.name in REGISTRY:
        run_it = _result_of(node, scope)
        output = node.output

        def called(run: Run, place: Place) -> tuple[Operand, Result | None]:
            result = run_it(run, place)
            return operand_of(result, output), result

        return called
    if isinstance(node, If):
        condition, first, second = translate(node.condition, scope), _derivation(node.then, scope), _derivation(node.otherwise, scope)

        def chosen(run: Run, place: Place) -> tuple[Operand, Result | None]:
            sure = truth(condition(run, place))
            return (UNKNOWN, None) if sure is None else first(run, place) if sure else second(run, place)

        return chosen
    if isinstance(node, Call) and node.name == "coalesce":
        branches = [_derivation(one, scope) for one in node.arguments]

        def first_found(run: Run, place: Place) -> tuple[Operand, Result | None]:
            found: tuple[Operand, Result | None] = (BLANK, None)
            for branch in branches:
                found = branch(run, place)
                if not isinstance(found[0], Absent):
                    break
            return found

        return first_found
    code = translate(node, scope)
    return lambda run, place: (code(run, place), None)


def _result_of(node: Call, scope: Scope) -> Callable[[Run, Place], Result]:
    inputs = [(one.name, translate(one.value, scope)) for one in node.arguments if isinstance(one, Argument)]
    name = node.name

    def run_it(run: Run, place: Place) -> Result:
        return call(name, {key: to_python(code(run, place)) for key, code in inputs}, run.registry)

    return run_it


def _call(node: Call, scope: Scope) -> Code:
    if node.name in REGISTRY:
        run_it, output = _result_of(node, scope), node.output
        return lambda run, place: operand_of(run_it(run, place), output)
    if node.name in REFERENCE_BUILTINS:
        return REFERENCE_BUILTINS[node.name](node, scope)
    function = BUILTINS[node.name]
    codes = [translate(one, scope) for one in node.arguments]
    return lambda run, place: function(run, place, *(code(run, place) for code in codes))


def _context(node: Context, _scope: Scope) -> Code:
    first, _, second = node.name.partition(".")
    outer = node.outer

    def at(place: Place) -> Place:
        return place.outer if outer and place.outer is not None else place

    if node.name == "today":
        return lambda run, _: parse_iso(run.now.date().isoformat())
    if node.name == "now":
        return lambda run, _: run.moment()
    if node.name == "anchor":
        return lambda run, _: run.anchor()
    if node.name == "first_treatment":
        return lambda run, _: from_python(run.first_treatment())
    if first == "event":
        if not outer:
            return lambda run, place: event_field(run, place, second)
        return lambda run, place: event_field(run, at(place), second)
    if node.name == "row.number":
        return lambda _, place: Decimal(at(place).row)
    return lambda run, place: form_field(run, at(place), second)


def _parameter(node: Parameter, scope: Scope) -> Code:
    definition = scope.study.parameter(node.name)
    kind = str(definition.type)

    def read(run: Run, _place: Place) -> Operand:
        text = run.parameters.get(definition.oid, definition.value)
        if not text:
            return BLANK
        if kind in ("int", "dec"):
            return Decimal(text)
        if kind == "multi":
            return tuple(text.split(";"))
        return parse_iso(text) if kind == "date" else text

    return read


def _follow(node: Follow, scope: Scope) -> Code:
    link, item = reader(node.link, scope), node.item

    def read(run: Run, place: Place) -> Operand:
        target = link(run, place)
        if not isinstance(target, Links):
            return target if isinstance(target, Absent) else BLANK
        if not target.addresses or place.form is None:
            return BLANK
        key = parse_address(place.form.subject, target.addresses[0])
        definition = run.own_item(key.form_key, item)
        if definition is None or (key.form_key, key.group, key.row) in run.casebook.deleted:
            return BLANK
        return run.read(FormKey(*key[:5]), definition, key.row if definition.group == key.group else 1)

    return read


def _unary(node: Unary, scope: Scope) -> Code:
    code = translate(node.operand, scope)
    if node.operator == "not":

        def negated(run: Run, place: Place) -> Operand:
            sure = truth(code(run, place))
            return UNKNOWN if sure is None else not sure

        return negated

    def minus(run: Run, place: Place) -> Operand:
        value = code(run, place)
        return -value if isinstance(value, Decimal) else value if isinstance(value, Absent) else UNKNOWN

    return minus


def _binary(node: Binary, scope: Scope) -> Code:
    if node.operator in ("and", "or"):
        return _logic(tuple(translate(one, scope) for one in _terms(node, node.operator)), deciding=node.operator == "or")
    left, right = translate(node.left, scope), translate(node.right, scope)
    operator = node.operator

    def arithmetic(run: Run, place: Place) -> Operand:
        first, second = left(run, place), right(run, place)
        if isinstance(first, Decimal) and isinstance(second, Decimal):
            return _computed(operator, first, second)
        for one in (first, second):
            if isinstance(one, Absent):
                return one
        return UNKNOWN

    return arithmetic


def _terms(node: Node, operator: str) -> Iterator[Node]:
    """The parts that one operator joins, left to right: `a and b and c` is one question, not two."""
    if isinstance(node, Binary) and node.operator == operator:
        yield from _terms(node.left, operator)
        yield from _terms(node.right, operator)
    else:
        yield node


def _logic(codes: tuple[Code, ...], *, deciding: bool) -> Code:
    """`and` (decided by the first false) or `or` (by the first true)."""

    def logic(run: Run, place: Place) -> Operand:
        unsure = False
        for code in codes:
            sure = truth(code(run, place))
            if sure is deciding:
                return deciding
            unsure = unsure or sure is None
        return UNKNOWN if unsure else not deciding

    return logic


def _computed(operator: str, left: Decimal, right: Decimal) -> Operand:
    try:
        if operator == "+":
            return left + right
        if operator == "-":
            return left - right
        return left * right if operator == "*" else left / right
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        return Absent("error", "ZERO_DENOMINATOR")


def _differ(left: Operand, right: Operand) -> bool | None:
    same = equal(left, right)
    return None if same is None else (not same and not _not_applicable(left, right))


_TESTS: dict[str, Callable[[Operand, Operand], bool | None]] = {
    "=": equal, "<>": _differ,
    "<": lambda left, right: less(left, right, or_equal=False), "<=": lambda left, right: less(left, right, or_equal=True),
    ">": lambda left, right: less(right, left, or_equal=False), ">=": lambda left, right: less(right, left, or_equal=True),
}  # fmt: skip


def _not_applicable(*values: Operand) -> bool:
    return any(isinstance(one, Absent) and one.why == "na" for one in values)


def _compare(node: Compare, scope: Scope) -> Code:
    for one, other, turned in ((node.left, node.right, False), (node.right, node.left, True)):
        if isinstance(one, Ref) and one.selector == "ANY":
            return _anywhere(one, scope, _side(node.operator, translate(other, scope), turned))
    left, right = translate(node.left, scope), translate(node.right, scope)
    if node.operator in ("=", "<>") and isinstance(node.right, String):
        return _is_code(left, node.right.value, same=node.operator == "=")
    test = _TESTS[node.operator]

    def compared(run: Run, place: Place) -> Operand:
        sure = test(left(run, place), right(run, place))
        return UNKNOWN if sure is None else sure

    return compared


def _is_code(code: Code, wanted: str, *, same: bool) -> Code:
    """`x = "CODE"` and `x <> "CODE"`, the commonest questions, whose answer is at hand where x is a code."""
    test = _TESTS["=" if same else "<>"]

    def compared(run: Run, place: Place) -> Operand:
        value = code(run, place)
        if isinstance(value, str):
            return (value == wanted) is same
        sure = test(value, wanted)
        return UNKNOWN if sure is None else sure

    return compared


def _side(operator: str, other: Code, turned: bool) -> Callable[[Run, Place, Operand], bool | None]:
    compared = _TESTS[operator]

    def test(run: Run, place: Place, value: Operand) -> bool | None:
        second = other(run, place)
        return compared(second, value) if turned else compared(value, second)

    return test


def _anywhere(ref: Ref, scope: Scope, test: Callable[[Run, Place, Operand], bool | None]) -> Code:
    find = candidates(ref, scope)

    def anywhere(run: Run, place: Place) -> Operand:
        unsure = False
        for value in find(run, place):
            sure = test(run, place, value)
            if sure:
                return True
            unsure = unsure or sure is None
        return UNKNOWN if unsure else False

    return anywhere


def _within(node: Within, scope: Scope) -> Code:
    choices = [translate(one, scope) for one in node.choices.parts]

    def among(run: Run, place: Place, value: Operand) -> bool | None:
        answers = [equal(value, choice(run, place)) for choice in choices]
        return True if True in answers else None if None in answers else False

    if isinstance(node.operand, Ref) and node.operand.selector == "ANY":
        return _anywhere(node.operand, scope, among)
    code = translate(node.operand, scope)
    constants = frozenset(one.value for one in node.choices.parts if isinstance(one, String))
    only_codes = len(constants) == len(node.choices.parts)

    def within(run: Run, place: Place) -> Operand:
        value = code(run, place)
        if only_codes and isinstance(value, str):
            return value in constants
        sure = among(run, place, value)
        return UNKNOWN if sure is None else sure

    return within


def _between(node: Between, scope: Scope) -> Code:
    return _binary(Binary("and", Compare(">=", node.operand, node.low), Compare("<=", node.operand, node.high)), scope)


def _if(node: If, scope: Scope) -> Code:
    condition, first, second = (translate(one, scope) for one in (node.condition, node.then, node.otherwise))

    def chosen(run: Run, place: Place) -> Operand:
        sure = truth(condition(run, place))
        return UNKNOWN if sure is None else first(run, place) if sure else second(run, place)

    return chosen


def _list(node: ListOf, scope: Scope) -> Code:
    codes = [translate(one, scope) for one in node.parts]
    return lambda run, place: tuple(to_python(code(run, place)) for code in codes)


def _loop(node: Loop, scope: Scope) -> Code:
    inner = loop_scope(node, scope)
    if inner is None:
        raise ValueError(f"loop over unknown {node.form}.{node.group}: the study was not checked")
    where = translate(node.where, inner) if node.where is not None else None
    by = translate(node.by, inner) if node.by is not None else None
    if node.kind == "rows" and isinstance(node.body, ListOf):
        return loop(node, scope, _row_body(node.body, inner), where, by)
    return loop(node, scope, translate(node.body, inner), where, by)


def _row_body(parts: ListOf, inner: Scope) -> Code:
    named = [(one.name, translate(one.value, inner)) for one in parts.parts if isinstance(one, Argument)]
    return lambda run, place: ({name: to_python(code(run, place)) for name, code in named},)


def _constant(value: Operand) -> Code:
    return lambda _run, _place: value


def _ref(node: Ref, scope: Scope) -> Reader:
    return reader(node, scope)


_BY_CLASS: dict[type[Node], Callable[..., Code]] = {
    Number: lambda node, _scope: _constant(node.value), String: lambda node, _scope: _constant(node.value),
    Truth: lambda node, _scope: _constant(node.value), ListOf: _list, Ref: _ref, Context: _context, Parameter: _parameter,
    Follow: _follow, Unary: _unary, Binary: _binary, Compare: _compare, Within: _within, Between: _between, If: _if, Call: _call, Loop: _loop,
}  # fmt: skip
