"""The first run: five steps to a new workspace, one question each (look 12)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.services.session import NewWorkspace, create_workspace
from crf_app.services.studies import read_studies
from crf_app.services.workspace import Workspace
from crf_app.store.kdf import FULL_COST, KdfCost
from crf_app.ui.common import sizes
from crf_app.ui.common.ask import Ask
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.login.steps import AdministratorStep, LanguageStep, RecoveryStep, SiteStep, Step, StudyStep
from crf_app.ui.messages import said_error
from crf_app.ui.shell.cards import Card, Hairline, Mark
from crf_app.ui.shell.language_switch import LanguageSwitch

WIDTH, HEIGHT, STEPS_WIDTH = 880, 600, 264


class Wizard(QWidget):
    """`finished(Workspace)` with the first administrator logged in, `declined()` when nothing was made."""

    finished = Signal(object)
    declined = Signal()

    def __init__(
        self, look: Look, ask: Ask, clock: Clock, cost: KdfCost = FULL_COST, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._clock = clock
        self._cost = cost
        self._made: Workspace | None = None
        self.setObjectName("wizard")
        self.setAutoFillBackground(True)
        self.study = StudyStep(look, read_studies())
        self.site = SiteStep(look, ask)
        self.administrator = AdministratorStep(look)
        self.language = LanguageStep(look)
        self.recovery = RecoveryStep(look, ask, clock)
        self.steps: tuple[Step, ...] = (self.study, self.site, self.administrator, self.language, self.recovery)
        self.list = StepList(look)
        self.title = Label(look, "", pixels=sizes.TITLE, bold=True)
        self.words = Label(look, "", "text_secondary", wrap=True)
        self.message = InlineMessage(look)
        self.pages = QStackedWidget()
        self.note = Label(look, "", "text_secondary", sizes.SMALL)
        self.back = Button(look, "")
        self.back.setObjectName("wizard/back")
        self.next = Button(look, "", "primary")
        self.next.setObjectName("wizard/next")
        self._build()
        self.back.clicked.connect(self._back)
        self.next.clicked.connect(self._next)
        for step in self.steps:
            step.entered.connect(self._next)
            step.changed.connect(self._refresh)
        look.languages.changed.connect(self.retranslate)
        self._go(0)

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        top = QHBoxLayout()
        top.addStretch()
        top.addWidget(LanguageSwitch(self._look))
        outer.addLayout(top)
        outer.addStretch()
        card = Card(self._look, sizes.PANEL_RADIUS)
        card.setFixedSize(WIDTH, HEIGHT)
        halves = QHBoxLayout(card)
        halves.setContentsMargins(1, 1, 1, 1)
        halves.setSpacing(0)
        halves.addWidget(self.list)
        halves.addWidget(Hairline(self._look, upright=True))
        halves.addLayout(self._right(), 1)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch()

    def _right(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(0)
        upper = QVBoxLayout()
        upper.setContentsMargins(40, 32, 40, 16)
        upper.setSpacing(8)
        upper.addWidget(self.title)
        upper.addWidget(self.words)
        upper.addSpacing(8)
        upper.addWidget(self.message)
        for step in self.steps:
            self.pages.addWidget(step)
        upper.addWidget(self.pages, 1)
        right.addLayout(upper, 1)
        right.addWidget(Hairline(self._look))
        foot = QHBoxLayout()
        foot.setContentsMargins(40, 16, 40, 16)
        foot.setSpacing(8)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        right.addLayout(foot)
        return right

    @property
    def number(self) -> int:
        """The step in sight, from 0."""
        return self.pages.currentIndex()

    def _go(self, number: int) -> None:
        self.pages.setCurrentIndex(number)
        self.message.setVisible(False)
        self.retranslate()
        self.setFocusProxy(self.steps[number].first_field)
        self.steps[number].first_field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _back(self) -> None:
        if self.number == 0:
            self.declined.emit()
        else:
            self._go(self.number - 1)

    @Slot()
    def _next(self) -> None:
        step = self.steps[self.number]
        if not step.check():
            return
        if step is self.recovery:
            if self._made is not None:
                self.finished.emit(self._made)
        elif step is self.language:
            self._create()
        else:
            self._go(self.number + 1)

    def _create(self) -> None:
        self.next.set_text(self._look.tr("ui_shell.wizard.making"))
        self.next.repaint()
        try:
            self._made, code = create_workspace(self._new(), self._clock, cost=self._cost)
        except ExpectedError as error:
            self.retranslate()
            self.message.say("error", said_error(self._look, error))
            return
        self.recovery.show_code(code, self._made)
        self.administrator.forget()
        self._go(len(self.steps) - 1)

    def _new(self) -> NewWorkspace:
        study = self.study.chosen()
        if study is None:
            raise ExpectedError("wizard_incomplete")
        admin = self.administrator
        return NewWorkspace(
            Path(self.site.folder.text()), study, self.site.code.text(), self.site.name(), admin.login.text(), admin.name(),
            admin.password.text(), self.language.chosen(), place_reason=self.site.place.text(),
        )

    @Slot()
    def _refresh(self) -> None:
        self.next.setEnabled(self.steps[self.number].ready())

    @Slot()
    def retranslate(self) -> None:
        """All words anew."""
        tr, name = self._look.tr, self.steps[self.number].step_name
        for step in self.steps:
            step.retranslate()
        self.list.show_step(self.number, [tr(f"ui_shell.wizard.{one.step_name}") for one in self.steps])
        self.title.setText(tr(f"ui_shell.wizard.{name}"))
        self.words.setText(tr(f"ui_shell.wizard.{name}_words"))
        self.note.setText(tr("ui_shell.local_only"))
        self.back.set_text(tr("ui_kit.cancel" if self.number == 0 else "ui_shell.wizard.back"))
        self.back.setVisible(self._made is None)
        last = {"language": "create", "recovery": "start"}.get(name, "next")
        self.next.set_text(tr(f"ui_shell.wizard.{last}"))
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Left goes back; Escape declines on the first step."""
        if event.key() == Qt.Key.Key_Escape and self.number == 0:
            self.declined.emit()
        elif event.key() == Qt.Key.Key_Left and event.modifiers() & Qt.KeyboardModifier.AltModifier and self._made is None:
            self._back()
        else:
            super().keyPressEvent(event)


