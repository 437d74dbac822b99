"""R01, R04: a robot types in the real window and is killed at random moments; what the screen called saved is there."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Timer

import pytest

from crf_app.clinical.evaluation import evaluate
from crf_app.clinical.keys import parse_address
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clock import SteppedClock
from crf_app.services.drafts import keep_drafts, kept_drafts
from crf_app.services.reading import read_form
from crf_app.services.session import open_workspace
from crf_app.services.system_rules import CHANGED, EXPECTED
from crf_app.services.workspace import Workspace
from crf_app.services.writing import finding_address
from crf_app.store.findings import read_findings
from crf_app.store.ledger_reading import entries
from crf_app.store.verify import verify
from tests.ui.robot import FORM
from tests.ui.shell_support import PASSWORDS, START, make_workspace

ROOT = Path(__file__).resolve().parents[2]
DRAFT_S = 2.0
LONGEST_S = 0.6
"""A robot is killed so long after it was ready, at most: some ten entries."""


@dataclass(frozen=True)
class Said:
    """What a robot said before it was killed."""

    lines: tuple[str, ...]

    @property
    def acknowledged(self) -> dict[str, str]:
        """By address, the text that the window last called saved."""
        return {place: text for sort, place, text in self._entries() if sort == "a"}

    @property
    def count(self) -> int:
        """How often the window said "saved"."""
        return sum(line[0] == "a" for line in self.lines)

    @property
    def under_way(self) -> tuple[str, str]:
        """Address and text of the entry that was not acknowledged; empty when there is none."""
        last = [one for one in self._entries() if one[0] in "ta"][-1:]
        return last[0][1:] if last and last[0][0] == "t" else ("", "")

    @property
    def inside(self) -> bool:
        """Did the kill fall into a transaction?"""
        marks = [line for line in self.lines if line in ("b", "e")]
        return bool(marks) and marks[-1] == "b"

    def _entries(self) -> Iterator[tuple[str, str, str]]:
        for line in self.lines:
            if line[0] in "ta":
                sort, place, text = line.split(" ")
                yield sort, place, text


def kill_robot(folder: Path, minute: int, first: int, after_s: float, *how: str) -> Said:
    """Let a robot type and kill it `after_s` seconds after it was ready."""
    command = [sys.executable, "-m", "tests.ui.robot", str(folder), str(minute), str(first), *how]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None
    assert child.stdout.readline() == b"r\n"
    timer = Timer(after_s, child.kill)
    timer.start()
    said = child.stdout.readlines()
    child.wait()
    timer.join()
    child.stdout.close()
    return Said(tuple(line.decode().strip() for line in said if line.endswith(b"\n")))


class After:
    """Opens what a killed robot left and compares it with what the robot said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.values: dict[str, str] = {}
        self.head = 0
        self.minute = 1
        self._rules: CompiledStudy | None = None

    @contextmanager
    def opened(self) -> Iterator[Workspace]:
        """The workspace as the next start finds it."""
        work = open_workspace(self.folder, "crc", PASSWORDS["crc"], SteppedClock(START + timedelta(minutes=self.minute)))
        try:
            yield work
        finally:
            work.close()

    def check(self, said: Said) -> None:
        """Nothing acknowledged lost, nothing half saved, intact."""
        with self.opened() as work:
            report = verify(work.database)
            assert report.intact, report.fault
            self._check_values(work, said)
            self._check_entries(work, said)
            check_whole(work)
            self.head = work.database.head.no

    def _check_values(self, work: Workspace, said: Said) -> None:
        expected = {**self.values, **said.acknowledged}
        casebook = work.casebook(FORM.subject)
        found = {place: casebook.value(parse_address(FORM.subject, place)).text for place in {*expected, said.under_way[0]} - {""}}
        changed = {place: text for place, text in found.items() if expected.get(place, "") != text}
        assert changed in ({}, dict([said.under_way])), (changed, said.lines[-6:])
        self.values = found

    def _check_entries(self, work: Workspace, said: Said) -> None:
        """An acknowledged entry is one command, and at most one more was stored."""
        fresh = [one for one in entries(work.database, self.head, 10_000) if one.command == "enter_items"]
        assert said.count <= len(fresh) <= said.count + 1


