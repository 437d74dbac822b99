"""What a print carries beside its pages: tick boxes, only those that the chosen paper can have."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.paper import Options
from crf_app.ui.common.widgets.labels import Label
from crf_app.ui.context import UiContext

ANNEXES = ("audit", "queries", "attachments", "charts")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "form": ("signature_page",), "visit": ("signature_page",), "casebook": (*ANNEXES, "data", "files"), "blank": ("annotated",), "report": (),
    "batch": (*ANNEXES, "data", "files"),
}  # fmt: skip
"""Which boxes stand beside which paper."""


class PrintOptions(QWidget):
    """`changed` when a box is ticked or cleared."""

    changed = Signal()

    def __init__(self, context: UiContext, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._kind = "form"
        self.label = Label(context.look, "", "text_secondary")
        names = dict.fromkeys(one for choice in CHOICES.values() for one in choice)
        self.boxes = {one: QCheckBox() for one in names}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        line.addWidget(self.label)
        for one, box in self.boxes.items():
            box.setObjectName(f"{name}/with/{one}")
            box.toggled.connect(self._toggled)
            line.addWidget(box)
        line.addStretch()

    def show_for(self, kind: str) -> None:
        """Offer what this kind of paper can have: form, visit, casebook, blank, report or batch."""
        self._kind = kind
        may_export = self._context.work.user.may(Right.EXPORT)
        for one, box in self.boxes.items():
            box.setVisible(one in CHOICES[kind] and (one != "data" or may_export))
        self.setVisible(bool(CHOICES[kind]))

    def options(self) -> Options:
        """What is ticked and offered."""
        ticked = {one for one, box in self.boxes.items() if box.isChecked() and one in CHOICES[self._kind]}
        annexes = (*Options().annexes, *(one for one in ANNEXES if one in ticked))
        return Options(annexes, "data" in ticked, "files" in ticked, "signature_page" in ticked, "annotated" in ticked)

    def retranslate(self) -> None:
        """All words anew."""
        tr = self._context.tr
        self.label.setText(tr("printing.with"))
        for one, box in self.boxes.items():
            box.setText(tr(f"printing.with_{one}"))
            box.setAccessibleName(tr(f"printing.with_{one}"))
            box.setToolTip(tr(f"printing.with_{one}_note"))

    @Slot(bool)
    def _toggled(self, _on: bool) -> None:
        self.changed.emit()
