"""Signing on the print page: the order from the side panel, the use case, what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QLineEdit

from crf_app.errors import ExpectedError
from crf_app.services.outputs import save_pdf
from crf_app.services.paper import Paper, record_print
from crf_app.services.paper_signing import SignedPaper, SigningOrder, certificate_sheet, sign_paper
from crf_app.services.signing import Credentials
from crf_app.ui.casebook.sentences import said_error
from crf_app.ui.context import UiContext
from crf_app.ui.printing.sign_side import SignSide

if TYPE_CHECKING:
    from crf_app.ui.printing.page import PrintPage


class PaperSigning(QObject):
    """One document at a time. The pages on screen are the bytes that are signed; further people may sign the same file."""

    def __init__(self, context: UiContext, page: PrintPage) -> None:
        super().__init__(page)
        self._context = context
        self._page = page
        self._paper: Paper | None = None
        self._content = b""
        self._printed = False
        self._path: QLineEdit | None = None
        self.side = SignSide(context)
        self.side.given.connect(self.carry_out)
        self.side.sheet_requested.connect(self.save_sheet)
        self.side.closed.connect(self.close)

    def begin(self, paper: Paper, content: bytes, path: QLineEdit) -> None:
        """Ask who signs these pages."""
        self._paper, self._content, self._path, self._printed = paper, content, path, False
        self.side.begin()

    @Slot(object)
    def carry_out(self, order: SigningOrder) -> None:
        """Sign, write the file, show it; or say why not."""
        if self._paper is None or self._path is None:
            return
        context, path = self._context, Path(self._path.text().strip()).expanduser()
        # The first signature loads the library for signing: a second in which the window cannot answer.
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            signed = self._signed(order, path)
        except ExpectedError as error:
            self.side.say(said_error(context.look, error))
            return
        finally:
            QApplication.restoreOverrideCursor()
        self._content = signed.content
        self._page.show_signed(signed.content)
        self._page.say_done(context.look.later("printing.signed_new" if signed.certificate_is_new else "printing.signed", path=path, place=signed.place))
        self.side.forget()
        self.side.take_focus()

    def _signed(self, order: SigningOrder, path: Path) -> SignedPaper:
        if self._paper is not None and not self._printed:
            record_print(self._context.work, self._paper, self._content)
            self._printed = True
        return sign_paper(self._context.work, self._context.words, self._content, order, path)

    @Slot(object)
    def save_sheet(self, who: Credentials) -> None:
        """The sheet with the person's fingerprint, beside the document."""
        if self._path is None:
            return
        context = self._context
        path = Path(self._path.text().strip()).expanduser().parent / f"certificate_{who.login}.pdf"
        try:
            save_pdf(path, certificate_sheet(context.work, context.words, who, self._paper.lang if self._paper is not None else "both"))
        except ExpectedError as error:
            self.side.say(said_error(context.look, error))
            return
        self._page.say_done(context.look.later("printing.saved", path=path))

    @Slot()
    def close(self) -> None:
        """Take the panel away; the signed pages stay on screen."""
        self.side.forget()
        self.side.setVisible(False)
        self._page.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Other pages are shown: nothing of the document at hand stays."""
        self._paper, self._content, self._path = None, b"", None
        self.side.forget()
        self.side.setVisible(False)

    @property
    def signed_content(self) -> bytes:
        """The document as it was signed last, b"" before."""
        return self._content if self._printed else b""