class StepList(QWidget):
    """The steps at the left: done, at hand, to come."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._number = 0
        self._names: list[str] = []
        self.setFixedWidth(STEPS_WIDTH)
        mark = Mark(look, 30)
        mark.setParent(self)
        mark.move(24, 34)

    def show_step(self, number: int, names: list[str]) -> None:
        """Show where one is."""
        self._number, self._names = number, names
        self.setAccessibleName(f"{number + 1} / {len(names)}: {names[number]}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, title, steps."""
        painter, look, middle = QPainter(self), self._look, Qt.AlignmentFlag.AlignVCenter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.colour("sunken"))
        painter.setFont(look.font(sizes.FORM_TITLE, bold=True))
        painter.setPen(look.colour("text"))
        painter.drawText(QRect(62, 30, 200, 40), middle, look.tr("ui_shell.wizard.title"))
        for number, name in enumerate(self._names):
            area = QRect(0, 90 + number * 36, self.width(), 36)
            here = number == self._number
            if here:
                painter.fillRect(area, look.colour("accent_tint"))
                painter.fillRect(0, area.top(), sizes.BAR, area.height(), look.colour("accent"))
            self._disc(painter, area, number)
            painter.setFont(look.font(bold=here))
            painter.setPen(look.colour("text" if here else "text_secondary"))
            painter.drawText(area.adjusted(54, 0, -8, 0), middle, name)

    def _disc(self, painter: QPainter, area: QRect, number: int) -> None:
        look, disc = self._look, QRect(24, area.top() + 8, 20, 20)
        if number < self._number:
            painter.drawPixmap(disc.topLeft(), look.pixmap("check", "complete", 20, self.devicePixelRatioF()))
            return
        here = number == self._number
        painter.setPen(look.colour("accent" if here else "control_border"))
        painter.setBrush(look.colour("accent" if here else "sunken"))
        painter.drawEllipse(disc)
        painter.setPen(look.colour("on_accent" if here else "text_secondary"))
        painter.setFont(look.font(sizes.LATIN_SMALL, bold=here))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(number + 1))
