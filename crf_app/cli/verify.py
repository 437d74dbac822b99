"""crf-app verify DIR [--since ANCHOR]."""

from __future__ import annotations

from argparse import Namespace

from crf_app.cli.terminal import Terminal
from crf_app.clock import SystemClock
from crf_app.services.verification import anchor_of, verify_folder


def verify_workspace(given: Namespace, terminal: Terminal) -> int:
    """Say "intact" and what was verified, or the first fault and its place."""
    if given.since:
        anchor_of(given.since)  # said before the password is asked
    report = verify_folder(given.folder, given.user, terminal.password(given.user), SystemClock(), since=given.since)
    if report.fault is not None:
        fault = report.fault
        key = f"store.fault_{fault.what}"
        terminal.complain(
            terminal.words.text(key, terminal.lang, place=fault.place, entry_no=fault.entry_no, change_no=fault.change_no, detail=fault.detail)
        )
        return 1
    terminal.say(terminal.words.text("store.intact", terminal.lang))
    terminal.say(terminal.text("verified", entries=report.entries, changes=report.changes, head=report.head.anchor))
    if report.signatures_from > 1:
        terminal.say(terminal.text("verified_since", entry=report.signatures_from))
    return 0
