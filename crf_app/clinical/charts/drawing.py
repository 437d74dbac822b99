"""A laid-out chart: lines, discs and words at places, in points or pixels from the top left corner. Whoever draws it adds nothing but colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from crf_app.clinical.keys import FormKey
from crf_app.study.texts import Text

Measure = Callable[[str, float, bool], float]
"""Width of a text in a size, bold or not: the face belongs to whoever draws."""
Place = tuple[float, float]


class Ink(StrEnum):
    """What a stroke or a ground means; screen and paper each have a colour or a grey for it."""

    TEXT = "text"
    QUIET = "quiet"
    AXIS = "axis"
    GRID = "grid"
    SURFACE = "surface"
    BAND = "band"
    ZONE = "zone"
    BAND_EDGE = "band_edge"
    LIMIT = "limit"
    MOMENT = "moment"
    MISSING = "missing"
    SERIES_1 = "series_1"
    SERIES_2 = "series_2"
    SERIES_3 = "series_3"
    SERIES_4 = "series_4"
    FILL_0 = "fill_0"
    FILL_1 = "fill_1"
    FILL_2 = "fill_2"
    FILL_3 = "fill_3"
    FILL_4 = "fill_4"
    FILL_5 = "fill_5"


SERIES = (Ink.SERIES_1, Ink.SERIES_2, Ink.SERIES_3, Ink.SERIES_4)
FILLS = (Ink.FILL_0, Ink.FILL_1, Ink.FILL_2, Ink.FILL_3, Ink.FILL_4, Ink.FILL_5)


@dataclass(frozen=True, slots=True)
class Scale:
    """Measures of a chart: sizes of type, width of a line, radius of a mark, the gap between parts; `lane` the least height of one."""

    text: float
    line: float
    mark: float
    gap: float
    lane: float

    @property
    def row(self) -> float:
        """Height of a line of text."""
        return self.text * 1.45


SCREEN = Scale(text=12.0, line=1.0, mark=4.0, gap=8.0, lane=22.0)
PAPER = Scale(text=7.0, line=0.5, mark=2.1, gap=4.0, lane=12.0)


@dataclass(frozen=True, slots=True)
class Path:
    """A line through places; closed, it may be filled. `dash` is a pattern of lengths, empty for a whole line."""

    places: tuple[Place, ...]
    ink: Ink | None
    width: float
    dash: tuple[float, ...] = ()
    closed: bool = False
    fill: Ink | None = None


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle around a place."""

    x: float
    y: float
    radius: float
    ink: Ink
    width: float
    fill: Ink | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A text that begins at x with its baseline at y."""

    x: float
    y: float
    text: str
    size: float
    ink: Ink = Ink.TEXT
    bold: bool = False


Shape = Path | Disc | Words


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a reader by keys can stand: a value or a bar. `row` counts series or lanes, `radius` is how large the mark around it is."""

    row: int
    x: float
    y: float
    said: Text
    form: FormKey | None = None
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of a size, ready to be drawn; `stops` by row, then from left to right."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    stops: tuple[Stop, ...]


def box(x: float, y: float, wide: float, high: float, ink: Ink | None, width: float, *, fill: Ink | None = None) -> Path:
    """A rectangle from its top left corner."""
    return Path(((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), ink, width, closed=True, fill=fill)
