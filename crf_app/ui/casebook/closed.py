"""Why nothing can be entered into an item, said where somebody types: what closes it, who may take that back, and by which key."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtGui import QKeySequence

from crf_app.admin.roles import ROLE_TEXTS, Right, Role
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.record import FormRecord, ItemRecord
from crf_app.clinical.transitions import TRANSITIONS, Act, Stage
from crf_app.clock import zoned_text
from crf_app.services.held import place_name
from crf_app.store.locks import FROZEN, StoredLock
from crf_app.study.expressions.typing import scope_of
from crf_app.study.named import named_items
from crf_app.study.texts import Text
from crf_app.ui.casebook.presented import Eyes
from crf_app.ui.common.languages import Said
from crf_app.ui.context import UiContext


def why_closed(context: UiContext, record: FormRecord, key: ItemKey, hold: StoredLock | None, eyes: Eyes) -> Said:
    """The sentence for an item of that form, "" when it takes entries; `hold` is what freezes or locks the form."""
    item = next((one for group in record.groups for row in group.rows for one in row.items if one.key == key), None)
    if hold is not None:
        return partial(_held, context, hold)
    if not context.work.user.may(Right.ENTER) and not eyes.may_enter:
        return partial(_reader, context)
    if item is None:
        return ""
    return partial(_by_item, context, record, item, eyes) if not item.editable or item.item.is_derived or not item.collected else ""


def key_of(context: UiContext, action: str) -> str:
    """The first key of an action as people press it: "Ctrl+F11"; "" where it has none."""
    keys = context.actions.row(action).shortcuts
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.PortableText).replace("Return", "Enter") if keys else ""


def undo_key(context: UiContext, hold: StoredLock) -> str:
    """The key that takes a freeze or a lock back, in a sentence, for who may do it; "" for everybody else."""
    act, may = _undo(hold)
    return context.tr(f"workflow.closed.{act}_key", key=key_of(context, f"{act}.here")) if context.work.user.role in may else ""


def _undo(hold: StoredLock) -> tuple[Act, frozenset[Role]]:
    act, stage = (Act.UNFREEZE, Stage.FROZEN) if hold.kind == FROZEN else (Act.UNLOCK, Stage.LOCKED)
    return act, TRANSITIONS[act][stage]


def _undo_words(context: UiContext, hold: StoredLock) -> str:
    """The person at work by a key, else the roles that can."""
    act, may = _undo(hold)
    return undo_key(context, hold) or context.tr(f"workflow.closed.{act}_ask", roles=_roles(context, may))


def _held(context: UiContext, hold: StoredLock) -> str:
    work, text = context.work, context.language_hub.text
    what = text(place_name(work.study_of(hold.subject), hold.subject, hold.address))
    said = context.tr(f"workflow.band.{hold.kind}", what=what, who=text(work.name_of(hold.user_id)), at=zoned_text(hold.at), why=hold.reason)
    return f"{said} · {_undo_words(context, hold)}"


def _reader(context: UiContext) -> str:
    enter = [role for role in Role if role in TRANSITIONS[Act.ENTER][Stage.STARTED]]
    said = context.tr("workflow.closed.reader", roles=_roles(context, enter))
    if not context.work.user.may(Right.QUERY_OPEN):
        return said
    return f"{said} {context.tr('workflow.closed.ask', key=key_of(context, 'casebook.ask'))}"


def _by_item(context: UiContext, record: FormRecord, item: ItemRecord, eyes: Eyes) -> str:
    tr, definition = context.tr, item.item
    if "by_signature" in definition.tags:
        eligibility = record.key.form == context.work.study_at(record.key).eligibility_form
        action = "casebook.eligibility" if eligibility else "casebook.randomise"
        return tr("workflow.closed.by_signature", act=tr(context.actions.row(action).words), key=key_of(context, action))
    if "coded" in definition.tags:
        return tr("problem.coded")
    if definition.is_derived and not definition.computed_unless_typed:
        return f"{tr('problem.computed')} {tr('workflow.closed.guide', key=key_of(context, 'casebook.guide'))}"
    if not item.collected:
        return tr("problem.not_applicable")
    if definition.role and definition.role != eyes.role:
        return tr("workflow.closed.role", role=_roles(context, (Role(definition.role),)), key=key_of(context, "casebook.guest"))
    causes = _causes(context, record, item)
    return tr("workflow.closed.stage", what=causes) if causes else tr("problem.locked_item")


def _causes(context: UiContext, record: FormRecord, item: ItemRecord) -> str:
    """The questions whose answers closed the item, as its definition names them; of another form with its name."""
    study, text = context.work.study_at(record.key), context.language_hub.text
    named = named_items(item.item.locked_after, scope_of(study, record.key.form, item.item.group))
    found = (text(one.label) if one.form == record.key.form else f"{text(study.forms[one.form].name)}: {text(one.label)}" for one in named)
    return ", ".join(dict.fromkeys(found))


def _roles(context: UiContext, roles: Collection[Role]) -> str:
    names = [ROLE_TEXTS[role] for role in Role if role in roles]
    return context.language_hub.text(Text(" / ".join(one.en for one in names), "／".join(one.zh for one in names)))
