"""The page about paper beside one casebook: all casebooks, the monitoring pack, scanned pages, signed files."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.changes import Changes
from crf_app.ui.common.widgets.segments import Segment, SegmentSwitch
from crf_app.ui.context import UiContext
from crf_app.ui.printing.batch_panel import BatchPanel
from crf_app.ui.printing.check_panel import CheckPanel
from crf_app.ui.printing.pack_panel import PackPanel
from crf_app.ui.printing.panel import PaperPanel
from crf_app.ui.printing.scans_panel import ScansPanel
from crf_app.ui.shell.page import Page, PageHead


class DocumentsPage(Page):
    """A switch over the panels; a panel at work goes on when another one is looked at."""

    hints = "ui_paper.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "documents_page", parent)
        self.head = PageHead(context)
        self.batch = BatchPanel(context)
        self.pack = PackPanel(context)
        self.scans = ScansPanel(context)
        self.check = CheckPanel(context)
        enters = context.work.user.may(Right.ENTER)
        panels = {"batch": self.batch, "pack": self.pack, "scans": self.scans, "check": self.check}
        self.panels: dict[str, PaperPanel] = {name: one for name, one in panels.items() if name != "scans" or enters}
        self.which = SegmentSwitch(context.look, ["" for _ in self.panels], "")
        self.which.setObjectName("documents/which")
        self.stack = QStackedWidget()
        for one in self.panels.values():
            self.stack.addWidget(one)
        if not enters:
            self.scans.setParent(self)
            self.scans.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self.head)
        inner = QVBoxLayout()
        inner.setContentsMargins(24, 0, 24, 0)
        inner.setSpacing(16)
        inner.addWidget(self.which, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self.stack, 1)
        column.addLayout(inner, 1)
        self.which.chosen.connect(self._chosen)
        self.retranslate()

    def show_panel(self, name: str) -> None:
        """Bring one of the panels into sight: batch, pack, scans or check; KeyError for one that this person has not."""
        self.which.set_index(list(self.panels).index(name))
        self._chosen(self.which.index)

    @Slot(int)
    def _chosen(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.read()
        self.take_focus()

    def read(self) -> None:
        """What is shown, as it stands now."""
        self._panel.read()

    def concerns(self, changes: Changes) -> bool:
        """The pile of scans and the subjects."""
        return bool(changes.subjects or changes.everything)

    @property
    def _panel(self) -> PaperPanel:
        return list(self.panels.values())[max(self.which.index, 0)]

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.head.show_text(tr("ui_paper.title"), tr("ui_paper.note"))
        index = self.which.index
        self.which.set_segments([Segment(tr(f"ui_paper.section.{name}"), str(number), (str(number),)) for number, name in enumerate(self.panels, 1)])
        self.which.setAccessibleName(tr("ui_paper.which"))
        self.which.set_index(max(index, 0))
        for one in self.panels.values():
            one.retranslate()
        self._stale = self._stale or self.context.work.actor is None

    def take_focus(self) -> None:
        """Where the panel begins."""
        self._panel.take_focus()
