"""What an item held: every value, who, when, why; newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.clinical.record import ChangeRecord
from crf_app.clock import zoned
from crf_app.study.definition import ItemDef
from crf_app.study.item_types import format_value
from crf_app.ui.casebook.lines import Line
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.form.unit_text import unit_text


def history_lines(look: Look, item: ItemDef, changes: Sequence[ChangeRecord]) -> tuple[Line, ...]:
    """The history of an item as paragraphs."""
    if not changes:
        return (Line(look.tr("casebook.history.none"), "text_secondary"),)
    return tuple(line for number, change in enumerate(reversed(changes)) for line in _change(look, item, change, newest=number == 0))


def _change(look: Look, item: ItemDef, change: ChangeRecord, *, newest: bool) -> Iterator[Line]:
    lang = look.languages.lang
    old = format_value(item, change.old, lang)
    new = format_value(item, change.new, lang) or look.tr("ui_kit.blank")
    unit = unit_text(change.new.unit or item.unit) if change.new.text else ""
    yield Line(f"{new} {unit}".strip(), bold=True, gone=old, dot="accent" if newest else "text_tertiary", gap=12)
    if change.reason:
        yield Line(look.tr("casebook.history.reason", reason=change.reason), bold=True)
    elif change.old.is_blank and change.source == "typed":
        yield Line(look.tr("casebook.history.first"), "text_secondary", sizes.SMALL)
    if change.source != "typed" and look.languages.words.has(f"casebook.source.{change.source}"):
        yield Line(look.tr(f"casebook.source.{change.source}"), "text_secondary", sizes.SMALL)
    role = look.languages.text(ROLE_TEXTS[Role(change.role)]) if change.role in set(Role) else change.role
    who = look.tr("casebook.history.who", name=look.languages.text(change.user_name), role=role, when=zoned(change.when))
    yield Line(who, "text_secondary", sizes.SMALL)
