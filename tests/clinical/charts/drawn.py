"""The small study with charts, its charts made from a few typed values, and a drawing read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from crf_app.clinical.charts.drawing import Drawing, Path, Words
from crf_app.clinical.charts.model import Chart
from crf_app.clinical.charts.subject import SubjectCharts
from crf_app.clinical.evaluation import Conditions, evaluate, new_run
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.values import Value
from crf_app.study.chart_definition import ChartBandDef, ChartDef, ChartLineDef
from crf_app.study.texts import Text
from tests.clinical.small import NOW, REFERENCES, casebook, conditions, small_study

CHARTS = (
    ChartDef(
        "AREA", Text("Wound area", "创面面积"), "items", ("WND.WNDAREA",), ("WND.WNDPCT",), bands=(ChartBandDef("0", "2", Text("small", "小")),),
        marks=(ChartLineDef("5", Text("five", "五")),),
    ),
    ChartDef("TEMP", Text("Temperature", "体温"), "items", ("VS.TEMP",), scale=("35", "42")),
    ChartDef("PULSE", Text("Pulse", "脉搏"), "items", ("VS.HR",)),
    ChartDef("LAB", Text("Laboratory", "实验室检查"), "laboratory"),
    ChartDef("AE", Text("Adverse events", "不良事件"), "events", rows="AE.AE", named="AETERM", serious="AESER"),
)  # fmt: skip
TREATED = {"D0/SV/VISDAT": "2026-01-12", "D0/INJ/EXPERF": "Y", "D0/INJ/EXSTDAT": "2026-01-12", "SCR/ICF/RFICDAT": "2026-01-05"}
ULCER = {"SCR/DFH/ULC#1/ULCSITE": "heel", "SCR/DFH/ULC#1/ULCTARG": "Y"}


@cache
def charted_rules() -> CompiledStudy:
    """The small study with charts, made executable."""
    return CompiledStudy(replace(small_study(), charts=CHARTS))


def charts_of(
    values: Mapping[str, str], deleted: tuple[str, ...] = (), references: ReferenceTable = REFERENCES, now: datetime = NOW, entered: Mapping[ItemKey, Value] | None = None
) -> SubjectCharts:
    """The charts of a subject of whom these values were typed; what is derived was derived."""
    rules, given = charted_rules(), Conditions(now, conditions(now).parameters, references)
    book = casebook(values, deleted).with_changes(rules.study, (entered or {}).items())
    book = book.with_changes(rules.study, evaluate(rules, book, None, given).derived)
    return SubjectCharts(new_run(rules, book, given), now.date())


def made(
    oid: str, values: Mapping[str, str], deleted: tuple[str, ...] = (), references: ReferenceTable = REFERENCES, now: datetime = NOW,
    entered: Mapping[ItemKey, Value] | None = None,
) -> Chart:  # fmt: skip
    """One of them."""
    return charts_of(values, deleted, references, now, entered).make(oid)


def values_of(chart: Chart, number: int = 0) -> list[tuple[float, float | None]]:
    """The points of a series."""
    return [(point.x, point.y) for point in chart.series[number].points]


def by_characters(text: str, size: float, _bold: bool) -> float:
    """A measure without fonts: Chinese as wide as high, the rest half of it."""
    return sum(size if one >= "\u2e80" else size * 0.55 for one in text)


def words(drawing: Drawing) -> list[Words]:
    """The texts of a drawing."""
    return [one for one in drawing.shapes if isinstance(one, Words)]


def lines(drawing: Drawing, ink: str) -> list[Path]:
    """The open lines of an ink."""
    return [one for one in drawing.shapes if isinstance(one, Path) and one.ink == ink and not one.closed]


def a_day(number: int) -> date:
    """A day counted from the first treatment of TREATED."""
    return date.fromordinal(date(2026, 1, 12).toordinal() + number)
