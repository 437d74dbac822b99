"""A workspace of the small study with a person in every role, and what has to hold of it after every command."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crf_app.admin.roles import Role
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import evaluate
from crf_app.clinical.keys import FormKey, ItemKey, parse_address
from crf_app.clinical.record import Finding, FormStatus
from crf_app.clinical.standing import Standing, form_standing, rolled_up
from crf_app.clock import SteppedClock
from crf_app.services.digests import form_digest
from crf_app.services.entry import EntryOutcome, ItemEntry, enter_items
from crf_app.services.loading import load_casebook
from crf_app.services.session import NewWorkspace, add_user, create_workspace, identify
from crf_app.services.signing import Credentials
from crf_app.services.standing import facts_of
from crf_app.services.subjects import create_subject
from crf_app.services.versions import read_rules
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import finding_address, required_statuses
from crf_app.store.database import open_database
from crf_app.store.findings import StoredFinding, read_findings
from crf_app.store.instance_lock import take_instance_lock
from crf_app.store.kdf import CHEAP
from crf_app.store.locks import read_locks
from crf_app.store.parameters import read_workspace
from crf_app.store.queries import StoredQuery, read_queries
from crf_app.store.signatures import read_signatures
from crf_app.store.subjects import read_subjects
from crf_app.store.verify import verify
from crf_app.store.workflow import read_standings, read_visit_standings
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text
from tests.clinical.small import small_study
from tests.once import Once, known_bytes, study_of

PHRASE = "seven plain walnut shells"
START = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """An open workspace; `subject` is enrolled with consent on 2026-01-05. The coordinator acts unless another is named."""

    work: Workspace
    clock: SteppedClock
    actors: dict[Role, Actor] = field(default_factory=dict)
    subject: str = ""

    def actor(self, role: Role) -> Actor:
        """The person in that role, identified."""
        if role not in self.actors:
            self.actors[role] = identify(self.work, role, PHRASE)
        return self.actors[role]

    def be(self, role: Role) -> Workspace:
        """Make that person the one at work."""
        self.work.actor = self.actor(role)
        self.work.database.use_signer(self.work.actor.signer)
        return self.work

    def key(self, address: str) -> ItemKey:
        """EVENT/FORM/GROUP#row/ITEM, or EVENT/FORM/ITEM for row 1."""
        parts = address.split("/")
        if len(parts) == 3:
            parts.insert(2, f"{self.work.study.item(parts[1].partition('#')[0], parts[2]).group}#1")
        return parse_address(self.subject, "/".join(parts))

    def form(self, event: str, form: str, repeat: int = 1) -> FormKey:
        """A form of the subject."""
        return FormKey(self.subject, event, repeat, form, 1)

    def entries(self, values: dict[str, str]) -> list[ItemEntry]:
        """What is typed at addresses; "!ND" is a missing code."""
        return [
            ItemEntry(self.key(address), missing=text[1:], missing_reason="test") if text.startswith("!") else ItemEntry(self.key(address), text)
            for address, text in values.items()
        ]

    def tries(self, values: dict[str, str], reason: str = "", role: Role = Role.COORDINATOR) -> EntryOutcome:
        """Enter values in one command, whatever becomes of it."""
        self.clock.advance(timedelta(seconds=1))
        return enter_items(self.work, self.entries(values), reason=reason, actor=self.actor(role))

    def enter(self, values: dict[str, str], reason: str = "", role: Role = Role.COORDINATOR) -> EntryOutcome:
        """Enter values that must be stored."""
        outcome = self.tries(values, reason, role)
        assert outcome.stored, outcome
        return outcome

    def text(self, address: str) -> str:
        """What is stored there."""
        return self.work.casebook(self.subject).value(self.key(address)).text

    def found(self) -> dict[str, StoredFinding]:
        """Stored findings as RULE@ADDRESS."""
        return {f"{one.rule}@{one.address}": one for one in read_findings(self.work.database, self.subject)}

    def queries(self, rule: str) -> list[StoredQuery]:
        """Queries of a rule, oldest first."""
        return sorted((one for one in read_queries(self.work.database, self.subject) if one.rule == rule), key=lambda one: one.id)

    def states(self, rule: str) -> list[str]:
        """Their states."""
        return [one.state for one in self.queries(rule)]

    def check(self) -> None:
        """Memory equals disk, stored findings equal a fresh evaluation, the ledger is whole."""
        computed = {*self.work.rules.checks, "HARD", "SOFT", "M-CALC"}
        timed = {one.removeprefix("check:") for one in self.work.rules.by_clock}
        for subject in read_subjects(self.work.database):
            remembered, stored = self.work.casebook(subject.number), load_casebook(self.work.database, self.work.study, subject.number)
            assert remembered.forms == stored.forms
            assert remembered.deleted == stored.deleted
            assert {form: (meta.status, meta.first_completed_at) for form, meta in remembered.form_meta.items()} == {
                form: (meta.status, meta.first_completed_at) for form, meta in stored.form_meta.items()
            }
            fresh = evaluate(self.work.rules, stored, None, self.work.conditions())
            assert dict(fresh.derived) == {}
            told = {(one.rule, one.address): one.parameters.get("en") for one in read_findings(self.work.database, subject.number) if one.rule in computed}
            lasting = {place: one for place, one in fresh.findings.items() if not self.work.rules.goes_by_clock(*place)}
            assert {place for place, one in told.items() if place[0] in timed} <= {(rule, finding_address(key)) for rule, key in fresh.findings}
            self._check_standings(remembered)
            assert {place: text for place, text in told.items() if place[0] not in timed} == {(rule, finding_address(key)): one.message.en for (rule, key), one in lasting.items()}
        assert verify(self.work.database, None).intact

    def _check_standings(self, casebook: Casebook) -> None:
        """How forms and visits stand is stored as a fresh look finds it, and no signature in force covers anything else than what stands there."""
        database, subject = self.work.database, casebook.subject
        locks = {one.address: one.kind for one in read_locks(database, subject)}
        stored = read_standings(database, subject)
        assert {form: one.states for form, one in stored.items()} == {form: form_standing(facts_of(self.work, casebook, form, locks.get(form.form_address, ""))) for form in casebook.forms}
        run = self.work.run_over(casebook)
        for (event, repeat), states in read_visit_standings(database, subject).items():
            mine = [one.states for form, one in stored.items() if (form.event, form.event_repeat) == (event, repeat)]
            missing = [one for form, one in required_statuses(run, event, repeat).items() if form not in stored]
            assert states == rolled_up([*mine, *(Standing.NOT_STARTED for one in missing if one is FormStatus.NOT_STARTED)])
        for signature in read_signatures(database, subject):
            form = next((one for one in casebook.forms if one.form_address == signature.record), None)
            if form is not None and not signature.void_cause:
                assert signature.digest == form_digest(self.work.study, casebook, form)


