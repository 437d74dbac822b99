"""Scans dropped in: filed by the code on each page; the pile of those without, each with its picture and a form to choose."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey
from crf_app.errors import ExpectedError
from crf_app.imports.scans import ScannedFile
from crf_app.services.scans import (
    UnfiledPage,
    file_by_hand,
    file_scan,
    open_scan,
    page_image,
    pages_to_file,
    set_scan_aside,
    subject_numbers,
)
from crf_app.ui.actions import Action
from crf_app.ui.administration.section import Line, LineTable
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.jobs import Report
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext
from crf_app.ui.printing.panel import PaperPanel
from crf_app.ui.shell.cards import Card
from crf_app.ui.shell.fields import LabeledChoice, LabeledLine

_WIDTHS = (170, 56, 260)
_PICTURE = 330


class ScansPanel(PaperPanel):
    """Files wait for each other; each is looked at beside the window, then filed in one command."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "scans", parent)
        look = context.look
        self.setAcceptDrops(True)
        self._waiting: list[Path] = []
        self._told: list[tuple[str, Said]] = []
        self._shown: UnfiledPage | None = None
        self.choose = Button(look, "", "primary", icon="folder")
        self.pile = Label(look, "", bold=True)
        self.table = LineTable(look, "documents/scans/pile", _WIDTHS)
        self.picture = QLabel()
        self.picture.setObjectName("documents/scans/picture")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.subject = LabeledChoice(look, "documents/scans/subject")
        self.visit = LabeledChoice(look, "documents/scans/visit")
        self.form = LabeledChoice(look, "documents/scans/form")
        self.go = Button(look, "", "primary", icon="check")
        self.reason = LabeledLine(look, "documents/scans/reason")
        self.aside = Button(look, "", icon="close")
        for name, button in (("choose", self.choose), ("go", self.go), ("aside", self.aside)):
            button.setObjectName(f"documents/scans/{name}")
        self._build()
        self.choose.clicked.connect(self.ask_files)
        self.table.chosen.connect(self._page_chosen)
        self.visit.chosen.connect(self._offer_forms)
        self.go.clicked.connect(self.file_page)
        self.aside.clicked.connect(self.set_aside)
        self.reason.entered.connect(self.set_aside)
        context.actions.add(self, Action("documents.scans", "ui_paper.scans.choose", self.ask_files, (), "folder", Right.ENTER, self.choose.isVisible, "go"))

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.choose)
        top.addStretch()
        self.column.addLayout(top)
        self.column.addWidget(self.progress)
        self.column.addWidget(self.message)
        self.column.addWidget(self.pile)
        card = Card(self.context.look)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        self.side = QWidget()
        side = QVBoxLayout(self.side)
        side.setContentsMargins(16, 0, 0, 0)
        side.setSpacing(10)
        for field in (self.subject, self.visit, self.form):
            side.addWidget(field)
        side.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        side.addSpacing(12)
        side.addWidget(self.reason)
        side.addWidget(self.aside, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch()
        self.side.setFixedWidth(300)
        self.body = QSplitter(Qt.Orientation.Horizontal)
        self.body.setChildrenCollapsible(False)
        for part in (card, self.picture, self.side):
            self.body.addWidget(part)
        self.body.setStretchFactor(0, 1)
        self.picture.setFixedWidth(_PICTURE)
        self.grow(self.body)
        self.fill_below()

    # Taking scans in

    @Slot()
    def ask_files(self) -> None:
        """Which files?"""
        kinds = f"{self.context.tr('ui_paper.section.scans')} (*.pdf *.png *.jpg *.jpeg *.tif *.tiff)"
        chosen = self.context.ask.files(self, FileQuestion("scans", self.context.tr("ui_paper.scans.choose"), kinds, several=True))
        self.take([Path(one) for one in chosen])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files that were dropped."""
        self.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def take(self, paths: list[Path]) -> None:
        """Look at these files, one after the other; what becomes of each is said together."""
        self._waiting += paths
        if not self.busy:
            self._told.clear()
            self._next()

    def _next(self) -> None:
        if self._waiting:
            path = self._waiting.pop(0)
            self.start(_Reading(path), self._read_scan, self.context.look.later("ui_paper.scans.reading", name=path.name))
        else:
            self.rest()

    @Slot(object)
    def _read_scan(self, scan: ScannedFile) -> None:
        self.rest()
        try:
            report = file_scan(self.context.work, scan)
        except ExpectedError as error:
            self.refused(error)
            return
        key = "filed_some" if report.by_hand else "filed"
        words = self.context.look.later(f"ui_paper.scans.{key}", name=report.file_name, n=len(report.filed), left=len(report.by_hand))
        self._tell("warn" if report.by_hand else "ok", words)
        self.read()
        if self._waiting:
            self._next()

    @Slot(object)
    def refused(self, error: ExpectedError) -> None:
        """Say it, and go on with the next file."""
        self.rest()
        self._tell("error", said_error(self.context.look, error))
        if self._waiting:
            self._next()

    def _tell(self, kind: str, words: Said) -> None:
        """Say it together with what was said of the files before."""
        self._told.append((kind, words))
        worst = max((kind for kind, _ in self._told), key=("ok", "warn", "error").index)
        self.say(worst, partial(_together, [words for _, words in self._told]))

    @Slot()
    def cancel(self) -> None:
        """The file at hand is looked at to its end; the others are not taken."""
        self._waiting.clear()
        super().cancel()

    # The pile

    def read(self) -> None:
        """The pile as it stands."""
        tr, work, lang = self.context.tr, self.context.work, self.context.language_hub.lang
        pages = pages_to_file(work)
        self.pile.setText(tr("ui_paper.scans.pile", n=len(pages)) if pages else tr("ui_paper.scans.pile_empty"))
        self.body.setVisible(bool(pages))
        heads = [tr(f"ui_paper.scans.{one}") for one in ("file", "page", "why")]
        lines = [Line((one.file_name, str(one.page), self.context.words.text(f"error.{one.why}", lang, name=one.file_name)), one) for one in pages]
        self.table.show_lines(heads, lines)
        self.subject.offer([(one, one) for one in subject_numbers(work)])
        events = [(f"{one.short.get(lang) or one.oid} · {one.name.get(lang)}", one.oid) for one in work.study.events if one.forms]
        self.visit.offer(list(events))
        self._offer_forms()
        self._page_chosen(self.table.record())

    @Slot()
    def _offer_forms(self) -> None:
        lang, study = self.context.language_hub.lang, self.context.work.study
        event = next((one for one in study.events if one.oid == self.visit.data()), None)
        forms = list(dict.fromkeys(place.form for place in event.forms)) if event is not None else []
        self.form.offer([(f"{oid} · {study.forms[oid].name.get(lang)}", oid) for oid in forms])

    @Slot(object)
    def _page_chosen(self, page: object) -> None:
        if page == self._shown and not self.picture.pixmap().isNull():
            return
        self._shown = page if isinstance(page, UnfiledPage) else None
        self.picture.setPixmap(QPixmap())
        if self._shown is None or not self.isVisible():
            self._shown = None
            return
        pixmap = QPixmap()
        try:
            pixmap.loadFromData(page_image(self.context.work, self._shown.sha256, self._shown.page))
        except ExpectedError as error:
            self.say("error", said_error(self.context.look, error))
            return
        ratio = self.devicePixelRatioF()
        pixmap = pixmap.scaledToWidth(round(_PICTURE * ratio), Qt.TransformationMode.SmoothTransformation)
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    @Slot()
    def file_page(self) -> None:
        """File the chosen page with the chosen form."""
        page = self.table.record()
        if not isinstance(page, UnfiledPage) or self.form.data() is None:
            return
        form = FormKey(str(self.subject.data()), str(self.visit.data()), 1, str(self.form.data()), 1)
        try:
            file_by_hand(self.context.work, page.sha256, page.page, form)
        except ExpectedError as error:
            self.say("error", said_error(self.context.look, error))
            return
        self.say("ok", self.context.look.later("ui_paper.scans.by_hand", place=f"{form.subject} {form.event} {form.form}"))
        self.read()

    @Slot()
    def set_aside(self) -> None:
        """Take the chosen page from the pile, with the reason typed."""
        page = self.table.record()
        if not isinstance(page, UnfiledPage):
            return
        try:
            set_scan_aside(self.context.work, page.sha256, page.page, self.reason.text())
        except ExpectedError as error:
            self.reason.say(said_error(self.context.look, error))
            self.reason.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.reason.edit.clear()
        self.say("ok", self.context.look.later("ui_paper.scans.set_aside"))
        self.read()

    def retranslate(self) -> None:
        """All words anew."""
        super().retranslate()
        tr = self.context.tr
        self.choose.set_text(tr("ui_paper.scans.choose"))
        self.table.setAccessibleName(tr("ui_paper.section.scans"))
        self.picture.setAccessibleName(tr("ui_paper.scans.picture"))
        for field, name in ((self.subject, "subject"), (self.visit, "visit"), (self.form, "form")):
            field.set_label(tr(f"ui_paper.scans.{name}"))
        self.go.set_text(tr("ui_paper.scans.go"))
        self.reason.set_label(tr("ui_paper.scans.aside_reason"))
        self.aside.set_text(tr("ui_paper.scans.aside"))
        if self.context.work.actor is not None:  # while it is locked nothing may be read
            self.read()

    def take_focus(self) -> None:
        """The pile, else the button for files."""
        (self.table if self.body.isVisible() else self.choose).setFocus(Qt.FocusReason.OtherFocusReason)


def _together(told: list[Said]) -> str:
    return "\n".join(map(in_words, told))


class _Reading:
    """open_scan as the work of a job."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, _report: Report) -> object:
        return open_scan(self._path)
