"""Workspace: the open study of one person at one machine; handed to every use case, never global."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from crf_app.admin.roles import Right, Role
from crf_app.admin.users import User
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.evaluation import Conditions, new_run
from crf_app.clinical.keys import FormKey
from crf_app.clinical.references import ReferenceInterval, ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.clinical.rules.run import Run
from crf_app.clock import Clock
from crf_app.errors import ExpectedError
from crf_app.services.held import named
from crf_app.services.loading import load_casebook
from crf_app.services.studies import version_order
from crf_app.services.versions import Versions
from crf_app.store.database import Database
from crf_app.store.findings import StoredFinding, read_findings
from crf_app.store.instance_lock import InstanceLock
from crf_app.store.ledger import Command
from crf_app.store.parameters import StoredWorkspace, read_parameters, read_workspace
from crf_app.store.references import read_site_rows
from crf_app.store.signer import Signer
from crf_app.store.subject_versions import SubjectVersion, read_subject_versions
from crf_app.store.unit import Unit
from crf_app.store.users import StoredUser, read_users
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text

_CACHED_CASEBOOKS = 8


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, with the key that signs it: the session's user, or a second person identified in place.

    `allocation_keys`: those of the allocation lists that he may open, by number of the list.
    """

    user: User
    signer: Signer
    allocation_keys: Mapping[int, bytes] = field(default_factory=dict, repr=False)


