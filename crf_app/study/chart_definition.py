"""What a study draws of a subject: frozen dataclasses (docs/definition-format.md, "Charts")."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.study.texts import Text


@dataclass(frozen=True, slots=True)
class ChartBandDef:
    """A part of a chart's scale with a name, from `low` to `high`, both included: "mild", 6 to 8."""

    low: str
    high: str
    label: Text


@dataclass(frozen=True, slots=True)
class ChartLineDef:
    """A line across a chart at a value that means something: no change, half."""

    at: str
    label: Text


@dataclass(frozen=True, slots=True)
class ChartDef:
    """A chart of one subject. `kind` is "items" (numbers by visit), "laboratory" (a chart for each analyte) or "events" (bars from start to end).

    items: `draw` are drawn, `beside` items of the same form are said with each value, `scale` is empty or the two ends of the axis, `marks` are lines across.
    events: `rows` FORM.GROUP whose rows are drawn; `named`, `grade` and `serious` are items of it.
    """

    oid: str
    label: Text
    kind: str
    draw: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()
    bands: tuple[ChartBandDef, ...] = ()
    marks: tuple[ChartLineDef, ...] = ()
    rows: str = ""
    named: str = ""
    grade: str = ""
    serious: str = ""
