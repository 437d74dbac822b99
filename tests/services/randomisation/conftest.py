"""A subject of trial B whose eligibility is confirmed, in a workspace with a person in every role and a list of 42 known allocations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from crf_app.admin.roles import Role
from crf_app.services.allocation_lists import import_list
from crf_app.services.session import add_user, identify
from crf_app.services.signing import Credentials
from crf_app.services.subjects import create_subject
from crf_app.services.workspace import Actor, Workspace
from crf_app.store.kdf import CHEAP
from crf_app.study.texts import Text
from tests.once import Once
from tests.services.rules.cases import NOW, TRIALS
from tests.services.rules.world import INVESTIGATOR, PASSWORD, Bench, Stories, become

TRIAL_B, TRIAL_C = "NCT05507697", "NCT07183761"
SIGNER = Credentials(INVESTIGATOR, PASSWORD)
ADMINISTRATOR = Credentials("admin", PASSWORD)


def arms(count: int = 42, pattern: str = "MLLMLM") -> list[str]:
    """Arms in permuted blocks of six."""
    return [{"M": "MSC", "L": "LA"}[pattern[number % len(pattern)]] for number in range(count)]


def sheet(chosen: list[str], *, prefix: str = "ZQ7", heads: str = "number,arm,block") -> str:
    """A sponsor's list whose numbers are found nowhere else by chance."""
    rows = [f"{prefix}-{number:04},{arm},{(number - 1) // 6 + 1}" for number, arm in enumerate(chosen, 1)]
    return "\r\n".join([heads, *rows, ""])


@dataclass(frozen=True)
class Trial:
    """An open copy of the story; `be(role)` lets another person sit down."""

    bench: Bench
    actors: Mapping[Role, Actor]

    @property
    def work(self) -> Workspace:
        """The open workspace."""
        return self.bench.work

    @property
    def subject(self) -> str:
        """The eligible subject."""
        return self.bench.subject

    def be(self, role: Role) -> Workspace:
        """Make that person the one at work."""
        become(self.work, self.actors[role])
        return self.work

    def listed(self, content: str | None = None) -> Trial:
        """The same with the list imported, the coordinator at work again."""
        import_list(self.be(Role.ADMINISTRATOR), (content or sheet(arms())).encode(), ADMINISTRATOR)
        self.be(Role.COORDINATOR)
        return self

    def another(self) -> str:
        """A second subject, who has only signed the consent."""
        number, _ = create_subject(self.be(Role.COORDINATOR), "2026-02-02")
        return number



@pytest.fixture(scope="session")
def stories_b(once: Once) -> Stories:
    """The base stories of trial B."""
    return Stories(once, TRIALS[TRIAL_B])


@contextmanager
def opened(stories: Stories, base: str = "enrolled", parameters: Mapping[str, str] | None = None) -> Iterator[Trial]:
    """A copy of a base story with a monitor and a data manager beside those of the story."""
    with stories.copy(base, NOW, parameters or {}) as bench:
        become(bench.work, bench.story.actors[Role.ADMINISTRATOR])
        actors = dict(bench.story.actors)
        for role in (Role.MONITOR, Role.DATA_MANAGER):
            add_user(bench.work, role, Text(f"Demo {role}", f"演示{role}"), role, PASSWORD, cost=CHEAP)
            actors[role] = identify(bench.work, role, PASSWORD)
        become(bench.work, actors[Role.COORDINATOR])
        yield Trial(bench, actors)


@pytest.fixture
def trial(stories_b: Stories) -> Iterator[Trial]:
    """An eligible subject of trial B; no list yet."""
    with opened(stories_b) as made:
        yield made
