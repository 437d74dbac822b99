"""crf-app study versions | load | activate | impact | migrate: amendments of a workspace's study."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from crf_app.cli.opened import Opened
from crf_app.cli.terminal import Terminal
from crf_app.services.amendments.impact import amendable, amendment_impact
from crf_app.services.amendments.impact_file import impact_lines, save_impact
from crf_app.services.amendments.loading import activate_version, load_version, loaded_versions
from crf_app.services.amendments.migrating import migrate_subjects
from crf_app.services.workspace import Workspace

Act = Callable[[Workspace, Namespace, Terminal], None]


def amend(given: Namespace, terminal: Terminal) -> int:
    """The action asked for, on an open workspace."""
    acts: dict[str, Act] = {"versions": _versions, "load": _load, "activate": _activate, "impact": _impact, "migrate": _migrate}
    with Opened(given, terminal) as work:
        acts[given.action](work, given, terminal)
    return 0


def _say(terminal: Terminal, name: str, **parameters: object) -> None:
    terminal.say(terminal.words.text(f"amendment.{name}", terminal.lang, **parameters))


def _versions(work: Workspace, given: Namespace, terminal: Terminal) -> None:
    del given
    for one in loaded_versions(work):
        state = terminal.words.text("amendment.active", terminal.lang) if one.active else ""
        _say(terminal, "version_line", version=one.version, hash=one.sha256[:16], subjects=one.subjects, state=state)


def _load(work: Workspace, given: Namespace, terminal: Terminal) -> None:
    study, _ = load_version(work, given.released)
    _say(terminal, "loaded", study=study.oid, version=study.version, hash=study.sha256[:16])


def _activate(work: Workspace, given: Namespace, terminal: Terminal) -> None:
    activate_version(work, given.version, reason=given.reason)
    _say(terminal, "activated", version=given.version)


def _impact(work: Workspace, given: Namespace, terminal: Terminal) -> None:
    impact = amendment_impact(work, given.version, given.subject or None, given.from_visit)
    if given.out is not None:
        save_impact(work, given.out, impact, terminal.words, terminal.lang)
    for line in impact_lines(impact, terminal.words, terminal.lang):
        terminal.say(line)


def _migrate(work: Workspace, given: Namespace, terminal: Terminal) -> None:
    subjects = amendable(work, given.version) if given.all else tuple(given.subject)
    migrate_subjects(work, given.version, subjects, given.from_visit, reason=given.reason)
    _say(terminal, "migrated", n=len(set(subjects)), version=given.version)
