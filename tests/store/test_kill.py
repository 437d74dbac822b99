"""R01: what was acknowledged survives a kill at any moment, nothing is half saved, and the ledger stays whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crf_app.store.database import open_database
from crf_app.store.item_values import read_value
from crf_app.store.verify import verify
from tests.store.conftest import ITEMS, World, nurse_signer

ROOT = Path(__file__).resolve().parents[2]


def run_and_kill(world: World, after_s: float) -> list[str]:
    """Start the writer, kill it `after_s` seconds after its first save; what it said until then."""
    child = subprocess.Popen([sys.executable, "-m", "tests.store.writer", str(world.folder), world.data_key.hex(),
                              "1000000", "2"], stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(2)]
    time.sleep(after_s)
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    return [line.decode().strip() for line in said if line.endswith(b"\n")]


def check_after(world: World, acknowledged: int) -> int:
    """Open what the killed program left; the number of the last save it holds."""
    db = open_database(world.folder, world.data_key, world.clock, nurse_signer())
    values = [read_value(db, key) for key in ITEMS]
    assert len(set(values)) == 1, "half saved"
    assert values[0] is not None
    found = int(values[0].text)
    assert acknowledged <= found <= acknowledged + 1
    report = verify(db)
    assert report.intact, report.fault
    db.close()
    return found


def kill_often(world: World, times: int) -> None:
    world.db.close()
    moments = random.SystemRandom()  # where a kill falls is not repeatable anyway
    inside = 0
    for _ in range(times):
        said = run_and_kill(world, moments.uniform(0.0, 0.08))
        check_after(world, max(int(line[1:]) for line in said if line[0] == "a"))
        inside += said[-1][0] == "b"
    assert inside > times / 10, "too few kills fell inside a transaction to show anything"


@pytest.mark.requirement("R01")
def test_acknowledged_saves_survive_a_kill(world: World) -> None:
    kill_often(world, 20)


@pytest.mark.slow
@pytest.mark.requirement("R01")
def test_acknowledged_saves_survive_many_kills(world: World) -> None:
    kill_often(world, 200)
