"""The answer beside a question: boxes, value with unit, reason for a missing value, or room to write."""

from __future__ import annotations

from typing import NamedTuple

from crf_app.clinical.messages import FLAGS, REASONS
from crf_app.clinical.record import ItemRecord
from crf_app.clinical.values import Value
from crf_app.pdf.blocks import Box, Rule, Strip, Words, strip_of, strips_of, struck
from crf_app.pdf.choices import ChoiceLayout, OptionLines, lay_out, ticked
from crf_app.pdf.derivations import function_label
from crf_app.pdf.desk import Desk
from crf_app.pdf.fonts import is_covered
from crf_app.pdf.styles import (
    ANSWER,
    ANSWER_BOLD,
    BOLD,
    BOX,
    BOX_GAP,
    CELL,
    CELL_BOLD,
    CELL_SECOND,
    CODE_MARK,
    FAINT,
    OPTION,
    OPTION_SECOND,
    ROW_WIDTH,
    SECTION_WIDTH,
    SMALL,
    UNIT,
    Style,
)
from crf_app.pdf.typeset import Span
from crf_app.study.definition import Code, ItemDef, ItemType
from crf_app.study.item_types import MISSING_TEXTS, format_value
from crf_app.study.outlines import read_point
from crf_app.study.texts import Text
from crf_app.study.units import display_unit

_MACHINE_MADE = frozenset({ItemType.INT, ItemType.DEC, ItemType.DATE, ItemType.PDATE, ItemType.TIME, ItemType.DATETIME})
"""Types whose text has only figures and signs; what people typed is never set in bold (decisions 26)."""
_HASH_SHOWN = 12
_WRITING_WIDTH = 150.0


class Manner(NamedTuple):
    """How answers are set. `labels` of codes: "full" in rows, "short" in cells, "code" where a legend explains;
    "chosen" prints no boxes but the label of what was chosen, where a legend has the others.

    `units`: the item's own unit stands beside the answer; else in the head of the column. `formulas`: so does the formula of
    what is calculated; else under the table.
    """

    plain: Style
    bold: Style
    option: Style
    option_second: Style
    labels: str = "full"
    units: bool = True
    formulas: bool = True

    def label(self, code: Code) -> Text:
        """The code's label as this manner prints it."""
        if self.labels == "code":
            return Text(code.code, code.code)
        return code.short if self.labels == "short" and code.short.en else code.text


ROOMY = Manner(ANSWER, ANSWER_BOLD, OPTION, OPTION_SECOND)
TIGHT = Manner(CELL, CELL_BOLD, CELL, CELL_SECOND, "short")
TIGHTEST = TIGHT._replace(labels="code")
TABLE = TIGHT._replace(units=False, formulas=False)
CHOSEN = TABLE._replace(labels="chosen")


def answer_strips(desk: Desk, record: ItemRecord, width: float, manner: Manner = ROOMY) -> list[Strip]:
    """The answer's lines in a column of `width` points."""
    item, value = record.item, record.value
    if not record.collected:
        return _not_collected(desk, record, width, manner)
    boxes = bool(item.codes) and manner.labels != "chosen"
    if value.missing:
        strips = _missing(desk, value, width, manner)
        return strips + list(choice_layout(desk, item, width, manner).strips) if boxes else strips
    if boxes:
        return _choices(desk, item, value, width, manner)
    if value.is_blank and not value.status:
        if item.derive and not item.computed_unless_typed:
            return _formula(desk, item, width, manner)
        lines = item.lines if desk.blank and item.type is ItemType.TEXT else 1
        return [_writing_room(desk, item, width, manner)] * max(lines, 1)
    return _plain(desk, item, value, width, manner)


def choice_layout(desk: Desk, item: ItemDef, width: float, manner: Manner = ROOMY) -> ChoiceLayout:
    """All options of the item in a column of that width; made once for a document."""
    key = (id(item), width, manner.labels)
    found = desk.choice_layouts.get(key)
    if found is None:
        room = width - BOX - BOX_GAP
        options = [
            OptionLines(code.code, desk.wrap(desk.spans(_offered(desk, manner, code), manner.option, manner.option_second), room))
            for code in item.codes
        ]
        found = desk.choice_layouts[key] = lay_out(options, width, manner.option)
        desk.kept.append(item)
    return found