def check_whole(work: Workspace) -> None:
    """What stands beside the values - derived ones, findings, counts - is what the values give."""
    work.forget()
    whole = evaluate(work.rules, work.casebook(FORM.subject), None, work.conditions())
    assert [(key.address, value.text) for key, value in whole.derived] == []
    stored = {(one.rule, one.address) for one in read_findings(work.database, FORM.subject) if one.rule not in ("M-REQ", CHANGED, EXPECTED)}
    assert stored == {(rule, finding_address(key)) for rule, key in whole.findings}
    shown = read_form(work, FORM)
    row = work.database.one("SELECT answered, total FROM form_state WHERE subject = ? AND event = ? AND form = ?", (FORM.subject, FORM.event, FORM.form))
    if FORM in work.casebook(FORM.subject).forms:
        assert tuple(row) == (shown.answered, shown.total)
    else:
        assert row is None, "killed before the first value was stored: nothing of it is there"


def kill_often(folder: Path, times: int) -> Sequence[Said]:
    """Kill so many robots one after the other in the same workspace, checking after each."""
    make_workspace(folder, 1)
    moments, after = random.SystemRandom(), After(folder)  # where a kill falls is not repeatable anyway
    with after.opened() as work:
        after.head = work.database.head.no
    told: list[Said] = []
    for number in range(times):
        after.minute = 2 * number + 3
        said = kill_robot(folder, 2 * number + 2, sum(one.count + 1 for one in told), moments.uniform(0.0, LONGEST_S))
        after.check(said)
        told.append(said)
    return told


def kill_slow_typists(folder: Path, times: int) -> None:
    """What stood in the field two seconds before the kill is offered, and nothing that was not typed."""
    make_workspace(folder, 1)
    moments, after = random.SystemRandom(), After(folder)
    for number in range(times):
        after.minute = 2 * number + 3
        said = kill_robot(folder, 2 * number + 2, 0, moments.uniform(0.2, 5.0), "slowly")
        killed = time.monotonic()
        typed = [(float(moment), text) for _, moment, text in (line.split(" ") for line in said.lines if line[0] == "k")]
        with after.opened() as work:
            assert verify(work.database).intact
            offered = [one.text for one in kept_drafts(work)]
            keep_drafts(work, [])
        # The robot may have been killed a moment before this program saw it.
        due = [text for moment, text in typed if moment < killed - DRAFT_S - 0.1]
        assert len(offered) <= 1
        assert set(offered) <= {text for _, text in typed}
        if due:
            assert offered, (due[-1], typed[-1])
            assert len(offered[0]) >= len(due[-1])


@pytest.mark.requirement("R04")
def test_what_stood_in_the_field_two_seconds_before_a_kill_is_offered(tmp_path: Path) -> None:
    kill_slow_typists(tmp_path / "w", 2)


@pytest.mark.slow
@pytest.mark.requirement("R04")
def test_what_stood_in_the_field_two_seconds_before_each_of_many_kills_is_offered(tmp_path: Path) -> None:
    kill_slow_typists(tmp_path / "w", 40)


@pytest.mark.requirement("R01", "R04")
def test_what_the_window_called_saved_survives_a_kill(tmp_path: Path) -> None:
    assert sum(one.count for one in kill_often(tmp_path / "w", 5))


@pytest.mark.slow
@pytest.mark.requirement("R01", "R04")
def test_what_the_window_called_saved_survives_many_kills(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    told = kill_often(tmp_path / "w", 200)
    inside = sum(one.inside for one in told)
    record_property("kills inside a transaction", inside)
    record_property("entries acknowledged", sum(one.count for one in told))
    assert inside > len(told) / 10, "too few kills fell inside a transaction to show anything"
