"""42 known allocations are planted; before randomisation nobody finds one of them anywhere, with a coordinator's, monitor's or data manager's key."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from crf_app.admin.roles import Right, Role
from crf_app.clinical.keys import FormKey, parse_address
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services.administration import read_parameter_records, site_rows
from crf_app.services.allocation_lists import read_status
from crf_app.services.allocation_words import status_lines
from crf_app.services.calendar import calendar_entries, read_calendar
from crf_app.services.calendar_file import export_calendar
from crf_app.services.criteria import read_eligibility
from crf_app.services.endpoints import export_endpoints
from crf_app.services.matrix import read_matrix
from crf_app.services.outputs import export, print_pdf
from crf_app.services.paper import Selection, form_selection
from crf_app.services.randomisation import allocation_form, obstacles, randomise, read_allocation
from crf_app.services.reading import item_history, output_context, read_form, read_subject_record
from crf_app.services.search import find_places
from crf_app.services.today import today
from crf_app.store.connection import connect
from crf_app.store.ledger_reading import entries
from crf_app.store.migrate import copy_database
from crf_app.store.sealing import CodePlace, open_code
from crf_app.store.vault import unlock
from crf_app.words import load_words
from tests.hay import ARMS, NUMBERS, found_in
from tests.pdf.reading import Paper
from tests.services.randomisation.conftest import SIGNER, Trial, arms
from tests.services.rules.world import PASSWORD

LANGUAGES = ("en", "zh", "both")
WORDS = load_words(resources_folder() / "words")
Hay = tuple[str, bytes]

UNENTITLED = (Role.COORDINATOR, Role.MONITOR, Role.DATA_MANAGER)


def files(*folders: Path) -> Iterator[Hay]:
    """Every file there; the open database by a copy, as no other handle may touch it."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("data.db"):
                yield f"file {path.name}", path.read_bytes()


def raw_tables(trial: Trial, data_key: bytes, scratch: Path) -> Iterator[Hay]:
    """Every cell of every table of a copy opened with the person's own key, and the copy's own bytes."""
    copy = scratch / f"copy-{len(list(scratch.iterdir()))}.db"
    copy_database(trial.work.database._connection, copy, data_key)
    connection = connect(copy, data_key)
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():
            for cell in row:
                yield f"table {table}", cell if isinstance(cell, bytes) else str(cell).encode()
    connection.close()
    yield "database file", copy.read_bytes()


def screens(trial: Trial) -> Iterator[Hay]:
    """What the pages of the window are made from."""
    work, subject = trial.work, trial.subject
    shown: list[object] = [today(work), read_matrix(work), read_subject_record(work, subject, history=True), read_eligibility(work, subject)]
    shown += [read_form(work, allocation_form(work, subject), history=True), obstacles(work, subject), read_allocation(work, subject)]
    shown += [read_status(work), read_parameter_records(work), site_rows(work, "laboratory"), output_context(work)]
    shown.append(calendar_entries(work, read_calendar(work), date(2026, 1, 1), date(2028, 12, 31)))
    shown += [find_places(work, text) for text in (*NUMBERS[:2], "ZQ7", "MSC", subject)]
    arm = parse_address(subject, f"{allocation_form(work, subject).event}/RND/RND#1/ARMCD")
    shown.append(item_history(work, arm))
    yield from ((f"screen {type(one).__name__}", repr(one).encode()) for one in shown)


def ledger(trial: Trial) -> Iterator[Hay]:
    """Every entry as a person may read it."""
    after = 0
    while page := entries(trial.work.database, after):
        yield from ((f"ledger {one.no}", repr(one).encode()) for one in page)
        after = page[-1].no


def outputs(trial: Trial, role: Role, scratch: Path, languages: Sequence[str] = LANGUAGES) -> Iterator[Hay]:
    """Prints and exports of whatever the role may make, in those languages; the bytes of each as well as its words."""
    work, place = trial.work, scratch / f"{role}-{len(list(scratch.iterdir()))}"
    place.mkdir()
    for lang in languages:
        for name, selection in (("paper", Selection(trial.subject)), ("blank", Selection()), ("form", form_selection(allocation_form(work, trial.subject)))):
            content = print_pdf(work, WORDS, selection, lang)
            yield f"{name} bytes", content
            yield name, Paper(content).flat().encode()
    for lang in ("en", "zh"):
        if work.user.may(Right.EXPORT):
            export_calendar(work, WORDS, place / f"visits-{lang}.ics", lang)
        yield f"state {lang}", "\n".join(status_lines(work, WORDS, lang, read_status(work))).encode()
    if work.user.may(Right.EXPORT):
        export(work, WORDS, "odm", place / "all.xml")
        export(work, WORDS, "csv", place / "all")
        export_endpoints(work, place / "endpoints.csv")
    yield from files(place)