def _offered(desk: Desk, manner: Manner, code: Code) -> Text:
    """The label of an option; on an annotated form with the code that is stored."""
    label = manner.label(code)
    if not desk.annotated or label.en == code.code:
        return label
    return Text(f"{code.code} = {label.en}", label.zh if desk.lang == "both" else f"{code.code} = {label.zh}")


def _choices(desk: Desk, item: ItemDef, value: Value, width: float, manner: Manner) -> list[Strip]:
    chosen = [code for code in value.text.split(";") if code]
    strips = ticked(choice_layout(desk, item, width, manner), chosen) + _unknown(desk, item, value, width, manner)
    if item.derive and (value.text or value.status):
        strips += _derivation(desk, item, value, width, manner)
    return strips


def _unknown(desk: Desk, item: ItemDef, value: Value, width: float, manner: Manner) -> list[Strip]:
    """Stored codes that the form does not offer, said as such."""
    unknown = [code for code in value.text.split(";") if code and item.code(code) is None]
    if not unknown:
        return []
    said = Span(f"{desk.say('code_not_offered')}: {', '.join(unknown)}", manner.plain)
    return list(strips_of(desk.wrap([said], width), manner.plain))


def _plain(desk: Desk, item: ItemDef, value: Value, width: float, manner: Manner) -> list[Strip]:
    spans = [Span(value_text(desk, item, value), _value_style(item, value, desk, manner))]
    spans += _units(item, value, manner)
    strips = list(strips_of(desk.wrap(spans, width), manner.plain)) if spans[0].text or not value.status else []
    if item.codes:
        strips += _unknown(desk, item, value, width, manner)
    if item.derive:
        strips += _derivation(desk, item, value, width, manner)
    return strips


def _value_style(item: ItemDef, value: Value, desk: Desk, manner: Manner) -> Style:
    if item.type not in _MACHINE_MADE:
        return manner.plain
    return manner.bold if is_covered(format_value(item, value, desk.lang), BOLD) else manner.plain


def value_text(desk: Desk, item: ItemDef, value: Value) -> str:
    """The value as people read it: `format_value`, but links by the names of their rows, files by name and hash."""
    if value.missing or not value.text:
        return format_value(item, value, desk.lang)
    if item.type is ItemType.LINK:
        return "; ".join(desk.row_name(part) for part in value.text.split(";"))
    if item.type in (ItemType.PHOTO, ItemType.FILE):
        return "\n".join(_attachment(desk, part) for part in value.text.split(";"))
    if item.type is ItemType.MAP:
        return map_text(desk, value.text)
    return format_value(item, value, desk.lang)


def map_text(desk: Desk, text: str) -> str:
    """A map's point in words: limb, drawing, region, coordinates on the drawing."""
    point = read_point(text)
    if point is None:
        return text
    words = [desk.map_word(part) for part in (point.side, point.view, point.region) if part]
    return f"{' | '.join(words)} ({point.x:.2f}, {point.y:.2f})"


def _attachment(desk: Desk, digest: str) -> str:
    name = desk.file_names.get(digest, "")
    return f"{name}  SHA-256 {digest[:_HASH_SHOWN]}" if name else f"SHA-256 {digest[:_HASH_SHOWN]}"


def _units(item: ItemDef, value: Value, manner: Manner) -> list[Span]:
    unit = value.unit or (item.unit if value.text else "")
    if not unit or (unit == item.unit and not manner.units):
        return []
    spans = [Span(f" {display_unit(unit, item.test)}", UNIT)]
    if value.standard_unit and value.standard_unit != unit and value.standard:
        spans.append(Span(f"  = {value.standard} {display_unit(value.standard_unit, item.test)}", UNIT))
    return spans


