"""Right and left of one thing, or two sides of one question: which items share a line, and what each is called there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crf_app.study.definition import ItemDef
from crf_app.study.texts import Text

RIGHT = Text("R", "右")
LEFT = Text("L", "左")
_RIGHT = re.compile(r"\bright\b|右", re.IGNORECASE)
_LEFT = re.compile(r"\bleft\b|左", re.IGNORECASE)
_SIDE = re.compile(r"\b(?:right|left|R|L)\b|[右左]侧?", re.IGNORECASE)
_EMPTY = re.compile(r"[(（]\s*[)）]")
_LOOSE = " ,，、;；：:-–(（"


def paired(items: Sequence[ItemDef]) -> list[tuple[ItemDef, ...]]:
    """Items in order, partners (`pair`) brought together on one line: right before left, else the first in front."""
    lines: list[tuple[ItemDef, ...]] = []
    taken: set[str] = set()
    known = {item.oid: item for item in items}
    for item in items:
        if item.oid in taken:
            continue
        partner = known.get(item.pair) or next((one for one in items if one.pair == item.oid), None)
        line = (item, partner) if partner is not None and partner is not item and partner.oid not in taken else (item,)
        taken.update(one.oid for one in line)
        lines.append(line[::-1] if len(line) == 2 and _sides(*line) == (LEFT, RIGHT) else line)
    return lines


def shared_label(first: ItemDef, second: ItemDef) -> Text:
    """What both labels say: "Knee reflex, right" and "Knee reflex, left" are "Knee reflex"."""
    return Text(*(_shared(first.label.get(lang), second.label.get(lang)) for lang in ("en", "zh")))


def part_labels(first: ItemDef, second: ItemDef) -> tuple[Text, Text]:
    """What tells the two apart: R and L for sides, else what their labels do not share ("intensity", "frequency")."""
    sides = _sides(first, second)
    if sides is not None:
        return sides
    shared = shared_label(first, second)
    parts = (
        Text(*(_rest(item.label.get(lang), shared.get(lang)) for lang in ("en", "zh"))) for item in (first, second)
    )
    one, other = parts
    return one, other


def _sides(first: ItemDef, second: ItemDef) -> tuple[Text, Text] | None:
    found = tuple(RIGHT if _RIGHT.search(one.label.en) else LEFT if _LEFT.search(one.label.en) else None for one in (first, second))
    if found == (RIGHT, LEFT):
        return RIGHT, LEFT
    return (LEFT, RIGHT) if found == (LEFT, RIGHT) else None


def _shared(first: str, second: str) -> str:
    bare, other = (_EMPTY.sub("", _SIDE.sub("", one)).strip(_LOOSE) for one in (first, second))
    if bare and bare == other and bare != first.strip(_LOOSE):
        return bare
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    if _within_word(first, start) or _within_word(second, start):
        start = first.rfind(" ", 0, start) + 1
    return first[:start].strip(_LOOSE) or first


def _within_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and all(one.isascii() and one.isalnum() for one in text[place - 1 : place + 1])


def _rest(label: str, shared: str) -> str:
    return label.removeprefix(shared).strip(_LOOSE) or label
