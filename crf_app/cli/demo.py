"""crf-app demo DIR: a workspace of synthetic subjects, then the window on it or a gallery of pictures."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from crf_app.cli.terminal import Terminal
from crf_app.clock import SystemClock
from crf_app.paths import replace_file
from crf_app.services.demo.build import make_demo
from crf_app.services.demo.trials import DEFAULT
from crf_app.services.studies import find_study

LOGINS = "logins.txt"


def demo(given: Namespace, terminal: Terminal) -> int:
    """Make it, print the log-ins, then open it, unless --no-window or --gallery says otherwise."""
    clock = SystemClock()
    started = clock.monotonic()

    def progress(done: int, total: int, name: str) -> None:
        terminal.say(terminal.text("demo_progress", done=done, total=total, story=terminal.text(f"story_{name}")))

    made = make_demo(given.folder, find_study(given.study or DEFAULT), clock.now(), subjects=given.subjects, seed=given.seed, progress=progress)
    seconds = f"{clock.monotonic() - started:.0f}"
    terminal.say(terminal.text("demo_made", subjects=made.subjects, entries=made.entries, seconds=seconds, folder=made.folder))
    keys = [f"login {one.user} {one.role} {one.password}" for one in made.logins]
    keys.append(terminal.text("demo_recovery", code=made.recovery_code))
    for line in keys:
        terminal.say(line)
    keep_logins(made.folder, keys)
    if given.gallery is not None:
        from crf_app.ui.gallery import make_gallery

        make_gallery(made, given.gallery, terminal.words, terminal.say)
        return 0
    if given.no_window:
        return 0
    from crf_app.app import run

    return run(made.folder)


def keep_logins(folder: Path, lines: list[str]) -> None:
    """Leave what was printed in logins.txt, so that a demonstration can be opened another day; it guards invented data only.

    Raises OSError when the folder cannot be written.
    """
    replace_file(folder / LOGINS, ("\n".join(lines) + "\n").encode())
