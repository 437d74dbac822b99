"""The thread of one query: where it stands, what was said, and the next word said in place (look 09)."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.clinical.queries import Act
from crf_app.clinical.query_record import QueryThread
from crf_app.errors import ExpectedError
from crf_app.ui.casebook.lines import Lines
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.chips import Chip
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.context import UiContext
from crf_app.ui.queries.acting import ORDER, Acting, carry_out, main_act
from crf_app.ui.queries.sentences import GLYPHS, head_lines, thread_lines
from crf_app.ui.queries.text_box import TextBox

STANDARD = ("corrected", "stands", "not_available")
_CHIPS = {"open": "query", "answered": "accent", "closed": "neutral", "cancelled": "neutral"}
_PER_LINE = 3
_SETTLES = frozenset({Act.ANSWER, Act.CLOSE, Act.CANCEL, Act.MUTE})
"""Acts after which there is nothing more for this person to do here."""


class ThreadView(QWidget):
    """`done(number)` after an act that leaves nothing to do here, `left` on Escape, `place_requested(number)` to go where it stands."""

    done = Signal(int)
    left = Signal()
    place_requested = Signal(int)

    def __init__(self, context: UiContext, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._name = name
        self.shown: QueryThread | None = None
        look = context.look
        self.number = Label(look, "", pixels=sizes.FORM_TITLE, bold=True)
        self.state = Chip(look, "", "query")
        self.go = Button(look, "", icon="link", compact=True)
        self.place = Lines(look, f"{name}/place")
        self.said = Lines(look, f"{name}/thread", indent=20)
        self.message = InlineMessage(look)
        self.standard = Segments(look)
        self.box = TextBox(look, f"{name}/answer")
        self.hint = Label(look, "", "text_secondary", sizes.SMALL, wrap=True)
        self.foot = QWidget()
        self.acts: dict[Act, Button] = {}
        self.urgent = Button(look, "", compact=True)
        self._drafts: dict[int, str] = {}
        self._build()
        self._connect()
        self.show_thread(None)

    def _build(self) -> None:
        look, name = self._context.look, self._name
        named: dict[str, QWidget] = {"go": self.go, "standard": self.standard, "message": self.message}
        for part, widget in named.items():
            widget.setObjectName(f"{name}/{part}")
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 0)
        head.setSpacing(8)
        head.addWidget(self.number)
        head.addWidget(self.state)
        head.addStretch()
        head.addWidget(self.go)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        for number, act in enumerate(ORDER):
            button = Button(look, "", compact=True)
            button.setObjectName(f"{name}/{act}")
            button.setProperty("act", str(act))
            button.clicked.connect(self._pressed)
            self.acts[act] = button
            self._grid.addWidget(button, number // _PER_LINE, number % _PER_LINE)
        self.urgent.setObjectName(f"{name}/urgent")
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.standard)
        foot.addWidget(self.box)
        foot.addWidget(self.hint)
        foot.addLayout(self._grid)
        area = QScrollArea()
        area.setObjectName(f"{name}/area")
        area.setWidget(self.said)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        grounds: tuple[QWidget, ...] = (area.viewport(), self.said, self)
        for ground in grounds:
            ground.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._area = area
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.place)
        column.addWidget(area, 1)
        column.addWidget(self.message)
        column.addWidget(self.foot)
        column.addStretch()

    def _connect(self) -> None:
        self.go.clicked.connect(self._go)
        self.box.sent.connect(self.send)
        self.box.left.connect(self.left)
        self.box.digit.connect(self._take_standard)
        self.standard.chosen.connect(self._standard_chosen)
        self.message.acted.connect(self._dismiss)
        self.urgent.clicked.connect(self._hurry)

    # Showing

    def show_thread(self, thread: QueryThread | None) -> None:
        """Show a query, or nothing; what was being typed for it is kept while another is looked at."""
        if self.shown is not None and self.box.text():
            self._drafts[self.shown.record.number] = self.box.toPlainText()
        another = thread is None or self.shown is None or thread.record.number != self.shown.record.number
        self.shown = thread
        if another:
            self.message.setVisible(False)
            self.box.setPlainText(self._drafts.pop(thread.record.number, "") if thread is not None else "")
        self.retranslate()

    def retranslate(self) -> None:
        """All words anew."""
        tr, look, thread = self._context.tr, self._context.look, self.shown
        for widget in (self.number, self.state, self.go, self.foot, self.place):
            widget.setVisible(thread is not None)
        self.go.set_text(tr("query.ui.open_place"))
        self.box.setAccessibleName(tr("query.ui.answer_here"))
        if thread is None:
            self.said.show_lines(())
            return
        record = thread.record
        self.number.setText(f"#{record.number}")
        self.state.set_text(tr(f"query.state.{record.state}"), _CHIPS[record.state])
        self.state.setToolTip(tr(f"ui_kit.glyph.{GLYPHS[record.state]}"))
        self.place.show_lines(head_lines(look, thread))
        self.said.show_lines(thread_lines(look, thread))
        self._offer(thread)
        self._fit()

    def _fit(self) -> None:
        """The next word stands right beneath the last one; a long thread scrolls, its end in sight."""
        self._area.setMaximumHeight(self.said.heightForWidth(max(self.width(), sizes.INSPECTOR)) + 12)
        QTimer.singleShot(0, self._area, self._to_end)

    @Slot()
    def _to_end(self) -> None:
        self._area.verticalScrollBar().setValue(self._area.verticalScrollBar().maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Text wraps anew."""
        super().resizeEvent(event)
        self._fit()

    def _offer(self, thread: QueryThread) -> None:
        tr, main = self._context.tr, main_act(thread.acts)
        self.foot.setVisible(bool(thread.acts))
        answers = Act.ANSWER in thread.acts
        self.standard.setVisible(answers)
        self.box.digits = len(STANDARD) if answers else 0
        self.standard.set_segments([Segment(tr(f"query.ui.standard_short.{one}"), str(at), (str(at),)) for at, one in enumerate(STANDARD, 1)])
        self.standard.setAccessibleName(tr("query.ui.standard_answers"))
        self.standard.fit(max(self.width() - 36, 280))
        self.standard.set_index(-1)
        self.box.setVisible(bool(thread.acts - {Act.ASSIGN, Act.UNMUTE}))
        self.box.setPlaceholderText(tr(f"query.ui.type.{main}") if main is not None else tr("query.ui.type.comment"))
        self.hint.setText(self._hint(thread))
        self.hint.setVisible(bool(self.hint.text()))
        offered = [*(self.acts[one] for one in ORDER if one in thread.acts), *([self.urgent] if Act.ASSIGN in thread.acts else [])]
        for number, button in enumerate(offered):
            self._grid.removeWidget(button)
            self._grid.addWidget(button, number // _PER_LINE, number % _PER_LINE)
        self.urgent.setVisible(Act.ASSIGN in thread.acts)
        self.urgent.set_text(tr("query.do.normal" if thread.record.priority == "high" else "query.do.urgent"))
        for act, button in self.acts.items():
            button.setVisible(act in thread.acts)
            button.set_kind("primary" if act is main else "")
            button.set_text(self._act_words(thread, act))

    def _act_words(self, thread: QueryThread, act: Act) -> str:
        if act is not Act.ASSIGN:
            return self._context.tr(f"query.do.{act}")
        other = Role.COORDINATOR if thread.record.assigned == Role.INVESTIGATOR else Role.INVESTIGATOR
        return self._context.tr("query.do.assign", role=self._context.language_hub.text(ROLE_TEXTS[other]))

    def _hint(self, thread: QueryThread) -> str:
        """What comes after, or why nothing can be done here."""
        tr = self._context.tr
        if thread.record.muted:
            return tr("query.list.said_muted", reason=thread.record.muted)
        return tr(f"query.ui.after.{main_act(thread.acts)}") if main_act(thread.acts) in (Act.ANSWER, Act.CLOSE) else ""

    # Acting

    @Slot()
    def send(self) -> None:
        """Carry out the main act with what was typed."""
        act = main_act(self.shown.acts) if self.shown is not None else None
        if act is not None:
            self.do(act)

    def do(self, act: Act) -> None:
        """Carry out an act with what was typed; a refusal is said here."""
        if self.shown is None or act not in self.shown.acts:
            return
        record = self.shown.record
        other = Role.COORDINATOR if record.assigned == Role.INVESTIGATOR else Role.INVESTIGATOR
        self._carry_out(Acting(record.number, act, self.box.text(), str(other), record.priority))

    @Slot()
    def _hurry(self) -> None:
        """More urgent, or no longer; what is being typed stays."""
        if self.shown is not None:
            record = self.shown.record
            self._carry_out(Acting(record.number, Act.ASSIGN, "", record.assigned, "normal" if record.priority == "high" else "high"))

    def _carry_out(self, acting: Acting) -> None:
        self.message.setVisible(False)
        try:
            carry_out(self._context, acting)
        except ExpectedError as error:
            self.message.say("error", said_error(self._context.look, error))
            self.box.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if acting.text or acting.act is not Act.ASSIGN:
            self.box.clear()
            self._drafts.pop(acting.number, None)
        if acting.act in _SETTLES:
            self.done.emit(acting.number)
        else:
            self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self.do(Act(str(sender.property("act"))))

    @Slot(int)
    def _take_standard(self, number: int) -> None:
        self.standard.choose(number - 1)

    @Slot(int)
    def _standard_chosen(self, index: int) -> None:
        """The standard answer stands in the box, to be sent as it is or added to."""
        if index >= 0:
            self.box.setPlainText(self._context.tr(f"query.ui.standard.{STANDARD[index]}"))
            self.box.moveCursor(self.box.textCursor().MoveOperation.End)
            self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _go(self) -> None:
        if self.shown is not None:
            self.place_requested.emit(self.shown.record.number)

    @Slot(str)
    def _dismiss(self, _name: str) -> None:
        self.message.setVisible(False)

    def take_focus(self) -> bool:
        """Into the box, if something can be said; says whether it could."""
        if self.shown is None or not self.shown.acts:
            return False
        target: QWidget = self.box if not self.box.isHidden() else next(one for one in self.acts.values() if not one.isHidden())
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
