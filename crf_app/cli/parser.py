"""The arguments of `crf-app`; its --help is the contract."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from crf_app import __version__
from crf_app.cli.terminal import Terminal
from crf_app.errors import ExpectedError

Text = Callable[[str], str]
ALL_ANNEXES = ("corrections", "signatures", "photographs", "audit", "queries", "attachments", "charts")
"""As services.paper has them: the parser loads no database."""
MEANINGS = ("review", "complete")


class _Parser(argparse.ArgumentParser):
    """Says a wrong argument in one line."""

    def error(self, message: str) -> NoReturn:
        raise ExpectedError("usage", message=message, command=self.prog)


def parse_arguments(arguments: Sequence[str], terminal: Terminal) -> argparse.Namespace:
    """The arguments as a namespace whose `command` names what to do. Raises ExpectedError "usage"; --help leaves by SystemExit."""
    return _build(terminal.text).parse_args(arguments)


def _build(text: Text) -> argparse.ArgumentParser:
    parser = _Parser("crf-app", description=text("about"), epilog=text("epilogue"), formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"crf-app {__version__}")
    parser.add_argument("--lang", choices=("en", "zh"), help=text("help_lang"))
    parser.add_argument("--self-check", action="store_true", help=text("help_self_check"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser, title=text("commands"))
    for add in (
        _open, _demo, _study, _derive, _print, _sign, _check_pdf, _certificate, _pack, _time_stamp, _scans, _export, _import, _endpoints, _randomisation,
        _calendar, _queries, _meddra, _verify,
    ):  # fmt: skip
        add(commands, text)
    return parser


def _command(commands: argparse._SubParsersAction[_Parser], name: str, text: Text, key: str = "") -> argparse.ArgumentParser:
    sentence = text(f"help_{key or name}")
    return commands.add_parser(name, help=sentence, description=sentence, allow_abbrev=False)


def _open(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    _command(commands, "open", text).add_argument("folder", metavar="DIR", type=Path, help=text("help_dir"))


def _demo(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "demo", text)
    parser.add_argument("folder", metavar="DIR", type=Path, help=text("help_new_dir"))
    parser.add_argument("--study", metavar="ID", default="", help=text("help_demo_study"))
    parser.add_argument("--subjects", metavar="N", type=_count, default=12, help=text("help_subjects"))
    parser.add_argument("--seed", metavar="K", type=int, default=1, help=text("help_seed"))
    parser.add_argument("--no-window", action="store_true", help=text("help_no_window"))
    parser.add_argument("--gallery", metavar="OUT", type=Path, help=text("help_gallery"))


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 200:
        raise argparse.ArgumentTypeError("1 ... 200")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("YYYY-MM-DD") from None


def _study(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    actions = _command(commands, "study", text).add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    for name in ("list", "check", "release", "diff", "book"):
        sentence = text(f"help_study_{name}")
        parser = actions.add_parser(name, help=sentence, description=sentence, allow_abbrev=False)
        if name == "check":
            parser.add_argument("paths", metavar="PATH", type=Path, nargs="+", help=text("help_path"))
        elif name == "book":
            parser.add_argument("folder", metavar="FOLDER", type=Path, help=text("help_study_folder"))
            parser.add_argument("--annotated", action="store_true", help=text("help_annotated"))
            _paper_language(parser, text)
            parser.add_argument("--out", metavar="FILE.pdf", type=Path, required=True, help=text("help_out"))
        elif name == "release":
            parser.add_argument("folder", metavar="FOLDER", type=Path, help=text("help_study_folder"))
        elif name == "diff":
            parser.add_argument("old", metavar="OLD", type=Path, help=text("help_study_old"))
            parser.add_argument("new", metavar="NEW", type=Path, help=text("help_study_new"))
    for name in ("versions", "load", "activate", "impact", "migrate"):
        sentence = text(f"help_study_{name}")
        parser = actions.add_parser(name, help=sentence, description=sentence, allow_abbrev=False)
        _workspace(parser, text)
        _amendment(parser, name, text)


def _amendment(parser: argparse.ArgumentParser, name: str, text: Text) -> None:
    if name == "load":
        parser.add_argument("released", metavar="RELEASED", type=Path, help=text("help_released"))
    elif name != "versions":
        parser.add_argument("version", metavar="VERSION", help=text("help_version_name"))
    if name in ("activate", "migrate"):
        parser.add_argument("--reason", metavar="TEXT", required=True, help=text("help_amendment_reason"))
    if name in ("impact", "migrate"):
        parser.add_argument("--from", dest="from_visit", metavar="VISIT", default="", required=name == "migrate", help=text("help_from_visit"))
        who = parser.add_mutually_exclusive_group(required=name == "migrate")
        who.add_argument("--subject", metavar="S", action="append", default=[], help=text("help_amendment_subject"))
        who.add_argument("--all", action="store_true", help=text("help_amendment_all"))
    if name == "impact":
        parser.add_argument("--out", metavar="FILE.csv", type=Path, help=text("help_impact_out"))


def _derive(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "derive", text)
    parser.add_argument("cases", metavar="CASES.json", type=Path, help=text("help_cases"))
    parser.add_argument("--json", action="store_true", help=text("help_json"))


def _print(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "print", text)
    _workspace(parser, text)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--subject", metavar="S", default="", help=text("help_subject"))
    which.add_argument("--sae", metavar="S[#N]", default="", help=text("help_sae"))
    which.add_argument("--blank", action="store_true", help=text("help_blank"))
    which.add_argument("--annotated", action="store_true", help=text("help_annotated"))
    which.add_argument("--all", action="store_true", help=text("help_all"))
    parser.add_argument("--visit", metavar="V", default="", help=text("help_visit"))
    parser.add_argument("--form", metavar="F", default="", help=text("help_form"))
    parser.add_argument("--charts", action="store_true", help=text("help_charts"))
    parser.add_argument("--report", metavar="N", type=int, default=None, help=text("help_report"))
    _paper_language(parser, text)
    parser.add_argument("--annex", metavar="NAME", action="append", choices=ALL_ANNEXES, default=[], help=text("help_annex"))
    parser.add_argument("--with-data", action="store_true", help=text("help_with_data"))
    parser.add_argument("--with-files", action="store_true", help=text("help_with_files"))
    parser.add_argument("--signature-page", action="store_true", help=text("help_signature_page"))
    parser.add_argument("--sign", action="store_true", help=text("help_sign_now"))
    _signing(parser, text)
    parser.add_argument("--out", metavar="FILE.pdf", type=Path, required=True, help=text("help_print_out"))


def _paper_language(parser: argparse.ArgumentParser, text: Text) -> None:
    parser.add_argument("--lang", dest="paper_lang", choices=("en", "zh", "both"), default="both", help=text("help_paper_lang"))


def _signing(parser: argparse.ArgumentParser, text: Text) -> None:
    parser.add_argument("--meaning", choices=MEANINGS, default=MEANINGS[0], help=text("help_meaning"))
    parser.add_argument("--remark", metavar="TEXT", default="", help=text("help_remark"))
    parser.add_argument("--certificate", metavar="FILE.p12", type=Path, help=text("help_certificate_file"))
    parser.add_argument("--token", metavar="LIBRARY", type=Path, help=text("help_token"))
    parser.add_argument("--token-label", metavar="NAME", default="", help=text("help_token_label"))


def _sign(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "sign-pdf", text, "sign_pdf")
    _workspace(parser, text)
    parser.add_argument("file", metavar="FILE.pdf", type=Path, help=text("help_pdf_to_sign"))
    _signing(parser, text)


def _check_pdf(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "verify-pdf", text, "verify_pdf")
    _workspace(parser, text)
    parser.add_argument("file", metavar="FILE.pdf", type=Path, help=text("help_pdf_to_verify"))


def _certificate(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "certificate", text)
    _workspace(parser, text)
    _paper_language(parser, text)
    parser.add_argument("--out", metavar="FILE.pdf", type=Path, required=True, help=text("help_out"))


def _pack(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "pack", text)
    _workspace(parser, text)
    parser.add_argument("--since", metavar="DAY", type=_day, required=True, help=text("help_pack_since"))
    parser.add_argument("--subject", metavar="S", action="append", default=[], help=text("help_pack_subject"))
    _paper_language(parser, text)
    parser.add_argument("--out", metavar="FILE.pdf", type=Path, required=True, help=text("help_out"))


def _time_stamp(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "time-stamp", text, "time_stamp")
    _workspace(parser, text)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--url", metavar="URL", default="", help=text("help_time_stamp_url"))
    which.add_argument("--off", action="store_true", help=text("help_time_stamp_off"))


def _scans(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "scan", text)
    _workspace(parser, text)
    parser.add_argument("--take", dest="files", metavar="FILE", type=Path, nargs="+", default=[], help=text("help_scan_files"))


def _export(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "export", text)
    _workspace(parser, text)
    parser.add_argument("--format", choices=("csv", "odm"), required=True, help=text("help_format"))
    parser.add_argument("--out", metavar="PATH", type=Path, required=True, help=text("help_export_out"))


def _import(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    actions = _command(commands, "import", text).add_subparsers(dest="kind", metavar="KIND", required=True, parser_class=_Parser)
    for name in ("results", "ranges"):
        sentence = text(f"help_import_{name}")
        parser = actions.add_parser(name, help=sentence, description=sentence, allow_abbrev=False)
        _workspace(parser, text)
        parser.add_argument("file", metavar="FILE", type=Path, help=text("help_import_file"))
        parser.add_argument("--mapping", metavar="NAME", default="", help=text("help_mapping"))
        parser.add_argument("--sheet", metavar="NAME", default="", help=text("help_sheet"))
        parser.add_argument("--dry-run", action="store_true", help=text("help_dry_run"))
        parser.add_argument("--leave-out", action="store_true", help=text("help_leave_out"))
        parser.add_argument("--replace", action="store_true", help=text("help_replace"))
        parser.add_argument("--reason", metavar="TEXT", default="", help=text("help_reason"))


def _endpoints(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "endpoints", text)
    _workspace(parser, text)
    parser.add_argument("--out", metavar="FILE.csv", type=Path, required=True, help=text("help_endpoints_out"))


def _randomisation(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    actions = _command(commands, "randomisation", text).add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    for name in ("check", "import", "make", "status"):
        sentence = text(f"help_randomisation_{name}")
        parser = actions.add_parser(name, help=sentence, description=sentence, allow_abbrev=False)
        _workspace(parser, text)
        if name in ("check", "import"):
            parser.add_argument("file", metavar="FILE.csv", type=Path, help=text("help_allocation_file"))
        if name == "make":
            parser.add_argument("--blocks", metavar="N[,N...]", type=_sizes, required=True, help=text("help_blocks"))
            parser.add_argument("--codes", metavar="N", type=int, required=True, help=text("help_codes"))
            parser.add_argument("--seed-file", metavar="FILE", type=Path, help=text("help_seed_file"))
        if name in ("import", "make"):
            parser.add_argument("--reason", metavar="TEXT", default="", help=text("help_allocation_reason"))


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(one) for one in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError("4,6") from error


def _calendar(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "calendar", text)
    _workspace(parser, text)
    parser.add_argument("--out", metavar="FILE.ics", type=Path, required=True, help=text("help_calendar_out"))
    parser.add_argument("--from", dest="first", metavar="DAY", type=_day, help=text("help_calendar_from"))
    parser.add_argument("--to", dest="last", metavar="DAY", type=_day, help=text("help_calendar_to"))


def _queries(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "queries", text)
    _workspace(parser, text)
    parser.add_argument("--format", choices=("csv", "pdf"), required=True, help=text("help_queries_format"))
    parser.add_argument("--filter", metavar="LINE", default="", help=text("help_queries_filter"))
    parser.add_argument("--lang", dest="paper_lang", choices=("en", "zh", "both"), default="both", help=text("help_paper_lang"))
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help=text("help_queries_out"))


def _meddra(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "meddra", text)
    _workspace(parser, text)
    parser.add_argument("--load", metavar="FOLDER", type=Path, action="append", default=[], help=text("help_load"))


def _verify(commands: argparse._SubParsersAction[_Parser], text: Text) -> None:
    parser = _command(commands, "verify", text)
    _workspace(parser, text)
    parser.add_argument("--since", metavar="ANCHOR", default="", help=text("help_since"))


def _workspace(parser: argparse.ArgumentParser, text: Text) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help=text("help_dir"))
    parser.add_argument("--user", metavar="LOGIN", required=True, help=text("help_user"))
