"""The annotations of an annotated form: the names of an item on a grey ground, told apart from what is asked."""

from __future__ import annotations

from crf_app.pdf.blocks import Box, Strip, strips_of
from crf_app.pdf.desk import Desk
from crf_app.pdf.styles import BAND_GREY, BOLD, REGULAR, ROW_WIDTH, Style
from crf_app.pdf.typeset import Span, styled
from crf_app.study.annotations import annotate
from crf_app.study.definition import FormDef, ItemDef

_NAME = Style(BOLD, 6.2, 8.6)
_MORE = Style(REGULAR, 6.2, 8.6)
_PAD = 1.6


def annotation_strips(desk: Desk, form: FormDef, item: ItemDef, width: float) -> tuple[Strip, ...]:
    """CDASH variable with its test, OID, type, code list: in a column of `width` points, each line on a grey ground."""
    known = annotate(form, item)
    variable = known.variable + (f" ({desk.say('annotated_own')})" if known.own else "")
    spans = [styled(variable, _NAME)]
    spans += [Span(f" | {part}", _MORE) for part in (known.where, known.oid, known.size, known.codelist) if part]
    lines = desk.wrap(spans, width - 2 * _PAD)
    strips = strips_of(lines, _MORE, _PAD)
    return tuple(
        strip._replace(shapes=(Box(0, 0.3, line.width + 2 * _PAD, strip.height - 0.6, ROW_WIDTH, BAND_GREY), *strip.shapes))
        for strip, line in zip(strips, lines, strict=True)
    )
