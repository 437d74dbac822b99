"""The page on which results are taken in."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crf_app.services.changes import Changes
from crf_app.ui.context import UiContext
from crf_app.ui.imports.panel import ImportPanel
from crf_app.ui.shell.page import Page, PageHead


class ImportPage(Page):
    """A head over the panel. What others enter meanwhile is taken into account: the dry run is made again."""

    hints = "ui_import.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "import_page", parent)
        self.head = PageHead(context)
        self.panel = ImportPanel(context, "results")
        inner = QWidget()
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(24, 0, 24, 0)
        inside.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(inner, 1)
        self.retranslate()

    def read(self) -> None:
        """The dry run over the data as they stand now."""
        self.panel.look_again()

    def concerns(self, changes: Changes) -> bool:
        """What was entered elsewhere; while this page is in sight it makes the changes itself."""
        return not self.isVisible() and bool(changes.subjects or changes.everything)

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.head.show_text(tr("ui_import.title"), tr("ui_import.note"))
        self.panel.retranslate()

    def take_focus(self) -> None:
        """Where work goes on."""
        self.panel.take_focus()
