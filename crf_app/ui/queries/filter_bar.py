"""The filter line and the chips beside it: a chip puts its word into the line or takes it out, so the line says all."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crf_app.clinical.queries import QueryState
from crf_app.services.query_list import ALL_STATES, UNRESOLVED
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.panels import SearchBox
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.context import UiContext

VIEWS: dict[str, frozenset[QueryState]] = {
    "open": frozenset({QueryState.OPEN}), "answered": frozenset({QueryState.ANSWERED}), "unresolved": UNRESOLVED,
    "closed": frozenset({QueryState.CLOSED, QueryState.CANCELLED}), "all": ALL_STATES,
}  # fmt: skip
"""The states looked at, in the order of the segments."""
CHIPS = ("mine", "people", "system", "young", "old")


class FilterBar(QWidget):
    """`changed` when line or states changed."""

    changed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look = context.look
        self.line = SearchBox(look, "", "Ctrl F")
        self.line.setObjectName("queries/filter")
        self.line.setMinimumWidth(240)
        self.states = Segments(look)
        self.states.setObjectName("queries/states")
        self.chips = {name: Button(look, "", compact=True) for name in CHIPS}
        self.unknown = Label(look, "", "due")
        self._counts: dict[str, int] = {}
        self._shown = list(VIEWS).index("unresolved")
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 0, 24, 8)
        line.setSpacing(8)
        line.addWidget(self.states)
        line.addSpacing(4)
        for name, chip in self.chips.items():
            chip.setObjectName(f"queries/chip/{name}")
            chip.setCheckable(True)
            chip.clicked.connect(self._chip)
            line.addWidget(chip)
        line.addStretch()
        line.addWidget(self.unknown)
        self.line.textChanged.connect(self._typed)
        self.states.chosen.connect(self._chosen)

    @property
    def view(self) -> str:
        """The name of the states looked at."""
        return list(VIEWS)[self._shown]

    @property
    def shown(self) -> frozenset[QueryState]:
        """The states looked at when the line names none."""
        return VIEWS[self.view]

    def show_view(self, name: str) -> None:
        """Look at other states."""
        self._shown = list(VIEWS).index(name)
        self.states.set_index(self._shown)

    def show_counts(self, counts: dict[str, int], unknown: tuple[str, ...]) -> None:
        """How many there are in each state, and what was not understood."""
        self._counts = counts
        tr = self._context.tr
        sums = {name: sum(counts.get(state, 0) for state in states) for name, states in VIEWS.items()}
        self.states.set_segments([Segment(f"{tr(f'query.ui.view.{name}')} {sums[name]}") for name in VIEWS])
        self.states.set_index(self._shown)
        self.unknown.setText(tr("query.ui.unknown", part=unknown[0]) if unknown else "")
        self.unknown.setVisible(bool(unknown))

    def retranslate(self) -> None:
        """All words anew; the words that chips put into the line too."""
        tr = self._context.tr
        self.line.set_hint(tr("query.ui.filter"))
        self.states.setAccessibleName(tr("query.list.state"))
        parts = self._parts()
        for name, chip in self.chips.items():
            old, new = chip.property("word"), tr(f"query.ui.chip_word.{name}")
            chip.setProperty("word", new)
            chip.set_text(tr(f"query.ui.chip.{name}"))
            parts = [new if part == old else part for part in parts]
        self._write(parts)
        self.show_counts(self._counts, ())

    def _parts(self) -> list[str]:
        return self.line.text().split()

    def _write(self, parts: list[str]) -> None:
        if parts != self._parts():
            self.line.setText(" ".join(parts))
        self._check()

    def _check(self) -> None:
        parts = self._parts()
        for chip in self.chips.values():
            chip.setChecked(chip.property("word") in parts)

    @Slot()
    def _chip(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            word, parts = str(sender.property("word")), self._parts()
            self._write([one for one in parts if one != word] if word in parts else [*parts, word])

    @Slot()
    def _typed(self) -> None:
        self._check()
        self.changed.emit()

    @Slot(int)
    def _chosen(self, index: int) -> None:
        self._shown = max(index, 0)
        self.changed.emit()