def _derivation(desk: Desk, item: ItemDef, value: Value, width: float, manner: Manner) -> list[Strip]:
    """The formula's name and version; why there is no value; what to look at."""
    said = ["ƒ " + function_label(item.derive, desk)] if manner.formulas else []
    if value.status and value.status != "OK":
        why = REASONS[value.code].get(desk.lang) if value.code in REASONS else value.code
        said.append(desk.named(f"derived_status.{value.status}", value.status) + (f" ({why})" if why else ""))
    if value.flags:
        flags = (FLAGS[one].get(desk.lang) if one in FLAGS else one for one in value.flags.split(";"))
        said.append(f"{desk.say('derived_flags')} {', '.join(flags)}")
    return list(strips_of(desk.wrap([Span(" | ".join(said), SMALL)], width), SMALL)) if said else []


def _missing(desk: Desk, value: Value, width: float, manner: Manner) -> list[Strip]:
    """ND, UK or NA in a frame, what it means, and the reason as it was typed."""
    mark = desk.line([Span(value.missing, CODE_MARK)])
    lead = mark.width + 9
    spans = [Span(MISSING_TEXTS[value.missing].get(desk.lang), manner.plain)]
    if value.reason:
        spans.append(Span(f": {value.reason}", manner.plain))
    leading = manner.plain.leading
    lines = desk.wrap(spans, width - lead)
    strips = list(strips_of(lines, manner.plain, lead))
    first = strips[0]
    word = Words(2.5, leading / 2 + CODE_MARK.size * 0.3665, value.missing, CODE_MARK)
    frame = Box(0, leading / 2 - 4.2, mark.width + 5, 8.4, SECTION_WIDTH)
    strips[0] = first._replace(words=(word, *first.words), shapes=(frame, *first.shapes))
    return strips


def _not_collected(desk: Desk, record: ItemRecord, width: float, manner: Manner) -> list[Strip]:
    """What does not count: the value struck through with the reason why; a dash where there is nothing."""
    label = Span(desk.say(f"not_collected.{record.visibility.value}"), SMALL)
    if record.value.is_blank and manner is not ROOMY:
        return list(strips_of(desk.wrap([Span("—", UNIT)], width), manner.plain))
    if record.value.is_blank:
        return list(strips_of(desk.wrap([Span("— ", UNIT), label], width), manner.plain))
    lines = desk.wrap([Span(value_text(desk, record.item, record.value), manner.plain)], width)
    strips = [struck(strip, 0, line.width) for strip, line in zip(strips_of(lines, manner.plain), lines, strict=True)]
    return strips + list(strips_of(desk.wrap([label], width), SMALL))


def _formula(desk: Desk, item: ItemDef, width: float, manner: Manner) -> list[Strip]:
    """What calculates an item that nobody writes by hand."""
    said = ("" if desk.blank else "—  ") + (f"ƒ {function_label(item.derive, desk)}" if manner.formulas else "")
    first, *others = desk.wrap([Span(said, SMALL)], width)
    leading = manner.plain.leading
    return [strip_of(first, leading, leading * 0.7), *strips_of(others, SMALL)]


def _writing_room(desk: Desk, item: ItemDef, width: float, manner: Manner) -> Strip:
    """A line to write on, with the unit after it."""
    leading = manner.plain.leading
    unit = desk.line([Span(display_unit(item.unit, item.test), UNIT)]) if item.unit and manner.units else None
    after = unit
    if desk.blank and manner is ROOMY and desk.words.has(f"pdf.pattern.{item.type.value}"):
        after = desk.line([Span(desk.say(f"pattern.{item.type.value}"), SMALL._replace(grey=FAINT))])
    room = width - (after.width + 4 if after else 0)
    if item.type is not ItemType.TEXT:
        room = min(room, _WRITING_WIDTH / 2 if item.type in _MACHINE_MADE else _WRITING_WIDTH)
    line = Rule(0, leading - 1.5, room, leading - 1.5, ROW_WIDTH)
    if after is None:
        return Strip(leading, (), (line,))
    written = strip_of(after, leading, leading / 2 + UNIT.size * 0.3665, room + 4)
    return Strip(leading, written.words, (line, *written.shapes))
