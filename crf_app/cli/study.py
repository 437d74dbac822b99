"""crf-app study list | check | release | diff | book."""

from __future__ import annotations

from argparse import Namespace

from crf_app.cli.amendments import amend
from crf_app.cli.terminal import Terminal
from crf_app.clock import SystemClock
from crf_app.errors import ExpectedError
from crf_app.services.studies import check_studies, load_study_folder, read_studies, release_study
from crf_app.services.study_difference import difference_lines
from crf_app.study.mistakes import DefinitionError, Mistake


def study(given: Namespace, terminal: Terminal) -> int:
    """List, check, release, compare or print study definitions, or amend the study of a workspace."""
    actions = {"list": _list, "check": _check, "release": _release, "diff": _diff, "book": _book}
    return actions.get(given.action, amend)(given, terminal)


def _list(given: Namespace, terminal: Terminal) -> int:
    """One line a study; a broken one is listed with its mistakes, and the command fails."""
    del given
    broken = 0
    for found in read_studies():
        if found.study is None:
            broken += 1
            terminal.say(terminal.text("study_broken_line", folder=f"{found.folder.parent.name}/{found.folder.name}", n=len(found.mistakes)))
            _show(found.mistakes, terminal)
            continue
        one = found.study
        state = terminal.text("study_released" if found.released else "study_not_released")
        terminal.say(f"{one.oid} {one.version}  {one.registry_id}  {state}  {one.name.get(terminal.lang)}")
    return int(broken > 0)


def _check(given: Namespace, terminal: Terminal) -> int:
    """Every mistake, or what was checked."""
    checked = check_studies(given.paths)
    _show(checked.mistakes, terminal)
    for one in checked.studies:
        items = sum(len(form.items) for form in one.forms.values())
        terminal.say(
            terminal.text(
                "study_checked", study=one.oid, version=one.version, visits=len(one.events), forms=len(one.forms), items=items,
                checks=len(one.checks), criteria=len(one.criteria),
            )
        )  # fmt: skip
    if checked.mistakes:
        terminal.complain(terminal.text("study_mistakes", n=len(checked.mistakes)))
        return 1
    return 0


def _release(given: Namespace, terminal: Terminal) -> int:
    """Freeze a version."""
    try:
        path, released = release_study(given.folder)
    except DefinitionError as error:
        _show(error.mistakes, terminal)
        terminal.complain(terminal.text("study_mistakes", n=len(error.mistakes)))
        return 1
    terminal.say(terminal.text("study_was_released", study=released.oid, version=released.version, file=path, hash=released.sha256))
    return 0


def _diff(given: Namespace, terminal: Terminal) -> int:
    """What the newer version changes, a line each under its heading."""
    try:
        old, new = (load_study_folder(one) for one in (given.old, given.new))
    except DefinitionError as error:
        _show(error.mistakes, terminal)
        terminal.complain(terminal.text("study_mistakes", n=len(error.mistakes)))
        return 1
    for line in difference_lines(old, new, terminal.words, terminal.lang):
        terminal.say(line)
    return 0


def _book(given: Namespace, terminal: Terminal) -> int:
    """The empty forms of a version as one PDF, plain or annotated; no workspace is needed."""
    from crf_app.services.blank_books import study_book
    from crf_app.services.outputs import save_pdf

    if given.out.exists():
        raise ExpectedError("print_exists", place=given.out)
    try:
        found = load_study_folder(given.folder)
    except DefinitionError as error:
        _show(error.mistakes, terminal)
        terminal.complain(terminal.text("study_mistakes", n=len(error.mistakes)))
        return 1
    save_pdf(given.out, study_book(found, terminal.words, given.paper_lang, SystemClock().now(), annotated=given.annotated))
    terminal.say(terminal.text("written", file=given.out))
    return 0


def _show(mistakes: tuple[Mistake, ...], terminal: Terminal) -> None:
    for one in mistakes:
        terminal.say(str(one))
