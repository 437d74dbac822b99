"""The charts of one subject, as its study declares them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crf_app.clinical.charts.courses import item_applies, item_chart
from crf_app.clinical.charts.events import event_chart
from crf_app.clinical.charts.laboratory import analyte_chart, analytes
from crf_app.clinical.charts.model import Chart
from crf_app.clinical.charts.places import Calendar, read_calendar
from crf_app.clinical.rules.run import Run
from crf_app.study.chart_definition import ChartDef
from crf_app.study.texts import EMPTY, Text


@dataclass(frozen=True, slots=True)
class Offer:
    """A chart that can be made: its name, and the group it stands in. `forms` are those its values come from."""

    oid: str
    title: Text
    group: Text = EMPTY
    forms: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()


class SubjectCharts:
    """The charts of a subject as the data stand: which there are is known at once, each is made when it is asked for."""

    def __init__(self, run: Run, today: date) -> None:
        self._run, self._today = run, today
        self._calendar: Calendar = read_calendar(run, today)
        self._tests = analytes(run.study)
        self.offers: tuple[Offer, ...] = tuple(offer for one in run.study.charts for offer in self._offers(one))

    def _offers(self, definition: ChartDef) -> list[Offer]:
        """What applies to the subject; an analyte once a result of it was due."""
        if definition.kind == "laboratory":
            return [
                Offer(f"{definition.oid}.{test}", items[0].label, definition.label, frozenset(one.form for one in items), frozenset(one.name for one in items))
                for test, items in self._tests.items() if any(self._calendar.asked.get(one.form) for one in items)
            ]  # fmt: skip
        names = definition.draw or (definition.rows,)
        if definition.kind == "items" and not item_applies(self._run, self._calendar, definition):
            return []
        return [Offer(definition.oid, definition.label, EMPTY, frozenset(one.partition(".")[0] for one in names), frozenset(definition.draw))]

    def make(self, oid: str) -> Chart:
        """The chart of an offer. Raises KeyError for another name."""
        name, _, test = oid.partition(".")
        definition = next((one for one in self._run.study.charts if one.oid == name), None)
        if definition is None:
            raise KeyError(oid)
        if definition.kind == "laboratory":
            return analyte_chart(self._run, self._calendar, definition, test, self._tests[test])
        if definition.kind == "events":
            return event_chart(self._run, self._calendar, definition, self._today)
        return item_chart(self._run, self._calendar, definition)

    def all(self) -> tuple[Chart, ...]:
        """Every chart that is offered, made."""
        return tuple(self.make(one.oid) for one in self.offers)
