"""One command: arguments in, exit code out."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping

from crf_app.cli.parser import parse_arguments
from crf_app.cli.report import Guarded
from crf_app.cli.terminal import Terminal, chosen_language, open_terminal

Command = Callable[[Namespace, Terminal], int]


def run_command(arguments: list[str]) -> int:
    """Run one command. 0: it did what it says; 1: an error that was said in one line; 2: a fault of ours, with its report."""
    terminal = open_terminal(chosen_language(arguments))
    guarded = Guarded(terminal)
    with guarded:
        given = parse_arguments(arguments, terminal)
        return _command(given)(given, terminal)
    return guarded.code


def _command(given: Namespace) -> Command:
    """The function of a command; each group is imported when it is asked for: `derive` needs no database, `study` no paper."""
    if given.self_check:
        from crf_app.cli.self_check import self_check

        return self_check
    groups: Mapping[str | None, Callable[[], Command]] = {
        None: _window, "open": _window, "demo": _demo, "study": _study, "derive": _derive, "print": _print, "export": _export, "import": _import,
        "endpoints": _endpoints, "randomisation": _randomisation, "calendar": _calendar, "queries": _queries, "meddra": _meddra, "verify": _verify,
        "sign-pdf": _paper("sign_pdf"), "verify-pdf": _paper("verify_pdf"), "certificate": _paper("certificate"), "pack": _paper("pack"),
        "time-stamp": _paper("time_stamp"), "scan": _paper("scan"),
    }  # fmt: skip
    return groups[given.command]()


def _window() -> Command:
    from crf_app.app import run

    def show(given: Namespace, terminal: Terminal) -> int:
        del terminal
        return run(getattr(given, "folder", None))

    return show


def _demo() -> Command:
    from crf_app.cli.demo import demo

    return demo


def _study() -> Command:
    from crf_app.cli.study import study

    return study


def _derive() -> Command:
    from crf_app.cli.derive import derive

    return derive


def _print() -> Command:
    from crf_app.cli.outputs import print_paper

    return print_paper


def _export() -> Command:
    from crf_app.cli.outputs import export_data

    return export_data


def _import() -> Command:
    from crf_app.cli.imports import import_file

    return import_file


def _endpoints() -> Command:
    from crf_app.cli.outputs import export_variables

    return export_variables


def _randomisation() -> Command:
    from crf_app.cli.randomisation import randomisation

    return randomisation


def _calendar() -> Command:
    from crf_app.cli.outputs import write_calendar

    return write_calendar


def _queries() -> Command:
    from crf_app.cli.outputs import write_queries

    return write_queries


def _meddra() -> Command:
    from crf_app.cli.meddra import meddra

    return meddra


def _paper(name: str) -> Callable[[], Command]:
    """A command about documents: signatures in them, packs, scans."""

    def load() -> Command:
        from crf_app.cli import paper

        found: Command = getattr(paper, name)
        return found

    return load


def _verify() -> Command:
    from crf_app.cli.verify import verify_workspace

    return verify_workspace
