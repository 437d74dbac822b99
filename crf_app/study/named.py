"""The items that an expression names itself, for people; what it goes by besides is in `dependencies`."""

from __future__ import annotations

from collections.abc import Iterator

from crf_app.study.definition import ItemDef
from crf_app.study.expressions.nodes import Context, Loop, Node, Ref
from crf_app.study.expressions.parser import parse
from crf_app.study.expressions.typing import Scope, loop_scope, resolve_ref, scope_of


def named_items(source: str, scope: Scope) -> tuple[ItemDef, ...]:
    """The items that `source` itself names, in its order and each once; of the first treatment and the anchor those that the study names for them."""
    return tuple({one.name: one for one in _named(parse(source), scope)}.values()) if source else ()


def _named(node: Node, scope: Scope) -> Iterator[ItemDef]:
    if isinstance(node, Ref) and (found := resolve_ref(node, scope)) is not None:
        yield found[1]
    if isinstance(node, Context) and node.name in ("anchor", "first_treatment"):
        yield from named_items(scope.study.anchor if node.name == "anchor" else scope.study.first_treatment, scope_of(scope.study))
    inner = (loop_scope(node, scope) if isinstance(node, Loop) else None) or scope
    for child in node.children():
        yield from _named(child, inner)
