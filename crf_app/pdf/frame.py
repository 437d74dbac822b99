"""What stands on every page: header, identity box, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crf_app.clinical.record import EventRecord, Window
from crf_app.pdf.blocks import (
    Box,
    Placed,
    Rule,
    Strip,
    Words,
    aligned_right,
    baseline,
    height_of,
    stacked,
    strips_of,
    words_of,
)
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

_RIGHT_ROOM = 56 * MM
_PAGE_ROOM = 34 * MM
_FOOTER_HEIGHT = 3 * FOOTER.leading + 1.4 * MM
_IDENTITY_SHARES = (0.12, 0.16, 0.24, 0.15, 0.33)
_HASH_GROUP = 4
_HASH_SHOWN = 16


def content_width(*, landscape: bool) -> float:
    """Width between the margins in points."""
    return (PAGE_LONG if landscape else PAGE_SHORT) - MARGIN_LEFT - MARGIN_RIGHT


class Identity(NamedTuple):
    """One field of the identity box."""

    label: str
    spans: tuple[Span, ...]


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
        self._fixed: dict[bool, tuple[list[Placed], float]] = {}

    def frame(self, identity: Sequence[Identity], about: str, *, landscape: bool) -> Frame:
        """The frame of pages with that identity box (none when empty); `about` opens the footer: form and version."""
        if landscape not in self._fixed:
            self._fixed[landscape] = self._header(landscape)
        fixed, top = self._fixed[landscape]
        height = PAGE_SHORT if landscape else PAGE_LONG
        footer_y = height - MARGIN_BOTTOM - _FOOTER_HEIGHT
        own = self._footer(about, footer_y, landscape)
        if identity:
            box, high = self._identity(identity, content_width(landscape=landscape))
            own += [Placed(x, y + top + 3 * MM, strip) for x, y, strip in box]
            top += high + 3 * MM
        return Frame(landscape, fixed, own, top + 4 * MM, footer_y - 2.5 * MM, footer_y)

    def _header(self, landscape: bool) -> tuple[list[Placed], float]:
        desk, study = self._desk, self._desk.context.study
        width = content_width(landscape=landscape)
        room = width - _RIGHT_ROOM
        name = study.name.get("zh" if desk.lang == "zh" else "en")
        others = [one for one in (study.registry_id,) if one and one != name]
        others.append(f"{desk.say('protocol')} {study.protocol or study.version}")
        left = list(
            strips_of(desk.wrap([styled(name, HEADER_BOLD), styled(" | " + " | ".join(others), HEADER)], room), HEADER)
        )
        left += strips_of(desk.wrap(desk.spans(study.title, HEADER), room), HEADER)
        right = [aligned_right(desk.line([styled(desk.say_both("case_report_form"), HEADER_BOLD)]), width, HEADER)]
        right.append(aligned_right(desk.line([Span(desk.say_both("confidential"), HEADER)]), width, HEADER))
        if desk.context.synthetic:
            right.append(_synthetic(desk, width))
        high = max(height_of(left), height_of(right)) + 2 * MM
        rule = Strip(0, (), (Rule(0, high, width, high, FRAME_WIDTH),))
        parts = [*stacked(left, 0, MARGIN_TOP), *stacked(right, 0, MARGIN_TOP), Placed(0, MARGIN_TOP, rule)]
        return parts, MARGIN_TOP + high

    def _identity(self, identity: Sequence[Identity], width: float) -> tuple[list[Placed], float]:
        shares = _IDENTITY_SHARES if len(identity) == len(_IDENTITY_SHARES) else [1 / len(identity)] * len(identity)
        cells = []
        x = 0.0
        for (label, spans), share in zip(identity, shares, strict=True):
            room = share * width - 4 * MM
            strips = list(strips_of(self._desk.wrap([Span(label, IDENTITY_LABEL)], room), IDENTITY_LABEL))
            strips += strips_of(self._desk.wrap(spans, room), IDENTITY)
            cells.append((x, strips))
            x += share * width
        high = max(*(height_of(strips) for _, strips in cells), IDENTITY_LABEL.leading + IDENTITY.leading) + 2 * MM
        parts: list[Placed] = []
        for x, strips in cells:
            parts += stacked(strips, x + 2 * MM, 1 * MM)
        edges = [Rule(x, 0, x, high, ROW_WIDTH, 0.4) for x, _ in cells[1:]]
        parts.append(Placed(0, 0, Strip(high, (), (Box(0, 0, width, high, SECTION_WIDTH), *edges))))
        return parts, high

    def _footer(self, about: str, y: float, landscape: bool) -> list[Placed]:
        desk, context = self._desk, self._desk.context
        width = content_width(landscape=landscape)
        room = width - _PAGE_ROOM
        state = f"{desk.say('state_at')} {moment(context.data_state)}"
        printed = f"{desk.say('printed')} {moment(context.produced_at)} | {context.produced_by.get(desk.lang)}"
        ledger = f"{desk.say('ledger_head')} #{context.ledger_no} | {grouped(context.ledger_hash)}"
        spans = [[Span(f"{about} | {state}", FOOTER)], [Span(printed, FOOTER)], [Span(ledger, FOOTER)]]
        strips = [strip for one in spans for strip in strips_of(desk.wrap(one, room)[:1], FOOTER)]
        rule = Strip(0, (), (Rule(0, 0, width, 0, SECTION_WIDTH),))
        return [Placed(0, y, rule), *stacked(strips, 0, y + 1.4 * MM)]


def page_number(desk: Desk, frame: Frame, number: int, total: int) -> list[Placed]:
    """Page x / y in both languages, at the right of the footer."""
    width = content_width(landscape=frame.landscape)
    first = aligned_right(desk.line([styled(f"Page {number} / {total}", PAGE_NUMBER)]), width, PAGE_NUMBER)
    second = aligned_right(desk.line([Span(f"第 {number} 页，共 {total} 页", FOOTER)]), width, FOOTER)
    y = frame.footer_y + 1.4 * MM
    return [Placed(0, y, first), Placed(0, y + PAGE_NUMBER.leading, second)]


def grouped(digest: str) -> str:
    """The first figures of a hash in groups of four."""
    shown = digest[:_HASH_SHOWN]
    return " ".join(shown[at : at + _HASH_GROUP] for at in range(0, len(shown), _HASH_GROUP)) + (
        " ..." if len(digest) > _HASH_SHOWN else ""
    )


def _synthetic(desk: Desk, right: float) -> Strip:
    line = desk.line([styled(desk.say_both("synthetic"), CODE_MARK)])
    words, _ = words_of(line, right - line.width - 3, 1 + baseline(CODE_MARK))
    frame = Box(right - line.width - 6, 1.8, line.width + 6, 10.4, SECTION_WIDTH)
    return Strip(CODE_MARK.leading + 1, tuple(Words(*one) for one in words), (frame,))


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
    visit = [styled(short, IDENTITY_BOLD)]
    if short not in (event.title.en, event.title.zh):
        visit += [Span(" | ", IDENTITY), *desk.spans(event.title, IDENTITY)]
    if event.event.kind == "log":
        return (*subject_identity(desk), Identity(desk.say("visit"), desk.spans(event.title, IDENTITY)))
    return (
        *subject_identity(desk),
        Identity(desk.say("visit"), tuple(visit)),
        Identity(desk.say("visit_date"), (styled(event.visit_date, IDENTITY_BOLD),)),
        Identity(desk.say("window"), (Span(window_text(desk, event.window, event.out_of_window), IDENTITY),)),
    )


def window_text(desk: Desk, window: Window, out_of_window: bool) -> str:
    """The window's ends and where the visit lies in it."""
    if window.earliest is None or window.latest is None:
        return ""
    ends = f"{window.earliest:%Y-%m-%d} – {window.latest:%m-%d}"
    if window.earliest.year != window.latest.year:
        ends = f"{window.earliest:%Y-%m-%d} – {window.latest:%Y-%m-%d}"
    state = window.state or ("LATE" if out_of_window else "")
    said = desk.named(f"window_state.{state}", "") if state else ""
    outside = f"{desk.say('days_outside')} {window.days_outside}" if window.days_outside else ""
    return ", ".join(part for part in (ends, said, outside) if part)
