"""Reads an expression of the rule language into a tree."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from crf_app.study.expressions.lexer import ExpressionError, Token, tokenize
from crf_app.study.expressions.nodes import (
    CONTEXTS,
    LOOPS,
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

MAX_DEPTH = 32
MAX_NODES = 500
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_WORDS = {"and", "or", "not", "in", "between", "if", "then", "else", "for", "where", "by", "true", "false"}


@lru_cache(maxsize=8192)
def parse(source: str) -> Node:
    """The tree of `source`. Raises ExpressionError: E-SYNTAX, E-DEPTH, E-NODES, E-LENGTH, E-CHARACTER."""
    parser = _Parser(tokenize(source))
    tree = parser.expression()
    if parser.now.kind != "end":
        raise parser.unexpected("the end")
    if sum(1 for _ in tree.walk()) > MAX_NODES:
        raise ExpressionError("E-NODES", f"more than {MAX_NODES} parts: split the rule")
    return tree


class _Parser:
    """Recursive descent, one method a level of binding strength."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        # what `at` and `accept` compare: a number or a text is never taken for a word of the language
        self.words = [one.text if one.kind in ("name", "operator") else "" for one in tokens]
        self.place = 0
        self.depth = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def unexpected(self, wanted: str) -> ExpressionError:
        shown = f'"{self.now.text}"' if self.now.text else "the end"
        return ExpressionError("E-SYNTAX", f"expected {wanted}, found {shown}", self.now.position)

    def at(self, *texts: str) -> bool:
        return self.words[self.place] in texts

    def take(self) -> Token:
        token = self.now
        self.place += 1
        return token

    def accept(self, text: str) -> bool:
        if self.words[self.place] == text:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unexpected(f'"{text}"')

    def name(self) -> str:
        if self.now.kind != "name" or self.now.text in _WORDS:
            raise self.unexpected("a name")
        return self.take().text

    def expression(self) -> Node:
        return self._deeper(self._choice if self.at("if") else self._or)

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("E-DEPTH", f"nested deeper than {MAX_DEPTH}: split the rule", self.now.position)
        node = read()
        self.depth -= 1
        return node

    def _choice(self) -> Node:
        self.expect("if")
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return If(condition, then, self.expression())

    def _or(self) -> Node:
        node = self._and()
        while self.accept("or"):
            node = Binary("or", node, self._and())
        return node

    def _and(self) -> Node:
        node = self._not()
        while self.accept("and"):
            node = Binary("and", node, self._not())
        return node

    def _not(self) -> Node:
        if self.accept("not"):
            return Unary("not", self._deeper(self._not))
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        if self.at(*_COMPARISONS):
            return Compare(self.take().text, left, self._sum())
        if self.accept("in"):
            return Within(left, self._list("(", ")"))
        if self.accept("between"):
            low = self._sum()
            self.expect("and")
            return Between(left, low, self._sum())
        return left

    def _list(self, opening: str, closing: str) -> ListOf:
        self.expect(opening)
        parts = [] if self.at(closing) else [self.expression()]
        while self.accept(","):
            parts.append(self.expression())
        self.expect(closing)
        return ListOf(tuple(parts))

    def _sum(self) -> Node:
        node = self._product()
        while self.at("+", "-"):
            node = Binary(self.take().text, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._unary()
        while self.at("*", "/"):
            node = Binary(self.take().text, node, self._unary())
        return node

    def _unary(self) -> Node:
        if self.accept("-"):
            return Unary("-", self._deeper(self._unary))
        return self._primary()

    def _primary(self) -> Node:
        token = self.now
        if token.kind == "number":
            return Number(Decimal(self.take().text))
        if token.kind == "string":
            return String(self.take().text)
        if self.at("("):
            return self._bracket()
        if self.at("["):
            return self._list("[", "]")
        if self.at("true", "false"):
            return Truth(self.take().text == "true")
        if token.kind != "name" or token.text in _WORDS:
            raise self.unexpected("a value")
        return self._named()

    def _bracket(self) -> Node:
        self.expect("(")
        node = self.expression()
        self.expect(")")
        return node

    def _named(self) -> Node:
        name = self.name()
        if self.at("("):
            return self._loop_or_call(name)
        outer = name == "this"
        if outer:
            self.expect(".")
            name = self.name()
        if self.accept("."):
            return self._dotted(name, self.name(), outer)
        if name in CONTEXTS:
            return Context(name, outer)
        return self._selected(Ref("", name, outer=outer))

    def _dotted(self, first: str, second: str, outer: bool) -> Node:
        if first == "param":
            return Parameter(second)
        if first in ("event", "form", "row"):
            return Context(f"{first}.{second}", outer)
        return self._selected(Ref(first, second, outer=outer))

    def _selected(self, ref: Ref) -> Node:
        if self.accept("@"):
            ref = Ref(ref.form, ref.item, self.name(), ref.outer)
        if self.accept("->"):
            return Follow(ref, self.name())
        return ref

    def _loop_or_call(self, name: str) -> Node:
        self.expect("(")
        if name in LOOPS:
            return self._loop(name)
        arguments: list[Node] = []
        while not self.at(")"):
            arguments.append(self._argument())
            if not self.accept(","):
                break
        self.expect(")")
        output = ""
        if self.accept("."):
            output = self.name()
        return Call(name, tuple(arguments), output)

    def _argument(self) -> Node:
        following = self.tokens[self.place + 1]
        if self.now.kind == "name" and following.text == "=" and following.kind == "operator" and self.now.text not in _WORDS:
            after = self.tokens[self.place + 2]
            if after.kind != "end":
                name = self.name()
                self.expect("=")
                return Argument(name, self.expression())
        return self.expression()

    def _loop(self, kind: str) -> Node:
        body: Node
        if kind == "rows":
            parts = [self._argument()]
            while self.accept(","):
                parts.append(self._argument())
            body = ListOf(tuple(parts))
        else:
            body = Truth(True) if self.at("for") else self.expression()
        if not self.at("for"):
            # min(a, b) and max(a, b) over values are written least and greatest; say so instead of "expected for"
            raise self.unexpected('"for"')
        self.expect("for")
        form = self.name()
        group = ""
        if self.accept("."):
            group = self.name()
        selector = self.name() if self.accept("@") else ""
        where = self.expression() if self.accept("where") else None
        by = self.expression() if self.accept("by") else None
        self.expect(")")
        return Loop(kind, body, form, group, selector, where, by)