def everywhere(trial: Trial, role: Role, scratch: Path, languages: Sequence[str] = LANGUAGES) -> list[Hay]:
    """All that a person of that role can lay hands on; on paper in those languages."""
    work = trial.be(role)
    unlocked = unlock(work.folder, "coordinator" if role is Role.COORDINATOR else role, PASSWORD, work.clock)
    assert unlocked.allocation_keys == {}
    hay = [*screens(trial), *ledger(trial), *outputs(trial, role, scratch, languages), *raw_tables(trial, unlocked.data_key, scratch)]
    return [*hay, *files(work.folder, Path(os.environ["CRF_APP_STATE"]))]


@pytest.mark.requirement("C-CONCEAL")
@pytest.mark.parametrize("role", [Role.COORDINATOR, *(pytest.param(one, marks=pytest.mark.slow) for one in UNENTITLED if one is not Role.COORDINATOR)])
def test_none_of_42_planted_allocations_is_found(
    trial: Trial, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], role: Role
) -> None:
    """Zero hits before; the search itself is proven by the one number that randomisation reveals."""
    caplog.set_level(logging.DEBUG)
    trial.listed()
    assert list(ARMS) == arms()
    hay = everywhere(trial, role, tmp_path)
    assert len(hay) > 1000
    assert [(place, hits) for place, content in hay if (hits := found_in(content))] == []
    randomise(trial.be(Role.COORDINATOR), trial.subject, SIGNER)
    after = [(place.split()[0], hits) for place, content in everywhere(trial, role, tmp_path, ("both",)) if (hits := found_in(content))]
    assert {place for place, _ in after} >= {"screen", "ledger", "paper", "form", "table"}
    assert not {place for place, _ in after} & {"blank", "state"}
    assert {one for _, hits in after for one in hits} == {NUMBERS[0]}
    said = capfd.readouterr()
    assert found_in(f"{caplog.text}\n{said.out}\n{said.err}".encode()) == set()


@pytest.mark.requirement("C-CONCEAL")
@pytest.mark.parametrize("role", [*UNENTITLED, Role.ADMINISTRATOR])
def test_raw_sql_with_another_persons_keys_opens_no_code(trial: Trial, role: Role) -> None:
    """Data key, signing key, and every key in reach are tried on every sealed code."""
    work = trial.listed().work
    login = {Role.COORDINATOR: "coordinator", Role.ADMINISTRATOR: "admin"}.get(role, str(role))
    unlocked = unlock(work.folder, login, PASSWORD, work.clock)
    keys = [unlocked.data_key, unlocked.signer._key.private_bytes_raw(), bytes.fromhex(unlocked.signer.public_key), bytes(32)]
    rows = work.database.rows("SELECT place, stratum, cipher, commitment FROM allocation_code ORDER BY place")
    assert len(rows) == 42
    for place, stratum, cipher, committed in rows:
        for key in (*keys, *unlocked.allocation_keys.values()):
            with pytest.raises(ExpectedError, match="allocation_unreadable"):
                open_code(key, CodePlace(work.study.oid, 1, place, stratum), cipher, committed)


@pytest.mark.requirement("C-CONCEAL")
def test_no_cell_beside_a_sealed_code_follows_the_arm(trial: Trial) -> None:
    """Same length of every cell, no cell that repeats: nothing in the table can be sorted into two arms. The holder's key opens all 42."""
    work = trial.listed().work
    rows = work.database.rows("SELECT place, stratum, cipher, commitment FROM allocation_code ORDER BY place")
    assert len({(row[1], len(row[2]), len(row[3])) for row in rows}) == 1
    assert len({row[2] for row in rows}) == len({row[3] for row in rows}) == 42
    key = unlock(work.folder, SIGNER.login, PASSWORD, work.clock).allocation_keys[1]
    opened = [open_code(key, CodePlace(work.study.oid, 1, row[0], row[1]), row[2], row[3]) for row in rows]
    assert [(one.number, one.arm) for one in opened] == list(zip(NUMBERS, arms(), strict=True))


def test_nothing_of_the_form_is_shown_before(trial: Trial) -> None:
    work = trial.listed().work
    form: FormKey = allocation_form(work, trial.subject)
    filled = {one.item.oid for one in read_form(work, form).items() if one.value.text}
    assert filled <= {"RNDELIG"}
