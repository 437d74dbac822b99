"""What the panels about paper share: words, language of the paper, progress with a way to stop, what is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crf_app.errors import ExpectedError
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common.jobs import Job, Report
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import InlineMessage
from crf_app.ui.common.widgets.panels import ProgressLine
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.context import UiContext

LANGUAGES = ("en", "zh", "both")


class PaperPanel(QWidget):
    """A panel at work shows a line with how far it is and Cancel. Every ending of a job is said in the panel."""

    def __init__(self, context: UiContext, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.name = name
        look = context.look
        self.about = Label(look, "", "text_secondary", wrap=True)
        self.message = InlineMessage(look)
        self.message.setObjectName(f"documents/{name}/message")
        self.progress = ProgressLine(look)
        self.progress.cancel.setObjectName(f"documents/{name}/cancel")
        self.progress.setVisible(False)
        self.progress.cancel_requested.connect(self.cancel)
        self.job: Job | None = None
        self._working: Said = ""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.column.addWidget(self.about)

    def read(self) -> None:
        """Show what stands now."""

    def take_focus(self) -> None:
        """Where work begins."""

    def retranslate(self) -> None:
        """All words anew."""
        self.about.setText(self.context.tr(f"ui_paper.{self.name}.about"))
        self.progress.cancel.set_text(self.context.tr("ui_kit.cancel"))
        self.progress.words.setText(in_words(self._working))

    def languages(self) -> Segments:
        """A switch for the language of the paper."""
        made = Segments(self.context.look)
        made.setObjectName(f"documents/{self.name}/language")
        return made

    def name_languages(self, switch: Segments) -> None:
        """Its words anew; the choice stays, at first the language of the window."""
        index = switch.index if switch.index >= 0 else LANGUAGES.index("both")
        switch.set_segments([Segment(self.context.tr(f"printing.language.{name}"), "", (name,)) for name in LANGUAGES])
        switch.setAccessibleName(self.context.tr("ui_paper.language"))
        switch.set_index(index)

    def start(self, work: Callable[[Report], object], done: Callable[[Any], None], words: Said) -> None:
        """Run `work` beside the window; `done` (a slot of the panel) gets the result."""
        self.job = self.context.jobs.make(work)
        self.job.progressed.connect(self.progressed)
        self.job.finished.connect(done)
        self.job.refused.connect(self.refused)
        self.job.cancelled.connect(self.stopped)
        self.job.broken.connect(self.broken)
        self.show_working(words, 0.0)
        self.context.jobs.start(self.job)

    def show_working(self, words: Said, part: float) -> None:
        """How far it is, in words that follow the language."""
        self._working = words
        self.message.setVisible(False)
        self.progress.show_progress(in_words(words), part)
        self.progress.setVisible(True)

    def rest(self) -> None:
        """No work any more."""
        self.job = None
        self.progress.setVisible(False)

    @property
    def busy(self) -> bool:
        """Is the panel at work?"""
        return not self.progress.isHidden()

    @Slot(int, int)
    def progressed(self, done: int, total: int) -> None:
        """A step of the job."""
        self.show_working(self.working_words(done, total), done / max(total, 1))

    def working_words(self, _done: int, _total: int) -> Said:
        """What is said of a step."""
        return self._working

    @Slot()
    def cancel(self) -> None:
        """Stop at the next step."""
        if self.job is not None:
            self.job.cancel()

    @Slot()
    def stopped(self) -> None:
        """It was stopped."""
        self.rest()

    @Slot(object)
    def refused(self, error: ExpectedError) -> None:
        """Say why it could not be done."""
        self.rest()
        self.say("error", said_error(self.context.look, error))

    @Slot(object)
    def broken(self, error: BaseException) -> None:
        """A fault of ours: to the report."""
        self.rest()
        raise error

    def say(self, kind: str, words: Said) -> None:
        """Say something above the panel's end."""
        self.message.say(kind, words, ())

    def grow(self, widget: QWidget) -> None:
        """Let `widget` take the room that is left."""
        self.column.addWidget(widget, 100)

    def fill_below(self) -> None:
        """Keep everything at the top."""
        self.column.addStretch(1)

    def field_width(self, widget: QWidget, pixels: int) -> QWidget:
        """The widget no wider than that."""
        widget.setMaximumWidth(pixels)
        self.column.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        return widget
