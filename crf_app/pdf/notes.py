"""The notes at the foot of a form: corrections, findings, characters that no font has, and what the marks mean."""

from __future__ import annotations

from collections.abc import Sequence

from crf_app.clinical.record import ChangeRecord, Finding, FormRecord, ItemRecord
from crf_app.clinical.values import Value
from crf_app.pdf.answers import value_text
from crf_app.pdf.blocks import Block, Column, Strip, row_blocks, strips_of
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.fonts import code_point
from crf_app.pdf.styles import MARK, MM, NOTE, NUMBER_COLUMN
from crf_app.pdf.typeset import Span
from crf_app.study.definition import ItemDef, Severity
from crf_app.study.item_types import MISSING_TEXTS
from crf_app.study.units import display_unit

_GAP_ABOVE = 2 * MM


class Notes:
    """Numbers the notes of one form while its rows are laid out; `blocks` sets them at the end."""

    def __init__(self, desk: Desk, form: FormRecord) -> None:
        self._desk = desk
        self._form = form
        self._entries: list[tuple[str, str]] = []
        self._corrections = 0
        self._findings = 0
        self._derived = False
        self._missing = False
        self.form = form.form
        self._numbers = {item.oid: place for place, item in enumerate(form.form.items, 1)}

    def number(self, item: ItemDef) -> int:
        """The item's number on the form: its place in the definition, the same on blank and filled pages."""
        return self._numbers.get(item.oid, 0)

    def share_number(self, owner: ItemDef, item: ItemDef) -> None:
        """Let `item` go by the number of `owner`, on whose line it is printed."""
        self._numbers[item.oid] = self._numbers[owner.oid]

    def marks(self, record: ItemRecord, row: str = "") -> tuple[str, ...]:
        """The marks beside an answer ("△1", "◇2", "ƒ"); their notes are remembered. `row` names the row of a table."""
        found = []
        for change in corrections(self._form, record):
            self._corrections += 1
            found.append(f"△{self._corrections}")
            self._entries.append((found[-1], self._said(record, row) + change_text(self._desk, record.item, change)))
        found += [self._finding(finding, self._said(record, row)) for finding in record.findings if _is_noted(finding)]
        if record.item.derive:
            self._derived = True
            found.append("ƒ")
        self._missing = self._missing or bool(record.value.missing)
        return tuple(found)

    def form_findings(self) -> None:
        """Remember the findings of the form itself and of its rows."""
        for finding in self._form.findings:
            if not finding.key.item and _is_noted(finding):
                self._finding(finding, "")

    def _finding(self, finding: Finding, where: str) -> str:
        self._findings += 1
        mark = f"◇{self._findings}"
        state = self._desk.say("finding_confirmed" if finding.confirmed else "finding_open")
        text = f"{where}{finding.rule} | {finding.message.get(self._desk.lang)} | {state}"
        self._entries.append((mark, f"{text}: {finding.reason}" if finding.reason else text))
        return mark

    def _said(self, record: ItemRecord, row: str) -> str:
        number = self.number(record.item)
        return f"{number} {row} | " if row else f"{number} | "

    def blocks(self, width: float) -> list[Block]:
        """The notes as rows without rules; none when there is nothing to say."""
        self.form_findings()
        entries = list(self._entries)
        if self._derived:
            entries.append(("ƒ", self._desk.say("legend_derived")))
        if self._missing:
            meanings = (f"{code} {text.get(self._desk.lang)}" for code, text in MISSING_TEXTS.items())
            entries.append(("", ", ".join(meanings)))
        strips: list[tuple[tuple[Strip, ...], tuple[Strip, ...]]] = [self._entry(*entry, width) for entry in entries]
        undrawn = tuple(self._desk.typesetter.missing)
        if undrawn:
            said = f"{', '.join(map(code_point, undrawn))}: {self._desk.say('legend_undrawn')}"
            strips.append(self._entry("U+", said, width))
        return _note_blocks(strips, width)

    def _entry(self, mark: str, text: str, width: float) -> tuple[tuple[Strip, ...], tuple[Strip, ...]]:
        room = width - NUMBER_COLUMN
        return (
            strips_of(
                self._desk.wrap([Span(mark, MARK._replace(size=7.0, leading=NOTE.leading))], NUMBER_COLUMN), NOTE
            ),
            strips_of(self._desk.wrap([Span(text, NOTE)], room), NOTE),
        )


def _is_noted(finding: Finding) -> bool:
    """A reminder (INFO) concerns who enters; on paper it would only be noise."""
    return finding.severity is not Severity.INFO or finding.confirmed


def _note_blocks(entries: Sequence[tuple[Sequence[Strip], Sequence[Strip]]], width: float) -> list[Block]:
    blocks: list[Block] = []
    for mark, text in entries:
        made = row_blocks([Column(0, mark), Column(NUMBER_COLUMN, text)], width, least=0, pad=0)
        for block in made:
            block.parts = block.parts[:-1]  # a note has no rule under it
        blocks.extend(made)
    if blocks:
        blocks[0].gap = _GAP_ABOVE
    return blocks


def corrections(form: FormRecord, record: ItemRecord) -> tuple[ChangeRecord, ...]:
    """The changes of an item that count as corrections: made after the form was first complete."""
    if not record.corrected:
        return ()
    first = form.first_completed_at
    late = tuple(change for change in record.changes if first is not None and change.when > first)
    return late or tuple(change for change in record.changes if not change.old.is_blank)


def change_text(desk: Desk, item: ItemDef, change: ChangeRecord) -> str:
    """Old, new, when, who and why of a change, in one sentence."""
    old, new = (with_unit(desk, item, value) for value in (change.old, change.new))
    who = change.user_name.get(desk.lang)
    return f"{old} → {new} | {moment(change.when)} | {who} | {change.reason or desk.say('no_reason')}"


def with_unit(desk: Desk, item: ItemDef, value: Value) -> str:
    """A value on one line with its unit; a blank one says so."""
    if value.is_blank:
        return desk.say("blank")
    text = value_text(desk, item, value).replace("\n", " ")
    unit = value.unit or item.unit
    return f"{text} {display_unit(unit, item.test)}" if unit and not value.missing else text
