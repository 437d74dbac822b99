"""The dry run as a table, filtered by verdict."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crf_app.services.imports.reports import TAKEN, ImportReport, RowReport, Verdict
from crf_app.services.imports.sentences import notes_text, verdict_text
from crf_app.ui.administration.section import Line, LineTable
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.segments import Segment, SegmentSwitch
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Card

_HEADS = ("row", "verdict", "subject", "place", "test", "given", "stored", "remark")
_WIDTHS = (48, 124, 80, 176, 88, 136, 124)
_WIDTHS_OF_RANGES = (48, 124, 0, 92, 88, 330, 250)


class DryRunTable(QWidget):
    """A switch of verdicts with their counts over the rows. `opened(RowReport)` on Enter."""

    opened = Signal(object)

    def __init__(self, context: UiContext, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._report: ImportReport | None = None
        self._verdicts: tuple[Verdict | None, ...] = (None,)
        self.filter = SegmentSwitch(context.look, [""], "")
        self.filter.setObjectName(f"import/{kind}/filter")
        self.table = LineTable(context.look, f"import/{kind}/rows", _WIDTHS if kind == "results" else _WIDTHS_OF_RANGES)
        self.table.setColumnHidden(2, kind == "ranges")
        self._kind = kind
        self.remark = Label(context.look, "", "text_secondary", wrap=True)
        card = Card(context.look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.filter)
        column.addWidget(card, 1)
        column.addWidget(self.remark)
        self.filter.chosen.connect(self._filter_chosen)
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self._tell)

    def show_report(self, report: ImportReport | None) -> None:
        """Show another dry run, all rows of it; None shows nothing."""
        self._report = report
        self._verdicts = (None, *(report.counts if report is not None else ()))
        self._name_filter()
        self.filter.set_index(0)
        self._show()

    def _name_filter(self) -> None:
        tr, lang = self._context.tr, self._context.language_hub.lang
        counts = self._report.counts if self._report is not None else {}
        total = len(self._report.rows) if self._report is not None else 0
        words = [tr("ui_import.all", count=total) if one is None else f"{verdict_text(self._context.words, lang, one)} {counts[one]}" for one in self._verdicts]
        self.filter.set_segments([Segment(one) for one in words])

    @Slot(int)
    def _filter_chosen(self, _number: int) -> None:
        self._show()

    def _show(self) -> None:
        wanted = self._verdicts[max(self.filter.index, 0)]
        rows = self._report.rows if self._report is not None else ()
        heads = [self._context.tr(f"ui_import.head.{one}") for one in _HEADS]
        self.remark.setText("")
        self.table.show_lines(heads, [self._line(one) for one in rows if wanted in (None, one.verdict)])
        self.table.setColumnHidden(2, self._kind == "ranges")

    def _line(self, row: RowReport) -> Line:
        words, lang = self._context.words, self._context.language_hub.lang
        cells = (
            str(row.row), verdict_text(words, lang, row.verdict), row.subject, self._place(row), row.test, row.given, row.stored, notes_text(words, lang, row.notes),
        )  # fmt: skip
        return Line(cells, row, assumed=row.verdict not in TAKEN, quiet=row.verdict in (Verdict.EQUAL, Verdict.IGNORED))

    def _place(self, row: RowReport) -> str:
        """Visit and panel by name."""
        if row.form is None:
            return row.place
        study, lang = self._context.work.study_at(row.form), self._context.language_hub.lang
        event = study.event(row.form.event)
        repeat = f" {row.form.event_repeat}" if row.form.event_repeat > 1 else ""
        return f"{event.short.get(lang) or event.name.get(lang)}{repeat} · {study.forms[row.form.form].name.get(lang)}"

    @Slot(object)
    def _tell(self, row: RowReport) -> None:
        """The whole remark of the row that is chosen: the column may be too narrow for it."""
        self.remark.setText(notes_text(self._context.words, self._context.language_hub.lang, row.notes))

    def retranslate(self) -> None:
        """All words anew."""
        self.filter.setAccessibleName(self._context.tr("ui_import.verdicts"))
        self.table.setAccessibleName(self._context.tr("ui_import.rows"))
        index = self.filter.index
        self._name_filter()
        self.filter.set_index(max(index, 0))
        self._show()
