"""The charts of the subject at hand, in place of the form; Escape goes back to it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crf_app.clinical.charts.subject import Offer, SubjectCharts
from crf_app.clinical.keys import FormKey
from crf_app.services.charts import read_subject_charts
from crf_app.ui.casebook.form_pane import FormPane
from crf_app.ui.charts.panel import ChartsPanel
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Hairline, make_base


class CasebookCharts(QWidget):
    """Puts itself into the pages of the casebook. `closed()`; `form_requested(FormKey)` after it was closed by opening a value."""

    hints = "ui_charts.hints"
    closed = Signal()
    form_requested = Signal(object)

    def __init__(self, context: UiContext, pane: FormPane, stack: QStackedWidget) -> None:
        super().__init__()
        look = context.look
        self._context, self._pane, self._stack = context, pane, stack
        self.setObjectName("casebook/charts")
        make_base(self)
        self.open_button = Button(look, "", "link", icon="charts", key="F12", compact=True)
        self.open_button.setObjectName("casebook/open_charts")
        self.back = Button(look, "", icon="chevron_left", key="Esc")
        self.back.setObjectName("casebook/charts_back")
        self.title = Label(look, "", pixels=sizes.NUMBER, bold=True)
        self.panel = ChartsPanel(context)
        head = QHBoxLayout()
        head.setContentsMargins(24, 12, 24, 12)
        head.setSpacing(16)
        head.addWidget(self.back)
        head.addWidget(self.title)
        head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline(look))
        column.addWidget(self.panel, 1)
        stack.addWidget(self)
        self.open_button.clicked.connect(self.open)
        self.back.clicked.connect(self.leave)
        self.panel.form_requested.connect(self._open_form)
        context.language_hub.changed.connect(self.retranslate)
        self.retranslate()

    @Slot()
    def open(self) -> None:
        """Show the charts of the subject, first the one of the form or result at hand."""
        form = self._pane.model.form
        if form is None or self._pane.asks or not self._pane.commit():
            return
        charts = self._context.perform(read_subject_charts, self._context.work, form.subject)
        if charts is not None:
            self._stack.setCurrentWidget(self)
            self._title(form.subject)
            self.panel.show_offers(charts.offers, charts.make, form.subject, self._first(charts, form))
            self.panel.take_focus()

    def _first(self, charts: SubjectCharts, form: FormKey) -> str:
        here = self._pane.view.current_key()
        item = f"{here.form}.{here.item}" if here is not None else ""
        fitting: list[Offer] = [one for one in charts.offers if form.form in one.forms]
        found = next((one for one in fitting if item in one.items), fitting[0] if fitting else None)
        return found.oid if found is not None else ""

    def _title(self, subject: str) -> None:
        self.title.setText(self._context.tr("ui_charts.of_subject", subject=subject))

    @Slot()
    def leave(self) -> None:
        """Back to the form; nothing of the subject stays."""
        self.clear()
        self.closed.emit()

    def clear(self) -> None:
        """Take every value off the screen."""
        self.title.setText("")
        self.panel.show_nothing()

    @Slot(object)
    def _open_form(self, form: FormKey) -> None:
        self.leave()
        self.form_requested.emit(form)

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        self.open_button.set_text(self._context.tr("ui_charts.open"))
        self.back.set_text(self._context.tr("printing.back"))
        self.panel.retranslate()
        if self._pane.model.form is not None:
            self._title(self._pane.model.form.subject)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            event.ignore()
