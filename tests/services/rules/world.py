"""Workspaces of the worked cases: each base story of a trial entered once through the services, each case on a copy of it."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import FormKey, ItemKey, parse_address
from crf_app.clinical.on_asking import stops
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.values import Value
from crf_app.clock import SteppedClock
from crf_app.services.administration import set_parameter
from crf_app.services.entry import EntryOutcome, ItemEntry, enter_items, write_entries
from crf_app.services.findings import findings_by_form
from crf_app.services.reading import read_form
from crf_app.services.session import NewWorkspace, add_user, create_workspace, identify, log_out
from crf_app.services.signing import Credentials, confirm_eligibility
from crf_app.services.subjects import consent_key, create_subject
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import finding_address, remove_finding
from crf_app.store.database import open_database
from crf_app.store.findings import StoredFinding, read_findings
from crf_app.store.kdf import CHEAP
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text
from tests.once import Once, known_bytes, study_of
from tests.services.rules.cases import TRIAL, Case, Spot, entry_of, key_of, read_bases

PASSWORD = "plain walnut shells in seven rows"
INVESTIGATOR = "investigator"
_ZONE = timezone(timedelta(hours=8))
_START = datetime(2026, 1, 30, 9, 0, tzinfo=_ZONE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NOWHERE = Spot("", "")


@dataclass(frozen=True)
class Story:
    """A base story as it was closed: its folder, and what is needed to open a copy of it at once."""

    folder: Path
    subject: str
    data_key: bytes
    actors: Mapping[Role, Actor]
    ended: datetime


class Stories:
    """All base stories of a trial, each entered once a run, and copies of them to work on."""

    def __init__(self, once: Once, folder: Path = TRIAL) -> None:
        self.root = once.own(f"stories-{folder.parent.name}")
        self.study = set_up(study_of(folder))
        self.rules = CompiledStudy(self.study)
        self.bases = read_bases(folder)
        self._once, self._name = once, f"story-{folder.parent.name}-{folder.name}"
        self._told: dict[str, Story] = {}
        self._checked: set[Path] = set()
        self._numbers = itertools.count(1)

    def story(self, name: str) -> Story:
        """A base story, entered when it is first asked for."""
        if name not in self._told:
            before, values = self.bases[name]
            first = self.story(before) if before else None
            self._told[name] = self._once.made(
                f"{self._name}-{name}", lambda place: self._continued(place / "w", first, values) if first else self._begun(place / "w", values)
            )
        return self._told[name]

    def _begun(self, folder: Path, values: Mapping[str, str]) -> Story:
        clock = SteppedClock(_START)
        new = NewWorkspace(folder, self.study, "T1", Text("Demo Hospital", "演示医院"), "admin", Text("Demo Administrator", "演示管理员"), PASSWORD)
        work, _ = create_workspace(new, clock, cost=CHEAP)
        people = {Role.ADMINISTRATOR: "admin", Role.COORDINATOR: "coordinator", Role.INVESTIGATOR: INVESTIGATOR}
        for role, login in people.items():
            if role is not Role.ADMINISTRATOR:
                add_user(work, login, Text(f"Demo {login}", f"演示 {login}"), role, PASSWORD, cost=CHEAP)
        actors = {role: identify(work, login, PASSWORD) for role, login in people.items()}
        become(work, actors[Role.COORDINATOR])
        consent = consent_key(self.study, "")
        signed = values[f"{consent.form}.{consent.item}@{consent.event}"]
        clock.set(_morning(signed, clock))
        subject, _ = create_subject(work, signed)
        story = Story(folder, subject, work.database.data_key, actors, clock.now())
        _tell(work, story, clock, values)
        log_out(work)
        return replace(story, ended=clock.now())

    def _continued(self, folder: Path, before: Story, values: Mapping[str, str]) -> Story:
        shutil.copytree(before.folder, folder)
        story = replace(before, folder=folder)
        clock = SteppedClock(before.ended)
        work = self._opened(story, clock)
        _tell(work, story, clock, values)
        work.close()
        return replace(story, ended=clock.now())

    def _opened(self, story: Story, clock: SteppedClock, *, known: bool = False) -> Workspace:
        """`known`: these very bytes passed all checks of opening before; they are a quarter of what a case costs."""
        actor = story.actors[Role.COORDINATOR]
        with known_bytes() if known else nullcontext():
            database = open_database(story.folder, story.data_key, clock, actor.signer)
        return Workspace(story.folder, database, self.study, self.rules, clock, None, actor)

    @contextmanager
    def copy(self, name: str, now: str, parameters: Mapping[str, str], rules: CompiledStudy | None = None) -> Iterator[Bench]:
        """A copy of a base story to type into, at the moment `now`, with the parameters an administrator set.

        `rules`: others than those of the trial, in force from here on.
        """
        base = self._prepared(name, parameters) if rules is None else self.story(name)
        folder = self.root / f"copy-{next(self._numbers)}"
        shutil.copytree(base.folder, folder)
        clock = SteppedClock(datetime.fromisoformat(now).replace(tzinfo=_ZONE))
        story = replace(base, folder=folder)
        with machine_of_its_own(self.root / f"{folder.name}-state"):
            work = self._opened(story, clock, known=base.folder in self._checked)
            self._checked.add(base.folder)
            if rules is not None:
                gone = {one.id for one in work.study.checks} - {one.id for one in rules.study.checks}
                work.study, work.rules = rules.study, rules
                _drop(work, story.subject, gone)
                set_parameters(work, base, parameters)  # what follows from them follows by these rules
            try:
                yield Bench(work, story)
            finally:
                work.close()
                shutil.rmtree(folder)

    def _prepared(self, name: str, parameters: Mapping[str, str]) -> Story:
        """A story with parameters that its administrator set afterwards; made when it is first asked for."""
        base = self.story(name)
        told = "-".join([name, *(f"{oid}={text}" for oid, text in sorted(parameters.items()))])
        if told not in self._told:
            folder = self.root / told
            shutil.copytree(base.folder, folder)
            with machine_of_its_own(self.root / f"{told}-state"):
                work = self._opened(replace(base, folder=folder), SteppedClock(base.ended))
                set_parameters(work, base, parameters)
                work.close()
            self._told[told] = replace(base, folder=folder)
        return self._told[told]


def _drop(work: Workspace, subject: str, gone: set[str]) -> None:
    """What rules that are taken out have said of the story so far is not what a case makes them say."""
    stale = [one for one in work.stored_findings(subject).values() if one.rule in gone]
    if stale:
        with work.begin(work.command("drop_findings", work.session, about=subject)) as unit:
            for one in stale:
                remove_finding(work, unit, subject, one.rule, one.address)


@dataclass(frozen=True)
class Bench:
    """An open copy of a story and what is done to it."""

    work: Workspace
    story: Story

    @property
    def subject(self) -> str:
        """The subject of the story."""
        return self.story.subject

    def key(self, text: str, spot: Spot) -> ItemKey:
        """The item that a case names."""
        return key_of(self.work.study, self.subject, text, spot)

    def type(self, values: Mapping[str, str], spot: Spot) -> EntryOutcome:
        """Type values, all in one act; what the program gives by itself must come out as the case writes it."""
        typed: list[ItemEntry] = []
        given: list[ItemEntry] = []
        signed: list[ItemEntry] = []
        for text, value in values.items():
            key = self.key(text, spot)
            item = self.work.study.item(key.form, key.item)
            (given if is_given(self.work.study, key) else signed if "by_signature" in item.tags else typed).append(entry_of(key, value))
        outcome = enter(self.work, self.story, typed)
        for one in given if outcome.stored else ():
            assert self.work.casebook(self.subject).value(one.key).text == one.text, one.key.address
        if outcome.stored and signed:
            return self._act(signed, outcome)
        return outcome

    def _act(self, signed: Sequence[ItemEntry], before: EntryOutcome) -> EntryOutcome:
        """What only an act may enter: the investigator's confirmation, or the allocation to an arm."""
        if signed[0].key.form == self.work.study.home("arm"):
            return allocate(self.work, self.story, signed)
        self.confirm_eligibility(signed)
        return before

    def type_as_coordinator(self, values: Mapping[str, str], spot: Spot) -> EntryOutcome:
        """Type values as the person of the session, whoever should."""
        return enter_items(self.work, [entry_of(self.key(text, spot), value) for text, value in values.items()], reason="as the worked case says")

    def confirm_eligibility(self, entries: Iterable[ItemEntry]) -> None:
        """The investigator's answer (Y where a case names only the moment), at the moment that a case names or now."""
        texts = {one.key.item: one.text for one in entries}
        form = next(one.key.form_key for one in entries)
        clock, study = self.work.clock, self.work.study
        assert isinstance(clock, SteppedClock)
        confirmed, moment = (study.landmarks[name].oid for name in ("confirmed", "confirmed_at"))
        if moment in texts:
            clock.set(datetime.fromisoformat(texts[moment]).replace(tzinfo=_ZONE))
        answer = texts.get(confirmed, "Y")
        assert answer in ("Y", "N"), "a signed answer can be changed, never taken away"
        confirm_eligibility(self.work, form, Credentials(INVESTIGATOR, PASSWORD), eligible=answer == "Y", reason="as the worked case says")

    def play(self, case: Case) -> EntryOutcome:
        """Type all that a case says, its `with` page by page, then its own values."""
        for page in pages(self.work.study, self.subject, case.given, case.spot):
            must_store(self.type(page, case.spot))
        return must_store(self.type(case.values, case.spot))

    def shown(self, key: ItemKey) -> str:
        """The value a reader is shown: as stored or, of an item that goes by the clock, as it is now."""
        if f"derive:{key.form}.{key.item}" in self.work.rules.by_clock:
            return next(one.value.text for one in read_form(self.work, key.form_key).items() if one.key == key)
        return self.work.casebook(self.subject).value(key).text

    def findings(self) -> tuple[StoredFinding, ...]:
        """What the database holds about the subject now; of rules that go by the clock, which it must not hold, what a reader is told."""
        stored = read_findings(self.work.database, self.subject)
        rules = self.work.rules
        timed = [one for one in stored if rules.goes_by_clock(one.rule, parse_address(self.subject, one.address))]
        assert {one.state for one in timed} <= {"confirmed"}, "only what somebody said of it is kept"
        return (*(one for one in stored if one not in timed), *self._by_clock())

    def _by_clock(self) -> Iterator[StoredFinding]:
        self.work.forget()
        for form, found in findings_by_form(self.work, self.work.run(self.subject)).items():
            for one in found:
                if self.work.rules.goes_by_clock(one.rule, one.key):
                    told, state = {"en": one.message.en, "zh": one.message.zh}, "confirmed" if one.confirmed else "open"
                    yield StoredFinding(self.subject, one.rule, finding_address(one.key), str(one.severity), form, told, state, one.reason, 0)