def make_world(folder: Path, study: StudyDef | None = None, start: datetime = START) -> World:
    """A new workspace in `folder`."""
    clock = SteppedClock(start)
    new = NewWorkspace(folder, study or small_study(), "01", Text("Demo Site", "演示中心"), Role.ADMINISTRATOR, Text("Demo Administrator", "演示管理员"), PHRASE, synthetic=True)
    work, _ = create_workspace(new, clock, cost=CHEAP)
    world = World(work, clock)
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            add_user(work, role, Text(f"Demo {role}", f"演示{role}"), role, PHRASE, cost=CHEAP)
    world.be(Role.COORDINATOR)
    world.subject, _ = create_subject(work, "2026-01-05")
    return world


@dataclass(frozen=True)
class Kept:
    """A new workspace that was closed, and what opens a copy of it at once."""

    folder: Path
    data_key: bytes
    actors: dict[Role, Actor]
    subject: str


def copied_world(once: Once, folder: Path, trial: Path | None = None) -> World:
    """What `make_world` makes of a definition, the small one unless another is named, copied from one that was made once a run."""
    kept = once.made(f"world-{trial.parent.name if trial else 'small'}", lambda place: _keep(make_world(place / "w", study_of(trial) if trial else None)))
    shutil.copytree(kept.folder, folder)
    clock, actor = SteppedClock(START), kept.actors[Role.COORDINATOR]
    lock = take_instance_lock(folder, Role.ADMINISTRATOR, clock)
    with known_bytes():
        database = open_database(folder, kept.data_key, clock, actor.signer)
    stored = read_workspace(database)
    rules = read_rules(database, stored.study_oid, stored.study_version)
    return World(Workspace(folder, database, rules.study, rules, clock, lock, actor), clock, dict(kept.actors), kept.subject)


def _keep(world: World) -> Kept:
    kept = Kept(world.work.folder, world.work.database.data_key, {role: world.actor(role) for role in Role}, world.subject)
    world.work.close()
    open_database(kept.folder, kept.data_key, world.clock).close()  # every check of opening, once
    return kept


def investigator() -> Credentials:
    """Who signs."""
    return Credentials(Role.INVESTIGATOR, PHRASE)


__all__ = ["PHRASE", "START", "Finding", "World", "copied_world", "investigator", "make_world"]
