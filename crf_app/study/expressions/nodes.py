"""The syntax tree of the rule language (docs/definition-format.md, "The language")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of an expression."""

    def children(self) -> Iterator[Node]:
        """The parts of this part, left to right."""
        names: tuple[str, ...] = self.__match_args__
        for name in names:
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (part for part in value if isinstance(part, Node))

    def walk(self) -> Iterator[Node]:
        """This part and everything below it."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A decimal constant."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class String(Node):
    """A text or code constant."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """true or false."""

    value: bool


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """[a, b, ...] or the right side of `in (..)`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """FORM.ITEM@SELECTOR. `form` "" = the form of the rule (or of the loop); `outer` = written with this."""

    form: str
    item: str
    selector: str = ""
    outer: bool = False


@dataclass(frozen=True, slots=True)
class Context(Node):
    """today, anchor, event.day ... `outer` = written with this."""

    name: str
    outer: bool = False


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """param.NAME: a parameter of the study."""

    name: str


@dataclass(frozen=True, slots=True)
class Follow(Node):
    """LINK -> ITEM: the item of the row the link points to."""

    link: Ref
    item: str


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`not x` or `- x`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic and logic: + - * / and or."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """= <> < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Within(Node):
    """x in (a, b)."""

    operand: Node
    choices: ListOf


@dataclass(frozen=True, slots=True)
class Between(Node):
    """x between a and b, both ends included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """if c then a else b."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """name = expression, in a call of a registry function."""

    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """f(a, b) or D06(A_0 = x, A_T = y).output."""

    name: str
    arguments: tuple[Node, ...]
    output: str = ""


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """kind ( body for FORM.GROUP@SELECTOR where condition by key ). For `rows`, `body` is a ListOf Arguments."""

    kind: str
    body: Node
    form: str
    group: str
    selector: str
    where: Node | None
    by: Node | None

    def children(self) -> Iterator[Node]:
        """Body, condition, sort key."""
        yield self.body
        if self.where is not None:
            yield self.where
        if self.by is not None:
            yield self.by


LOOPS = ("count", "any", "all", "sum", "min", "max", "first", "last", "list", "rows")
EVENT_FIELDS = ("oid", "day", "minus", "plus", "order", "kind", "repeat")
CONTEXTS = ("today", "now", "anchor", "first_treatment", "form.oid", "form.required", "form.repeat", "row.number")


def parse_limits(source: str) -> Decimal | None:
    """The number a limit is, when it is a plain number and no expression."""
    try:
        value = Decimal(source)
    except ArithmeticError:
        return None
    return value if value.is_finite() else None
