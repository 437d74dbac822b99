"""What stands on every page: header, identity box, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crf_app.clinical.page_code import PageCode
from crf_app.clinical.record import EventRecord, Window
from crf_app.pdf.blocks import (
    Box,
    Code,
    Placed,
    Rule,
    Strip,
    aligned_right,
    height_of,
    stacked,
    strips_of,
    words_of,
)
from crf_app.pdf.codes import code_cells
from crf_app.pdf.desk import Desk, moment
from crf_app.pdf.styles import (
    CODE_MARK,
    FOOTER,
    FRAME_WIDTH,
    HEADER,
    HEADER_BOLD,
    IDENTITY,
    IDENTITY_BOLD,
    IDENTITY_LABEL,
    MARGIN_BOTTOM,
    MARGIN_LEFT,
    MARGIN_RIGHT,
    MARGIN_TOP,
    MM,
    PAGE_LONG,
    PAGE_NUMBER,
    PAGE_SHORT,
    ROW_WIDTH,
    SECTION_WIDTH,
)
from crf_app.pdf.typeset import Span, styled
from crf_app.words import Words as Catalogue

_RIGHT_ROOM = 56 * MM
_PAGE_ROOM = 34 * MM
_CODE_SIZE = 12.6 * MM
_CODE_ROOM = _CODE_SIZE + 2.5 * MM
_FOOTER_HEIGHT = 3 * FOOTER.leading + 1.4 * MM
_IDENTITY_SHARES = (0.12, 0.16, 0.24, 0.15, 0.33)
_IDENTITY_SIZES = (
    (9.0, False), (8.5, False), (8.0, False), (7.5, False), (7.0, False), (7.5, True), (7.0, True), (6.5, True), (6.0, True),
)  # fmt: skip
"""Sizes that are tried one after the other until the box has two lines, and whether in one language alone."""
_IDENTITY_PAD = 4 * MM
_HASH_GROUP = 4
_HASH_SHOWN = 16


def content_width(*, landscape: bool) -> float:
    """Width between the margins in points."""
    return (PAGE_LONG if landscape else PAGE_SHORT) - MARGIN_LEFT - MARGIN_RIGHT


class Identity(NamedTuple):
    """One field of the identity box; `short` says the same in one language where two do not fit on the line."""

    label: str
    spans: tuple[Span, ...]
    short: tuple[Span, ...] = ()


@dataclass(slots=True)
class Frame:
    """A page's surroundings. `fixed` is the same on every page of its kind in the document, `own` on pages of a form.

    Content runs from `top` to `bottom`, in points from the upper edge of the page.
    """

    landscape: bool
    fixed: list[Placed]
    own: list[Placed]
    top: float
    bottom: float
    footer_y: float
    size: tuple[float, float] = field(init=False)

    def __post_init__(self) -> None:
        self.size = (PAGE_LONG, PAGE_SHORT) if self.landscape else (PAGE_SHORT, PAGE_LONG)


class FrameMaker:
    """Makes frames; header and constant footer are laid out once per page kind."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._fixed: dict[tuple[bool, str], tuple[list[Placed], float]] = {}
        self._boxes: dict[tuple[tuple[Identity, ...], bool], tuple[list[Placed], float]] = {}

    def frame(self, identity: Sequence[Identity], about: str, *, landscape: bool, coded: bool = False, version: str = "") -> Frame:
        """The frame of pages with that identity box (none when empty); `about` opens the footer: form and version. `coded`: with room for a code.

        `version`: the version of the study that the page belongs to, "" for the context's.
        """
        kind = (landscape, version)
        if kind not in self._fixed:
            self._fixed[kind] = self._header(landscape, version)
        fixed, top = self._fixed[kind]
        height = PAGE_SHORT if landscape else PAGE_LONG
        footer_y = height - MARGIN_BOTTOM - _FOOTER_HEIGHT
        own = self._footer(about, footer_y, landscape, _PAGE_ROOM + (_CODE_ROOM if coded else 0))
        if identity:
            key = (tuple(identity), landscape)
            if key not in self._boxes:
                self._boxes[key] = self._identity(identity, content_width(landscape=landscape))
            box, high = self._boxes[key]
            own += [Placed(x, y + top + 3 * MM, strip) for x, y, strip in box]
            top += high + 3 * MM
        return Frame(landscape, fixed, own, top + 4 * MM, footer_y - 2.5 * MM, footer_y)

    def _header(self, landscape: bool, version: str) -> tuple[list[Placed], float]:
        desk, study = self._desk, self._desk.context.study_at(version)
        width = content_width(landscape=landscape)
        room = width - _RIGHT_ROOM
        left = list(strips_of(desk.wrap_text(study.name, HEADER_BOLD, room, HEADER), HEADER))
        numbers = [one for one in (study.registry_id,) if one and one not in (study.name.en, study.name.zh)]
        numbers.append(f"{desk.say('protocol')} {study.protocol or study.version}")
        left += strips_of(desk.wrap([styled(" | ".join(numbers), HEADER)], room), HEADER)
        right = [aligned_right(desk.line([styled(desk.say_both("case_report_form"), HEADER_BOLD)]), width, HEADER)]
        right.append(_confidential(desk, width))
        high = max(height_of(left), height_of(right)) + 2 * MM
        rule = Strip(0, (), (Rule(0, high, width, high, FRAME_WIDTH),))
        parts = [*stacked(left, 0, MARGIN_TOP), *stacked(right, 0, MARGIN_TOP), Placed(0, MARGIN_TOP, rule)]
        return parts, MARGIN_TOP + high

    def _identity(self, identity: Sequence[Identity], width: float) -> tuple[list[Placed], float]:
        cells = []
        x = 0.0
        identity, widths = self._fitted(identity, width)
        for (label, spans, _), wide in zip(identity, widths, strict=True):
            room = wide - _IDENTITY_PAD + 0.1
            strips = list(strips_of(self._desk.wrap([Span(label, IDENTITY_LABEL)], room), IDENTITY_LABEL))
            strips += strips_of(self._desk.wrap(spans, room), IDENTITY)
            cells.append((x, strips))
            x += wide
        high = max(*(height_of(strips) for _, strips in cells), IDENTITY_LABEL.leading + IDENTITY.leading) + 2 * MM
        parts: list[Placed] = []
        for x, strips in cells:
            parts += stacked(strips, x + 2 * MM, 1 * MM)
        edges = [Rule(x, 0, x, high, ROW_WIDTH, 0.4) for x, _ in cells[1:]]
        parts.append(Placed(0, 0, Strip(high, (), (Box(0, 0, width, high, SECTION_WIDTH), *edges))))
        return parts, high

    def _fitted(self, identity: Sequence[Identity], width: float) -> tuple[Sequence[Identity], list[float]]:
        """The fields in the largest type in which each stands on one line, and how wide each is."""
        fields, needed = list(identity), [self._needed(field) for field in identity]
        for size, short in _IDENTITY_SIZES:
            fields = [
                Identity(label, _at_most(said if short and said else spans, size)) for label, spans, said in identity
            ]
            needed = [self._needed(field) for field in fields]
            if sum(needed) <= width:
                return fields, _widened(needed, width)
        return fields, [one * width / sum(needed) for one in needed]

    def _needed(self, field: Identity) -> float:
        lines = (self._desk.line([Span(field.label, IDENTITY_LABEL)]), self._desk.line(field.spans))
        return max(line.width for line in lines) + _IDENTITY_PAD

    def _footer(self, about: str, y: float, landscape: bool, kept_free: float) -> list[Placed]:
        desk, context = self._desk, self._desk.context
        width = content_width(landscape=landscape)
        room = width - kept_free
        state = f"{desk.say('state_at')} {moment(context.data_state)}"
        by = [moment(context.produced_at), context.produced_by.get(desk.lang)]
        printed = f"{desk.say('printed')} {' | '.join(part for part in by if part)}"
        # without a workspace there is no ledger: the definition is named by its own hash
        ledger = f"{desk.say('ledger_head')} #{context.ledger_no} | {grouped(context.ledger_hash)}"
        if not context.ledger_no:
            ledger = f"{desk.say('definition')} SHA-256 {grouped(context.study.sha256)}"
        spans = [[Span(f"{about} | {state}", FOOTER)], [Span(printed, FOOTER)], [Span(ledger, FOOTER)]]
        strips = [strip for one in spans for strip in strips_of(desk.wrap(one, room)[:1], FOOTER)]
        rule = Strip(0, (), (Rule(0, 0, width, 0, SECTION_WIDTH),))
        return [Placed(0, y, rule), *stacked(strips, 0, y + 1.4 * MM)]


