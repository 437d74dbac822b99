"""The inspector of the item at work: history, guide, the findings of the form, and the queries here."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.record import Finding, FormRecord, ItemRecord
from crf_app.services.query_reading import unresolved_by_place
from crf_app.services.reading import item_history
from crf_app.ui.casebook.finding_list import FindingList, FindingModel
from crf_app.ui.casebook.guide import guide_lines
from crf_app.ui.casebook.history import history_lines
from crf_app.ui.casebook.lines import Line, Lines
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.context import UiContext
from crf_app.ui.queries.here import QueriesHere

TABS = ("history", "guide", "findings", "queries")
_ICONS = {"history": "history", "guide": "info", "findings": "warning", "queries": "queries"}
_COUNTED = {"findings": "due", "queries": "query_open"}


class Tabs(QWidget):
    """Words in a line (or upright in a strip) of which one is chosen: Left and Right, one tab stop. `chosen(index)`."""

    chosen = Signal(int)

    def __init__(self, look: Look, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._upright = upright
        self.index = 0
        self.counts = [0] * len(TABS)
        self.setObjectName("inspector/strip" if upright else "inspector/tabs")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if upright:
            self.setFixedWidth(sizes.INSPECTOR_STRIP)
        else:
            self.setFixedHeight(40)

    def words(self) -> list[str]:
        """The tabs by name."""
        return [self._look.tr(f"casebook.tab.{name}") for name in TABS]

    def set_count(self, index: int, count: int) -> None:
        """Show a count beside a tab."""
        if self.counts[index] != count:
            self.counts[index] = count
            self.update()

    def choose(self, index: int) -> None:
        """Choose a tab, with the signal."""
        self.show_index(index % len(TABS))
        self.chosen.emit(self.index)

    def show_index(self, index: int) -> None:
        """Show a tab as chosen."""
        self.index = index
        self.setAccessibleName(self.words()[max(index, 0)])
        self.update()

    def _rects(self) -> list[QRect]:
        if self._upright:
            return [QRect(0, number * 96, self.width(), 96) for number in range(len(TABS))]
        found, left = [], 16
        metrics = self.fontMetrics()
        for word, count in zip(self.words(), self.counts, strict=True):
            width = metrics.horizontalAdvance(word) + (22 if count else 0) + 8
            found.append(QRect(left, 0, width, self.height()))
            left += width + 10
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose the neighbour."""
        forward, back = (Qt.Key.Key_Right, Qt.Key.Key_Down), (Qt.Key.Key_Left, Qt.Key.Key_Up)
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in forward and plain:
            self.choose(self.index + 1)
        elif event.key() in back and plain:
            self.choose(self.index - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space) and plain:
            self.choose(self.index)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        spot = QPoint(int(event.position().x()), int(event.position().y()))
        for number, rect in enumerate(self._rects()):
            if rect.contains(spot):
                self.choose(number)

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """The word at work is underlined in the accent."""
        self.update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """And no longer."""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Words; the chosen one dark with a bar."""
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.colour("sunken"))
        painter.setPen(look.colour("line"))
        if self._upright:
            painter.drawLine(0, 0, 0, self.height())
        else:
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        for number, (rect, word) in enumerate(zip(self._rects(), self.words(), strict=True)):
            chosen = number == self.index
            painter.setFont(look.font(bold=chosen))
            painter.setPen(look.colour("text" if chosen else "text_secondary"))
            if self._upright:
                self._paint_upright(painter, rect, word, number)
                continue
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, word)
            if self.counts[number]:
                self._paint_count(painter, QRect(rect.right() - 18, rect.center().y() - 8, 16, 16), number)
            if chosen:
                painter.fillRect(QRect(rect.x(), rect.bottom() - 1, rect.width() - 8, 2), look.colour("accent" if self.hasFocus() else "control_border"))

    def _paint_upright(self, painter: QPainter, rect: QRect, word: str, number: int) -> None:
        look = self._look
        role = "accent" if self.hasFocus() and number == self.index else "text_secondary"
        painter.drawPixmap(rect.x() + 12, rect.y() + 8, look.pixmap(_ICONS[TABS[number]], role, 16, self.devicePixelRatioF()))
        painter.setPen(look.colour(role))
        painter.setFont(look.font())
        painter.save()
        painter.translate(rect.x() + 14, rect.y() + 32)
        painter.rotate(90)
        painter.drawText(QRect(0, -18, 60, 20), Qt.AlignmentFlag.AlignVCenter, word)
        painter.restore()
        painter.setPen(look.colour("line"))
        painter.drawLine(rect.x(), rect.bottom(), rect.right(), rect.bottom())

    def _paint_count(self, painter: QPainter, rect: QRect, number: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(_COUNTED[TABS[number]]))
        painter.drawEllipse(rect)
        painter.setPen(self._look.colour("surface"))
        painter.setFont(self._look.font(sizes.KEY_HINT, bold=True))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(min(self.counts[number], 99)))


class Inspector(QWidget):
    """Four tabs about the item at work. `finding_chosen(Finding)`; `left` on Escape."""

    finding_chosen = Signal(object)
    left = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look = context.look
        self._record: ItemRecord | None = None
        self._here: ItemKey | None = None
        self._form: FormKey | None = None
        self.tabs = Tabs(look)
        self.place = Lines(look, "inspector/place")
        self.history = Lines(look, "inspector/history", indent=20)
        self.guide = Lines(look, "inspector/guide")
        self.model = FindingModel(look, context.work.study_at, self)
        self.findings = FindingList(look, self.model, "inspector/findings", self)
        self.findings.finding_chosen.connect(self.finding_chosen)
        self.findings.declined.connect(self.left)
        self.queries = QueriesHere(context)
        self.queries.left.connect(self.left)
        self.stack = QStackedWidget()
        for widget in (_scrolled(self.history), _scrolled(self.guide), self.findings, self.queries):
            self.stack.addWidget(widget)
        self._filling = QTimer(self)
        self._filling.setSingleShot(True)
        self._filling.timeout.connect(self._fill)
        self.tabs.chosen.connect(self.show_tab)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.place)
        column.addWidget(self.stack, 1)
        self.retranslate()

    def sizeHint(self) -> QSize:
        """336 wide."""
        return QSize(sizes.INSPECTOR, 400)

    def retranslate(self) -> None:
        """The words in the language in force."""
        look = self._context.look
        self.findings.setAccessibleName(look.tr("casebook.tab.findings"))
        self.tabs.show_index(self.tabs.index)
        self.queries.retranslate()
        self._fill()

    @Slot(int)
    def show_tab(self, index: int) -> None:
        """Show a tab; it is filled only when it is seen."""
        self.stack.setCurrentIndex(index)
        self._fill()

    def show_form(self, record: FormRecord) -> None:
        """The findings of a form, and its item at work as it stands now."""
        found: list[Finding] = [*record.findings, *(finding for item in record.items() for finding in item.findings)]
        if tuple(found) != self.model.findings:
            self.model.show(found)
        self.tabs.set_count(TABS.index("findings"), sum(not one.confirmed for one in found))
        if self._here is not None and self._here.form_key != record.key:
            self._here = None
        self._form, self.queries.record = record.key, record
        self.tabs.set_count(TABS.index("queries"), sum(opened for opened, _ in unresolved_by_place(self._context.work, record.key).values()))
        key = self._record.key if self._record is not None else None
        self._record = next((item for item in record.items() if item.key == key), None)
        # an entry is mostly followed by the step to the next item, which fills the inspector anyway
        self._filling.start(0)

    def show_item(self, record: ItemRecord | None) -> None:
        """Tell about another item."""
        self._record = record
        self._here = record.key if record is not None else None
        self._fill()

    def focused(self, key: ItemKey, record: FormRecord) -> None:
        """The person went to another item of the form."""
        self.show_item(next((item for item in record.items() if item.key == key), None))
        self._here = key  # of a row that was removed nothing is told but what was asked about it

    @Slot()
    def _fill(self) -> None:
        self._filling.stop()
        if not self.isVisibleTo(self.window()):
            return
        look, work, record = self._context.look, self._context.work, self._record
        self.place.setVisible(record is not None and self.stack.currentIndex() < 2)
        if self.stack.currentWidget() is self.queries:
            here = self._here if self._here is not None and self._here.form_key == self._form else None  # on the way to another form
            self.queries.show_place(self._form, here or self.queries.item_at(self._form))
            return
        if record is None:
            self.history.show_lines([Line(look.tr("casebook.inspector_hint"), "text_secondary")])
            self.guide.show_lines([Line(look.tr("casebook.inspector_hint"), "text_secondary")])
            return
        lang = look.languages.lang
        study = work.study_at(record.key.form_key)
        event, form = study.event(record.key.event), study.forms[record.key.form]
        where = f"{event.short.get(lang)} / {form.name.get(lang)}"
        self.place.show_lines([Line(where, "text_secondary", sizes.SMALL), Line(record.item.label.get(lang), bold=True)])
        if self.stack.currentIndex() == 0:
            self.history.show_lines(history_lines(look, record.item, item_history(work, record.key)))
        elif self.stack.currentIndex() == 1:
            self.guide.show_lines(guide_lines(look, work, record))

    def take_focus(self, index: int) -> None:
        """Go to a tab by key."""
        self.tabs.choose(index)
        if index == TABS.index("queries"):
            self.queries.take_focus()
            return
        target: QWidget = self.findings if index == TABS.index("findings") and self.model.findings else self.tabs
        if target is self.findings:
            self._to_finding()
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _to_finding(self) -> None:
        """The first finding of the item or row at hand, the item before its row."""
        here = self._here
        if here is None:
            return
        keys = [one.key for one in self.model.findings]
        near = [number for number, key in enumerate(keys) if key == here]
        near += [number for number, key in enumerate(keys) if (key.form_key, key.group, key.row) == (here.form_key, here.group, here.row)]
        for number in near[:1]:
            self.findings.setCurrentIndex(self.model.index(number, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the form."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            event.ignore()


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(f"{widget.objectName()}/area")
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
    widget.setBackgroundRole(QPalette.ColorRole.AlternateBase)
    return area
