"""Who stands before the window and who may go in: log-in, lock, first run. What lies behind is loaded after the first paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from crf_app import __version__
from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.paths import state_folder
from crf_app.store.workspace_files import WorkspaceFile, read_workspace_file
from crf_app.study.texts import Text
from crf_app.ui.common.ask import Ask, FileQuestion
from crf_app.ui.common.idle import IdleWatch
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look
from crf_app.ui.common.settings import Settings, save_settings
from crf_app.ui.login.login_page import Facts, LogIn, LoginPage
from crf_app.ui.login.top_window import TopWindow
from crf_app.ui.messages import said_error


class Session(Protocol):
    """An open workspace with its frame."""

    @property
    def frame(self) -> QWidget: ...

    @property
    def login(self) -> str: ...

    def take_focus(self) -> None: ...

    def say(self, words: Said, kind: str) -> None: ...

    def lock(self) -> None: ...

    def unlock(self, login: str, password: str) -> bool: ...

    def close(self) -> None: ...


class Behind(Protocol):
    """What is loaded after the first paint."""

    def log_in(self, folder: Path, login: str, password: str, place_reason: str) -> Session: ...

    def recovery(self, folder: Path, done: Callable[[str], None], declined: Callable[[], None]) -> QWidget: ...

    def wizard(self, opened: Callable[[Session, Path], None], declined: Callable[[], None]) -> QWidget: ...


class Gate(QObject):
    """Owns the window. `load(n)` loads the n-th piece of what lies behind (False: there is none), `behind(gate)` makes it."""

    def __init__(
        self,
        look: Look,
        settings: Settings,
        folder: Path | None,
        clock: Clock,
        ask: Ask,
        load: Callable[[int], bool],
        behind: Callable[[Gate], Behind],
    ) -> None:
        super().__init__()
        self.look = look
        self.settings = settings
        self.clock = clock
        self.ask = ask
        self._load = load
        self._make_behind = behind
        self._loaded = 0
        self._behind: Behind | None = None
        self.session: Session | None = None
        self.folder: Path | None = folder or self._last()
        self.top = TopWindow(look)
        self.idle = IdleWatch(clock, settings.idle_minutes, self)
        self._pieces = QTimer(self)
        self._pieces.setInterval(0)
        self._pieces.timeout.connect(self._next_piece)
        self.top.painted.connect(self._pieces.start)
        self.top.closing.connect(self._close)
        self.idle.expired.connect(self.lock)
        look.languages.changed.connect(self._remember_look)
        look.themes.changed.connect(self._remember_look)
        self.page = self._login_page()

    def _last(self) -> Path | None:
        known = [Path(one) for one in self.settings.recent if (Path(one) / "workspace.toml").is_file()]
        return known[0] if known else None

    # Loading

    @Slot()
    def _next_piece(self) -> None:
        if self._load(self._loaded):
            self._loaded += 1
        else:
            self._pieces.stop()

    @property
    def ready(self) -> bool:
        """Is everything loaded?"""
        return not self._load(self._loaded)

    def behind(self) -> Behind:
        """What lies behind, loaded now if it is not yet."""
        self._pieces.stop()
        while self._load(self._loaded):
            self._loaded += 1
        if self._behind is None:
            self._behind = self._make_behind(self)
        return self._behind

    # The page

    def _login_page(self, *, locked: bool = False) -> LoginPage:
        page = LoginPage(self.look, __version__)
        page.log_in_requested.connect(self._log_in)
        page.other_requested.connect(self._other)
        page.new_requested.connect(self.show_wizard)
        page.leave_requested.connect(self._leave)
        page.recovery_requested.connect(self.show_recovery)
        self.page = page
        login = self.settings.logins.get(str(self.folder), "") if self.folder is not None else ""
        page.show_facts(self._facts(locked), self.session.login if self.session is not None else login)
        self.top.show_front(page, page.first_field)
        return page

    def _facts(self, locked: bool) -> Facts:
        if self.folder is None:
            return Facts()
        try:
            found: WorkspaceFile = read_workspace_file(self.folder)
        except ExpectedError as error:
            return Facts(site=said_error(self.look, error), folder=str(self.folder))
        site = Text(found.site_en or found.site, found.site)
        return Facts(found.study, partial(self.look.languages.text, site), str(self.folder), found.synthetic, locked)

    # Going in

    @Slot(object)
    def _log_in(self, typed: LogIn) -> None:
        if self.folder is None:
            self._other()
            return
        self.page.show_busy(busy=True)
        try:
            if self.session is not None:
                self._unlock(typed)
            else:
                self._opened(self.behind().log_in(self.folder, typed.login, typed.password, typed.place_reason), self.folder)
        except ExpectedError as error:
            self.page.refuse(said_error(self.look, error))
            if error.code.startswith("unsafe_place"):
                self.page.ask_place_reason()

    def _unlock(self, typed: LogIn) -> None:
        if self.session is None:
            return
        same = self.session.unlock(typed.login, typed.password)
        if not same:
            self.top.set_back(self.session.frame)
        self._go_in()

    def _opened(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder
        self._remember(self.settings.with_workspace(folder, session.login))
        self.top.set_back(session.frame)
        self._go_in()

    def _go_in(self) -> None:
        self.page.forget_password()
        if not self.top.show_back() and self.session is not None:
            self.session.take_focus()
        self.idle.start()

    # Going out

    @Slot()
    def lock(self) -> None:
        """Cover everything and end the right to read and write; what was being typed stays where it is."""
        if self.session is None or self.top.covered:
            return
        self.idle.stop()
        self._login_page(locked=True)
        self.top.retitle()
        try:
            self.session.lock()
        except ExpectedError as error:
            self.page.password.say(said_error(self.look, error))

    @Slot()
    def _leave(self) -> None:
        """Close the workspace that is locked."""
        self._end_session()
        self._login_page()

    @Slot(str)
    def tell_fault(self, place: str) -> None:
        """A fault of ours was written down: say so where it can be seen."""
        words = self.look.later("ui_shell.fault", place=place)
        if self.session is not None and not self.top.covered:
            self.session.say(words, "error")
        else:
            self.page.password.say(words)

    @Slot()
    def quit(self) -> None:
        """Close the window."""
        self.top.close()

    @Slot()
    def _close(self) -> None:
        self._pieces.stop()
        self._end_session()

    def _end_session(self) -> None:
        self.idle.stop()
        session, self.session = self.session, None
        if session is not None:
            session.close()
        self.top.set_back(None)

    # Another workspace

    @Slot()
    def _other(self) -> None:
        question = FileQuestion("open_workspace", self.look.tr("ui_shell.login.choose_folder"), folder=True)
        chosen = self.ask.files(self.top, question)
        if not chosen:
            return
        folder = Path(chosen[0])
        try:
            read_workspace_file(folder)
        except ExpectedError as error:
            self.page.name.say(said_error(self.look, error))
            return
        self.folder = folder
        self._login_page()

    @Slot()
    def show_wizard(self) -> None:
        """The first run: a new workspace in five steps."""
        page = self.behind().wizard(self._opened, self._front_declined)
        self.top.show_front(page, page.focusProxy())

    @Slot()
    def show_recovery(self) -> None:
        """A new password by the code of the recovery sheet."""
        if self.folder is not None:
            page = self.behind().recovery(self.folder, self._recovered, self._front_declined)
            self.top.show_front(page, page.focusProxy())

    def _recovered(self, login: str) -> None:
        page = self._login_page()
        page.name.edit.setText(login)
        page.state.setText(self.look.tr("ui_shell.recovery.done"))
        page.password.edit.setFocus()

    def _front_declined(self) -> None:
        self._login_page()

    # What is remembered

    @Slot(int)
    def set_idle_minutes(self, minutes: int) -> None:
        """Lock after so many minutes from now on, on this machine."""
        self.idle.set_minutes(minutes)
        self._remember(replace(self.settings, idle_minutes=minutes))

    @Slot()
    def _remember_look(self) -> None:
        hub = self.look.languages
        mode = self.look.themes.mode
        self._remember(replace(self.settings, language=hub.lang, bilingual=hub.bilingual, theme=mode))

    def _remember(self, settings: Settings) -> None:
        if settings != self.settings:
            self.settings = settings
            save_settings(state_folder(), settings)
