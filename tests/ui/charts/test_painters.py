"""Two painters, one chart: what Qt and the PDF writer draw stands at the same places; and colours that keep apart."""

from __future__ import annotations

import io
import re
from itertools import combinations

import pikepdf
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgGenerator

from crf_app.clinical.charts.drawing import PAPER, SERIES, Drawing, Ink
from crf_app.clinical.charts.layout import lay_out
from crf_app.clinical.charts.model import Chart
from crf_app.paths import resources_folder
from crf_app.pdf.blocks import Block, Placed
from crf_app.pdf.charts import GREYS, drawn_strip, measure_by
from crf_app.pdf.desk import Desk
from crf_app.pdf.frame import Frame
from crf_app.pdf.paging import Page
from crf_app.pdf.painter import Painter
from crf_app.pdf.styles import MARGIN_LEFT
from crf_app.ui.charts.painting import MEANINGS, paint_drawing
from crf_app.ui.common.look import Look
from crf_app.words import load_words
from tests.clinical.charts.drawn import TREATED, ULCER, made
from tests.clinical.charts.test_events import _event
from tests.clinical.charts.test_laboratory import THREE
from tests.pdf.sample import CONTEXT

_TOLERANCE = 0.05
"""Points. Qt rounds the places of text to a sixty-fourth."""
Place = tuple[float, float]
_NUMBER = r"-?[0-9.]+(?:e-?[0-9]+)?"


def _charts() -> dict[str, Chart]:
    areas = {
        **TREATED, **ULCER, "SCR/WND/WNDDAT": "2026-01-06", "SCR/WND/WNDAREA": "8.00", "D0/WND/WNDDAT": "2026-01-12", "D0/WND/WNDAREA": "!ND",
        "W1/SV/VISDAT": "2026-01-19", "W1/WND/WNDDAT": "2026-01-19", "W1/WND/WNDAREA": "6.00",
    }  # fmt: skip
    events = {**TREATED, **_event(1, "fever", "2026-01-13", "2026-01-17", "Y"), **_event(2, "皮疹", "2026-01")}
    return {"curve": made("AREA", areas), "band": made("LAB.HGB", THREE), "bars": made("AE", events)}


def _on_screen(drawing: Drawing, look: Look) -> tuple[list[Place], list[Place]]:
    """First places of every line, and where every text begins, as Qt draws them."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QSvgGenerator()
    device.setOutputDevice(buffer)
    device.setSize(QSize(round(drawing.width), round(drawing.height)))
    device.setViewBox(QRectF(0, 0, drawing.width, drawing.height))
    device.setResolution(72)
    painter = QPainter(device)
    paint_drawing(painter, drawing, look)
    painter.end()
    found = bytes(buffer.data().data()).decode()
    strokes = re.findall(rf'<(?:path[^>]*? d="M|poly(?:line|gon)[^>]*? points=")({_NUMBER}),({_NUMBER})', found)
    texts = re.findall(rf'<text[^>]*? x="({_NUMBER})" y="({_NUMBER})"', found)
    circles = re.findall(rf'<circle cx="({_NUMBER})" cy="({_NUMBER})" r="({_NUMBER})"', found)
    begun = [(float(x) + float(r), float(y)) for x, y, r in circles]  # where the PDF begins the outline of one
    return [(float(x), float(y)) for x, y in strokes] + begun, [(float(x), float(y)) for x, y in texts]


def _on_paper(drawing: Drawing, desk: Desk) -> tuple[list[Place], list[Place]]:
    """The same as the PDF has them, counted from the corner of the chart."""
    frame = Frame(landscape=False, fixed=[], own=[], top=50.0, bottom=800.0, footer_y=800.0)
    page = Page(frame, y=50.0)
    page.add(Block(drawing.height, [Placed(0, 0, drawn_strip(desk, drawing))]))
    painter = Painter("chart", "test", "zh")
    painter.page(page, [])
    with pikepdf.open(io.BytesIO(painter.finish())) as found:
        high = float(found.pages[0].MediaBox[3])
        places: dict[str, list[Place]] = {"m": [], "Tm": []}
        for one in pikepdf.parse_content_stream(found.pages[0]):
            if str(one.operator) in places:
                x, y = (float(str(number)) for number in list(one.operands)[-2:])  # the operands of both end in two numbers
                places[str(one.operator)].append((x - MARGIN_LEFT, high - 50.0 - y))
    return places["m"], [one for one in places["Tm"] if one[0] > -MARGIN_LEFT]  # text mode begins at the corner of the page


@pytest.mark.parametrize("name", ["curve", "band", "bars"])
def test_both_painters_put_every_line_and_every_text_at_the_same_place(name: str, look: Look) -> None:
    desk = Desk(CONTEXT, load_words(resources_folder() / "words"), "zh")
    drawing = lay_out(_charts()[name], 400, 200, "zh", PAPER, measure_by(desk))
    on_screen, on_paper = _on_screen(drawing, look), _on_paper(drawing, desk)
    for screen, paper in zip(on_screen, on_paper, strict=True):
        assert len(paper) > 5
        assert [one for one in paper if _far(one, screen)] == []
    strokes, texts = on_screen
    assert len(strokes) == len(on_paper[0])
    assert [one for one in strokes if _far(one, on_paper[0])] == []
    # Qt parts a text where its faces change: each part stands on the line of a text of the paper.
    assert all(any(abs(y - other) < _TOLERANCE for _, other in on_paper[1]) for _, y in texts)


def _far(place: Place, from_all: list[Place]) -> bool:
    return all(abs(place[0] - x) > _TOLERANCE or abs(place[1] - y) > _TOLERANCE for x, y in from_all)


def test_every_ink_has_a_colour_and_a_grey(look: Look) -> None:
    assert set(MEANINGS) == set(GREYS) == set(Ink)
    for mode in ("light", "dark"):
        look.themes.set_mode(mode)
        assert all(look.colour(meaning).isValid() for meaning in MEANINGS.values())


# Colour-blind eyes: the linear simulation of Viénot, Brettel and Mollon (1999) for protanopia and deuteranopia.
_EYES = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def _seen(colour: QColor, eye: str) -> tuple[float, float, float]:
    """L*a*b* of a colour as that eye sees it."""
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in (colour.redF(), colour.greenF(), colour.blueF())]
    red, green, blue = (max(0.0, sum(weight * part for weight, part in zip(row, linear, strict=True))) for row in _EYES[eye])
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505, 0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )  # fmt: skip
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eye", list(_EYES))
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colours_of_series_keep_apart_for_every_eye(mode: str, eye: str, look: Look) -> None:
    look.themes.set_mode(mode)
    seen = {ink: _seen(look.colour(MEANINGS[ink]), eye) for ink in SERIES}
    for one, other in combinations(seen, 2):
        distance = sum((first - second) ** 2 for first, second in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert distance >= 15, (one, other, round(distance, 1))
