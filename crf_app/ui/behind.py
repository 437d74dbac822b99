"""What lies behind the log-in: sessions and the first-run wizard. Loaded after the log-in is painted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from crf_app.admin.roles import Right
from crf_app.services.log_ins import failed_log_ins
from crf_app.services.session import lock_session, log_out, open_workspace, unlock_session
from crf_app.services.workspace import Workspace
from crf_app.ui.actions import Actions
from crf_app.ui.common.change_hub import ChangeHub
from crf_app.ui.common.jobs import Jobs
from crf_app.ui.common.languages import Said
from crf_app.ui.common.perform import Perform
from crf_app.ui.common.system_signs import SystemSigns
from crf_app.ui.context import UiContext
from crf_app.ui.login.gate import Gate, Session
from crf_app.ui.login.recovery_page import RecoveryPage
from crf_app.ui.login.wizard import Wizard
from crf_app.ui.main_window import MainWindow


class OpenSession(QObject):
    """A workspace with the frame of the person at work."""

    def __init__(self, gate: Gate, work: Workspace) -> None:
        super().__init__(gate)
        self._gate = gate
        self.work = work
        self._user_id = work.user.user_id
        self._login = work.user.login
        self._frame = self._make_frame()

    @property
    def frame(self) -> MainWindow:
        """The frame of the person at work."""
        return self._frame

    @property
    def login(self) -> str:
        """The login name of the person at work, also while locked."""
        return self._login

    @property
    def context(self) -> UiContext:
        """What the pages were given."""
        return self._frame.context

    def _make_frame(self) -> MainWindow:
        """A new frame: hub, actions and pages belong to one person."""
        gate, hub = self._gate, ChangeHub()
        context = UiContext(self.work, gate.look, hub, gate.ask, Perform(hub), Jobs(), Actions())
        frame = MainWindow(context)
        for part in (hub, context.perform, context.jobs, context.actions):
            part.setParent(frame)
        frame.lock_requested.connect(gate.lock)
        frame.quit_requested.connect(gate.quit)
        frame.title_changed.connect(self._retitle)
        frame.administration.idle_minutes_chosen.connect(gate.set_idle_minutes)
        gate.idle.expiring.connect(frame.status.show_countdown)
        gate.idle.returned.connect(frame.status.end_countdown)
        frame.start()
        frame.offer_drafts()
        frame.check.start()
        self._tell_failures(frame)
        return frame

    def _tell_failures(self, frame: MainWindow) -> None:
        if not self.work.user.may(Right.USERS):
            return
        failures = failed_log_ins(self.work)
        if failures:
            last = f"{failures[-1].at:%Y-%m-%d %H:%M}"
            frame.say(self._gate.look.later("ui_shell.failed_log_ins", count=len(failures), last=last), "warn")

    @Slot(str)
    def _retitle(self, text: str) -> None:
        name = self._gate.look.tr("ui_shell.program")
        self._gate.top.setWindowTitle(f"{text} – {name}" if text else name)

    def say(self, words: Said, kind: str) -> None:
        """Say something above the page."""
        self._frame.say(words, kind)

    def take_focus(self) -> None:
        """The focus goes to where work begins."""
        self._frame.take_focus()

    def lock(self) -> None:
        """End the right to read and write. Raises ExpectedError when that could not be recorded."""
        self._frame.context.jobs.stop()
        self._frame.status.end_countdown()
        self._frame.drafts.look()
        self._frame.check.stop()
        try:
            lock_session(self.work)
        finally:
            self.work.actor = None
            self.work.forget()

    def unlock(self, login: str, password: str) -> bool:
        """Go on; whether it is the same person. Another one gets a frame of his own. Raises ExpectedError."""
        unlock_session(self.work, login, password)
        if self.work.user.user_id == self._user_id:
            self._frame.check.start()
            self._tell_failures(self._frame)
            return True
        self._user_id, self._login = self.work.user.user_id, self.work.user.login
        self._frame = self._make_frame()
        return False

    def close(self) -> None:
        """Record the end of the session and close the workspace."""
        self._frame.context.jobs.stop()
        self._frame.drafts.look()
        self._frame.check.stop()
        log_out(self.work)


class OpenBehind(QObject):
    """Opens workspaces and makes new ones."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate)
        self._gate = gate
        self._signs = SystemSigns(self)
        self._signs.went_away.connect(gate.lock)

    def log_in(self, folder: Path, login: str, password: str, place_reason: str) -> Session:
        """Open a workspace. Raises ExpectedError as `open_workspace` does."""
        return OpenSession(self._gate, open_workspace(folder, login, password, self._gate.clock, place_reason=place_reason))

    def wizard(self, opened: Callable[[Session, Path], None], declined: Callable[[], None]) -> QWidget:
        """The five steps to a new workspace."""
        self._opened, self._declined = opened, declined
        page = Wizard(self._gate.look, self._gate.ask, self._gate.clock)
        page.finished.connect(self._made)
        page.declined.connect(self._left)
        return page

    def recovery(self, folder: Path, done: Callable[[str], None], declined: Callable[[], None]) -> QWidget:
        """The page that sets a new password by the recovery sheet."""
        page = RecoveryPage(self._gate.look, folder, self._gate.clock)
        page.done.connect(done)
        page.declined.connect(declined)
        return page

    @Slot(object)
    def _made(self, work: Workspace) -> None:
        self._opened(OpenSession(self._gate, work), work.folder)

    @Slot()
    def _left(self) -> None:
        self._declined()