@contextmanager
def machine_of_its_own(folder: Path) -> Iterator[None]:
    """A machine that has not seen the workspace: one that has would say of a copy that its history was cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(folder))
        yield


def set_up(study: StudyDef) -> StudyDef:
    """The study as if nothing had to be entered before the first subject: the examples say what its rules do with and without such a value."""
    return replace(study, parameters=tuple(replace(one, needed=False) for one in study.parameters))


def set_parameters(work: Workspace, story: Story, parameters: Mapping[str, str]) -> None:
    """Let the administrator set parameters; the coordinator goes on."""
    become(work, story.actors[Role.ADMINISTRATOR])
    for oid, text in parameters.items():
        set_parameter(work, oid, text, reason="as the worked case says")
    become(work, story.actors[Role.COORDINATOR])


def become(work: Workspace, actor: Actor) -> None:
    """Let another person sit down at the workspace."""
    work.actor = actor
    work.database.use_signer(actor.signer)


def must_store(outcome: EntryOutcome) -> EntryOutcome:
    """The outcome, which must be that everything was stored."""
    problems = {key.address: f"{one.code} {dict(one.parameters)}" for key, one in outcome.problems.items()}
    assert outcome.stored, f"not stored: {problems or [one.rule for one in outcome.stops] or 'a reason is asked for'}"
    return outcome


def enter(work: Workspace, story: Story, entries: Iterable[ItemEntry]) -> EntryOutcome:
    """Type entries in English: the coordinator's own, and what only the investigator may answer as the investigator."""
    chosen = list(entries)
    roles = {work.study.item(one.key.form, one.key.item).role for one in chosen}
    actor = story.actors[Role.INVESTIGATOR] if {*roles} - {"", Role.COORDINATOR} else work.session
    return enter_items(work, chosen, reason="as the worked case says", lang="en", actor=actor)


