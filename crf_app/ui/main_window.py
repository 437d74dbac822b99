"""The open workspace: rail, top bar, pages, status line, and the wiring between them."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey
from crf_app.services.changes import Changes
from crf_app.services.drafts import Draft, kept_drafts
from crf_app.services.query_list import waiting
from crf_app.services.query_reading import read_thread
from crf_app.services.subjects import consent_key
from crf_app.ui.administration.page import AdministrationPage
from crf_app.ui.calendar.page import CalendarPage
from crf_app.ui.casebook.draft_keeper import DraftKeeper
from crf_app.ui.casebook.inspector import TABS
from crf_app.ui.casebook.page import CasebookPage
from crf_app.ui.charts.page import ChartsPage
from crf_app.ui.common.languages import Said
from crf_app.ui.context import UiContext
from crf_app.ui.form.fields.base import FieldEntry
from crf_app.ui.imports.page import ImportPage
from crf_app.ui.messages import MessageStrip
from crf_app.ui.palette.help import KeyHelp
from crf_app.ui.palette.palette import Palette
from crf_app.ui.printing.documents import DocumentsPage
from crf_app.ui.queries.page import QueriesPage
from crf_app.ui.shell.background_check import BackgroundCheck
from crf_app.ui.shell.draft_offer import DraftOffer
from crf_app.ui.shell.frame_actions import FrameActions
from crf_app.ui.shell.page import Page
from crf_app.ui.shell.rail import Place, Rail
from crf_app.ui.shell.status_line import StatusLine
from crf_app.ui.shell.top_bar import TopBar
from crf_app.ui.signing.console_page import ConsolePage
from crf_app.ui.subjects.page import SubjectsPage
from crf_app.ui.today.new_subject import NewSubjectPanel
from crf_app.ui.today.page import TodayPage

PageType = TypeVar("PageType", bound=QWidget)

TODAY = Place("today", "ui_shell.today.title", "today")
SUBJECTS = Place("subjects", "ui_shell.subjects.title", "subjects")
SIGNING = Place("signing", "workflow.console.rail", "sign")
CHARTS = Place("charts", "ui_charts.rail", "charts")
IMPORT = Place("import", "ui_import.rail", "download")
QUERIES = Place("queries", "query.title", "queries")
CALENDAR = Place("calendar", "ui_calendar.title", "calendar")
PAPER = Place("paper", "ui_paper.rail", "print")
COUNTING_MS = 400
"""So long after the last command what waits is counted again."""
ADMINISTRATION = Place("administration", "ui_shell.administration.rail", "admin")


class MainWindow(QWidget):
    """The frame for one session of one person; another person gets another one.

    `lock_requested()`, `quit_requested()`, `title_changed(text)`.
    """

    lock_requested = Signal()
    quit_requested = Signal()
    title_changed = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.setObjectName("main_window")
        self.setAutoFillBackground(True)
        user, look = context.work.user, context.look
        context.actions.set_user(user)
        places = [
            *((TODAY, SUBJECTS, QUERIES, CALENDAR, CHARTS) if user.may(Right.READ) else ()), *((SIGNING,) if user.may(Right.SIGN) else ()),
            *((IMPORT,) if user.may(Right.ENTER) else ()), *((PAPER,) if user.may(Right.PRINT) else ()), ADMINISTRATION,
        ]  # fmt: skip
        self.rail = Rail(look, tuple(places))
        self.top_bar = TopBar(look)
        self.strip = MessageStrip(look)
        self.draft_offer = DraftOffer(context)
        self.drafts = DraftKeeper(context, self)
        self.check = BackgroundCheck(context, self)
        self.new_subject = NewSubjectPanel(context)
        self.status = StatusLine(look)
        self.stack = QStackedWidget()
        self.pages: dict[str, QWidget] = {}
        self._place = ""
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.setInterval(COUNTING_MS)
        if user.may(Right.READ):
            self.today = self._add("today", TodayPage(context))
            self.subjects = self._add("subjects", SubjectsPage(context))
            self.queries = self._add("queries", QueriesPage(context))
            self.calendar = self._add("calendar", CalendarPage(context))
            self.charts = self._add("charts", ChartsPage(context))
            self.casebook = self._add("casebook", CasebookPage(context))
        if user.may(Right.SIGN):
            self.signing = self._add("signing", ConsolePage(context))
        if user.may(Right.ENTER):
            self.import_page = self._add("import", ImportPage(context))
        if user.may(Right.PRINT):
            self.documents = self._add("paper", DocumentsPage(context))
        self.administration = self._add("administration", AdministrationPage(context))
        self._build()
        self.palette_panel = Palette(context, self)
        self.key_help = KeyHelp(context, self)
        self.frame_actions = FrameActions(context, self)
        self._connect()
        self._show_session()

    def _add(self, name: str, page: PageType) -> PageType:
        self.pages[name] = page
        self.stack.addWidget(page)
        return page

    def _build(self) -> None:
        centre = QVBoxLayout()
        centre.setContentsMargins(0, 0, 0, 0)
        centre.setSpacing(0)
        centre.addWidget(self.strip)
        centre.addWidget(self.draft_offer)
        centre.addWidget(self.new_subject)
        centre.addWidget(self.stack, 1)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addLayout(centre, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addLayout(body, 1)
        column.addWidget(self.status)

    def _connect(self) -> None:
        context = self.context
        context.perform.refused.connect(self.strip.refuse)
        context.change_hub.published.connect(self._saved)
        self._counting.timeout.connect(self._count_queries)
        self.rail.chosen.connect(self.go)
        self.top_bar.search_opened.connect(self.palette_panel.open_with)
        self.top_bar.lock_requested.connect(self.lock_requested)
        self.palette_panel.form_requested.connect(self.open_form)
        self.palette_panel.subject_requested.connect(self.open_subject)
        self.palette_panel.visit_requested.connect(self.open_visit)
        self.check.verified.connect(self._verified)
        self.check.faulty.connect(self._faulty)
        self.draft_offer.taken.connect(self._take_draft)
        self.draft_offer.declined.connect(self._answered)
        self.new_subject.created.connect(self._created)
        self.new_subject.closed.connect(self.take_focus)
        for page in (self.pages.get("today"), self.pages.get("subjects")):
            if isinstance(page, TodayPage | SubjectsPage):
                page.form_requested.connect(self.open_form)
                page.subject_requested.connect(self.open_subject)
                page.new_requested.connect(self.new_subject.begin)
            if isinstance(page, SubjectsPage):
                page.visit_requested.connect(self.open_visit)
        if "signing" in self.pages:
            self.signing.form_requested.connect(self.open_form)
            self.today.signing_requested.connect(self.open_signing)
        if "casebook" in self.pages:
            self.casebook.stack.currentChanged.connect(self._show_hints)
            self.today.query_requested.connect(self.open_query)
            self.queries.place_requested.connect(self.open_query)
            self.queries.written.connect(self._written)
            self.casebook.inspector.queries.next_requested.connect(self.next_query)
            self.calendar.visit_requested.connect(self.open_visit)
            self.calendar.new_requested.connect(self.new_subject.begin)
            self.calendar.written.connect(self._written)
            self.casebook.title_changed.connect(self.title_changed)

    def _show_session(self) -> None:
        work = self.context.work
        self.top_bar.show_session(work.study.title, work.study.oid, work.study.version, work.user)
        self.status.show_session(work.clock.now(), work.site.synthetic)
        self._count_queries()

    # Going somewhere

    @property
    def place(self) -> str:
        """The page in sight: "today", "subjects", "queries", "calendar", "charts", "casebook", "signing", "import", "paper" or "administration"."""
        return self._place

    @Slot()
    def start(self) -> None:
        """Show where this person begins: Today, or Administration for who may not read."""
        self.go("today" if "today" in self.pages else "administration")

    @Slot(str)
    def go(self, name: str) -> None:
        """Go to a page by name; KeyError when this person has no such page."""
        page = self.pages[name]
        self._place = name
        self.strip.dismiss()
        self.stack.setCurrentWidget(page)
        self.rail.mark("subjects" if name == "casebook" else name)
        if isinstance(page, Page):
            self._show_hints()
            page.activate()
        else:
            self.status.show_hints("ui_shell.casebook_hints")
        if name != "casebook":
            self.title_changed.emit("")

    @Slot()
    def _show_hints(self) -> None:
        """The keys of the page in sight; charts of a subject have their own."""
        page = self.stack.currentWidget()
        charts = page is self.pages.get("casebook") and self.casebook.stack.currentWidget() is self.casebook.charts
        if isinstance(page, Page):
            self.status.show_hints(self.casebook.charts.hints if charts else page.hints)

    @Slot(object)
    def open_form(self, form: FormKey) -> None:
        """Show a form in its casebook."""
        self._at_subject(form.subject)
        self.casebook.open(form.subject, form.event, form.event_repeat, form.form, form.form_repeat)

    @Slot(str)
    def open_subject(self, number: str) -> None:
        """Show a subject's casebook where the subject stands."""
        self._at_subject(number)
        self.casebook.open(number)

    @Slot(object)
    def open_visit(self, place: tuple[str, str, int]) -> None:
        """Show a visit: subject, event, event repeat."""
        self._at_subject(place[0])
        self.casebook.open(place[0], place[1], place[2])

    @Slot(int)
    def open_query(self, number: int) -> None:
        """Show where a query stands, with the query beside it."""
        thread = self.context.perform(read_thread, self.context.work, number)
        if thread is None:
            return
        key = thread.record.key
        if key.form:
            self.open_form(key.form_key)
        else:
            self.open_visit((key.subject, key.event, key.event_repeat))
        casebook = self.casebook
        if casebook.form is not None:
            if key.item:
                casebook.pane.view.focus_item(key)
            casebook.show_inspector(TABS.index("queries"))
            casebook.inspector.queries.show_place(casebook.form, key if key.item else None)
            casebook.inspector.queries.show_query(number)

    @Slot(int)
    def next_query(self, number: int) -> None:
        """On from a query to the one after it in the list, where it stands; from the last one, or without one, to the list."""
        self.queries.read()
        following = self.queries.following(number)
        if following:
            self.queries.show_query(following)
            self.open_query(following)
        else:
            self.go("queries")
    @Slot(str)
    def open_signing(self, number: str) -> None:
        """Show what of a subject waits for a signature."""
        self.go("signing")
        self.signing.open(number)

    def _at_subject(self, number: str) -> None:
        """To the casebook; from now on "W4" alone means this subject's week 4 in the palette."""
        self.go("casebook")
        self.palette_panel.near = number

    # What was being typed when the program ended

    def offer_drafts(self) -> None:
        """Offer it to who typed it, and keep from now on what is being typed."""
        if "casebook" in self.pages:
            self.drafts.set_offered(kept_drafts(self.context.work))
            self.draft_offer.offer(next(iter(self.drafts.offered), None))
            self.drafts.start()

    @Slot(object)
    def _take_draft(self, draft: Draft) -> None:
        self.open_form(draft.key.form_key)
        if not self.casebook.pane.view.put_text(draft.key, FieldEntry(draft.text, draft.unit)):
            self.say(self.context.tr("ui_shell.draft.gone", text=draft.text), "warn")
        self.drafts.look()
        self._answered(draft)

    @Slot(object)
    def _answered(self, draft: Draft) -> None:
        self.drafts.set_offered([one for one in self.drafts.offered if one is not draft])
        self.draft_offer.offer(next(iter(self.drafts.offered), None))

    @Slot(str)
    def _created(self, number: str) -> None:
        self.open_form(consent_key(self.context.work.study_of(number), number).form_key)

    @Slot()
    def take_focus(self) -> None:
        """Put the focus where work begins on the page in sight."""
        page = self.stack.currentWidget()
        if isinstance(page, Page):
            page.take_focus()
        elif page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    # What happened

    @Slot(object)
    def _saved(self, _changes: Changes) -> None:
        self.status.show_saved(self.context.work.clock.now())
        self.strip.dismiss()
        self._counting.start()

    @Slot()
    def _count_queries(self) -> None:
        """The rail says how many queries wait for this person."""
        work = self.context.work
        if work.actor is not None and "queries" in self.pages:
            self.rail.show_count("queries", len(waiting(work).numbers))

    @Slot(object)
    def _written(self, words: Said) -> None:
        self.status.show_saved(self.context.work.clock.now())
        self.say(words, "ok")

    @Slot()
    def _verified(self) -> None:
        self.status.show_verified(self.context.work.clock.now())

    @Slot(str)
    def _faulty(self, words: str) -> None:
        self.status.show_faulty()
        self.say(words, "error")

    def say(self, words: Said, kind: str = "info") -> None:
        """Say something above the page."""
        self.strip.note(words, kind)
