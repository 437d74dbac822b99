"""The pack for a monitoring visit: since which day, where to."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QWidget

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.monitoring import Pack, draw_pack, prepare_pack, record_pack
from crf_app.services.outputs import written
from crf_app.ui.actions import Action
from crf_app.ui.common.drawing import Drawing
from crf_app.ui.common.languages import Said
from crf_app.ui.context import UiContext
from crf_app.ui.printing.making_panel import MakingPanel
from crf_app.ui.shell.fields import LabeledLine

_WEEKS = 6
"""The usual time between two visits of the monitor; a day to begin from."""


class PackPanel(MakingPanel):
    """Reading goes subject by subject in this thread, drawing beside the window."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "pack", parent)
        look = context.look
        self.since = LabeledLine(look, "documents/pack/since")
        self.since.edit.setText((context.work.clock.today() - timedelta(weeks=_WEEKS)).isoformat())
        self.path = LabeledLine(look, "documents/pack/path")
        self.field_width(self.since, 240)
        self.field_width(self.path, 720)
        self.build_end()
        self.go.clicked.connect(self.carry_out)
        for field in (self.since, self.path):
            field.entered.connect(self.carry_out)
        self._pack: Pack | None = None
        context.actions.add(self, Action("documents.pack", "ui_paper.pack.go", self.carry_out, (), "print", Right.PRINT, self._ready, "go"))

    def _ready(self) -> bool:
        return self.go.isVisible() and not self.busy

    @Slot()
    def carry_out(self) -> None:
        """Make the pack and save it."""
        if self.busy:
            return
        try:
            since = date.fromisoformat(self.since.text())
        except ValueError:
            self.since.say(self.context.look.later("ui_paper.pack.wrong_day"))
            self.since.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        lang = self.chosen_language
        if not self.path.text():
            self.path.edit.setText(str(Path.home() / f"monitoring_{since.isoformat()}_{lang}.pdf"))
        self.begin()
        try:
            self._pack = prepare_pack(self.context.work, since, lang, progress=self._read_one)
        except ExpectedError as error:
            self.refused(error) if error.code != "pdf_cancelled" else self.stopped()
            return
        self.start(Drawing(draw_pack, self._pack, self.context.words), self._drawn, self.context.look.later("ui_paper.working"))

    def _read_one(self, done: int, total: int) -> None:
        self.show_working(self.context.look.later("ui_paper.pack.running", done=done + 1, total=total), done / max(total, 1) / 2)
        QCoreApplication.processEvents()
        if self.stop_asked:
            raise ExpectedError("pdf_cancelled")

    def working_words(self, done: int, total: int) -> Said:
        """A step of the drawing."""
        return self.context.look.later("ui_paper.pack.drawing", done=done + 1, total=total)

    @Slot(object)
    def _drawn(self, content: bytes) -> None:
        self.rest()
        path = Path(self.path.text()).expanduser()
        try:
            with written(path, content):
                if self._pack is not None:
                    record_pack(self.context.work, self._pack, content)
        except ExpectedError as error:
            self.refused(error)
            return
        self._pack = None
        self.say("ok", self.context.look.later("printing.saved", path=path))

    @Slot()
    def stopped(self) -> None:
        """Nothing was written."""
        self.rest()
        self.say("warn", self.context.look.later("ui_paper.pack.stopped"))

    def retranslate(self) -> None:
        """All words anew."""
        super().retranslate()
        tr = self.context.tr
        self.since.set_label(tr("ui_paper.pack.since"))
        self.path.set_label(tr("ui_paper.pack.path"))

    def take_focus(self) -> None:
        """The day."""
        self.since.edit.setFocus(Qt.FocusReason.OtherFocusReason)
