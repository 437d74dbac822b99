"""Print preview inside the window: what, in which language, the pages, save and print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crf_app.errors import ExpectedError
from crf_app.services.outputs import save_pdf
from crf_app.services.paper import Paper, Selection, draw_paper, is_current, prepare_paper, record_print
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common import sizes
from crf_app.ui.common.ask import Question
from crf_app.ui.common.drawing import Drawing
from crf_app.ui.common.jobs import Job
from crf_app.ui.common.languages import Said
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.common.widgets.panels import ProgressLine
from crf_app.ui.common.widgets.segments import Segment, Segments
from crf_app.ui.context import UiContext
from crf_app.ui.printing.options import PrintOptions
from crf_app.ui.printing.paper_out import print_document
from crf_app.ui.printing.paper_signing import PaperSigning
from crf_app.ui.printing.preview import PagesView

SCOPES = ("form", "visit", "casebook", "blank", "report")
"""The last one, the report of a serious adverse event, is offered on its form only."""
LANGUAGES = ("en", "zh", "both")
SIGNED = ("form", "visit", "casebook")
"""Papers that can be signed."""


class PrintPage(QWidget):
    """`closed` when the person goes back to the casebook. Drawing runs as a job with progress and cancel."""

    closed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look = context.look
        self._selections: dict[str, Selection] = {}
        self._paper: Paper | None = None
        self._content = b""
        self._suggested = ""
        self._job: Job | None = None
        self._after: Callable[[], None] | None = None
        self.title = Label(look, "", "text", sizes.FORM_TITLE, bold=True)
        self.scope = Segments(look)
        self.language = Segments(look)
        self.message = InlineMessage(look)
        self.progress = ProgressLine(look)
        self.pages = PagesView(look)
        self.path_label = Label(look, "", "text_secondary")
        self.path = QLineEdit()
        self.save = Button(look, "", icon="download", key="↵")
        self.print = Button(look, "", "primary", icon="print")
        self.sign = Button(look, "", icon="sign")
        self.options = PrintOptions(context, "print")
        self.signing = PaperSigning(context, self)
        self.back = Button(look, "", icon="chevron_left", key="Esc")
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        named: dict[str, QWidget] = {
            "scope": self.scope, "language": self.language, "message": self.message, "path": self.path, "save": self.save, "print": self.print,
            "back": self.back, "sign": self.sign,
        }  # fmt: skip
        for name, one in named.items():
            one.setObjectName(f"print/{name}")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.path.setFixedHeight(sizes.FIELD)
        self.path.setTextMargins(5, 0, 5, 0)
        self.path_label.setBuddy(self.path)
        head = QHBoxLayout()
        head.setContentsMargins(24, 12, 24, 12)
        head.setSpacing(16)
        head.addWidget(self.back)
        head.addWidget(self.title)
        head.addWidget(self.scope)
        head.addWidget(self.language)
        head.addStretch()
        head.addWidget(self.sign)
        head.addWidget(self.print)
        with_line = QHBoxLayout()
        with_line.setContentsMargins(24, 0, 24, 10)
        with_line.addWidget(self.options)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self.signing.side)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 10, 24, 10)
        foot.setSpacing(8)
        foot.addWidget(self.path_label)
        foot.addWidget(self.path)
        foot.addWidget(self.save)
        working = QHBoxLayout()
        working.setContentsMargins(24, 0, 24, 0)
        working.addWidget(self.progress)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(with_line)
        column.addWidget(self.message)
        column.addLayout(working)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        self.progress.setVisible(False)

    def _connect(self) -> None:
        self.scope.chosen.connect(self.draw)
        self.language.chosen.connect(self.draw)
        self.progress.cancel_requested.connect(self.cancel)
        self.message.acted.connect(self._dismiss)
        self.save.clicked.connect(self.save_file)
        self.path.returnPressed.connect(self.save_file)
        self.print.clicked.connect(self.print_paper)
        self.back.clicked.connect(self.leave)
        self.options.changed.connect(self.draw)
        self.sign.clicked.connect(self.begin_signing)

    def retranslate(self) -> None:
        """All words anew; the language chosen for the paper stays."""
        tr = self._context.tr
        self._offer()
        self.language.set_segments([Segment(tr(f"printing.language.{name}"), "", (name,)) for name in LANGUAGES])
        self.scope.setAccessibleName(tr("printing.what"))
        self.language.setAccessibleName(tr("printing.in_language"))
        self.path.setAccessibleName(tr("printing.path"))
        self.path_label.setText(tr("printing.path"))
        self.title.setText(tr("casebook.print"))
        self.pages.setAccessibleName(tr("printing.preview"))
        self.options.retranslate()
        self.signing.side.retranslate()
        for button, word in ((self.save, "save"), (self.print, "print"), (self.back, "back"), (self.sign, "sign")):
            button.set_text(tr(f"printing.{word}"))

    def _offer(self) -> None:
        tr, offered = self._context.tr, SCOPES if "report" in self._selections else SCOPES[:-1]
        self.scope.set_segments([Segment(tr(f"printing.scope.{name}"), str(n), (str(n),)) for n, name in enumerate(offered, 1)])

    # Drawing

    def open(self, form: Selection, visit: Selection, casebook: Selection, report: Selection | None = None) -> None:
        """Show the form at hand, or the report of a serious event where one is meant; visit, whole casebook and the blank form are a key away."""
        blank = Selection(form=form.form, event="", form_repeat=0)
        self._suggested = self.path.text()
        self._selections = dict(zip(SCOPES[:-1], (form, visit, casebook, blank), strict=True))
        if report is not None:
            self._selections["report"] = report
        self._offer()
        self.scope.set_index(0 if report is None else len(SCOPES) - 1)
        if self.language.index < 0:
            self.language.set_index(LANGUAGES.index(self._context.language_hub.lang))
        self.message.setVisible(False)
        self.scope.setFocus(Qt.FocusReason.OtherFocusReason)
        self.draw()

    @property
    def scope_name(self) -> str:
        """form, visit, casebook, blank or report."""
        return SCOPES[max(self.scope.index, 0)]

    @Slot()
    def draw(self) -> None:
        """Draw what is chosen, beside the window."""
        self.cancel()
        self.signing.end()
        self.options.show_for(self.scope_name)
        self.sign.setVisible(self.scope_name in SIGNED)
        try:
            chosen = self._selections[self.scope_name]
            paper = prepare_paper(self._context.work, chosen, LANGUAGES[max(self.language.index, 0)], self.options.options())
        except ExpectedError as error:
            self._refused(error)
            return
        self._paper, self._content = paper, b""
        self._suggest_path(paper)
        job = self._context.jobs.make(Drawing(draw_paper, paper, self._context.words))
        job.progressed.connect(self._progressed)
        job.finished.connect(self._drawn)
        job.refused.connect(self._refused)
        job.cancelled.connect(self._cancelled)
        job.broken.connect(self._broken)
        self._job = job
        self.progress.show_progress(self._context.tr("printing.drawing"), 0.0)
        self.progress.setVisible(True)
        self._context.jobs.start(job)

    def _suggest_path(self, paper: Paper) -> None:
        chosen = paper.selection
        parts = [chosen.subject or "blank", chosen.event, f"SAE{chosen.sae}" if chosen.sae else chosen.form]
        annotated = "annotated_" if paper.options.annotated else ""
        name = annotated + "_".join(part for part in parts if part) + f"_{paper.lang}.pdf"
        if self.path.text() in ("", self._suggested):  # a name that somebody typed stays
            self._suggested = str(Path.home() / name)
            self.path.setText(self._suggested)

    @Slot(int, int)
    def _progressed(self, done: int, total: int) -> None:
        self.progress.show_progress(self._context.tr("printing.drawing"), done / max(total, 1), f"{done} / {total}")

    @Slot(object)
    def _drawn(self, content: bytes) -> None:
        if self.sender() is not self._job:
            return
        self._job, self._content = None, content
        self.progress.setVisible(False)
        self.pages.show_pdf(content)
        self.title.setText(self._context.tr("printing.pages", n=self.pages.page_count))
        after, self._after = self._after, None
        if after is not None:
            after()

    @Slot(object)
    def _refused(self, error: ExpectedError) -> None:
        self._ended()
        self.say_refused(error)

    @Slot()
    def _cancelled(self) -> None:
        if self.sender() is self._job:
            self._ended()

    @Slot(object)
    def _broken(self, error: BaseException) -> None:
        self._ended()
        raise error

    def _ended(self) -> None:
        self._job, self._after = None, None
        self.progress.setVisible(False)

    @Slot()
    def cancel(self) -> None:
        """Stop drawing."""
        if self._job is not None:
            self._job.cancel()
        self._ended()

    # Paper and files

    @property
    def is_drawn(self) -> bool:
        """Are the pages on screen those chosen?"""
        return self._job is None and bool(self._content)

    def _with_current(self, act: Callable[[], None]) -> None:
        """Run `act` on pages whose ledger head still stands; draw them again first when it does not."""
        if self._paper is None or not self.is_drawn:
            self._after = act
        elif self.signing.signed_content or is_current(self._context.work, self._paper):
            act()
        else:
            self.draw()
            self._after = act

    @Slot()
    def save_file(self) -> None:
        """Write the PDF to the path in the line."""
        self._with_current(self._save)

    def _save(self) -> None:
        path = Path(self.path.text().strip()).expanduser()
        try:
            save_pdf(path, self._shown)
            self._record()
        except ExpectedError as error:
            self._refused(error)
            return
        self.say_done(self._context.look.later("printing.saved", path=path))

    @Slot()
    def print_paper(self) -> None:
        """Hand the pages to a printer."""
        self._with_current(self._print)

    def _print(self) -> None:
        try:
            question = Question("printer", self._context.tr("printing.print"))
            if print_document(self._context.ask, self, question, self._shown):
                self._record()
                self.message.say("ok", self._context.look.later("printing.printed"))
        except ExpectedError as error:
            self._refused(error)

    def _record(self) -> None:
        if self._paper is not None:
            record_print(self._context.work, self._paper, self._shown)

    @property
    def _shown(self) -> bytes:
        """The bytes on screen: as drawn, or as signed since."""
        return self.signing.signed_content or self._content

    # Signing

    @Slot()
    def begin_signing(self) -> None:
        """Ask beside the pages who signs; pages without a place for signatures are drawn again with one."""
        box = self.options.boxes["signature_page"]
        if self.scope_name in ("form", "visit") and not box.isChecked():
            box.setChecked(True)  # draws anew
            self._after = self._sign
            return
        self._with_current(self._sign)

    def _sign(self) -> None:
        if self._paper is not None:
            self.signing.begin(self._paper, self._content, self.path)
            QTimer.singleShot(0, self.to_signatures)  # once the panel has taken its room

    @Slot()
    def to_signatures(self) -> None:
        """Scroll to the page where signatures stand."""
        self.pages.show_end()

    def show_signed(self, content: bytes) -> None:
        """The signed document in place of the one that was drawn: saving and printing take it as it is."""
        self.pages.show_pdf(content)
        self.pages.show_end()

    def say_refused(self, error: ExpectedError) -> None:
        """Say why something was refused."""
        self.message.say("error", said_error(self._context.look, error), (Act("close", self._context.look.later("casebook.dismiss")),))

    def say_done(self, words: Said) -> None:
        """Say what was done."""
        self.message.say("ok", words, (Act("close", self._context.look.later("casebook.dismiss")),))

    # Leaving

    @Slot(str)
    def _dismiss(self, _name: str) -> None:
        self.message.setVisible(False)

    @Slot()
    def leave(self) -> None:
        """Back to the casebook; nothing of the pages stays."""
        self.cancel()
        self.signing.end()
        self.pages.show_pdf(b"")
        self._paper, self._content = None, b""
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.signing.close() if self.signing.side.isVisible() else self.leave()
        else:
            event.ignore()
