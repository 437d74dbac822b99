"""Text to lines: measuring, breaking by the rules of Latin and Chinese, marking what no font can draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crf_app.pdf.fonts import code_point, coverage, is_covered, text_width
from crf_app.pdf.styles import BOLD, REGULAR, Style

_NOT_FIRST = frozenset("、。，．：；？！）］｝〕〉》」』】’”…‥ー％℃·,.;:?!)]}%>")
"""Characters that do not begin a line (closing punctuation)."""
_NOT_LAST = frozenset("（［｛〔〈《「『【‘“([{<")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_ATOMS = re.compile(rf"[ \u00a0\u3000]+|[{_CJK}]|[^ \u00a0\u3000{_CJK}]+")
_SIGN = re.compile("[\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff]")
_COMPANY = 5
"""Parts of a line that can spare one."""
_FRAME_PAD = 1.2
_FRAME_SIZE = 0.72
"""The framed code point is set smaller than the text around it."""
_TAB = "    "


class Span(NamedTuple):
    """A run of text in one style."""

    text: str
    style: Style


class Piece(NamedTuple):
    """A run placed on a line; `framed`: the name of a character that no font has, to be drawn in a box."""

    x: float
    text: str
    style: Style
    width: float
    framed: bool = False


class Line(NamedTuple):
    """One line: its pieces from left to right and the width they take."""

    pieces: tuple[Piece, ...]
    width: float


class _Atom(NamedTuple):
    text: str
    style: Style
    width: float
    space: bool = False
    framed: bool = False


class Typesetter:
    """Breaks spans into lines and remembers the result: the questions of a form are broken once for a casebook.

    `missing` gathers every character that was drawn as its code point since `forget_missing`.
    """

    def __init__(self) -> None:
        self._lines: dict[tuple[tuple[Span, ...], float], tuple[Line, ...]] = {}
        self._missing_of: dict[tuple[tuple[Span, ...], float], tuple[str, ...]] = {}
        self.missing: dict[str, None] = {}

    def forget_missing(self) -> None:
        """Begin a new list of characters that could not be drawn."""
        self.missing = {}

    def wrap(self, spans: Sequence[Span], width: float) -> tuple[Line, ...]:
        """The lines of `spans` in a column of `width` points; at least one, perhaps empty.

        A word longer than the column is broken between characters; nothing is ever cut off.
        """
        key = (tuple(spans), width)
        found = self._lines.get(key)
        if found is None:
            missing: dict[str, None] = {}
            found = self._lines[key] = _break(key[0], width, missing)
            if missing:
                self._missing_of[key] = tuple(missing)
        if key in self._missing_of:
            self.missing.update(dict.fromkeys(self._missing_of[key]))
        return found

    def line(self, spans: Sequence[Span]) -> Line:
        """All of `spans` on one line, however wide."""
        return self.wrap(spans, 1e6)[0]


def styled(text: str, style: Style) -> Span:
    """A span in `style`, in the regular face when the bold one lacks a character: our own texts only."""
    if style.font == BOLD and not is_covered(text, BOLD):
        style = style._replace(font=REGULAR)
    return Span(text, style)


def _break(spans: tuple[Span, ...], width: float, missing: dict[str, None]) -> tuple[Line, ...]:
    simple = _one_line(spans, width)
    if simple is not None:
        return (simple,)
    lines: list[Line] = []
    for paragraph in _paragraphs(spans):
        lines.extend(_fill(_clusters(list(_atoms(paragraph, missing)), width), width))
    return tuple(lines)


def _one_line(spans: tuple[Span, ...], width: float) -> Line | None:
    pieces = []
    x = 0.0
    for text, style in spans:
        if not coverage(style.font).issuperset(text):
            return None
        wide = text_width(text, style.font, style.size)
        pieces.append(Piece(x, text, style, wide))
        x += wide
    return Line(tuple(pieces), x) if x <= width else None


def _paragraphs(spans: Iterable[Span]) -> Iterator[list[Span]]:
    current: list[Span] = []
    for span in spans:
        first, *others = span.text.split("\n")
        current.append(Span(first, span.style))
        for other in others:
            yield current
            current = [Span(other, span.style)]
    yield current


def _atoms(spans: Iterable[Span], missing: dict[str, None]) -> Iterator[_Atom]:
    for text, style in spans:
        for part, framed in _drawable(text.replace("\t", _TAB), style, missing):
            if framed is not None:
                yield framed
                continue
            for atom in _ATOMS.findall(part):
                yield _Atom(atom, style, text_width(atom, style.font, style.size), space=atom[0] in " \u00a0\u3000")


def _drawable(text: str, style: Style, missing: dict[str, None]) -> Iterator[tuple[str, _Atom | None]]:
    covered = coverage(style.font)
    if covered.issuperset(text):
        yield text, None
        return
    start = 0
    for place, character in enumerate(text):
        if character in covered:
            continue
        if place > start:
            yield text[start:place], None
        start = place + 1
        yield "", _substitute(character, style, missing)
    if start < len(text):
        yield text[start:], None


def _substitute(character: str, style: Style, missing: dict[str, None]) -> _Atom:
    """The character in the other face, else its code point in a frame."""
    for font in (REGULAR, BOLD):
        if character in coverage(font):
            return _Atom(character, style._replace(font=font), text_width(character, font, style.size))
    missing[character] = None
    small = style._replace(font=REGULAR, size=round(style.size * _FRAME_SIZE, 1))
    name = code_point(character)
    return _Atom(name, small, text_width(name, REGULAR, small.size) + 2 * _FRAME_PAD + 1, framed=True)


def _clusters(atoms: list[_Atom], width: float) -> Iterator[list[_Atom]]:
    """Atoms that share a line: a sign with what it closes or opens; a word wider than the column in parts."""
    cluster: list[_Atom] = []
    for atom in atoms:
        if cluster and not _joined(cluster[-1], atom):
            yield from _narrowed(cluster, width)
            cluster = []
        cluster.append(atom)
    if cluster:
        yield from _narrowed(cluster, width)


def _joined(before: _Atom, after: _Atom) -> bool:
    if before.space or after.space:
        return False
    return after.text[0] in _NOT_FIRST or before.text[-1] in _NOT_LAST


def _narrowed(cluster: list[_Atom], width: float) -> Iterator[list[_Atom]]:
    if sum(atom.width for atom in cluster) <= width or cluster[0].space:
        yield cluster
        return
    for atom in cluster:
        if atom.width <= width or atom.framed:
            yield [atom]
            continue
        for character in atom.text:
            yield [_Atom(character, atom.style, text_width(character, atom.style.font, atom.style.size))]


def _fill(clusters: Iterable[list[_Atom]], width: float) -> Iterator[Line]:
    lines: list[list[list[_Atom]]] = [[]]
    used = 0.0
    for cluster in clusters:
        wide = sum(atom.width for atom in cluster)
        if lines[-1] and used + wide > width + 0.01 and not cluster[0].space:
            lines.append([])
            used = 0.0
        if cluster[0].space and not lines[-1] and used == 0.0 and wide > width:
            continue
        lines[-1].append(cluster)
        used += wide
        if cluster[0].space and used > width:
            lines.append([])
            used = 0.0
    _keep_company(lines, width)
    for line in lines:
        yield _line([atom for cluster in line for atom in cluster])


def _keep_company(lines: list[list[list[_Atom]]], width: float) -> None:
    """A paragraph does not end with a single Chinese sign: the one before it comes down too."""
    if len(lines) < 2 or len(lines[-1]) != 1 or len(lines[-2]) < _COMPANY:
        return
    before, last = lines[-2][-1], lines[-1][0]
    if _is_chinese(last) and _is_chinese(before) and sum(atom.width for atom in (*before, *last)) <= width:
        lines[-1].insert(0, lines[-2].pop())


def _is_chinese(cluster: list[_Atom]) -> bool:
    """One sign, with or without the punctuation that goes with it."""
    return sum(_SIGN.match(atom.text) is not None and not atom.framed for atom in cluster) == 1 and len(cluster) < _COMPANY


def _line(atoms: list[_Atom]) -> Line:
    while atoms and atoms[-1].space:
        atoms.pop()
    pieces: list[Piece] = []
    x = 0.0
    for atom in atoms:
        last = pieces[-1] if pieces else None
        if last is not None and last.style == atom.style and not last.framed and not atom.framed:
            pieces[-1] = last._replace(text=last.text + atom.text, width=last.width + atom.width)
        else:
            pieces.append(Piece(x, atom.text, atom.style, atom.width, atom.framed))
        x += atom.width
    return Line(tuple(pieces), x)
