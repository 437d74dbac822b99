"""crf-app --self-check: is this installation whole?"""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import sys
from argparse import Namespace
from collections.abc import Iterator

from crf_app import __version__
from crf_app.cli.terminal import Terminal
from crf_app.errors import ExpectedError
from crf_app.paths import forms_folder, migrations_folder, resources_folder

Finding = tuple[bool, str, str]
"""Is it well, what was looked at, what was found."""

# What is imported, and the package whose version is told.
_LIBRARIES = {
    "PySide6.QtWidgets": "PySide6-Essentials", "PySide6.QtPrintSupport": "PySide6-Essentials", "sqlalchemy": "sqlalchemy",
    "alembic": "alembic", "sqlcipher3.dbapi2": "sqlcipher3", "cryptography.hazmat.primitives.kdf.argon2": "cryptography",
    "reportlab.pdfgen.canvas": "reportlab", "_rl_accel": "rl_accel", "pypdfium2": "pypdfium2", "lxml.etree": "lxml",
    "filelock": "filelock", "PIL.Image": "pillow", "python_calamine": "python-calamine",
}  # fmt: skip


def self_check(given: Namespace, terminal: Terminal) -> int:
    """One line for each thing looked at; fails when one is not well."""
    del given
    faults = 0
    for part in (_program, _libraries, _database, _fonts, _definitions):
        for well, what, found in part(terminal):
            faults += not well
            terminal.say(f"{terminal.text('well' if well else 'not_well')}  {what}: {found}")
    if faults:
        terminal.complain(terminal.text("self_check_faults", n=faults))
        return 1
    terminal.say(terminal.text("self_check_well"))
    return 0


def _program(terminal: Terminal) -> Iterator[Finding]:
    yield sys.version_info >= (3, 11), "crf-app", f"{__version__}, Python {platform.python_version()}, {sys.platform} {platform.machine()}"
    for folder in (forms_folder, resources_folder, migrations_folder):
        yield True, terminal.text("check_folder"), str(folder())


def _libraries(terminal: Terminal) -> Iterator[Finding]:
    del terminal
    for module, package in _LIBRARIES.items():
        try:
            importlib.import_module(module)
            yield True, module, importlib.metadata.version(package)
        except (ImportError, OSError) as error:
            yield False, module, str(error)


def _database(terminal: Terminal) -> Iterator[Finding]:
    from crf_app.services.verification import check_database

    try:
        facts = check_database()
    except ExpectedError as error:
        yield False, "SQLite", terminal.sentence(error)
        return
    yield True, "SQLite", f"{facts.sqlite} (>= {facts.least_sqlite})"
    yield bool(facts.cipher), "SQLCipher", facts.cipher or "-"
    well = facts.tables_agree and not facts.triggers_missing
    yield well, terminal.text("check_tables"), terminal.text("check_format", format=facts.format) + " ".join(facts.triggers_missing)
    yield facts.migrations_agree, terminal.text("check_migrations"), facts.revision


def _fonts(terminal: Terminal) -> Iterator[Finding]:
    """Every character of the words and definitions is in both faces: labels are set in bold too."""
    from crf_app.pdf.fonts import coverage, register_fonts
    from crf_app.pdf.styles import BOLD, REGULAR

    register_fonts()
    files = [path for folder in (resources_folder() / "words", forms_folder()) for path in folder.rglob("*.toml")]
    texts = set().union(*(path.read_text(encoding="utf-8") for path in files)) - set("\n\t\r")
    for face in (REGULAR, BOLD):
        lacking = sorted(texts - coverage(face))
        shown = " ".join(f"U+{ord(one):04X}" for one in lacking)
        yield not lacking, terminal.text("check_font", face=face), terminal.text("check_characters", n=len(texts)) if not lacking else shown


def _definitions(terminal: Terminal) -> Iterator[Finding]:
    from crf_app.services.studies import check_studies

    try:
        checked = check_studies([forms_folder()])
    except ExpectedError as error:
        yield False, terminal.text("check_definitions"), terminal.sentence(error)
        return
    for one in checked.mistakes:
        yield False, terminal.text("check_definitions"), str(one)
    for study in checked.studies:
        yield True, terminal.text("check_definitions"), f"{study.oid} {study.version}"
