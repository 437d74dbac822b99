"""Administration: sections side by side, only those the person may use; one's own password for everybody."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.services.administration import read_parameter_records
from crf_app.services.allocation_lists import randomises
from crf_app.services.changes import Changes
from crf_app.ui.administration.dictionary import DictionarySection
from crf_app.ui.administration.laboratories import LaboratoriesSection
from crf_app.ui.administration.parameters import ParametersSection
from crf_app.ui.administration.password import PasswordSection
from crf_app.ui.administration.randomisation import RandomisationSection
from crf_app.ui.administration.section import Section
from crf_app.ui.administration.study_versions import StudyVersionsSection
from crf_app.ui.administration.users import UsersSection
from crf_app.ui.common.widgets.segments import Segment, SegmentSwitch
from crf_app.ui.context import UiContext
from crf_app.ui.shell.page import Page, PageHead


class AdministrationPage(Page):
    """`idle_minutes_chosen(minutes)` when an administrator sets after how long the window locks."""

    idle_minutes_chosen = Signal(int)
    hints = "ui_shell.administration.hints"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "administration_page", parent)
        user = context.work.user
        found: list[Section] = []
        if user.may(Right.USERS):
            found.append(UsersSection(context))
        found.append(ParametersSection(context))
        if user.may(Right.SITE_TABLES):
            found.append(LaboratoriesSection(context))
            found.append(DictionarySection(context))
        if randomises(context.work) and (user.may(Right.ALLOCATION_LIST) or user.may(Right.RANDOMISE)):
            found.append(RandomisationSection(context))
        if user.may(Right.VERSIONS) or user.may(Right.AMEND):
            found.append(StudyVersionsSection(context))
        self.password = PasswordSection(context)
        found.append(self.password)
        self.sections = tuple(found)
        self.head = PageHead(context)
        self.switch = SegmentSwitch(context.look, [""] * len(found), "")
        self.switch.setObjectName("administration/sections")
        self.head.line.addWidget(self.switch)
        self.stack = QStackedWidget()
        for section in found:
            self.stack.addWidget(section)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.stack, 1)
        self.switch.chosen.connect(self._choose)
        self.password.idle_minutes_chosen.connect(self.idle_minutes_chosen)
        self.retranslate()

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.sections[number].read()

    def show_section(self, name: str) -> None:
        """Show a section by name and put the focus into it; KeyError when this person has no such section."""
        number = {section.section_name: at for at, section in enumerate(self.sections)}[name]
        self.switch.set_index(number)
        self._choose(number)
        self.sections[number].take_focus()

    def show_import(self) -> None:
        """The import of reference ranges, in the section of the laboratories."""
        for section in self.sections:
            if isinstance(section, LaboratoriesSection):
                section.show_import()

    def read(self) -> None:
        """Read the section in sight."""
        self.sections[self.stack.currentIndex()].read()
        self._show_note()

    def _show_note(self) -> None:
        tr = self.context.tr
        records = self.context.perform(read_parameter_records, self.context.work) or ()
        assumed = sum(1 for one in records if not one.confirmed)
        note = tr("ui_shell.administration.assumed", count=assumed) if assumed else tr("ui_shell.administration.confirmed")
        self.head.show_text(tr("ui_shell.administration.title"), note)

    def retranslate(self) -> None:
        """All words anew."""
        tr = self.context.tr
        self.switch.setAccessibleName(tr("ui_shell.administration.title"))
        self.switch.set_segments([Segment(tr(f"ui_shell.administration.{one.section_name}")) for one in self.sections])
        for section in self.sections:
            section.retranslate()
        if self.context.work.actor is not None:
            self._show_note()

    def concerns(self, changes: Changes) -> bool:
        """What administration changed."""
        return changes.administration

    def take_focus(self) -> None:
        """The section in sight."""
        self.sections[self.stack.currentIndex()].take_focus()


