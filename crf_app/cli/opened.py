"""A workspace for the time of one command."""

from __future__ import annotations

from argparse import Namespace

from crf_app.cli.terminal import Terminal
from crf_app.clock import SystemClock
from crf_app.services.session import log_out, open_workspace
from crf_app.services.workspace import Workspace


class Opened:
    """A workspace, opened with the user's password and closed with its log-out, whatever happens."""

    def __init__(self, given: Namespace, terminal: Terminal) -> None:
        self._given = given
        self._terminal = terminal
        self._work: Workspace | None = None

    def __enter__(self) -> Workspace:
        given = self._given
        self._work = open_workspace(given.folder, given.user, self._terminal.password(given.user), SystemClock())
        return self._work

    def __exit__(self, *error: object) -> None:
        if self._work is not None:
            log_out(self._work)