@dataclass
class Workspace:
    """An open workspace and its session. `actor` is None while locked: then nothing can be read or written.

    `study` and `rules` are the version that new subjects get; what belongs to a subject or to a form is asked of `rules_of` and `rules_at`.
    """

    folder: Path
    database: Database
    study: StudyDef
    rules: CompiledStudy
    clock: Clock
    lock: InstanceLock | None
    actor: Actor | None
    identified: str = ""
    """Who of this session has signed with both components: from then on his password is enough (21 CFR 11.200)."""
    _casebooks: OrderedDict[str, Casebook] = field(default_factory=OrderedDict, repr=False)
    _versions: Versions | None = field(default=None, repr=False)
    _runs: dict[str, Run] = field(default_factory=dict, repr=False)
    _findings: dict[str, Mapping[tuple[str, str], StoredFinding]] = field(default_factory=dict, repr=False)

    @property
    def user(self) -> User:
        """The person at work. Raises ExpectedError "locked" when nobody is."""
        return self.session.user

    @property
    def session(self) -> Actor:
        """The session's actor. Raises ExpectedError "locked"."""
        if self.actor is None:
            raise ExpectedError("locked")
        return self.actor

    def need_session(self) -> None:
        """Raises ExpectedError "locked" when nobody is at work."""
        if self.actor is None:
            raise ExpectedError("locked")

    def need(self, right: Right, actor: Actor | None = None) -> Actor:
        """The actor, if the right is his. Raises ExpectedError "no_right" or "locked"."""
        chosen = actor or self.session
        if not chosen.user.may(right):
            raise ExpectedError("no_right", role=chosen.user.role, right=right)
        return chosen

    def command(self, name: str, actor: Actor, *, about: str = "", reason: str = "", details: Mapping[str, object] | None = None) -> Command:
        """A ledger command of that actor, entered now."""
        user = actor.user
        return Command(
            name=name, user_id=user.user_id, role=str(user.role), organisation=user.organisation, reason=reason, object=about,
            entered_at=self.clock.now(), details=details or {},
        )

    @contextmanager
    def begin(self, command: Command, signer: Signer | None = None) -> Iterator[Unit]:
        """One command in one transaction (`Database.begin`); when it fails, everything remembered is dropped, so that the truth is read again.

        What is frozen or locked refuses in words: "record_frozen", "record_locked", "reaches_frozen", "reaches_locked".
        """
        try:
            with self.database.begin(command, signer) as unit:
                yield unit
        except ExpectedError as error:
            self.forget(settings=True)
            raise named(self.study, self.name_of, error) from error
        except BaseException:
            self.forget(settings=True)
            raise

    def stored_findings(self, subject: str) -> Mapping[tuple[str, str], StoredFinding]:
        """A subject's stored findings by rule and address; read once and kept until `findings_changed`."""
        found = self._findings.get(subject)
        if found is None:
            found = {(one.rule, one.address): one for one in read_findings(self.database, subject)}
            self._findings[subject] = found
            while len(self._findings) > _CACHED_CASEBOOKS:
                self._findings.pop(next(iter(self._findings)))
        return found

    def findings_changed(self, subject: str) -> None:
        """Findings were written: read them again next time."""
        self._findings.pop(subject, None)

    @cached_property
    def site(self) -> StoredWorkspace:
        """The workspace row: site, language, synthetic mark."""
        return read_workspace(self.database)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """Study parameters in force at this site: stored ones over the definition's."""
        stored = read_parameters(self.database)
        return {one.oid: stored[one.oid].value if one.oid in stored else one.value for study in self.studies_in_use for one in study.parameters}

    @cached_property
    def subject_versions(self) -> Mapping[str, tuple[SubjectVersion, ...]]:
        """The subjects that do not simply follow `study`, with the versions they do."""
        return read_subject_versions(self.database)

    @property
    def versions(self) -> Versions:
        """All versions of the study, compiled when used."""
        if self._versions is None or self._versions.current is not self.rules:
            self._versions = Versions(self.database, self.rules)
        return self._versions

    @property
    def studies_in_use(self) -> tuple[StudyDef, ...]:
        """The versions that any subject follows, and the one that new subjects get, oldest first."""
        if not self.subject_versions:
            return (self.study,)
        used = {self.study.version, *(row.version for rows in self.subject_versions.values() for row in rows)}
        return tuple(self.versions.compiled(one).study for one in sorted(used, key=version_order))

    def rules_of(self, subject: str) -> SubjectRules:
        """The rules that a subject follows."""
        rows = self.subject_versions.get(subject)
        return self.rules if rows is None else self.versions.of_subject(rows)

    def study_of(self, subject: str) -> StudyDef:
        """The definition of a subject as a whole: its visits, its forms by their newest version."""
        return self.rules_of(subject).study

    def rules_at(self, form: FormKey) -> CompiledStudy:
        """The rules of the version that a form belongs to."""
        return self.rules_of(form.subject).at(form)

    def study_at(self, form: FormKey) -> StudyDef:
        """The definition of the version that a form belongs to."""
        return self.rules_at(form).study

    @cached_property
    def references(self) -> ReferenceTable:
        """The site's reference intervals."""
        return ReferenceTable(tuple(interval(row.content) for row in read_site_rows(self.database, "reference_range") if row.active))

    @cached_property
    def users(self) -> Mapping[str, User]:
        """Everybody who has or had an account, by id."""
        return {one.user_id: user_of(one) for one in read_users(self.database) if one.role in set(Role)}

    def forget(self, *, settings: bool = False) -> None:
        """Drop what is remembered, so that the next read shows the database; `settings` also drops parameters, users and site tables."""
        self._casebooks.clear()
        self._findings.clear()
        self._runs.clear()
        if settings:
            for name in ("site", "parameters", "references", "users", "subject_versions"):
                self.__dict__.pop(name, None)

    def name_of(self, user_id: str) -> Text:
        """A person's name in both languages; the bare id for an unknown one."""
        found = self.users.get(user_id)
        return found.name if found is not None else Text(user_id, user_id)

    def conditions(self, now: datetime | None = None) -> Conditions:
        """What evaluation depends on beside the data. Times are local and naive, as typed values are."""
        return Conditions((now or self.clock.now()).replace(tzinfo=None), self.parameters, self.references)

    def conditions_of(self, versions: Iterable[str]) -> Conditions:
        """As `conditions`, with the parameters of versions that nobody may follow yet."""
        now, stored = self.conditions(), read_parameters(self.database)
        found = {one.oid: one.value for version in versions for one in self.versions.compiled(version).study.parameters}
        return replace(now, parameters={**{oid: stored[oid].value if oid in stored else value for oid, value in found.items()}, **now.parameters})

    def casebook(self, subject: str) -> Casebook:
        """A subject's casebook, remembered for the few subjects last used. Raises ExpectedError "no_subject"."""
        found = self._casebooks.get(subject)
        if found is None:
            found = load_casebook(self.database, self.study_of(subject), subject)
        self.remember(found)
        return found

    def remember(self, casebook: Casebook) -> None:
        """Keep a casebook that equals what is stored."""
        self._casebooks[casebook.subject] = casebook
        self._casebooks.move_to_end(casebook.subject)
        while len(self._casebooks) > _CACHED_CASEBOOKS:
            self._casebooks.popitem(last=False)

    def run(self, subject: str) -> Run:
        """A fresh evaluation over a subject's casebook."""
        return self.run_over(self.casebook(subject))

    def run_over(self, casebook: Casebook) -> Run:
        """An evaluation over a casebook: the one kept for it while its values, the study and the time are the same, else a fresh one."""
        kept = self._runs.get(casebook.subject)
        fresh = new_run(self.rules_of(casebook.subject), casebook, self.conditions())
        if kept is not None and fresh.same_values(kept):
            kept.casebook, kept.now = casebook, fresh.now
            return kept
        self.keep_run(fresh)
        return fresh

    def keep_run(self, run: Run) -> None:
        """Keep an evaluation for those who read on from it."""
        self._runs[run.casebook.subject] = run
        while len(self._runs) > _CACHED_CASEBOOKS:
            self._runs.pop(next(iter(self._runs)))

    def close(self) -> None:
        """Close the database and free the instance lock. Closing twice is harmless."""
        self.database.close()
        if self.lock is not None:
            self.lock.release()
            self.lock = None


def user_of(stored: StoredUser) -> User:
    """A stored account as a User."""
    return User(stored.user_id, stored.login, Text(stored.name_en, stored.name_zh or stored.name_en), Role(stored.role), stored.organisation, stored.active)


def interval(content: Mapping[str, object]) -> ReferenceInterval:
    """A reference interval out of a site row."""

    def text(name: str) -> str:
        return str(content.get(name, ""))

    def age(name: str) -> int:
        return int(text(name) or 0)

    return ReferenceInterval(
        text("laboratory"), text("test"), text("unit"), text("sex") or "ALL", age("from_age"), age("to_age"), text("low"), text("high"),
        text("valid_from"), text("valid_to"), bool(content.get("assumed", False)),
    )
