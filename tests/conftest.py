"""What every test stands on: no window on the screen, no trace outside its own folder, no thread left behind."""

from __future__ import annotations

import gc
import itertools
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.once import Once

# Before anything imports Qt: tests never open a window on the developer's screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

# Two runs: the same examples each time (a failure is a failure of the change), and one new seed (what was never tried).
# `--hypothesis-seed` with the seed in the header repeats the second; it is asked for by CRF_APP_NEW_EXAMPLES=1.
NEW_SEED = int(os.environ.setdefault("CRF_APP_NEW_SEED", str(secrets.randbelow(10**9))))  # all processes of a run inherit the first one's
_quiet = [HealthCheck.too_slow]
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=_quiet, database=None)
settings.register_profile("new", deadline=None, suppress_health_check=_quiet, print_blob=True)
NEW_EXAMPLES = os.environ.get("CRF_APP_NEW_EXAMPLES") == "1"
settings.load_profile("new" if NEW_EXAMPLES else "repeatable")

# Threads that libraries keep for the life of the process by design: each with its reason.
_KEPT_THREADS = (
    "execnet",  # pytest-xdist's own channel
    "Dummy-",  # a Qt or C thread that once called into Python: Python cannot see it end
)


def pytest_configure(config: pytest.Config) -> None:
    """Give hypothesis its new seed, unless one was asked for."""
    if NEW_EXAMPLES and config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(NEW_SEED)


def pytest_report_header(config: pytest.Config) -> str:
    """Say which examples hypothesis tries, so that a failure can be repeated."""
    seed = config.getoption("hypothesis_seed", None)
    return f"hypothesis seed: {seed}" if seed else "hypothesis: the same examples each time"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A `requirement` mark without an identifier would show nothing: refuse it."""
    for item in items:
        for mark in item.iter_markers("requirement"):
            if not mark.args or not all(isinstance(name, str) and name for name in mark.args):
                raise pytest.UsageError(f'{item.nodeid}: write @pytest.mark.requirement("ID", ...)')


def pytest_collection_finish() -> None:
    """Thousands of tests and the definitions that name them stay to the end: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Where stands what is made once a run for all its processes."""
    return Once(tmp_path_factory)


@pytest.fixture(scope="session")
def state_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New names of folders in a folder of their own: `mktemp` reads through all names there are, thousands of them, for each new one."""
    place = tmp_path_factory.mktemp("states")
    return (place / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def state_folder_of_the_test(state_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The per-machine notes of the program (CRF_APP_STATE): a new folder for each test, never the developer's own."""
    folder = next(state_folders)
    folder.mkdir()
    monkeypatch.setenv("CRF_APP_STATE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """A thread that outlives its test fails it: work that goes on unseen spoils the next test or the user's data."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not _kept(thread)]
    for thread in left:
        thread.join(timeout=2.0)
    still_running = [thread.name for thread in left if thread.is_alive()]
    assert not still_running, f"threads still running after the test: {still_running}"


def _kept(thread: threading.Thread) -> bool:
    return thread.name.startswith(_KEPT_THREADS)
