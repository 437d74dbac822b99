"""A thread in words: who did what, when; corrections of the value where they happened."""

from __future__ import annotations

from collections.abc import Iterator

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.clinical.queries import SYSTEM, Act
from crf_app.clinical.query_record import QueryRecord, QueryThread, ThreadLine
from crf_app.clinical.values import Value
from crf_app.clock import zoned
from crf_app.study.definition import ItemDef
from crf_app.study.item_types import format_value
from crf_app.ui.casebook.lines import Line
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.form.unit_text import unit_text

GLYPHS = {"open": "query_open", "answered": "query_answered", "closed": "complete", "cancelled": "not_done"}
"""The status glyph of each state."""
AMBER_DAYS, RED_DAYS = 5, 10
"""From these ages on an unresolved query shows that it is old (look 09)."""


def age_role(record: QueryRecord) -> str:
    """The colour of its age: quiet, due from five days, late from ten; what is over stays quiet."""
    if record.state not in ("open", "answered") or record.age_days < AMBER_DAYS:
        return "text_secondary"
    return "due" if record.age_days < RED_DAYS else "error"


def place_words(look: Look, record: QueryRecord) -> str:
    """Form and item, or form, or visit alone."""
    text = look.languages.text
    return " / ".join(part for part in (text(record.form), text(record.place)) if part) or look.tr("query.ui.whole_visit")


def head_lines(look: Look, thread: QueryThread) -> tuple[Line, ...]:
    """Where it stands, and the value at stake: as it was when asked, struck through where it has changed."""
    return tuple(_head(look, thread))


def _head(look: Look, thread: QueryThread) -> Iterator[Line]:
    record, text = thread.record, look.languages.text
    where = " · ".join(part for part in (record.key.subject, text(record.visit), text(record.form)) if part)
    yield Line(where, "text_secondary", sizes.SMALL)
    yield Line(text(record.place) or look.tr(f"query.ui.level.{record.level}"), bold=True)
    if record.state in ("open", "answered"):
        yield Line(_turn(look, record), age_role(record), sizes.SMALL)
    if not thread.in_use:
        yield Line(look.tr("query.ui.not_in_use"), "due", sizes.SMALL)
    if thread.item is not None:
        now, first = _shown(look, thread.item, thread.value), _shown(look, thread.item, thread.first_value)
        yield Line(now or look.tr("ui_kit.blank"), gone=first if first != now else "", gap=4)


def _turn(look: Look, record: QueryRecord) -> str:
    """Whose turn it is, how urgent, how old."""
    roles = ", ".join(look.languages.text(ROLE_TEXTS[Role(one)]) for one in sorted(record.waits_for))
    urgent = f" · {look.tr('query.ui.urgent')}" if record.priority == "high" else ""
    return look.tr("query.ui.turn", roles=roles, days=look.tr("query.ui.days", count=record.age_days)) + urgent


def thread_lines(look: Look, thread: QueryThread) -> tuple[Line, ...]:
    """Everything that happened, oldest first."""
    return tuple(line for one in thread.lines for line in _told(look, one))


def _told(look: Look, one: ThreadLine) -> Iterator[Line]:
    if one.act is None:
        yield from _changed(look, one)
        return
    dot = {Act.OPEN: "query_open", Act.REOPEN: "query_open", Act.RESTATE: "query_open", Act.ANSWER: "accent"}.get(one.act, "text_tertiary")
    yield Line(f"{look.tr(f'query.act.{one.act}')}  {zoned(one.when)}", "text_secondary", sizes.SMALL, dot=dot, gap=14)
    yield Line(_who(look, one), "text_secondary", sizes.SMALL, gap=0)
    said = look.languages.text(one.said)
    if said:
        yield Line(said)
    if one.act is Act.ASSIGN or (one.act is Act.OPEN and one.assigned and one.priority == "high"):
        yield Line(_assigned(look, one), "text_secondary", sizes.SMALL)


def _changed(look: Look, one: ThreadLine) -> Iterator[Line]:
    if one.item is None:
        return
    yield Line(f"{look.tr('query.ui.changed')}  {zoned(one.when)}", "text_secondary", sizes.SMALL, dot="text_tertiary", gap=14)
    yield Line(_who(look, one), "text_secondary", sizes.SMALL, gap=0)
    old, new = _shown(look, one.item, one.old), _shown(look, one.item, one.new) or look.tr("ui_kit.blank")
    yield Line(new, gone=old or look.tr("ui_kit.blank"))
    reason = look.languages.text(one.said)
    if reason:
        yield Line(look.tr("casebook.history.reason", reason=reason), "text_secondary", sizes.SMALL)


def _assigned(look: Look, one: ThreadLine) -> str:
    role = look.languages.text(ROLE_TEXTS[Role(one.assigned)]) if one.assigned in set(Role) else one.assigned
    priority = look.tr(f"query.priority.{one.priority}") if one.priority else ""
    return look.tr("query.ui.assigned", role=role, priority=priority)


def _who(look: Look, one: ThreadLine) -> str:
    if one.role == SYSTEM:
        return look.tr("query.system")
    role = look.languages.text(ROLE_TEXTS[Role(one.role)]) if one.role in set(Role) else one.role
    return f"{look.languages.text(one.user)}  {role}"


def _shown(look: Look, item: ItemDef, value: Value) -> str:
    text = format_value(item, value, look.languages.lang)
    unit = unit_text(value.unit or item.unit) if value.text else ""
    return f"{text} {unit}".strip()
