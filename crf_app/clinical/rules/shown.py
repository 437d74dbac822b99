"""Which words stand for the value of an expression in a message: codes are shown by their texts, in both languages."""

from __future__ import annotations

from crf_app.clinical.derived import shown_operand
from crf_app.clinical.rules.kinds import Operand
from crf_app.study.definition import ItemDef, StudyDef
from crf_app.study.expressions.nodes import Call, Context, Follow, If, Loop, Node, Ref
from crf_app.study.expressions.typing import Scope, loop_scope, resolve_ref
from crf_app.study.texts import Text


def coded_item(node: Node, scope: Scope) -> ItemDef | None:
    """The item whose codes an expression gives, None when it gives no codes of an item."""
    if isinstance(node, Ref):
        found = resolve_ref(node, scope)
        return found[1] if found is not None and found[1].codes else None
    if isinstance(node, Follow):
        link = resolve_ref(node.link, scope)
        for target in link[1].links if link is not None else ():
            form = scope.study.forms.get(target.partition(".")[0])
            if form is not None and node.item in form.index:
                return form.index[node.item]
        return None
    if isinstance(node, Loop):
        scope_inside = loop_scope(node, scope)
        return coded_item(node.body, scope_inside) if scope_inside is not None and node.kind in ("first", "last") else None
    if isinstance(node, If):
        return coded_item(node.then, scope) or coded_item(node.otherwise, scope)
    if isinstance(node, Call) and node.name == "coalesce":
        return next((inner for one in node.arguments if (inner := coded_item(one, scope)) is not None), None)
    return None


def gives_event(node: Node) -> bool:
    """Does the expression give the OID of a visit?"""
    if isinstance(node, Loop):
        return gives_event(node.body)
    return isinstance(node, Context) and node.name == "event.oid"


def shown_text(value: Operand, item: ItemDef | None, study: StudyDef, *, event: bool) -> Text:
    """A value as a message shows it."""
    text = shown_operand(value)
    if item is not None:
        code = item.code(text)
        return code.text if code is not None else Text(text, text)
    if event and any(one.oid == text for one in study.events):
        return study.event(text).name
    return Text(text, text)
