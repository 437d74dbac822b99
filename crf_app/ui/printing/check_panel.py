"""A signed file is opened and each of its signatures told: whose, intact, how far, known here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.paper_signing import CheckedSignature, check_paper
from crf_app.ui.actions import Action
from crf_app.ui.administration.section import Line, LineTable
from crf_app.ui.common.ask import FileQuestion
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.context import UiContext
from crf_app.ui.printing.panel import PaperPanel
from crf_app.ui.shell.cards import Card

_HEADS = ("who", "when", "meaning", "state", "covers", "certificate")
_WIDTHS = (190, 190, 240, 90, 250, 200)


class CheckPanel(PaperPanel):
    """Nothing of the file is kept."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "check", parent)
        look = context.look
        self._name = ""
        self._found: tuple[CheckedSignature, ...] | None = None
        self.choose = Button(look, "", "primary", icon="folder")
        self.choose.setObjectName("documents/check/choose")
        self.table = LineTable(look, "documents/check/signatures", _WIDTHS)
        self.card = Card(look)
        inner = QVBoxLayout(self.card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        line = QHBoxLayout()
        line.addWidget(self.choose)
        line.addStretch()
        self.column.addLayout(line)
        self.column.addWidget(self.message)
        self.grow(self.card)
        self.fill_below()
        self.choose.clicked.connect(self.ask_file)
        self.card.setVisible(False)
        context.actions.add(self, Action("documents.check", "ui_paper.check.choose", self.ask_file, (), "folder", Right.READ, self.choose.isVisible, "go"))

    @Slot()
    def ask_file(self) -> None:
        """Which file?"""
        chosen = self.context.ask.files(self, FileQuestion("signed_pdf", self.context.tr("ui_paper.section.check"), "PDF (*.pdf)"))
        if chosen:
            self.open_file(Path(chosen[0]))

    def open_file(self, path: Path) -> None:
        """Check a file and show what was found."""
        self._found, self._name = None, path.name
        self.card.setVisible(False)
        try:
            content = path.read_bytes()
        except OSError as error:
            self.refused(ExpectedError("io_error", place=path, detail=error.strerror or str(error)))
            return
        try:
            self._found = check_paper(self.context.work, content)
        except ExpectedError as error:
            self.refused(error)
            return
        self._show()

    def _show(self) -> None:
        if self._found is None:
            return
        look, name, found = self.context.look, self._name, self._found
        if not found:
            self.say("warn", look.later("ui_paper.check.none", name=name))
        elif all(one.check.good for one in found):
            self.say("ok", look.later("ui_paper.check.good", name=name, n=len(found)))
        else:
            self.say("error", look.later("ui_paper.check.bad", name=name))
        self.card.setVisible(bool(found))
        heads = [self.context.tr(f"ui_paper.check.{one}") for one in _HEADS]
        self.table.show_lines(heads, [self._line(one) for one in found])

    def _line(self, one: CheckedSignature) -> Line:
        tr, lang, check = self.context.tr, self.context.language_hub.lang, one.check
        facts = check.certificate
        who = one.person.get(lang) if one.person is not None else facts.subject if facts is not None else check.name
        when = f"{check.when.astimezone():%Y-%m-%d %H:%M:%S %z}" if check.when is not None else ""
        key = f"pdf.meaning.{one.meaning}"
        meaning = self.context.words.text(key, lang) if one.meaning and self.context.words.has(key) else check.reason
        covers = "whole" if check.whole else check.later
        cells = (
            who, when, meaning, tr("ui_paper.check.intact" if check.intact else "ui_paper.check.broken"), tr(f"ui_paper.check.{covers}") if check.intact else "",
            tr("ui_paper.check.known" if check.known else "ui_paper.check.unknown"),
        )  # fmt: skip
        return Line(cells, one, assumed=not check.good or not check.known)

    def retranslate(self) -> None:
        """All words anew."""
        super().retranslate()
        self.choose.set_text(self.context.tr("ui_paper.check.choose"))
        self.table.setAccessibleName(self.context.tr("ui_paper.section.check"))
        self._show()

    def take_focus(self) -> None:
        """The table, else the button for the file."""
        (self.table if self._found else self.choose).setFocus(Qt.FocusReason.OtherFocusReason)
