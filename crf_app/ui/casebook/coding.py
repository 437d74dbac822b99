"""Coding a verbatim term: the dictionary's terms beneath a search line, Enter takes one (look 17)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from crf_app.clinical.keys import ItemKey
from crf_app.errors import ExpectedError
from crf_app.services.coding import (
    CodingRow,
    FoundTerm,
    code_row,
    coded_row,
    rows_to_code,
    rows_to_code_again,
    search_terms,
)
from crf_app.services.dictionaries import version_in_force
from crf_app.ui.casebook.term_list import ROW, TermDelegate, TermModel
from crf_app.ui.common import sizes
from crf_app.ui.common.languages import in_words
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.messages import said_error

WIDTH = 720
_TOP = 72
_MOST_SHOWN = 7


class CodingPopup(QWidget):
    """Lies over the casebook while it is open, and goes by one row or by all that wait. Nothing is stored but by Enter."""

    def __init__(self, context: UiContext, frame: QWidget) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self._before: QWidget | None = None
        self._rows: list[CodingRow] = []
        self._at = 0
        look = context.look
        self.setObjectName("coding")
        self.panel = QWidget(self)
        self.panel.setObjectName("coding/panel")
        self.head = Label(look, "", "text_secondary")
        self.verbatim = Label(look, "", "text", sizes.FORM_TITLE, bold=True, wrap=True)
        self.state = Label(look, "", "text_secondary", wrap=True)
        self.edit = QLineEdit()
        self.edit.setObjectName("coding/search")
        self.edit.setFixedHeight(sizes.FIELD)
        self.edit.setTextMargins(5, 0, 5, 0)
        self.model = TermModel(context, self)
        self.list = QListView()
        self.list.setObjectName("coding/list")
        self.list.setModel(self.model)
        self.list.setItemDelegate(TermDelegate(context, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.note = Label(look, "", "text_secondary", wrap=True)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        for widget in (self.head, self.verbatim, self.state, self.edit, self.list, self.note):
            column.addWidget(widget)
        self.edit.textChanged.connect(self._search)
        self.edit.installEventFilter(self)
        self.list.clicked.connect(self._clicked)
        frame.installEventFilter(self)
        context.language_hub.changed.connect(self._retranslate)
        self.setVisible(False)

    # Opening and closing

    def open(self, rows: Sequence[ItemKey]) -> None:
        """Go by these rows."""
        self._begin([row for key in rows if (row := self._context.perform(coded_row, self._context.work, key)) is not None])

    def open_waiting(self) -> None:
        """Go by every row of every subject that has no code, or one of another version."""
        work, perform = self._context.work, self._context.perform
        again, fresh = perform(rows_to_code_again, work), perform(rows_to_code, work)
        if again is not None and fresh is not None:
            self._begin([*again, *fresh])

    def _begin(self, rows: list[CodingRow]) -> None:
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self._rows, self._at = rows, 0
        self.setVisible(True)
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)
        self._show_row("")

    @Slot()
    def close_popup(self) -> None:
        """Away with it; the focus goes back to where it was."""
        self.setVisible(False)
        self._rows = []
        self.edit.clear()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    @property
    def row(self) -> CodingRow | None:
        """The row at hand; None when all are gone by."""
        return self._rows[self._at] if self._at < len(self._rows) else None

    @Slot()
    def _retranslate(self) -> None:
        if not self.isHidden():
            self._show_row("")

    # Showing

    def _show_row(self, note: str) -> None:
        tr, row, version = self._context.tr, self.row, version_in_force(self._context.work)
        self.edit.setVisible(row is not None)
        self.edit.setAccessibleName(tr("coding.search", version=version))
        self.edit.setPlaceholderText(tr("coding.search", version=version))
        self.list.setAccessibleName(tr("coding.search", version=version))
        if row is None:
            self.head.setText(note)
            self.verbatim.setText(tr("coding.none_waits", version=version))
            self.state.setText("")
            self.model.show_terms(())
        else:
            form = self._context.language_hub.text(self._context.work.study_at(row.key.form_key).forms[row.key.form].name)
            place = tr("coding.row", subject=row.key.subject, form=form, row=row.key.row)
            count = tr("coding.count", place=self._at + 1, count=len(self._rows)) if len(self._rows) > 1 else ""
            self.head.setText("   ".join(one for one in (place, count, note) if one))
            self.verbatim.setText(row.verbatim)
            self.state.setText(self._state(row, version))
            self.edit.setText(row.verbatim)
            self.edit.selectAll()
            self._search(row.verbatim)
        self._lay_out()

    def _state(self, row: CodingRow, version: str) -> str:
        tr, coded = self._context.tr, row.coded
        if not coded.llt_code:
            return tr("coding.not_coded")
        said = tr("coding.coded", llt=coded.llt, pt=coded.pt, version=coded.version)
        return f"{said}. {tr(f'coding.change.{row.change}', version=version)}" if row.change else said

    @Slot(str)
    def _search(self, text: str) -> None:
        row = self.row
        if row is None:
            return
        found = self._context.perform(search_terms, self._context.work, text) or ()
        first = row.proposal if text == row.verbatim else None
        terms = found if first is None else (first, *(one for one in found if one.llt.code != first.llt.code))
        self.model.show_terms(terms)
        self.list.setCurrentIndex(self.model.index(0, 0) if terms else QModelIndex())
        self.note.setText(self._context.tr("coding.keys" if terms else "coding.nothing"))
        self._lay_out()

    def _lay_out(self) -> None:
        self.setGeometry(self._frame.rect())
        count = min(self.model.rowCount(), _MOST_SHOWN)
        self.list.setVisible(count > 0)
        self.list.setFixedHeight(count * ROW)
        self.note.setVisible(self.row is not None)
        width = min(WIDTH, self.width() - 48)
        layout = self.panel.layout()
        height = layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else self.panel.sizeHint().height()
        self.panel.setGeometry((self.width() - width) // 2, _TOP, width, height)

    # Deciding

    @Slot(QModelIndex)
    def _clicked(self, _index: QModelIndex) -> None:
        self.take()

    @Slot()
    def take(self) -> None:
        """Code the row at hand with the chosen term and go on to the next."""
        row, index = self.row, self.list.currentIndex()
        term = self.model.term(index.row()) if index.isValid() else None
        if row is None or term is None:
            return
        if self._store(row, term):
            name = term.llt.en or term.llt.zh
            self._next(self._context.tr("coding.done", verbatim=row.verbatim, llt=name))

    def _store(self, row: CodingRow, term: FoundTerm) -> bool:
        work, strictly = self._context.work, self._context.perform.strictly
        try:
            outcome = strictly(code_row, work, row.key, term.llt.code)
            if outcome.reason_required:
                # what a code changes is always the same: why is not asked each time
                reason = self._context.tr("coding.reason", version=version_in_force(work))
                outcome = strictly(code_row, work, row.key, term.llt.code, reason=reason)
        except ExpectedError as error:
            self.note.setText(in_words(said_error(self._context.look, error)))
            return False
        return outcome.stored

    def pass_over(self) -> None:
        """The next row; this one stays as it is."""
        self._next("")

    def _next(self, note: str) -> None:
        self._at += 1
        if self.row is None and len(self._rows) == 1:
            self.close_popup()
        else:
            self._show_row(note)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line; the size of the frame."""
        if event.type() == QEvent.Type.Resize and watched is self._frame and not self.isHidden():
            self._lay_out()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self.edit:
            return self._key(Qt.Key(event.key()))
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """When every row is gone by, any of these keys closes."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_popup()

    def _key(self, key: Qt.Key) -> bool:
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.model.rowCount():
            row = (self.list.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1)) % self.model.rowCount()
            self.list.setCurrentIndex(self.model.index(row, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif key == Qt.Key.Key_Escape:
            self.close_popup()
        elif key == Qt.Key.Key_Tab:
            self.pass_over()
        else:
            return key == Qt.Key.Key_Backtab
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside it closes it."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close_popup()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One flat layer over the page, and the raised card."""
        look, painter = self._context.look, QPainter(self)
        shade = QColor(look.colour("window"))
        shade.setAlphaF(0.6)
        painter.fillRect(self.rect(), shade)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("line_strong"), 1))
        painter.setBrush(look.colour("raised"))
        painter.drawRoundedRect(self.panel.geometry(), sizes.PANEL_RADIUS, sizes.PANEL_RADIUS)