def page_number(desk: Desk, frame: Frame, number: int, total: int, code: PageCode | None = None) -> list[Placed]:
    """Page x / y in both languages, at the right of the footer; beside it the code by which a scan of the page finds its form."""
    width = content_width(landscape=frame.landscape)
    if code is not None:
        width -= _CODE_ROOM
    first = aligned_right(desk.line([styled(f"Page {number} / {total}", PAGE_NUMBER)]), width, PAGE_NUMBER)
    second = aligned_right(desk.line([Span(f"第 {number} 页，共 {total} 页", FOOTER)]), width, FOOTER)
    y = frame.footer_y + 1.4 * MM
    placed = [Placed(0, y, first), Placed(0, y + PAGE_NUMBER.leading, second)]
    if code is not None:
        cells, rows = code_cells(code.text)
        square = Code(width + _CODE_ROOM - _CODE_SIZE, 0, _CODE_SIZE, cells, rows)
        placed.append(Placed(0, y, Strip(0, (), (square,))))
    return placed


def grouped(digest: str) -> str:
    """The first figures of a hash in groups of four."""
    shown = digest[:_HASH_SHOWN]
    return " ".join(shown[at : at + _HASH_GROUP] for at in range(0, len(shown), _HASH_GROUP)) + (
        " ..." if len(digest) > _HASH_SHOWN else ""
    )


