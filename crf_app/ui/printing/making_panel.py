"""What the panels that make documents share: the language, one button, and how work is stopped."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.context import UiContext
from crf_app.ui.printing.panel import LANGUAGES, PaperPanel


class MakingPanel(PaperPanel):
    """`go` waits while the panel works, however that ends. Cancel is heard by the job and, as `stop_asked`, by what is read in this thread."""

    def __init__(self, context: UiContext, name: str, parent: QWidget | None = None) -> None:
        super().__init__(context, name, parent)
        self.stop_asked = False
        self.language = self.languages()
        self.go = Button(context.look, "", "primary", icon="print", key="↵")
        self.go.setObjectName(f"documents/{name}/go")
        self.column.addWidget(self.language, 0, Qt.AlignmentFlag.AlignLeft)

    def build_end(self) -> None:
        """Below the fields: the button, how far it is, what is said."""
        line = QHBoxLayout()
        line.addWidget(self.go)
        line.addStretch()
        self.column.addLayout(line)
        self.column.addWidget(self.progress)
        self.column.addWidget(self.message)
        self.fill_below()

    @property
    def chosen_language(self) -> str:
        """The language of the paper."""
        return LANGUAGES[max(self.language.index, 0)]

    def begin(self) -> None:
        """Work begins."""
        self.stop_asked = False
        self.go.setEnabled(False)

    def rest(self) -> None:
        """No work any more: it may be begun again."""
        super().rest()
        self.go.setEnabled(True)

    @Slot()
    def cancel(self) -> None:
        """Stop while reading or while drawing."""
        self.stop_asked = True
        super().cancel()

    def retranslate(self) -> None:
        """All words anew."""
        super().retranslate()
        self.name_languages(self.language)
        self.go.set_text(self.context.tr(f"ui_paper.{self.name}.go"))
