"""R02: what was acknowledged survives a power cut; the same tool must see losses when syncing is switched off."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crf_app.errors import ExpectedError
from crf_app.store.database import open_database
from crf_app.store.high_water import high_water_file
from crf_app.store.item_values import read_value
from crf_app.store.verify import verify
from tests.store.conftest import ITEMS, WORKSPACE_ID, World, nurse_signer
from tests.store.power_cut import CALLS, PIECE, Act, Disk, read_recording, seeded

ROOT = Path(__file__).resolve().parents[2]
STRACE = shutil.which("strace")
COMMANDS = 12
# The recording of system calls needs strace, which is part of Linux distributions only and may not be installed.
needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed: writes cannot be recorded")


def record(world: World, synchronous: int, tmp_path: Path) -> tuple[Disk, list[Act]]:
    """The folder before, and every act of a program that saves 12 times."""
    world.db.close()
    before = {path.name: path.read_bytes() for path in world.folder.iterdir() if path.name.startswith("data.db")}
    log = tmp_path / "recording.txt"
    command = [STRACE or "strace", "-o", str(log), "-xx", "-s", "100000", "-e", f"trace={CALLS}"]
    program = [sys.executable, "-m", "tests.store.writer"]
    arguments = [str(world.folder), world.data_key.hex(), str(COMMANDS), str(synchronous)]
    subprocess.run([*command, *program, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    acts = read_recording([f"x {line}" for line in log.read_text().splitlines()], world.folder)
    assert [act.at for act in acts if act.kind == "said"] == list(range(1, COMMANDS + 1))
    return Disk(before), acts


def fault_of(image: dict[str, bytes], world: World, folder: Path, acknowledged: int) -> str:
    """What is wrong with a crash image; "" when nothing acknowledged is lost, nothing half saved, and verify is
    content.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    high_water_file(WORKSPACE_ID).unlink(missing_ok=True)
    try:
        db = open_database(folder, world.data_key, world.clock, nurse_signer())
    except ExpectedError as error:
        return error.code
    try:
        values = [read_value(db, key) for key in ITEMS]
        if len(set(values)) != 1:
            return "half saved"
        found = int(values[0].text) if values[0] else 0
        if not acknowledged <= found <= acknowledged + 1:
            return "lost"
        report = verify(db)
        return "" if report.intact else str(report.fault)
    finally:
        db.close()


def faults(world: World, images: int, synchronous: int, tmp_path: Path) -> list[str]:
    """The faults of that many images, taken at moments spread over the whole recording."""
    disk, acts = record(world, synchronous, tmp_path)
    seed = random.SystemRandom().randrange(10**6)
    chance = seeded(seed)
    moments = sorted(chance.randrange(len(acts) + 1) for _ in range(images))
    found, done = [], 0
    for moment in moments:
        for act in acts[done:moment]:
            disk.apply(act)
        done = moment
        fault = fault_of(disk.image(chance), world, tmp_path / "image", disk.acknowledged)
        if fault:
            found.append(f"seed {seed}, after act {moment} of {len(acts)}, {disk.acknowledged} acknowledged: {fault}")
    return found


@needs_strace
@pytest.mark.requirement("R02")
def test_acknowledged_saves_survive_a_power_cut(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert faults(world, 100, 2, tmp_path_factory.mktemp("cut")) == []


@needs_strace
@pytest.mark.requirement("R02")
def test_the_tool_sees_losses_when_nothing_is_synced(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert len(faults(world, 60, 0, tmp_path_factory.mktemp("cut"))) > 3


@pytest.mark.slow
@needs_strace
@pytest.mark.requirement("R02")
def test_acknowledged_saves_survive_many_power_cuts(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert faults(world, 1000, 2, tmp_path_factory.mktemp("cut")) == []


def test_the_model_keeps_what_was_synced_and_only_that() -> None:
    disk = Disk({"data.db": b"old"})
    disk.apply(Act("write", "data.db", 0, b"NEW"))
    assert {bytes(disk.image(seeded(seed))["data.db"]) for seed in range(40)} == {b"old", b"NEW"}
    disk.apply(Act("sync", "data.db"))
    assert {bytes(disk.image(seeded(seed))["data.db"]) for seed in range(40)} == {b"NEW"}
    disk.apply(Act("create", "data.db-wal"))
    assert {len(disk.image(seeded(seed))) for seed in range(40)} == {1, 2}
    disk.apply(Act("sync_folder"))
    assert {len(disk.image(seeded(seed))) for seed in range(40)} == {2}
    disk.apply(Act("write", "data.db-wal", 100, bytes([7]) * 3 * PIECE))
    sizes = {bytes(disk.image(seeded(seed))["data.db-wal"]) for seed in range(80)}
    assert len(sizes) > 4
    disk.apply(Act("cut", "data.db-wal", 10))
    disk.apply(Act("sync", "data.db-wal"))
    assert disk.image(seeded(1))["data.db-wal"] == bytes(10)
