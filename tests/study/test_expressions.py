"""The words and the grammar of the rule language, and its limits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.study.expressions.lexer import MAX_CHARACTERS, ExpressionError, tokenize
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
    parse_limits,
)
from crf_app.study.expressions.parser import MAX_DEPTH, MAX_NODES, parse

A, B, C = Ref("", "A"), Ref("", "B"), Ref("", "C")
ONE, TWO = Number(Decimal(1)), Number(Decimal(2))

TREES: list[tuple[str, Node]] = [
    ("12.50", Number(Decimal("12.50"))),
    ('"a code"', String("a code")),
    ("true", Truth(True)),
    ("A", A),
    ("VS.HR", Ref("VS", "HR")),
    ("VS.HR@BL", Ref("VS", "HR", "BL")),
    ("HR@PREV", Ref("", "HR", "PREV")),
    ("this.HR", Ref("", "HR", outer=True)),
    ("this.VS.HR@D0", Ref("VS", "HR", "D0", outer=True)),
    ("LINK -> AETERM", Follow(Ref("", "LINK"), "AETERM")),
    ("param.q6", Parameter("q6")),
    ("today", Context("today")),
    ("event.day", Context("event.day")),
    ("this.event.order", Context("event.order", outer=True)),
    ("form.repeat", Context("form.repeat")),
    ("row.number", Context("row.number")),
    ("- A", Unary("-", A)),
    ("not A", Unary("not", A)),
    ("A <> 1", Compare("<>", A, ONE)),
    ("A between 1 and 2", Between(A, ONE, TWO)),
    ('A in ("x", "y")', Within(A, ListOf((String("x"), String("y"))))),
    ("if A then B else C", If(A, B, C)),
    ("[A, 1]", ListOf((A, ONE))),
    ("days(A, B)", Call("days", (A, B))),
    ("D06(A_0 = A, A_T = B).band", Call("D06", (Argument("A_0", A), Argument("A_T", B)), "band")),
    ("count(for AE.AE)", Loop("count", Truth(True), "AE", "AE", "", None, None)),
    ("any(A for AE)", Loop("any", A, "AE", "", "", None, None)),
    ("last(A for AE.AE@D0 where B by C)", Loop("last", A, "AE", "AE", "D0", B, C)),
    ("rows(d = A for AE.AE)", Loop("rows", ListOf((Argument("d", A),)), "AE", "AE", "", None, None)),
]


@pytest.mark.parametrize(("source", "tree"), TREES, ids=[one for one, _ in TREES])
def test_every_construct_has_its_tree(source: str, tree: Node) -> None:
    assert parse(source) == tree


BINDING = [
    ("1 + 2 * A", Binary("+", ONE, Binary("*", TWO, A))),
    ("(1 + 2) * A", Binary("*", Binary("+", ONE, TWO), A)),
    ("1 - 2 - A", Binary("-", Binary("-", ONE, TWO), A)),
    ("A / 1 / 2", Binary("/", Binary("/", A, ONE), TWO)),
    ("- A * B", Binary("*", Unary("-", A), B)),
    ("A or B and C", Binary("or", A, Binary("and", B, C))),
    ("not A and B", Binary("and", Unary("not", A), B)),
    ("not A = B", Unary("not", Compare("=", A, B))),
    ("A between 1 and 2 and B", Binary("and", Between(A, ONE, TWO), B)),
    ("A + 1 > B", Compare(">", Binary("+", A, ONE), B)),
    ("if A then 1 else B + 2", If(A, ONE, Binary("+", B, TWO))),
]


@pytest.mark.parametrize(("source", "tree"), BINDING, ids=[one for one, _ in BINDING])
def test_operators_bind_as_readers_expect(source: str, tree: Node) -> None:
    assert parse(source) == tree


REFUSED = [
    ("", "E-SYNTAX"), ("A +", "E-SYNTAX"), ("A = B = C", "E-SYNTAX"), ("(A", "E-SYNTAX"), ("A)", "E-SYNTAX"), ("if A then B", "E-SYNTAX"),
    ("A.B.C", "E-SYNTAX"), ("A ** 2", "E-SYNTAX"), ("A[0]", "E-SYNTAX"), ("min(A, B)", "E-SYNTAX"), ("count(for )", "E-SYNTAX"),
    ("A between 1", "E-SYNTAX"), ("and", "E-SYNTAX"), ("A in B", "E-SYNTAX"), ("VS.HR@", "E-SYNTAX"), ("A ->", "E-SYNTAX"),
    ("lambda: 1", "E-CHARACTER"), ("A ; B", "E-CHARACTER"), ("A != B", "E-CHARACTER"), ("A == B", "E-SYNTAX"), ('"open', "E-CHARACTER"),
    ("A % 2", "E-CHARACTER"), ("{A}", "E-CHARACTER"), ("A | B", "E-CHARACTER"), ("__import__('os')", "E-CHARACTER"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "rule"), REFUSED, ids=[one for one, _ in REFUSED])
def test_anything_else_is_refused(source: str, rule: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert caught.value.rule == rule


def test_a_mistake_says_where_it_stands() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("A + * B")
    assert caught.value.position == 5
    assert '"*"' in caught.value.message


def test_length_is_limited() -> None:
    assert parse("A" + " " * (MAX_CHARACTERS - 1)) == A
    with pytest.raises(ExpressionError) as caught:
        tokenize("A" + " " * MAX_CHARACTERS)
    assert caught.value.rule == "E-LENGTH"


def test_depth_is_limited() -> None:
    assert parse("(" * (MAX_DEPTH - 1) + "A" + ")" * (MAX_DEPTH - 1)) == A
    with pytest.raises(ExpressionError) as caught:
        parse("(" * MAX_DEPTH + "A" + ")" * MAX_DEPTH)
    assert caught.value.rule == "E-DEPTH"


def _read(source: str) -> tuple[Node | None, str]:
    """The tree, or None and the rule that was broken; any other exception is a fault."""
    try:
        return parse(source), ""
    except ExpressionError as error:
        return None, error.rule


@pytest.mark.parametrize("source", ["not " * 400 + "A", "-" * 1500 + "A", "1" + "+ 1" * 200], ids=["not", "minus", "sum"])
def test_no_chain_of_signs_gets_around_the_depth(source: str) -> None:
    """A tree is walked recursively at load and at run time: none may be deeper than the limit, however it is written."""
    tree, rule = _read(source)
    assert rule in ("E-DEPTH", "E-NODES") if tree is None else sum(1 for _ in tree.walk()) <= MAX_NODES


def test_number_of_parts_is_limited() -> None:
    assert parse("+".join(["1"] * 250)) is not None
    with pytest.raises(ExpressionError) as caught:
        parse("+".join(["1"] * 251))
    assert caught.value.rule == "E-NODES"


_WORDS = [
    "A", "VS", ".", "@", "BL", "1", "2.5", '"x"', "+", "-", "*", "/", "(", ")", "[", "]", ",", "=", "<>", "<", "and", "or", "not", "if",
    "then", "else", "for", "where", "by", "in", "between", "count", "any", "rows", "this", "->", "param", "event", "D06", "true", "today",
]  # fmt: skip


@given(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join))
def test_any_row_of_words_is_a_tree_or_an_error_of_the_language(source: str) -> None:
    tree, rule = _read(source)
    assert rule.startswith("E-") if tree is None else next(iter(tree.walk())) is tree


@given(st.text(max_size=200))
def test_any_text_is_a_tree_or_an_error_of_the_language(source: str) -> None:
    tree, rule = _read(source)
    assert tree is not None or rule in ("E-SYNTAX", "E-CHARACTER", "E-DEPTH", "E-NODES", "E-LENGTH")


def test_numbers_stay_exact() -> None:
    assert parse("0.1") == Number(Decimal("0.1"))
    assert parse("123456789012345678901234567890.123") == Number(Decimal("123456789012345678901234567890.123"))


def test_other_digits_are_no_numbers() -> None:
    """Only 0-9: a full-width digit in a definition would look like a number and be something else."""
    for digit in ("１", "²", "٣"):
        with pytest.raises(ExpressionError):
            parse(digit)


@pytest.mark.parametrize(("source", "value"), [("5", Decimal(5)), ("-0.5", Decimal("-0.5")), ("A", None), ("NaN", None), ("Infinity", None), ("", None)])
def test_plain_limits(source: str, value: Decimal | None) -> None:
    assert parse_limits(source) == value
