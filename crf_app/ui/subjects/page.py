"""Subjects: the matrix, its filters, its legend."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.matrix import SUBJECT_STATES, read_matrix
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.boxes import ChoiceList
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.panels import EmptyState, SearchBox
from crf_app.ui.context import UiContext
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.page import Page, PageHead
from crf_app.ui.subjects.legend import Legend
from crf_app.ui.subjects.matrix_view import MatrixView
from crf_app.ui.subjects.model import MatrixModel


class SubjectsPage(Page):
    """`visit_requested((subject, event, repeat))`, `subject_requested(number)`, `form_requested(FormKey)`,
    `new_requested()`.
    """

    visit_requested = Signal(object)
    subject_requested = Signal(str)
    form_requested = Signal(object)
    new_requested = Signal()
    hints = "ui_shell.subjects.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "subjects_page", parent)
        look = context.look
        self.model = MatrixModel(context, self)
        self.view = MatrixView(look, self.model)
        self.head = PageHead(context)
        self.filter = SearchBox(look, "")
        self.filter.setObjectName("subjects/filter")
        self.filter.setFixedWidth(200)
        self.states = ChoiceList()
        self.states.setObjectName("subjects/states")
        self.states.setFixedHeight(sizes.FIELD)
        self.queries = Button(look, "")
        self.queries.setObjectName("subjects/queries")
        self.queries.setCheckable(True)
        self.new = Button(look, "", "primary", icon="plus")
        self.new.setObjectName("subjects/new")
        if not context.work.user.may(Right.ENTER):
            self.new.hide()
        for widget in (self.filter, self.states, self.queries, self.new):
            self.head.line.addWidget(widget)
        self.empty = EmptyState(look, icon="plus", key="Ctrl N")
        self.empty.button.setObjectName("subjects/first")
        self.legend = Legend(look)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        self._card = Card(self.context.look)
        inner = QVBoxLayout(self._card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        inner.addWidget(self.view, 1)
        inner.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self.head)
        body = QVBoxLayout()
        body.setContentsMargins(24, 0, 24, 0)
        body.addWidget(self._card, 1)
        body.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(body, 1)
        column.addStretch()

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._filter)
        self.filter.move_requested.connect(self._into_matrix)
        self.filter.returnPressed.connect(self._open_only)
        self.states.currentIndexChanged.connect(self._filter)
        self.queries.toggled.connect(self._filter)
        self.new.clicked.connect(self.new_requested)
        self.empty.act_requested.connect(self.new_requested)
        self.view.opened.connect(self._open)
        self.view.typed.connect(self._typed)

    def read(self) -> None:
        """Read the matrix; the cursor stays on its subject."""
        matrix = self.context.perform(read_matrix, self.context.work)
        if matrix is None:
            return
        chosen = self.model.number(self.view.row) if self.model.rowCount() else ""
        self.model.show_matrix(matrix)
        found = self.model.find(chosen) if chosen else -1
        self.view.move_to(max(found, 0), self.view.column)
        self._show_counts()

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.filter.set_hint(tr("ui_shell.subjects.filter"))
        self.queries.set_text(tr("ui_shell.subjects.with_queries"))
        self.new.set_text(tr("ui_shell.action.new_subject"))
        self.view.setAccessibleName(tr("ui_shell.subjects.title"))
        self.states.setAccessibleName(tr("ui_shell.subjects.state"))
        chosen = max(self.states.currentIndex(), 0)
        self.states.blockSignals(True)
        self.states.clear()
        self.states.addItem(tr("ui_shell.subjects.all_states"), "")
        for state in SUBJECT_STATES:
            self.states.addItem(tr(f"ui_shell.subject_state.{state}"), state)
        self.states.setCurrentIndex(chosen)
        self.states.blockSignals(False)
        self.view.measure()
        self.view.tell()
        self._show_counts()

    def _show_counts(self) -> None:
        tr, counts = self.context.tr, self.model.matrix.counts()
        parts = [tr("ui_shell.subjects.shown", count=self.model.rowCount())]
        parts += [f"{counts[one]} {tr(f'ui_shell.subject_state.{one}')}" for one in SUBJECT_STATES if counts.get(one)]
        self.head.show_text(tr("ui_shell.subjects.title"), "  ·  ".join(parts))
        nobody = not self.model.matrix.subjects
        may_enter = self.context.work.actor is not None and self.context.work.user.may(Right.ENTER)
        self._card.setVisible(not nobody)
        self.empty.setVisible(nobody)
        self.empty.say(tr("ui_shell.today.first"), "", tr("ui_shell.action.new_subject") if may_enter else "")

    @Slot()
    def _filter(self) -> None:
        self.model.set_filter(self.filter.text().strip(), str(self.states.currentData() or ""), self.queries.isChecked())
        self.view.move_to(0, self.view.column)
        self._show_counts()

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.setText(text)

    @Slot(int)
    def _into_matrix(self, step: int) -> None:
        self.view.setFocus(Qt.FocusReason.TabFocusReason)
        self.view.move_to(self.view.row + (min(0, step)), self.view.column)

    @Slot()
    def _open_only(self) -> None:
        if self.model.rowCount() == 1:
            self.subject_requested.emit(self.model.number(0))
        else:
            self._into_matrix(0)

    @Slot(object)
    def _open(self, place: tuple[str, str]) -> None:
        self.visit_requested.emit((place[0], place[1], 1))

    def take_focus(self) -> None:
        """The matrix, or what to do first."""
        nobody = not self.model.matrix.subjects and not self.empty.button.isHidden()
        (self.empty.button if nobody else self.view).setFocus(Qt.FocusReason.OtherFocusReason)