def allocate(work: Workspace, story: Story, entries: Sequence[ItemEntry]) -> EntryOutcome:
    """Enter an allocation as the act of randomisation does: the STOP rules of its items are asked, then all is stored in one command."""
    casebook, conditions = work.casebook(story.subject), work.conditions()
    values = {one.key: Value(text=one.text) for one in entries}
    after = casebook.with_changes(work.study, values.items())
    found = tuple(stop for key, value in values.items() for stop in stops(work.rules, after, key, value, conditions))
    if found:
        return EntryOutcome(stops=found)
    actor = story.actors[Role.INVESTIGATOR]
    with work.begin(work.command("randomise", actor, about=f"{story.subject}:allocation"), actor.signer) as unit:
        return EntryOutcome(write_entries(work, unit, casebook, values, "", {}))


def is_given(study: StudyDef, key: ItemKey) -> bool:
    """Does the program give the value by itself (row numbers, codes of fixed rows)?"""
    item = study.item(key.form, key.item)
    group = study.forms[key.form].group(item.group)
    return key.item in group.rows_key or key.item == group.row_number


def pages(study: StudyDef, subject: str, values: Mapping[str, str], spot: Spot) -> tuple[dict[str, str], ...]:
    """Values by the form they stand on, in the order in which the forms are first named; an act behind a gate comes last."""
    found: dict[tuple[FormKey, bool], dict[str, str]] = {}
    gates = {gate.partition("=")[0] for check in study.checks for gate in check.gate}
    for text, value in values.items():
        key = key_of(study, subject, text, spot)
        found.setdefault((key.form_key, f"{key.form}.{key.item}" in gates), {})[text] = value
    return tuple(found.values())


def _tell(work: Workspace, story: Story, clock: SteppedClock, values: Mapping[str, str]) -> None:
    """Enter a story page by page, each on the morning of the last day it names."""
    bench = Bench(work, story)
    for page in pages(work.study, story.subject, values, _NOWHERE):
        for value in page.values():
            if _DAY.match(value) and len(value) == len("2026-01-31"):
                clock.set(_morning(value, clock))
        clock.advance(timedelta(minutes=2))
        must_store(bench.type(page, _NOWHERE))


def _morning(text: str, clock: SteppedClock) -> datetime:
    day = datetime.strptime(text[:10], "%Y-%m-%d").replace(hour=6, tzinfo=_ZONE)
    return max(clock.now(), day)
