"""Charts of the site: enrolment against its target, open queries by age."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crf_app.services.charts import SITE_OFFERS, site_chart
from crf_app.ui.charts.panel import ChartsPanel
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.page import Page, PageHead


class ChartsPage(Page):
    """What is drawn of all subjects together; those of one subject stand in its casebook."""

    hints = "ui_charts.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "charts_page", parent)
        self.head = PageHead(context)
        self.panel = ChartsPanel(context)
        card = Card(context.look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.panel)
        body = QVBoxLayout()
        body.setContentsMargins(24, 0, 24, 16)
        body.addWidget(card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(body, 1)
        self.retranslate()

    def read(self) -> None:
        """Read the chart in sight anew."""
        self.panel.show_offers(SITE_OFFERS, partial(site_chart, self.context.work))

    def retranslate(self) -> None:
        """All words anew."""
        self.head.show_text(self.context.tr("ui_charts.title"), self.context.tr("ui_charts.note"))
        self.panel.retranslate()

    def take_focus(self) -> None:
        """The chart, or the list."""
        self.panel.take_focus()
