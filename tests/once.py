"""What is slow to make is made once a run: the first process that asks for it makes it, the others find it."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from filelock import FileLock

from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.store.signer import Signer
from crf_app.study.definition import StudyDef
from crf_app.study.loading import load_study

Made = TypeVar("Made")


def study_of(folder: Path) -> StudyDef:
    """The study of a definition that no test changes, read and checked once a process."""
    return _study_at(folder.resolve())


def rules_of(folder: Path) -> CompiledStudy:
    """The same made executable."""
    return _rules_at(folder.resolve())


@cache
def _study_at(folder: Path) -> StudyDef:
    return load_study(folder)


@cache
def _rules_at(folder: Path) -> CompiledStudy:
    return CompiledStudy(_study_at(folder))


class Once:
    """A shelf that all processes of a run share.

    What stands on it is never written to: a test that opens a workspace copies it first.
    """

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        own = factory.getbasetemp()
        # pytest-xdist gives each process a folder inside the run's own
        shared = own.parent if own.name.startswith("popen-") else own
        self._shelf = shared / "once"
        self._shelf.mkdir(exist_ok=True)
        self._factory = factory

    def made(self, name: str, make: Callable[[Path], Made]) -> Made:
        """What `make` returned for a new folder, now or in another process; it is the same object only as far as it can be pickled.

        It is made on a machine of its own (CRF_APP_STATE): one that has seen the workspace would say of a copy that its history was cut.
        """
        folder, told = self._shelf / name, self._shelf / f"{name}.told"
        with FileLock(self._shelf / f"{name}.lock"):
            if not told.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of a maker that failed
                folder.mkdir()
                with pytest.MonkeyPatch.context() as patch:
                    patch.setenv("CRF_APP_STATE", str(self._shelf / f"{name}.state"))
                    told.write_bytes(_packed(make(folder)))
            made: Made = pickle.loads(told.read_bytes())  # noqa: S301  written by this run
        return made

    def own(self, name: str) -> Path:
        """A new folder that belongs to this process alone."""
        return self._factory.mktemp(name)


def _packed(made: object) -> bytes:
    """As bytes; a signing key is written as the seed it was made from."""
    stream = BytesIO()
    pickler = pickle.Pickler(stream)
    pickler.dispatch_table = {Signer: _signer}
    pickler.dump(made)
    return stream.getvalue()


def _signer(signer: Signer) -> tuple[Any, ...]:
    return Signer, (signer.user_id, signer._seed)