def _confidential(desk: Desk, right: float) -> Strip:
    """Confidential, and before it in a frame that the data are made up."""
    said = desk.line([Span(desk.say_both("confidential"), HEADER)])
    strip = aligned_right(said, right, HEADER)
    if not desk.context.synthetic:
        return strip
    line = desk.line([styled(desk.say_both("synthetic"), CODE_MARK)])
    end = right - said.width - 8
    words, _ = words_of(line, end - line.width, HEADER.leading / 2 + CODE_MARK.size * 0.3665)
    frame = Box(end - line.width - 3, 0.3, line.width + 6, HEADER.leading - 0.2, SECTION_WIDTH)
    return Strip(strip.height, (*strip.words, *words), (*strip.shapes, frame))


def _at_most(spans: Sequence[Span], size: float) -> tuple[Span, ...]:
    return tuple(Span(text, style._replace(size=min(style.size, size))) for text, style in spans)


def _widened(needed: Sequence[float], width: float) -> list[float]:
    """The usual shares of `width`, taken from the fields with room to spare where another needs more."""
    usual = _IDENTITY_SHARES if len(needed) == len(_IDENTITY_SHARES) else (1 / len(needed),) * len(needed)
    wanted = [max(least, share * width) for least, share in zip(needed, usual, strict=True)]
    spare = [most - least for most, least in zip(wanted, needed, strict=True)]
    over = (sum(wanted) - width) / sum(spare) if sum(spare) else 0.0
    return [most - over * one for most, one in zip(wanted, spare, strict=True)]


def subject_identity(desk: Desk) -> tuple[Identity, ...]:
    """Site and subject: the identity of pages that belong to no visit."""
    subject = desk.subject.subject if desk.subject is not None else ""
    return (
        Identity(desk.say("site"), (styled(desk.context.site_code, IDENTITY_BOLD),)),
        Identity(desk.say("subject"), (styled(subject, IDENTITY_BOLD),)),
    )


def event_identity(desk: Desk, event: EventRecord) -> tuple[Identity, ...]:
    """Site, subject, visit, visit date, window."""
    short = event.event.short.get("zh" if desk.lang == "zh" else "en")
    code = styled(short, IDENTITY_BOLD)
    visit, brief = [code], [code]
    if short not in (event.title.en, event.title.zh):
        visit += [Span(" | ", IDENTITY), *desk.spans(event.title, IDENTITY)]
        brief += [Span(" | ", IDENTITY), Span(event.title.en, IDENTITY)]
    if event.event.kind == "log":
        return (*subject_identity(desk), Identity(desk.say("visit"), desk.spans(event.title, IDENTITY)))
    return (
        *subject_identity(desk),
        Identity(desk.say("visit"), tuple(visit), tuple(brief) if desk.lang == "both" else ()),
        Identity(desk.say("visit_date"), (styled(event.visit_date, IDENTITY_BOLD),)),
        _window(desk, event),
    )


def _window(desk: Desk, event: EventRecord) -> Identity:
    both, one = (window_text(desk.words, event.window, event.out_of_window, lang) for lang in (desk.lang, "en"))
    return Identity(desk.say("window"), (Span(both, IDENTITY),), (Span(one, IDENTITY),) if desk.lang == "both" else ())


def window_text(words: Catalogue, window: Window, out_of_window: bool, lang: str) -> str:
    """The window's ends and where the visit lies in it."""
    if window.earliest is None or window.latest is None:
        return ""
    ends = f"{window.earliest:%Y-%m-%d} – {window.latest:%m-%d}"
    if window.earliest.year != window.latest.year:
        ends = f"{window.earliest:%Y-%m-%d} – {window.latest:%Y-%m-%d}"
    state = window.state or ("LATE" if out_of_window else "")
    said = words.text(f"pdf.window_state.{state}", lang) if words.has(f"pdf.window_state.{state}") else ""
    outside = f"{words.text('pdf.days_outside', lang)} {window.days_outside}" if window.days_outside else ""
    return ", ".join(part for part in (ends, said, outside) if part)
