"""Charts to choose from, the one chosen, what it says where the reader stands, and its way onto paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.clinical.charts.model import Chart
from crf_app.clinical.charts.subject import Offer
from crf_app.ui.charts.chart_list import ChartList
from crf_app.ui.charts.chart_paper import ChartPaper, Told
from crf_app.ui.charts.view import ChartView
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Hairline, make_base

Make = Callable[[str], Chart]


class ChartsPanel(QWidget):
    """`form_requested(FormKey)` when a value is opened."""

    form_requested = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = context.look
        self._context = context
        self._make: Make | None = None
        self._subject = ""
        self.oid = ""
        self.list = ChartList(look)
        self.title = Label(look, "", pixels=sizes.FORM_TITLE, bold=True)
        self.save = Button(look, "", icon="download", key="S")
        self.print = Button(look, "", icon="print", key="P")
        self.message = InlineMessage(look)
        self.view = ChartView(look)
        self.reading = Label(look, "", wrap=True)
        self.notes = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        self.hint = Label(look, "", "text_tertiary", sizes.SMALL, wrap=True)
        self.paper = ChartPaper(context, self)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        named: dict[str, QWidget] = {"save": self.save, "print": self.print, "message": self.message, "reading": self.reading}
        for name, one in named.items():
            one.setObjectName(f"charts/{name}")
        make_base(self)
        if not self._context.work.user.may(Right.PRINT):
            self.save.hide()
            self.print.hide()
        self.list.setFixedWidth(sizes.CHART_LIST)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.save)
        head.addWidget(self.print)
        scroll = QScrollArea()
        scroll.setObjectName("charts/scroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.view)
        self._scroll = scroll
        self.reading.setMinimumHeight(44)
        self.reading.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout()
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.message)
        column.addWidget(scroll, 1)
        for one in (self.reading, self.notes, self.hint):
            column.addWidget(one)
        line = QHBoxLayout(self)
        line.setContentsMargins(1, 1, 1, 1)
        line.setSpacing(0)
        line.addWidget(self.list)
        line.addWidget(Hairline(self._context.look, upright=True))
        line.addLayout(column, 1)
        self.message.setVisible(False)
        self.hint.setVisible(False)

    def _connect(self) -> None:
        self.list.chosen.connect(self.show_chart)
        self.list.entered.connect(self._into_chart)
        self.view.moved.connect(self._read)
        self.view.opened.connect(self.form_requested)
        self.save.clicked.connect(self.save_chart)
        self.print.clicked.connect(self.print_chart)
        self.paper.told.connect(self._told)
        self.message.acted.connect(self._dismiss)

    def show_offers(self, offers: Sequence[Offer], make: Make, subject: str = "", first: str = "") -> None:
        """Offer charts; `make` gives one by its name, when it is asked for. The one named, else the one seen last, else the first is shown."""
        self._make, self._subject = make, subject
        self.message.setVisible(False)
        wanted = first or self.oid
        self.list.charts.show_offers(offers)
        self.hint.setVisible(bool(subject))
        self.oid = ""
        self.list.choose(wanted)
        if not offers:
            self.view.show_chart(None)
            self.title.setText(self._context.tr("ui_charts.none"))

    def show_nothing(self) -> None:
        """Keep nothing of what was shown, but its name for the next time."""
        self._make = None
        self.list.charts.show_offers(())
        self.view.show_chart(None)
        self._say()

    @Slot(str)
    def show_chart(self, oid: str) -> None:
        """Show the chart of that name."""
        chart = self._context.perform(self._make, oid) if self._make is not None else None
        if chart is not None:
            self.oid = oid
            self._scroll.verticalScrollBar().setValue(0)
            self.view.show_chart(chart)
            self._say()

    def _say(self) -> None:
        chart, text = self.view.chart, self._context.language_hub.text
        self.title.setText(text(chart.title) if chart is not None else self._context.tr("ui_charts.none"))
        self.notes.setText("  ".join(text(one) for one in chart.notes) if chart is not None else "")
        self.notes.setVisible(bool(self.notes.text()))

    @Slot()
    def _read(self) -> None:
        self.reading.setText(self.view.words())
        stop = self.view.stop()
        if stop is not None:
            self._scroll.ensureVisible(round(stop.x), round(stop.y), 40, 40)

    def retranslate(self) -> None:
        """All words anew."""
        tr = self._context.tr
        self.list.setAccessibleName(tr("ui_charts.list"))
        self.save.set_text(tr("ui_charts.save"))
        self.print.set_text(tr("ui_charts.print"))
        self.hint.setText(tr("ui_charts.hint"))
        self.reading.setAccessibleName(tr("ui_charts.reading"))
        self.list.viewport().update()
        self.view.say_again()
        self._say()

    def take_focus(self) -> None:
        """To the chart when it holds values, else to the list."""
        (self.view if self.view.stop() is not None else self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _into_chart(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Paper

    @Slot()
    def save_chart(self) -> None:
        """The chart as a PDF."""
        if self.oid and self._context.work.user.may(Right.PRINT):
            self.paper.save(self._subject, self.oid)

    @Slot()
    def print_chart(self) -> None:
        """The chart to a printer."""
        if self.oid and self._context.work.user.may(Right.PRINT):
            self.paper.print(self._subject, self.oid)

    @Slot(object)
    def _told(self, told: Told) -> None:
        self.message.say(told.kind, told.words, (Act("close", self._context.look.later("casebook.dismiss")),))

    @Slot(str)
    def _dismiss(self, _name: str) -> None:
        self.message.setVisible(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """S saves, P prints."""
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and event.text() in ("s", "S"):
            self.save_chart()
        elif event.modifiers() == Qt.KeyboardModifier.NoModifier and event.text() in ("p", "P"):
            self.print_chart()
        else:
            event.ignore()
