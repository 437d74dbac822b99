"""Making the demonstration workspace: people, then all stories interleaved on one clock that ends now."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from crf_app.admin.roles import Role
from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.services.administration import set_parameter
from crf_app.services.demo.desk import Desk
from crf_app.services.demo.monitoring import monitoring
from crf_app.services.demo.plans import Course
from crf_app.services.demo.sittings import SITTINGS, hold_sittings
from crf_app.services.demo.sponsor import take_in_list
from crf_app.services.demo.trials import DEMONSTRATIONS, Demonstration
from crf_app.services.session import NewWorkspace, add_user, create_workspace, identify, log_out, open_workspace
from crf_app.services.signing import Credentials
from crf_app.store.kdf import CHEAP, KdfCost
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text

_PEOPLE = (
    ("admin", Role.ADMINISTRATOR, Text("Demo Administrator", "演示管理员")),
    ("coordinator", Role.COORDINATOR, Text("Demo Coordinator", "演示协调员")),
    ("investigator", Role.INVESTIGATOR, Text("Demo Investigator", "演示研究者")),
    ("monitor", Role.MONITOR, Text("Demo Monitor", "演示监查员")),
    ("datamanager", Role.DATA_MANAGER, Text("Demo Data Manager", "演示数据管理员")),
)
_WORDS = "amber basket cedar dolphin ember falcon garden harbour indigo jasmine kettle lantern maple nutmeg orchid pebble quartz river saffron timber".split()  # noqa: SIM905  read as a line


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demonstration. Nothing in it is secret: the data are invented."""

    user: str
    role: Role
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made. `surprises`: queries that no story meant; empty unless stories and definition have come apart."""

    folder: Path
    logins: tuple[Login, ...]
    recovery_code: str
    subjects: int
    entries: int
    surprises: tuple[str, ...]


Progress = Callable[[int, int, str], None]


def make_demo(
    folder: Path, study: StudyDef, now: datetime, *, subjects: int = 12, seed: int = 1, cost: KdfCost = CHEAP, progress: Progress | None = None
) -> Demo:
    """Make a workspace in an empty or new folder, and let every story run up to `now` (aware). Equal seeds and days give equal data.

    Raises ExpectedError "demo_study", "folder_not_empty" and those of the disk.
    """
    cohort = _demonstration(study).plans(subjects, seed)
    return make_cohort(folder, study, now, cohort, seed=seed, cost=cost, progress=progress)


def _demonstration(study: StudyDef) -> Demonstration:
    if study.oid not in DEMONSTRATIONS:
        raise ExpectedError("demo_study", study=study.oid, known=", ".join(DEMONSTRATIONS))
    return DEMONSTRATIONS[study.oid]


def make_cohort(
    folder: Path, study: StudyDef, now: datetime, cohort: Sequence[Course], *, seed: int = 1, cost: KdfCost = CHEAP, progress: Progress | None = None
) -> Demo:
    """`make_demo` with a chosen cohort."""
    trial = _demonstration(study)
    longest = max(one.day0 for one in cohort) + 30
    clock = SteppedClock(now.replace(hour=0, minute=5, second=0, microsecond=0) - timedelta(days=longest))
    logins = make_logins(seed)
    code, cohort = _people(folder, study, clock, logins, cost, trial, cohort)
    by_role = {one.role: one for one in logins}
    coordinator, investigator = by_role[Role.COORDINATOR], by_role[Role.INVESTIGATOR]
    work = open_workspace(folder, coordinator.user, coordinator.password, clock)
    try:
        signer = Credentials(investigator.user, investigator.password)
        desk = Desk(work, clock, identify(work, investigator.user, investigator.password), signer)
        stories = [(one.name, trial.tell(desk, one, now, Random(f"{seed}:{number}"))) for number, one in enumerate(cohort)]  # noqa: S311  invented data
        monitor = by_role[Role.MONITOR]
        visits = monitoring(desk, identify(work, monitor.user, monitor.password), clock.now(), Random(f"{seed}:monitoring"))  # noqa: S311  invented data
        stories.append(("", visits))
        last = now - SITTINGS
        _play(stories, clock, last, progress)
        clock.set(max(last, clock.now()))
        log_out(work)
    finally:
        work.close()
    hold_sittings(folder, {one.role: Credentials(one.user, one.password) for one in logins}, clock)
    clock.set(max(now, clock.now()))
    return Demo(folder, logins, code, len(cohort), _entries(folder, logins[0], clock), tuple(desk.surprises))


def _entries(folder: Path, who: Login, clock: SteppedClock) -> int:
    """How long the ledger has become."""
    work = open_workspace(folder, who.user, who.password, clock)
    try:
        log_out(work)
        return work.database.head.no
    finally:
        work.close()


def _play(stories: list[tuple[str, Iterator[datetime]]], clock: SteppedClock, now: datetime, progress: Progress | None) -> None:
    """Whoever is next in time goes on; who would go on after `now` is in the middle of the study today.

    A story without a name is nobody's but the staff's: it is not counted.
    """
    waiting: list[tuple[datetime, int]] = []
    done = 0

    def go_on(number: int) -> None:
        nonlocal done
        moment = next(stories[number][1], None)
        if moment is not None and moment <= now:
            heapq.heappush(waiting, (moment, number))
            return
        if not stories[number][0]:
            return
        done += 1
        if progress is not None:
            progress(done, sum(1 for name, _ in stories if name), stories[number][0])

    for number in range(len(stories)):
        go_on(number)
    while waiting:
        moment, number = heapq.heappop(waiting)
        clock.set(max(moment, clock.now()))
        go_on(number)


def make_logins(seed: int) -> tuple[Login, ...]:
    """The accounts: the same for the same seed."""
    random = Random(f"{seed}:passwords")  # noqa: S311  printed on the screen
    return tuple(Login(user, role, "-".join(random.sample(_WORDS, 3)) + f"-{random.randint(10, 99)}") for user, role, _ in _PEOPLE)


def _people(
    folder: Path, study: StudyDef, clock: SteppedClock, logins: tuple[Login, ...], cost: KdfCost, trial: Demonstration, cohort: Sequence[Course]
) -> tuple[str, tuple[Course, ...]]:  # fmt: skip
    """The workspace with its accounts, the parameters the site has confirmed and the sponsor's list; returns the recovery code and the cohort."""
    names: Mapping[str, Text] = {user: name for user, _, name in _PEOPLE}
    first = logins[0]
    new = NewWorkspace(
        folder, study, "01", Text("Demonstration Hospital", "演示医院"), first.user, names[first.user], first.password, language="zh", synthetic=True,
        organisation="Demonstration Hospital",
    )  # fmt: skip
    work, code = create_workspace(new, clock, cost=cost)
    try:
        for one in logins[1:]:
            add_user(work, one.user, names[one.user], one.role, one.password, organisation=new.organisation, cost=cost)
        defaults = {one.oid: one.value for one in study.parameters}
        for oid in trial.confirmed:
            set_parameter(work, oid, trial.chosen.get(oid, defaults[oid]))
        told = take_in_list(work, cohort, Credentials(first.user, first.password))
        log_out(work)
    finally:
        work.close()
    return code, told
